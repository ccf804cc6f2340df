from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from geopolity.layers.combined import CombineError, combined
from geopolity.layers.contiguity import contiguity
from geopolity.layers.layer import Layer


def named(layer: Layer, name: str) -> Layer:
    return replace(layer, name=name)  # type: ignore[arg-type]


@pytest.fixture
def west(layer_of) -> Layer:
    return named(layer_of([shapely.box(0, y, 1, y + 1) for y in range(2)], [10, 20]), "west")


def test_a_seam_with_a_gap_is_joined_within_its_tolerance(west, layer_of) -> None:
    east = named(layer_of([shapely.box(1.05, y, 2, y + 1) for y in range(2)], [1, 2]), "east")
    layer = combined([west, east], seam_km=10)
    assert layer.units.index.tolist() == ["east:u0", "east:u1", "west:u0", "west:u1"]
    assert layer.population == 33
    graph = contiguity(layer)
    assert graph.edges.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert graph.boundary_km[1] == pytest.approx(111, rel=0.2)
    assert contiguity(combined([west, east], seam_km=2)).edges.tolist() == [[0, 1], [2, 3]]


def test_a_country_that_comes_again_as_its_parts_is_left_out(west, layer_of) -> None:
    world = named(
        layer_of([shapely.box(-0.1, -0.1, 1, 2.1), shapely.box(1, 0, 3, 2)], [30, 5], rank=[1.0, 2.0]), "world"
    )
    layer = combined([west, world], seam_km=10)
    assert layer.population == 35
    assert any("1 units of world are covered" in str(note) for note in layer.notes)
    assert layer.digest != combined([west, world], seam_km=11).digest


def test_overlaps_along_the_seam_are_said(west, layer_of) -> None:
    east = named(layer_of([shapely.box(0.95, 0, 2, 2)], [1]), "east")
    assert any("overlaps earlier layers by 1,2" in str(note) for note in combined([west, east], seam_km=10).notes)


def test_one_layer_is_not_combined(west) -> None:
    with pytest.raises(CombineError, match="two or more"):
        combined([west], seam_km=1)
