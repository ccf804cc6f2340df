"""The grid gives the unit that GEOS gives, on borders and off them, and the lowest where several cover a point."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geopolity.arrays import NOWHERE
from geopolity.geometry.snapping import SNAP
from geopolity.lookup import PointError, index_units, unit_index
from geopolity.lookup.unit_index import RUBBISH, _grid

SQUARES = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object)


@pytest.mark.parametrize(
    ("lon", "lat", "unit"),
    [
        (0.5, 0.5, 0),
        (1.5, 0.5, 1),
        (1.0, 0.5, 0),  # a shared border belongs to the lowest
        (1.00000001, 0.5, 0),  # and so does what snaps to it
        (1.0000001, 0.5, 1),
        (0.0, 0.0, 0),
        (2.0, 1.0, 1),
        (2.0000001, 1.0, NOWHERE),
        (-1.0, 0.5, NOWHERE),
        (0.5, 80.0, NOWHERE),
    ],
)
def test_a_point_has_the_lowest_unit_that_covers_it(lon, lat, unit):
    index = index_units(SQUARES)
    assert index.at(lon, lat) == unit
    assert index.at_all([lon], [lat]).tolist() == [unit]


def test_of_overlapping_units_the_lowest_wins_even_where_it_has_no_edge():
    index = index_units(np.array([box(0, 0, 10, 10), box(4, 4, 6, 6)], dtype=object))
    assert index.at_all([5.0, 4.0, 1.0], [5.0, 4.0, 1.0]).tolist() == [0, 0, 0]
    flipped = index_units(np.array([box(4, 4, 6, 6), box(0, 0, 10, 10)], dtype=object))
    assert flipped.at_all([5.0, 4.0, 1.0], [5.0, 4.0, 1.0]).tolist() == [0, 0, 1]


def test_a_hole_is_outside_and_its_edge_is_inside():
    index = index_units(np.array([box(0, 0, 3, 3) - box(1, 1, 2, 2)], dtype=object))
    assert index.at_all([1.5, 1.0, 0.5], [1.5, 1.5, 0.5]).tolist() == [NOWHERE, 0, 0]


def test_both_sides_of_the_antimeridian_are_one_meridian():
    index = index_units(np.array([box(170, 0, 180, 10), box(-180, 20, -170, 30)], dtype=object))
    assert [index.at(180.0, 5.0), index.at(-180.0, 5.0), index.at(180.0, 25.0)] == [0, 0, 1]
    assert index.at_all([-180.0, 180.0], [5.0, 25.0]).tolist() == [0, 1]


def test_a_pole_belongs_to_the_unit_around_it_whatever_its_longitude():
    index = index_units(np.array([box(-180, -90, 180, -60)], dtype=object))
    assert index.at_all([0.0, 180.0, -37.5], [-90.0, -90.0, -90.0]).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("lon", "lat"), [(np.nan, 0), (0, np.inf), (181, 0), (0, -91)])
def test_rubbish_among_many_is_told_apart_from_the_sea(lon, lat):
    assert index_units(SQUARES).at_all([lon, 5.0, 0.5], [lat, 5.0, 0.5]).tolist() == [RUBBISH, NOWHERE, 0]


@pytest.mark.parametrize(
    ("lon", "lat", "word"), [(float("nan"), 1, "no place"), (40, -100, "swapped"), (181, 0, "range"), (0, 200, "range")]
)
def test_one_place_that_is_none_is_refused(lon, lat, word):
    with pytest.raises(PointError, match=word):
        index_units(SQUARES).at(lon, lat)


def test_no_units_and_empty_units_cover_nothing():
    assert index_units(np.array([], dtype=object)).at(0, 0) == NOWHERE
    empty = index_units(np.array([Polygon(), box(0, 0, 1, 1)], dtype=object))
    assert empty.at_all([0.5, 3.0], [0.5, 3.0]).tolist() == [1, NOWHERE]


def _expected(shapes, x, y):
    """The slow, obvious twin: every shape asked by GEOS, in steps of 1e-7 degrees."""
    steps = shapely.transform(shapes, lambda xy: np.rint(xy * SNAP))
    covers = shapely.intersects(steps[:, None], shapely.points(x, y)[None, :])
    return np.where(covers.any(axis=0), covers.argmax(axis=0), NOWHERE)


@st.composite
def tessellations(draw):
    """Voronoi cells of a few points on a coarse grid: many corners, many shared borders, some vertical or level."""
    seed, count = draw(st.integers(0, 2**32 - 1)), draw(st.integers(2, 12))
    rng = np.random.default_rng(seed)
    points = shapely.MultiPoint(np.unique(rng.integers(0, 40, (count, 2)), axis=0) / 10)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box(0, 0, 4, 4)))
    return shapely.intersection(cells, box(0, 0, 4, 4)), rng


@settings(deadline=None, max_examples=60)
@given(tessellations(), st.sampled_from([2**4, 2**8, 2**14]))
def test_any_tessellation_agrees_with_geos_inside_on_edges_and_on_corners(world, cells):
    shapes, rng = world
    shapes = shapes[shapely.area(shapes) > 0]
    vertices = np.rint(shapely.get_coordinates(shapes) * SNAP)
    near = vertices[rng.integers(0, len(vertices), 200)] + rng.integers(-2, 3, (200, 2))
    middles = (vertices[:-1] + vertices[1:]) // 2
    far = rng.integers(-SNAP, 5 * SNAP, (200, 2))
    x, y = np.vstack([vertices, near, middles, far]).T
    least, unit_index.LEAST_CELLS, most, unit_index.MOST_CELLS = (
        unit_index.LEAST_CELLS,
        cells,
        unit_index.MOST_CELLS,
        cells,
    )
    try:
        found = index_units(shapes).at_all(x / SNAP, y / SNAP)
    finally:
        unit_index.LEAST_CELLS, unit_index.MOST_CELLS = least, most
    assert found.tolist() == _expected(shapes, x, y).tolist()


def test_parts_holes_and_spikes_agree_with_geos():
    spike = Polygon([(0, 0), (4, 0), (4, 4), (2, 0.0000001), (0, 4)])
    island = MultiPolygon([box(5, 5, 6, 6), box(7, 7, 8, 8) - box(7.2, 7.2, 7.4, 7.4)])
    shapes = np.array([spike, island], dtype=object)
    rng = np.random.default_rng(7)
    x, y = rng.integers(0, 9 * SNAP, (2, 5000))
    x[:50], y[:50] = 2 * SNAP, np.arange(50)  # along the spike
    assert index_units(shapes).at_all(x / SNAP, y / SNAP).tolist() == _expected(shapes, x, y).tolist()


def test_the_grid_covers_all_edges_and_stays_within_its_budget():
    from geopolity.lookup.outlines import outlines_of

    origin, shift, shape = _grid(outlines_of(SQUARES))
    assert origin.tolist() == [0, 0]
    assert shape.prod() <= unit_index.LEAST_CELLS
    assert ((shape[::-1] << shift) > [2 * SNAP, SNAP]).all()
