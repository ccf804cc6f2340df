"""Values of an issue that are none of their kind: refused with their name, never read as something else."""

import json
from decimal import Decimal

import pandas as pd
import pytest

from boundaries.issue_rows import issue_rows
from boundaries.issue_tables import KEYS, SETTINGS
from boundaries.issues import open_issue
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
