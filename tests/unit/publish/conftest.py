"""The town's site, published once for whoever looks at it."""

from __future__ import annotations

import pytest

from services.bootstrap import open_store
from services.site.publish import Edition, publish
from tests.site_store import town_store


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    return town_store(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def site(settings, tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    publish(out, open_store(settings), Edition(), workers=1)
    return out
