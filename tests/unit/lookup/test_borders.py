"""Distances to borders: right near and far, over the antimeridian and at the poles, and seams are no borders."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import MultiPolygon, box

from geopolity.arrays import NOBODY
from geopolity.lookup import border_of
from geopolity.lookup.borders import border_of_units
from geopolity.lookup.outlines import outlines_of, unshared

EARTH = Geod(ellps="WGS84")


def _brute(shape, lon, lat, step=0.002):
    """The slow, obvious twin: the nearest of many points along the border, by geodesic."""
    line = shapely.segmentize(shapely.boundary(shape), step)
    east, north = shapely.get_coordinates(line).T
    return EARTH.inv(np.full(len(east), lon), np.full(len(east), lat), east, north)[2].min()


@pytest.mark.parametrize(("lon", "lat"), [(0.5, 45.2), (0.001, 45.5), (3, 47), (-20, 10), (0.5, 45.5)])
def test_the_distance_is_the_geodesic_one(lon, lat):
    square = box(0, 45, 1, 46)
    assert border_of(square).distance_m(lon, lat) == pytest.approx(_brute(square, lon, lat), rel=1e-3, abs=1)


def test_the_antimeridian_is_no_border_and_no_obstacle():
    fiji = MultiPolygon([box(177, -19, 180, -16), box(-180, -19, -178, -16)])
    border = border_of(fiji)
    assert border.distance_m(180, -17.5) == pytest.approx(_to(180, -17.5, 180, -16), rel=2e-3)
    assert border.distance_m(-179, -17.5) == pytest.approx(_to(-179, -17.5, -178, -17.5), rel=1e-3)
    assert border.distance_m(-177.9, -17.5) == pytest.approx(border.distance_m(-178.1, -17.5), rel=1e-2)


def test_the_pole_is_no_border():
    cap = box(-180, 80, 180, 90)
    assert border_of(cap).distance_m(25, 90) == pytest.approx(_to(0, 90, 0, 80), rel=1e-3)


def _to(*points):
    return EARTH.inv(*points)[2]


def test_the_nearest_unit_from_outside_is_found_over_unshared_borders_only():
    squares = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)], dtype=object)
    outer = unshared(outlines_of(squares))
    assert len(outer.edge) == 8
    border = border_of_units(outer)
    assert border.nearest(-1, 0.5) == (0, pytest.approx(_to(-1, 0.5, 0, 0.5), rel=1e-3))
    assert border.nearest(3.5, 0.5)[0] == 2
    assert border.nearest(1.5, 3)[0] == 1
    assert border.nearest(1.0, -1.0)[0] == 0  # as near to both: the lowest


def test_no_border_is_infinitely_far():
    border = border_of(shapely.Polygon())
    assert border.nearest(0, 0) == (NOBODY, math.inf)
