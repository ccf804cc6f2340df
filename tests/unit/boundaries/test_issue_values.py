"""Values of an issue that are none of their kind: refused with their name, never read as something else."""

import json
import math
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from boundaries.footprints.kinds import KEYS as FOOTPRINT_KEYS
from boundaries.footprints.kinds import footprint_from_table
from boundaries.issue_rows import issue_rows
from boundaries.issue_tables import KEYS, SETTINGS
from boundaries.issues import issue_from_table, open_issue
from geopolity.errors import GeopolityError
from geopolity.polity.issue import IssueError
from services.derivation.requests.spec import DerivationSpec
from tests.unit.polity.test_derivation import issue

FOOTPRINT = {"kind": "units", "units": ["01097"]}
NONE = [
    *((key, value) for key in ("pieces", "connector_km", "compactness") for value in ("nan", "inf", "true", '"2"')),
    *((key, value) for key in ("fill_holes", "exclude_empty") for value in ('"no"', '"false"', "0", "1")),
    *(("coverage", value) for value in ("nan", '"nan"', '"sNaN"', "inf", '"-Infinity"', "true")),
    *((key, "5") for key in ("must", "must_not", "cut", "link")),
    *((key, "[1]") for key in ("must", "cut")),
    ("pieces", "1.5"),
]


@pytest.mark.parametrize(("key", "value"), NONE)
def test_a_value_of_another_kind_is_refused_in_a_sentence(key, value, tmp_path):
    file = tmp_path / "river.toml"
    file.write_text(f'{key} = {value}\n[footprint]\nkind = "units"\nunits = ["01097"]\n')
    with pytest.raises(GeopolityError):
        open_issue(file)


ANYTHING = [
    *(5, -1, 0, 1.5, math.nan, math.inf, -math.inf, 10**30, 1e300, True, None, "x", "", "\x00"),
    *([], [1], ["x"], [[]], [["x"]], [["a", "b"]], [[["a"]]], [True], [None], {}, {"a": 1}, {"a": "x"}, {"a": None}),
    *({"a": [1]}, {"": 1}, {"a": True}, [[1, 2]], [[1, 2], [3, 4]], [[1, 2], [3, "x"]], [[math.nan, 1]]),
]
KINDS = {
    "area": {"polygons": [[[0, 0], [1, 0], [1, 1]]]},
    "corridor": {"lines": [[[0, 0], [1, 1]]], "distance_km": 5},
    "radius": {"points": [[0, 0]], "distance_km": 5},
    "raster": {"file": "none.tif"},
    "units": {"units": ["a"]},
    "attribute": {"share": "c", "base": "d"},
    "everyone": {},
    "union": {"parts": [{"kind": "everyone"}]},
    "intersection": {"parts": [{"kind": "everyone"}]},
    "product": {"parts": [{"kind": "everyone"}]},
}
TEXTS = ["title", "question", "layer", "keep_together"]


def taken(make, values=ANYTHING):
    """Values that were taken; all others were refused in a sentence."""
    found = []
    for value in values:
        with suppress(GeopolityError):
            make(value)
            found.append(value)
    return found


@pytest.mark.parametrize("key", sorted(KEYS - {"footprint"}))
def test_whatever_stands_for_a_setting_is_taken_or_refused_in_a_sentence(key):
    where = Path("river.toml")
    listed = footprint_from_table(FOOTPRINT, where)
    found = taken(lambda value: issue_from_table({key: value}, where, name="river", footprint=listed))
    if key in ("title", "question", "layer", "keep_together"):
        assert found == [None, "x", "", "\x00"]


def test_whatever_stands_for_a_footprint_is_refused_in_a_sentence():
    assert taken(lambda value: footprint_from_table(value, Path("river.toml"))) == []


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind in KINDS for key in sorted(FOOTPRINT_KEYS[kind])])
def test_whatever_stands_for_a_key_of_a_footprint_is_taken_or_refused_in_a_sentence(kind, key):
    found = taken(lambda value: footprint_from_table({"kind": kind, **KINDS[kind], key: value}, Path("a.toml")).digest)
    if key in ("intensity", "distance_km", "low", "high"):
        assert not any(isinstance(value, bool) for value in found)


@pytest.mark.parametrize("share", ['"x"', "true", "[1]", "nan", "2.0", "-0.5"])
def test_a_share_of_a_unit_is_a_number_up_to_one(share, tmp_path):
    file = tmp_path / "river.toml"
    file.write_text(f'[footprint]\nkind = "units"\nunits = {{"01097" = {share}}}\n')
    with pytest.raises(GeopolityError):
        open_issue(file)


@pytest.mark.parametrize("name", [None, float("nan"), True])
def test_a_row_without_a_name_is_named_by_its_number(name, tmp_path):
    table = pd.DataFrame({"name": [name], "footprint": [json.dumps(FOOTPRINT)]})
    table.to_parquet(tmp_path / "issues.parquet")
    with pytest.raises(GeopolityError, match="Row 1 of"):
        list(issue_rows(tmp_path / "issues.parquet"))


def rows(tmp_path, **columns):
    table = pd.DataFrame(
        {"name": ["river"], "footprint": [json.dumps(FOOTPRINT)], **{k: [v] for k, v in columns.items()}}
    )
    table.to_parquet(tmp_path / "issues.parquet")
    return [row.issue for row in issue_rows(tmp_path / "issues.parquet")]


def test_a_row_says_what_a_file_says_and_a_misspelt_column_is_named(tmp_path):
    (one,) = rows(tmp_path, coverage="0.8", pieces=2, fill_holes=False)
    assert (one.coverage, one.pieces, one.fill_holes) == (Decimal("0.8"), 2, False)
    with pytest.raises(IssueError, match="unknown key 'coverge'"):
        rows(tmp_path, coverge="0.8")
    with pytest.raises(IssueError, match="neither true nor false"):
        rows(tmp_path, fill_holes="no")


def test_files_rows_and_requests_know_the_same_settings():
    about = {"name", "footprint", "spread", "issue", "effort", "seed", "uncertainty", "previous"}
    assert set(DerivationSpec.model_fields) - about == SETTINGS
    assert SETTINGS | {"footprint", "spread"} == KEYS


def test_pieces_of_an_issues_file_count(tmp_path):
    file = tmp_path / "river.toml"
    file.write_text('pieces = 2\n[footprint]\nkind = "units"\nunits = ["01097"]\n')
    assert open_issue(file).pieces == 2


def test_no_share_is_no_number_in_python_either():
    with pytest.raises(IssueError, match="out of range"):
        issue({"11": 1.0}, coverage=Decimal("nan"))
