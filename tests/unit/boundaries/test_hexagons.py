"""Units that are H3 cells."""

from pathlib import Path

import h3
import numpy as np
import pytest

from boundaries import open_layer
from boundaries.errors import FileError
from geopolity.layers.contiguity import contiguity
from geopolity.layers.ground import unit_areas_m2


def write(folder: Path, cells: list[str]) -> Path:
    path = folder / "cells.csv"
    path.write_text("h3,population\n" + "".join(f"{cell},7\n" for cell in cells), encoding="utf-8")
    return path


@pytest.mark.parametrize("place", [(45.0, 5.0), (0.0, 180.0), (90.0, 0.0)])
def test_a_cell_and_its_neighbours_are_a_layer_with_true_areas(tmp_path, place):
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(*place, 4), 1))
    layer = open_layer(write(tmp_path, cells))
    true = np.array([h3.cell_area(cell, unit="m^2") for cell in layer.units.index])
    assert layer.units.index.tolist() == cells
    ellipsoid_is_not_h3s_sphere = 0.015
    assert unit_areas_m2(layer) == pytest.approx(true, rel=ellipsoid_is_not_h3s_sphere)


def test_neighbouring_cells_touch(tmp_path):
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(45, 5, 5), 1))
    graph = contiguity(open_layer(write(tmp_path, cells)))
    assert len(graph.edges) == 12
    assert set(graph.kind) == {"rook"}


def test_a_word_that_is_no_cell_is_refused_by_name(tmp_path):
    with pytest.raises(FileError, match="'paris' in column 'h3' is not an H3 cell"):
        open_layer(write(tmp_path, ["paris"]))
