from __future__ import annotations

import numpy as np
import pytest
import shapely

from geopolity.layers.connectors import connectors
from geopolity.layers.contiguity import contiguity


def test_cells_that_share_a_side_are_rook_and_a_corner_is_queen(layer_of) -> None:
    cells = [shapely.box(x, y, x + 1, y + 1) for y in range(2) for x in range(2)]
    layer = layer_of(cells, [1] * 4)
    assert contiguity(layer).edges.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    both = contiguity(layer, queen=True)
    assert both.edges.tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    assert both.kind.tolist() == ["rook", "rook", "queen", "queen", "rook", "rook"]


def test_borders_with_different_vertices_are_found(layer_of) -> None:
    wide = shapely.box(0, 0, 2, 1)
    small = [shapely.box(0.5, 1, 1, 2), shapely.box(1, 1, 1.5, 2)]
    assert contiguity(layer_of([wide, *small], [1] * 3)).edges.tolist() == [[0, 1], [0, 2], [1, 2]]


def test_a_slanted_border_with_different_vertices_is_found(layer_of) -> None:
    left = shapely.Polygon([(0, 0), (1, 0), (2, 3), (0, 3)])
    right = shapely.Polygon([(1, 0), (3, 0), (3, 3), (2, 3), (1.5, 1.5)])
    assert contiguity(layer_of([left, right], [1, 1])).edges.tolist() == [[0, 1]]


def test_a_unit_in_a_hole_touches_its_surroundings(layer_of) -> None:
    hole = shapely.box(1, 1, 2, 2)
    ring = shapely.Polygon(shapely.box(0, 0, 3, 3).exterior, [hole.exterior])
    found = contiguity(layer_of([ring, hole], [1, 1]))
    assert found.edges.tolist() == [[0, 1]]
    assert found.boundary_km[0] == pytest.approx(4 * 111, rel=0.01)


def test_islands_are_present_as_parts_of_their_own(layer_of) -> None:
    layer = layer_of([shapely.box(x, 0, x + 1, 1) for x in (0, 1, 5)], [1] * 3)
    assert contiguity(layer).components.tolist() == [0, 0, 1]


def test_neighbours_meet_across_the_antimeridian(layer_of) -> None:
    layer = layer_of([shapely.box(179, 0, 180, 1), shapely.box(-180, 0, -179, 1)], [1, 1])
    assert contiguity(layer).edges.tolist() == [[0, 1]]


def test_connectors_join_parts_by_their_shortest_line(layer_of) -> None:
    layer = layer_of([shapely.box(x, 0, x + 1, 1) for x in (0, 1, 2.5, 9)], [1] * 4)
    links = connectors(layer, contiguity(layer).components, 100)
    assert links["connector_id"].tolist() == ["u1~u2"]
    assert links["km"].tolist() == pytest.approx([0.5 * 111.3], rel=0.01)
    assert connectors(layer, contiguity(layer).components, 10).empty


def test_connectors_reach_across_the_antimeridian(layer_of) -> None:
    layer = layer_of([shapely.box(178, 60, 179.9, 61), shapely.box(-179.9, 60, -178, 61)], [1, 1])
    links = connectors(layer, contiguity(layer).components, 20)
    assert links["km"].tolist() == pytest.approx([0.2 * 111.3 * np.cos(np.radians(61))], rel=0.01)
