"""Borders as arcs: what neighbours share is there once, and every outline can be walked again."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from boundaries import open_layer
from geopolity.arrays import NOBODY
from geopolity.geometry.snapping import SNAP
from geopolity.layers.arcs import arcs_of
from geopolity.layers.dissolved import Walks, border_arcs, group_walks, ring_places, unit_walks


def array(*shapes):
    return np.array(shapes, dtype=object)


def squares(side=4):
    return array(*(box(x, y, x + 1, y + 1) for x in range(side) for y in range(side)))


def polygons(arcs, walks: Walks):
    """Shapes of the features, rebuilt from their walks."""
    found = [[] for _ in range(walks.size)]
    for number, owner in enumerate(walks.owner.tolist()):
        ring = ring_places(arcs, walks.walk[walks.ring[number] : walks.ring[number + 1]]) / SNAP
        if walks.hole[number]:
            found[owner][-1][1].append(ring)
        else:
            found[owner].append((ring, []))
    return array(*(shapely.MultiPolygon(parts) for parts in found))


def test_a_border_between_two_squares_is_one_arc_with_both_beside_it():
    arcs = arcs_of(array(box(0, 0, 1, 1), box(1, 0, 2, 1)))
    shared = np.flatnonzero((arcs.sides != NOBODY).all(axis=1))
    assert len(arcs) == 3
    assert [sorted(arcs.sides[arc].tolist()) for arc in shared] == [[0, 1]]


def test_an_island_in_a_lake_is_one_arc_for_both():
    lake = shapely.Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    arcs = arcs_of(array(lake, box(1, 1, 2, 2)))
    assert len(arcs) == 2
    assert arcs.hole.tolist() == [False, True, False]


def test_rings_come_back_as_they_were():
    layer = open_layer("us-counties").units.geometry.to_crs(4326).to_numpy()[:400]
    arcs = arcs_of(layer)
    steps = shapely.set_precision(layer, 1 / SNAP, mode="pointwise")
    assert shapely.equals(polygons(arcs, unit_walks(arcs)), steps).mean() > 0.99  # the rest is invalid once snapped
    assert np.allclose(shapely.area(polygons(arcs, unit_walks(arcs))), shapely.area(layer), atol=1e-6)


def test_a_group_whose_parts_touch_at_a_corner_has_two_simple_rings():
    arcs = arcs_of(squares(2))
    outline = polygons(arcs, group_walks(arcs, np.array([0, NOBODY, NOBODY, 0])))[0]
    assert outline.is_valid
    assert outline.area == 2


@given(st.lists(st.integers(-1, 2), min_size=16, max_size=16))
def test_groups_are_outlined_as_a_union_outlines_them(group):
    shapes, group = squares(), np.array(group)
    arcs = arcs_of(shapes)
    walks = group_walks(arcs, group)
    for number, outline in enumerate(polygons(arcs, walks)):
        assert outline.is_valid
        assert shapely.equals(outline, shapely.union_all(shapes[group == number])) or not (group == number).any()


def test_the_border_of_a_group_is_the_arcs_with_one_side_inside():
    arcs = arcs_of(squares(3))
    inside = np.zeros(9, bool)
    inside[4] = True
    assert sum(len(arcs.xy[arcs.first[arc] : arcs.first[arc + 1]]) - 1 for arc in border_arcs(arcs, inside)) == 4


def test_nothing_has_no_arcs():
    assert len(arcs_of(array(shapely.Polygon()))) == 0
