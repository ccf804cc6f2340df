"""`geopolity alternatives` on a folder: what its JSON promises, what it says, what it draws."""

import json

import click
import pytest

from services.cli.deriving.alternatives import _check_known, _why_one
from services.cli.options import Percent
from services.cli.printing import as_json_text
from services.derivation.alternatives import CLASSES, Question, alternatives
from services.derivation.folder import Pictures, write_folder
from services.derivation.opened_folder import OpenedFolderError, opened
from tests.unit.polity.test_derivation import derive_polity, issue, square_layer
from tests.unit.services.test_verify_constraints import CONDITIONS

ROW = {"20": 1.0, "24": 1.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("alternatives") / "row"
    write_folder(home, derive_polity(issue(ROW), square_layer()), Pictures())
    return home


def test_a_row_can_go_around_but_not_without_its_ends(folder):
    answer = alternatives(folder, Question(within=0.4, differ=0.2))
    record = json.loads(as_json_text(answer.as_json()))
    units = {unit["unit_id"]: unit for unit in record["units"]}
    assert units["20"] == {
        "unit_id": "20",
        "kind": "irreplaceable",
        "without_at_least": None,
        "without_found": None,
    }
    assert (units["22"]["kind"], units["22"]["without_at_least"], units["22"]["without_found"]) == (
        "exchangeable",
        7,
        7,
    )
    assert (units["00"]["kind"], units["00"]["without_at_least"]) == ("exchangeable", 7)  # hanging on by 10
    near = alternatives(folder, Question(within=0.2)).units
    assert near.loc[["00", "22", "10"], "kind"].tolist() == ["never in", "irreplaceable", "exchangeable"]
    assert len(record["units"]) == 25
    assert sum(answer.counts().values()) == 25
    for other in record["alternatives"]:
        assert other["lower_bound"] == 5 < other["cost"] <= 7
        assert len(other["inside"]) == other["cost"]
        assert other["gap"] == pytest.approx(other["cost"] / 5 - 1)
        assert other["people_differing"] >= 0.2 * 500


def test_why_a_unit_is_in_is_answered_from_what_was_found(folder):
    answer = alternatives(folder, Question(within=0.4))
    ends, middle, corner = (_why_one(answer, unit) for unit in ("20", "22", "00"))
    assert ends == "20 is inside, and no region can do without it."
    assert middle == (
        "22 is inside: without it the polity would have at least 40.0% more units, and one with 40.0% more is known."
    )
    assert corner.startswith("00 is outside: with it the polity would have at least 40.0% more units")
    with pytest.raises(click.UsageError, match="no unit '99'"):
        _check_known(answer, ["99"])


def test_constraints_of_the_folder_hold_for_what_is_as_good(tmp_path):
    layer = square_layer()
    polity = derive_polity(
        issue({"20": 1.0, "24": 0.5, "44": 0.1}, conditions=CONDITIONS, smallest="population"), layer
    )
    write_folder(tmp_path / "kept", polity, Pictures())
    assert opened(tmp_path / "kept").problem.digest == polity.certificate.digest
    answer = alternatives(tmp_path / "kept", Question(within=0.5))
    assert answer.units.loc["44", "kind"] == "irreplaceable"
    assert answer.units.loc["22", "kind"] == "never in"
    assert all("44" in other.inside and "22" not in other.inside for other in answer.alternatives)


@pytest.mark.parametrize(
    ("changes", "sentence"), [({"compactness": 1.0}, "weigh no borders yet"), ({}, "no folder of a derivation")]
)
def test_what_cannot_be_asked_is_said(tmp_path, changes, sentence):
    if changes:
        write_folder(tmp_path / "other", derive_polity(issue(ROW, **changes), square_layer()), Pictures())
    with pytest.raises(OpenedFolderError, match=sentence):
        opened(tmp_path / "other")


def test_kinds_are_those_of_the_map():
    from maps.webmaps.alternatives import KINDS

    assert KINDS == CLASSES


@pytest.mark.parametrize(("text", "share"), [("2.9%", 0.029), ("0.1%", 0.001), ("0.029", 0.029), ("100%", 1.0)])
def test_a_share_in_per_cent_is_the_number_that_was_written(text, share):
    assert Percent().convert(text, None, None) == share


@pytest.mark.parametrize("text", ["0", "-1%", "101%", "nan", "sNaN", "inf", "many", "%"])
def test_what_is_no_share_is_refused_with_what_was_given(text):
    with pytest.raises(click.BadParameter, match=f"'{text}' is no share"):
        Percent().convert(text, None, None)
