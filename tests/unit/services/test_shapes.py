"""One issue in four shapes: each a folder that verifies, one table, one page."""

import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from geopolity.affected.footprint import Everyone
from geopolity.polity.clusters import clusters
from services.derivation import derive
from services.derivation.audit.folder import audit
from services.derivation.layers import Columns
from services.derivation.requests.request import Request
from services.derivation.shapes import ShapesError, shapes_of, split_into
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
    with pytest.raises(ShapesError, match="in 1 clusters"):
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
