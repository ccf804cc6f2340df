"""One call says what the grid and the borders say one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shapely.geometry import box

from geopolity.lookup import border_of, index_units
from geopolity.lookup.resolver import resolver

UNITS = np.array([box(k, 0, k + 1, 1) for k in range(-180, 180)], dtype=object)
EAST, ALL = np.arange(200, 300), np.arange(360)
BORDERS = [border_of(box(20, 0, 120, 1)), border_of(box(-180, 0, 180, 1)), border_of(box(0, 0, 0, 0))]


@pytest.fixture(scope="module")
def joined():
    return resolver(index_units(UNITS), len(UNITS), [EAST, ALL, EAST[:1]], BORDERS)


def test_unit_and_distances_are_those_of_the_parts(joined):
    rng = np.random.default_rng(4)
    for lon, lat in np.column_stack([rng.uniform(-180, 180, 500), rng.uniform(-0.1, 1.1, 500)]).tolist():
        unit = joined.at(lon, lat)
        assert unit == joined.index.at(lon, lat)
        polities = joined.polity[joined.first[unit] : joined.first[unit + 1]] if unit >= 0 else []
        for place, polity in enumerate(polities):
            assert joined.distances[place] == BORDERS[polity].distance_m(lon, lat)


def test_polities_of_a_unit_are_in_their_order(joined):
    assert joined.polity[joined.first[200] : joined.first[201]].tolist() == [0, 1, 2]
    assert joined.polity[joined.first[0] : joined.first[1]].tolist() == [1]


def test_without_a_border_the_distance_is_infinite(joined):
    assert joined.at(20.5, 0.5) == 200
    assert joined.distances[2] == math.inf


def test_the_antimeridian_is_one_line(joined):
    assert joined.at(180.0, 0.5) == joined.index.at(180.0, 0.5) == joined.at(-180.0, 0.5)


def test_no_polity_at_all():
    joined = resolver(index_units(UNITS), len(UNITS), [], [])
    assert joined.at(0.5, 0.5) == 180
