"""Bridges with a price: a longer way around where nobody lives, certified, and checked from files and sources."""

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from geopolity.polity.counting import prices
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import IssueError
from geopolity.polity.terrain import survey
from geopolity.region import prove
from maps.locale.texts import texts
from maps.pages.polity.view import Figures
from maps.pages.polity.words import how_small
from maps.reports.findings import findings
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import audit
from services.derivation.audit.sources import Sources, compared
from services.derivation.folder import Pictures, write_folder
from tests.unit.polity.test_derivation import issue, square_layer
from tests.unit.services.test_verify_folder import sealed

ENDS, STRAIGHT, AROUND = {"20": 1.0, "24": 1.0}, ["21", "22", "23"], ["30", "31", "32", "33", "34"]


def layer():
    """Two ends that are affected, people on the straight way between them, and nobody in the row above."""
    people = np.full(25, 100.0)
    people[15:20] = 0.0
    return square_layer(people=people)


def derived(**changes):
    return derive_polity(issue(ENDS, coverage=Decimal(1), smallest="area", **changes), layer())


@pytest.fixture
def folder(tmp_path):
    derivation = derived(bridge_km=20.0)
    region = prove(derivation.problem, derivation.region)
    write_folder(tmp_path / "out", replace(derivation, region=region), Pictures())
    return tmp_path / "out"


def test_a_price_turns_a_way_where_people_live_into_one_where_nobody_does():
    plain, priced = derived(), derived(bridge_km=20.0)
    assert [unit for unit in plain.units.index[plain.units["inside"]] if unit not in ENDS] == STRAIGHT
    assert [unit for unit in priced.units.index[priced.units["inside"]] if unit not in ENDS] == AROUND
    assert priced.certificate.optimal
    assert "bridge" not in plain.units
    assert (priced.units.loc[[*ENDS, *AROUND], "bridge"] == 0).all()


def test_a_bridge_costs_what_a_square_of_its_area_is_long():
    found = derived(bridge_km=20.0)
    unit, row = found.problem_record["cost_unit"], found.units.loc["22"]
    km2 = (row["cost"] - row["bridge"]) * unit / 1e6
    assert row["bridge"] * unit / 1e6 == pytest.approx(20 * km2**0.5, rel=1e-6)
    again = prices(20.0, found.units["affected"].to_numpy(), found.layer, found.terrain)
    assert (again.area + again.bridge == found.units["cost"]).all()


def test_the_folder_holds_together_and_agrees_with_its_sources(folder):
    assert json.loads((folder / "problem.json").read_text())["bridge_km"] == "20.0"
    assert any("cost:" in str(fact) for fact in audit(folder))
    known = Sources(layer=layer(), terrain=survey(layer()), issue=issue(ENDS, coverage=Decimal(1), smallest="area"))
    assert any("costs of 25 units" in str(fact) for fact in compared(folder, known))
    stated = json.loads((folder / "certificate.json").read_text())
    said = subprocess.run(
        [sys.executable, folder / "check_bound.py", folder], capture_output=True, text=True, check=True
    ).stdout
    assert int(said.rsplit(maxsplit=1)[1].rstrip(".").replace(",", "")) == stated["cost"] == stated["lower_bound"]


def test_a_price_that_is_another_than_the_stated_one_is_found(folder):
    problem = json.loads((folder / "problem.json").read_text())
    (folder / "problem.json").write_text(json.dumps(problem | {"bridge_km": "10.0"}))
    sealed(folder)
    with pytest.raises(VerificationFailed, match="but the integers"):
        list(audit(folder))
    (folder / "problem.json").write_text(json.dumps(problem | {"bridge_km": "20.0", "compactness": "1.0"}))
    sealed(folder)
    with pytest.raises(VerificationFailed, match="beside what they have no price with"):
        list(audit(folder))
    del problem["bridge_km"]
    (folder / "problem.json").write_text(json.dumps(problem))
    sealed(folder)
    with pytest.raises(VerificationFailed, match="but the integers"):
        list(audit(folder))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bridge_km": -1.0}, "out of range; give a number from 0"),
        ({"bridge_km": 5000.0}, "out of range; give a number from 0"),
        ({"bridge_km": 5.0, "smallest": "population"}, "have a price in area"),
        ({"bridge_km": 5.0, "compactness": 1.0}, "no price yet where borders count"),
    ],
)
def test_a_price_that_means_nothing_is_refused(changes, sentence):
    with pytest.raises(IssueError, match=sentence):
        issue(ENDS, **({"smallest": "area"} | changes))


def test_what_is_proven_of_its_size_says_that_prices_are_in_it():
    said = findings(derived(bridge_km=20.0))
    assert (
        "No connected region that does so is smaller, the price of bridges included: this is proven." in said.headline
    )
    assert any("counts as 20 km² beside its area; such bridges make up 0.0% of the cost" in one for one in said.method)
    assert "price" not in findings(derived()).headline


def test_the_page_of_a_version_says_what_was_kept_smallest():
    figures = Figures(units=3, population=1.0, area_km2=1.0, affected=1.0, coverage=1.0, gap=0.0)
    assert how_small(texts("en"), figures) == "No connected area that does so is smaller: this is proven."
    for minimised, word in (("bridge", "the price of bridges included"), ("population", "less populous")):
        said = how_small(texts("en"), replace(figures, minimised=minimised))
        assert said.startswith("No connected region that does so is")
        assert word in said
    assert "3% less populous" in how_small(texts("en"), replace(figures, minimised="population", gap=0.03))
