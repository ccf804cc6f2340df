"""The overview says what is there now."""

import pytest

from services.bootstrap import open_store
from services.demo.synthetic import register_synthetic
from services.views.national import national
from tests.site_store import town_store


@pytest.fixture
def town(tmp_path):
    store = open_store(town_store(tmp_path))
    yield store
    store.close()


def test_the_load_is_drawn_as_soon_as_there_are_citizens(town):
    before = national(town)
    assert "Nobody is in the lot" in before.load_picture or not before.load_picture
    register_synthetic(town, people=500)
    after = national(town)
    assert after.load_picture != before.load_picture
    assert after.load_legend
    assert after.picture == before.picture


def test_each_language_has_its_pictures(town):
    assert national(town, language="es").picture != national(town).picture
