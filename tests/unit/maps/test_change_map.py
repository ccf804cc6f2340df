import dataclasses
import json
import re
from decimal import Decimal

import pytest

from geopolity.polity.derivation import derive_polity
from maps import diff_map
from maps.scenes.overview import LayersDifferError, overview


@pytest.fixture(scope="module")
def smaller(polity):
    return derive_polity(dataclasses.replace(polity.issue, coverage=Decimal("0.6")), polity.layer)


def page_of(before, after) -> str:
    return diff_map(before, after).get_root().render()


def changes_of(page: str) -> list[str]:
    text = re.search(r'<script type="application/json" id="data-[^"]+">(.*?)</script>', page, re.DOTALL).group(1)
    fact = json.loads(text)["facts"][1]
    return [fact["words"][value] for value in fact["values"]]


def test_every_unit_joined_left_stayed_or_is_outside(smaller, polity):
    words = changes_of(page_of(smaller, polity))
    assert words.count("joined") + words.count("stayed") == polity.certificate.units
    assert words.count("left") + words.count("stayed") == smaller.certificate.units


def test_title_counts_the_change(smaller, polity):
    words = changes_of(page_of(smaller, polity))
    assert f"{words.count('joined')}\N{NO-BREAK SPACE}cells joined" in page_of(smaller, polity)


def test_no_change_is_said(polity):
    assert "no cell joined or left" in page_of(polity, polity)


def test_overview_names_each_polity_and_counts_overlaps(smaller, polity, everyone):
    drawn = overview([smaller, polity, everyone])
    assert drawn.count(">Clean rivers</text>") == 4  # two polities, each with its halo; everyone needs no outline
    assert "belongs to 1 to 3 of them" in drawn


def test_polities_of_different_layers_are_not_laid_over_each_other(polity, over_the_antimeridian):
    with pytest.raises(LayersDifferError, match="one base layer"):
        overview([polity, over_the_antimeridian])
    with pytest.raises(LayersDifferError):
        diff_map(polity, over_the_antimeridian)
