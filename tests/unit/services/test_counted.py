"""Every figure of the studio says how it was counted, and names a file, columns and a page of the guide that are there."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from geopolity.affected.footprint import Attribute, Everyone
from geopolity.polity.derivation import derive_polity
from maps.locale.texts import texts
from maps.reports.counted import counted_figures
from services.derivation.derive import Derived
from services.derivation.folder import Pictures, write_folder
from services.records import as_json
from services.views.live_panel import figures
from tests.unit.polity.test_derivation import issue, square_layer

DOCS = Path(__file__).parents[3] / "docs"
WEIGHTS = {"00": 0.5, "01": 1.0, "02": 1.0, "13": 0.75, "24": 1.0, "43": 0.9}


def lines_of(made):
    derived = Derived(request=None, derivation=made, seconds=0.5)
    return {line.key: line for line in counted_figures(as_json(figures(derived)), made, texts("en"))}


@pytest.fixture(scope="module")
def made():
    return derive_polity(issue(WEIGHTS, coverage=Decimal("0.8"), smallest="area"), square_layer())


def test_every_figure_says_in_sentences_how_it_was_counted(made):
    for line in lines_of(made).values():
        assert line.counted, line.key
        assert all(sentence.endswith(".") for sentence in line.counted), line.key


def test_what_is_named_stands_in_the_folder(made, tmp_path):
    write_folder(tmp_path / "polity", made, Pictures(map_html="", report_html=""))
    for line in lines_of(made).values():
        if not line.where:
            continue
        name, _, rest = line.where.partition(", ")
        file = tmp_path / "polity" / name
        assert file.exists(), line.where
        keys = set(rest.removeprefix("columns ").split(", ")) - {""}
        if file.suffix == ".csv":
            assert keys <= {*pd.read_csv(file, nrows=1)}, line.where
        elif file.name == "certificate.json":
            assert keys <= {*json.loads(file.read_text())}, line.where


def test_the_guide_has_the_page_and_the_heading(made):
    for line in lines_of(made).values():
        page, _, heading = line.page.partition("#")
        if not page:
            continue
        text = (DOCS / page).with_suffix(".md").read_text(encoding="utf-8")
        headings = {
            re.sub(r"[^a-z0-9]+", "-", one.lower()).strip("-") for one in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        assert not heading or heading in headings, line.page


def test_a_column_that_counts_people_is_named():
    layer = square_layer()
    layer = type(layer)(
        name=layer.name,
        title=layer.title,
        vintage=layer.vintage,
        units=layer.units.assign(miners=5.0),
        source="",
        licence="",
    )
    made = derive_polity(issue(WEIGHTS, footprint=Attribute(count="miners")), layer)
    assert "column miners" in " ".join(lines_of(made)["affected"].counted)


def test_of_everybody_nothing_is_said_to_be_smaller():
    made = derive_polity(issue(WEIGHTS, footprint=Everyone()), square_layer())
    lines = lines_of(made)
    assert lines["gap"].value == "the whole layer, nothing to make smaller"
    assert "everyone" in lines["affected"].counted[0]
