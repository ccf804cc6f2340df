"""Borders that a stroke crosses: drawn by hand, and against exact fractions on random tessellations."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, box

from geopolity.layers.combined import combined
from geopolity.layers.contiguity import contiguity
from geopolity.layers.crossed import ROUNDING_KM, crossed
from geopolity.layers.layer import Layer

CLOSE = 2 * ROUNDING_KM / 111
"""Degrees within which outlines count as one."""


def layer_of(shapes, crs=4326):
    ids = [f"{number:03}" for number in range(len(shapes))]
    units = gpd.GeoDataFrame({"name": ids, "population": 1.0}, index=ids, geometry=list(shapes), crs=crs)
    return Layer(name="drawn", title="Drawn", vintage="2020", source="drawn", licence="none", units=units)


def found(line, layer):
    return [tuple(pair) for pair in crossed(np.array(line, float), layer, contiguity(layer)).tolist()]


GRID = [box(column, row, column + 1, row + 1) for row in range(3) for column in range(3)]
"""0 1 2 in the lowest row, 3 4 5 above, 6 7 8 on top."""


def test_a_stroke_cuts_the_borders_that_it_crosses_in_the_order_of_the_stroke():
    grid = layer_of(GRID)
    assert found([(0.5, 0.5), (2.5, 0.5)], grid) == [(0, 1), (1, 2)]
    assert found([(2.5, 0.5), (0.5, 0.5)], grid) == [(1, 2), (0, 1)]
    assert found([(0.5, 0.5), (0.5, 1.5), (1.5, 1.6)], grid) == [(0, 3), (3, 4)]


def test_a_stroke_inside_a_unit_or_outside_the_layer_cuts_nothing():
    grid = layer_of(GRID)
    assert found([(0.2, 0.2), (0.8, 0.8)], grid) == []
    assert found([(9, 9), (10, 10)], grid) == []


def test_units_that_only_meet_in_a_corner_have_no_way_to_cut():
    assert (0, 4) not in found([(0.9, 0.9), (1.1, 1.1)], layer_of(GRID))


def test_a_border_with_other_vertices_on_either_side_is_crossed_too():
    tall = layer_of([box(0, 0, 1, 1 / 3), box(0, 1 / 3, 1, 1), box(1, 0, 2, 1)])
    assert found([(0.5, 0.1), (1.5, 0.1)], tall) == [(0, 2)]
    assert found([(0.5, 0.7), (1.5, 0.7)], tall) == [(1, 2)]


def test_a_projected_layer_is_crossed_where_it_lies_on_the_ground():
    grid = gpd.GeoSeries(GRID, crs=4326)
    metres = layer_of(grid.set_crs(4326).to_crs(3035).to_list(), crs=3035)
    assert found([(0.5, 0.5), (2.5, 0.5)], metres) == [(0, 1), (1, 2)]


def test_units_with_a_seam_between_are_parted_over_it():
    west, east = (
        replace(layer_of([box(x, y, x + 1, y + 1) for y in range(2)]), name=name)
        for name, x in (("west", 0), ("east", 1.05))
    )
    joined = combined([west, east], seam_km=10)
    assert joined.units.index.tolist() == ["east:000", "east:001", "west:000", "west:001"]
    assert found([(0.5, 0.5), (1.5, 0.5)], joined) == [(0, 2)]
    assert found([(0.5, 0.5), (1.02, 0.5)], joined) == []


# ---- against a brute force that shares no code ----------------------------------------------------------------------
Spot = tuple[int, int]
spots = st.tuples(st.integers(0, 60), st.integers(0, 60))


def turn(one, two, three):
    (ax, ay), (bx, by), (cx, cy) = ([Fraction(value) for value in spot] for spot in (one, two, three))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    return (area > 0) - (area < 0)


def within(spot, start, end):
    return all(min(a, b) <= value <= max(a, b) for value, a, b in zip(spot, start, end, strict=True))


def meet(one, two):
    """Whether two closed segments share a point, by orientations in exact fractions."""
    (a, b), (c, d) = one, two
    turns = turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    return any(
        side == 0 and within(spot, *segment)
        for side, spot, segment in zip(turns, (c, d, a, b), (one, one, two, two), strict=True)
    )


def edges_of(cell):
    return {frozenset(pair) for pair in pairwise(cell.exterior.coords) if pair[0] != pair[1]}


def brute(line, cells):
    """Every pair of cells with an edge in common that a part of the line meets."""
    edges = [edges_of(cell) for cell in cells]
    shared = {(one, two): edges[one] & edges[two] for one, two in combinations(range(len(cells)), 2)}
    parts = list(pairwise(line))
    return {
        pair: common
        for pair, common in shared.items()
        if any(meet(part, tuple(edge)) for part in parts for edge in common)
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(spots, min_size=4, max_size=25, unique=True), st.lists(spots, min_size=2, max_size=5), st.integers(0, 99)
)
def test_every_pair_whose_border_is_met_is_found_and_no_other(seeds, line, twist):
    seeds = [(x + twist / 997 * (y % 3), y + twist / 991 * (x % 5)) for x, y in seeds]
    cells = [cell for cell in shapely.voronoi_polygons(MultiPoint(seeds)).geoms if cell.area > 0]
    assume(len(cells) >= 2)
    assume(all(one != two for one, two in pairwise(line)))
    layer = layer_of(cells)
    ways = {tuple(pair) for pair in contiguity(layer).edges.tolist()}
    expected = brute([(float(x), float(y)) for x, y in line], cells).keys() & ways
    answer = found(line, layer)
    assert len(set(answer)) == len(answer)
    assert expected <= set(answer)
    for one, two in set(answer) - expected:
        assert shapely.distance(LineString(line), shapely.intersection(cells[one], cells[two])) < CLOSE
