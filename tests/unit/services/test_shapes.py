"""One issue in four shapes: each a folder that verifies, one table, one page."""

import json
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from geopolity.affected.footprint import Everyone
from geopolity.polity.clusters import clusters
from geopolity.polity.conditions import Conditions
from services.derivation import derive
from services.derivation.audit.folder import audit
from services.derivation.folder import OutputFolderError
from services.derivation.layers import Columns
from services.derivation.requests.request import Request
from services.derivation.shape_folders import shapes_of, split_into
from services.derivation.shapes import ShapesError
from tests.unit.polity.test_derivation import issue, square_layer

ENDS = {"00": 1.0, "01": 1.0, "43": 1.0, "44": 1.0}


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Two crowded corners of a square, and a request for them."""
    monkeypatch.setattr(derive, "_pdf", lambda _: None)
    file = tmp_path / "squares.gpkg"
    square_layer().units.rename_axis("unit_id").reset_index().to_file(file)
    columns = Columns(id_column="unit_id", population_column="population", name_column="name")
    wanted = issue(ENDS, coverage=Decimal("0.9"), smallest="area")
    return Request(issue=wanted, layers=(str(file),), columns=columns, effort="interactive")


def test_four_shapes_are_compared_and_each_folder_verifies(asked, tmp_path):
    out = tmp_path / "shapes"
    found = shapes_of(out, asked, tmp_path)
    assert [one.shape for one in found.shapes] == ["smallest", "rounder", "pieces", "split"]
    smallest, rounder, pieces, split = found.shapes
    assert (smallest.units, smallest.pieces, pieces.units, pieces.pieces, split.polities) == (9, 1, 4, 2, 2)
    assert rounder.border_km <= smallest.border_km
    assert smallest.bridge_population == 500
    assert (pieces.bridge_population, split.bridge_population) == (0, 0)
    assert (pieces.people_joining, pieces.people_leaving) == (0, 500)
    assert split.cost == pieces.cost
    for name in ("smallest", "rounder", "pieces", "part-1", "part-2"):
        assert all(str(sentence) for sentence in audit(out / name))
    table = pd.read_csv(out / "shapes.csv")
    assert table["folders"].tolist() == ["smallest", "rounder", "pieces", "part-1 part-2"]
    page = (out / "shapes.html").read_text()
    assert page.count("<svg") == 4
    assert "In bridges live" in page
    assert json.loads((out / "pieces" / "problem.json").read_text())["pieces"] == 2


def test_one_cluster_is_not_split_and_everyone_has_one_shape(asked, tmp_path):
    made = derive.derive(asked, tmp_path).derivation
    with pytest.raises(ShapesError, match="in one cluster"):
        split_into(tmp_path / "out", asked, tmp_path, made_with(made, {"00": 1.0, "01": 1.0}))
    everyone = Request(issue=issue(ENDS, footprint=Everyone()), layers=asked.layers, columns=asked.columns)
    with pytest.raises(ShapesError, match="affects everyone"):
        shapes_of(tmp_path / "out", everyone, tmp_path)
    assert not (tmp_path / "out").exists()


def made_with(derivation, weights):
    """The derivation with other people affected."""
    affected = derivation.units.index.to_series().map(weights).fillna(0.0) * 100.0
    derivation.units["affected"] = affected
    return derivation


def test_clusters_are_neighbours_with_somebody_affected_and_small_ones_are_left_out():
    units = pd.DataFrame(
        {"population": [100.0] * 6, "affected": [100.0, 90.0, 0.0, 60.0, 0.01, 1.0]}, index=list("abcdef")
    )
    row = np.array([[v, v + 1] for v in range(5)])
    assert clusters(units, row) == [["a", "b"], ["d"]]


def test_parts_of_an_earlier_run_are_not_left_beside_those_of_this_one(asked, tmp_path):
    out = tmp_path / "out"
    three = replace(asked, issue=issue(ENDS | {"04": 1.0, "40": 1.0}, smallest="area"))
    made = derive.derive(three, tmp_path).derivation
    assert len(split_into(out, three, tmp_path, made)) > 2
    parts = split_into(out, asked, tmp_path, derive.derive(asked, tmp_path).derivation)
    assert sorted(path.name for path in out.iterdir()) == [path.name for path, _ in parts] == ["part-1", "part-2"]


def test_a_part_that_is_no_derivation_is_left_alone(asked, tmp_path):
    (tmp_path / "out" / "part-3").mkdir(parents=True)
    (tmp_path / "out" / "part-3" / "letters.txt").write_text("mine")
    with pytest.raises(OutputFolderError, match=r"holds letters\.txt"):
        split_into(tmp_path / "out", asked, tmp_path, derive.derive(asked, tmp_path).derivation)
    assert (tmp_path / "out" / "part-3" / "letters.txt").read_text() == "mine"


@pytest.mark.parametrize("condition", [{"must": ("22",)}, {"at_most_units": 20}, {"at_most_population": 2e3}])
def test_what_is_said_of_one_polity_cannot_be_said_of_several(condition, asked, tmp_path):
    bound = replace(asked, issue=replace(asked.issue, conditions=Conditions(**condition)))
    made = derive.derive(bound, tmp_path).derivation
    with pytest.raises(ShapesError, match="about one polity"):
        split_into(tmp_path / "out", bound, tmp_path, made)
