"""A polity that keeps to conditions: five by five square units, as everywhere in these tests."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from boundaries.conditions import conditions_from_table, read_ids, read_pairs
from geopolity.affected.footprint import Everyone
from geopolity.errors import RequestError
from geopolity.polity.conditions import Conditions, ConditionsError, conditions_of
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import IssueError
from geopolity.region import ConstraintsConflict, verify
from maps.locale.texts import texts
from maps.reports.conditions import conditions_parts, conditions_words
from maps.reports.findings import findings
from maps.reports.method import kept_to
from tests.unit.polity.test_derivation import issue, square_layer

ROW = {"20": 1.0, "24": 1.0}
"""Two units of a row; the cheapest region is the row."""


def inside(conditions, layer=None, **changes):
    polity = derive_polity(issue(ROW, conditions=conditions, **changes), layer or square_layer())
    verify(polity.problem, polity.region)
    return polity, set(polity.units.index[polity.units["inside"]])


LAKE = {"21", "31", "41"}


def lake_layer():
    """The square layer, three units of which lie around one lake."""
    layer = square_layer()
    layer.units["lake"] = [name if name not in LAKE else "lake" for name in layer.units.index]
    return layer


def test_units_locked_in_and_out_move_the_region():
    assert inside(Conditions())[1] == {"20", "21", "22", "23", "24"}
    polity, found = inside(Conditions(must=("44",), must_not=("22",)))
    assert "44" in found
    assert "22" not in found
    assert polity.certificate.optimal
    assert polity.problem_record["constraints"] == {"must": ["44"], "must_not": ["22"]}


def test_what_is_alike_in_a_column_is_whole_in_or_whole_out():
    _, found = inside(Conditions(keep_together="lake"), lake_layer())
    assert len(found & LAKE) in {0, 3}


def test_a_cut_way_is_gone_and_a_linked_one_is_there():
    polity, found = inside(Conditions(cut=(("22", "21"),), link=(("20", "24"),)))
    assert found == {"20", "24"}
    kinds = dict(zip(zip(polity.edges["from"], polity.edges["to"], strict=True), polity.edges["kind"], strict=True))
    assert kinds["20", "24"] == "link"
    assert ("21", "22") not in kinds


def test_limits_and_empty_units_are_kept_to():
    people = np.full(25, 100.0)
    people[[21, 22]] = 0
    layer = square_layer(people=people)
    limit = 700.0
    weights = {"20": 1.0, "24": 1.0, "04": 0.4}
    polity = derive_polity(
        issue(weights, conditions=Conditions(at_most_population=limit, exclude_empty=True), coverage=Decimal("0.8")),
        layer,
    )
    verify(polity.problem, polity.region)
    assert polity.population <= limit
    assert not (polity.units["inside"] & (polity.units["population"] == 0)).any()


def test_conditions_that_cannot_hold_together_are_named():
    with pytest.raises(ConstraintsConflict, match=r"20 outside; coverage 1"):
        inside(Conditions(must_not=("20",), must=("00",)))
    with pytest.raises(ConstraintsConflict, match=r"at most 4 units; coverage 1"):
        inside(Conditions(at_most_units=4))
    with pytest.raises(ConstraintsConflict, match=r"at most 12\.5 km²; coverage 1"):
        inside(Conditions(at_most_area_km2=12.5))


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        (Conditions(must=("99",)), "names '99', which is no unit of squares"),
        (Conditions(keep_together="lake"), "has no column 'lake' to keep units together by; it has parent"),
        (Conditions(cut=(("00", "44"),)), "00 and 44 do not touch"),
        (Conditions(link=(("00", "00"),)), "is one unit; give two"),
    ],
)
def test_what_the_layer_does_not_have_is_named(conditions, sentence):
    with pytest.raises(ConditionsError, match=sentence):
        inside(conditions)


def test_conditions_that_contradict_the_issue_are_refused():
    with pytest.raises(IssueError, match="affects everyone"):
        issue(ROW, footprint=Everyone(), conditions=Conditions(must=("00",)))
    with pytest.raises(IssueError, match="take no enclosed units in"):
        issue(ROW, fill_holes=True, conditions=Conditions(must=("00",)))
    with pytest.raises(IssueError, match="Borders cannot count"):
        issue(ROW, compactness=1.0, conditions=Conditions(at_most_units=3))
    with pytest.raises(ConditionsError, match="at_most_units = 0 leaves nothing"):
        Conditions(at_most_units=0)


def test_rounder_regions_keep_to_conditions_too():
    conditions = Conditions(must=("44",), must_not=("22",), keep_together="lake")
    polity = derive_polity(issue(ROW, conditions=conditions, compactness=0.5), lake_layer())
    found = set(polity.units.index[polity.units["inside"]])
    assert "44" in found
    assert "22" not in found
    assert len(found & LAKE) in {0, 3}
    assert polity.border is not None


def test_the_report_says_what_was_kept_to():
    polity, _ = inside(Conditions(must=("44",), must_not=("22", "21"), exclude_empty=True))
    said = " ".join(" ".join(findings(polity).method).split())
    assert "1 unit had to be inside; 2 units had to stay outside; units where nobody lives stay outside" in said
    stated = {"at_most": {"units": 3, "area": 12.0, "population": 900}, "link": [["a", "b"]]}
    for language, word in (("en", "at most"), ("es", "como máximo"), ("fr", "au plus")):
        assert word in conditions_words(stated, "squares", texts(language))[0]


def test_conditions_come_back_from_their_record():
    conditions = Conditions(must=("44",), cut=(("21", "22"),), at_most_area_km2=2_000.0, keep_together="parent")
    assert conditions_of(conditions.record(square_layer(), 1)) == conditions


def test_ids_and_pairs_are_read_from_text_and_files(tmp_path):
    (tmp_path / "ids.csv").write_text("unit_id,name\n00,A\n01,B\n")
    (tmp_path / "pairs.csv").write_text("from,to\n00,01\n")
    assert read_ids("00, 01") == read_ids(str(tmp_path / "ids.csv")) == ("00", "01")
    assert read_pairs(tmp_path / "pairs.csv") == (("00", "01"),)
    table = {"must": "ids.csv", "cut": [["00", "10"]], "link": "pairs.csv", "at_most_units": 3}
    found = conditions_from_table(table, tmp_path / "issue.toml")
    assert found == Conditions(must=("00", "01"), cut=(("00", "10"),), link=(("00", "01"),), at_most_units=3)
    (tmp_path / "pairs.csv").write_text("00\n")
    with pytest.raises(RequestError, match="is no pair"):
        read_pairs(tmp_path / "pairs.csv")


@pytest.mark.parametrize("table", [{"must": [1]}, {"cut": [["a"]]}, {"at_most_units": "many"}])
def test_values_of_another_kind_are_refused(table):
    with pytest.raises(ConditionsError, match="correct it"):
        conditions_from_table(table, Path("issue.toml"))


def test_few_units_are_called_by_name_where_the_names_are_known():
    polity, _ = inside(Conditions(must=("44",), cut=(("22", "21"),), link=(("20", "24"),)))
    assert kept_to(polity, texts("en")) == (
        "Inside, as asked: 44.",
        "Ways between neighbours that were cut: 21 – 22.",
        "Ways that were made, as by a ferry: 20 – 24.",
    )
    many = {"must": ["20", "21", "22", "23", "24"]}
    names = {unit: unit for unit in many["must"]}
    assert conditions_parts(many, "squares", texts("en"), names) == ["5\xa0units had to be inside"]
    assert kept_to(inside(Conditions(), pieces=3)[0], texts("en")) == ("It may be in at most 3 pieces.",)
    assert kept_to(inside(Conditions())[0], texts("en")) == ()
