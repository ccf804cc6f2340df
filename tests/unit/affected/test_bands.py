"""Bands of distance: squares of some 11 km on the equator, a hundred people in each, and what lies how far."""

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geopolity.affected.bands import BandsError, bands_of
from geopolity.affected.footprint import Area, Corridor, Everyone, Radius, Units
from geopolity.affected.mixed import Intersection, Product, Union
from geopolity.affected.people import affected_people
from tests.unit.polity.test_derivation import square_layer

LAYER = square_layer()
CENTRE = gpd.GeoSeries([shapely.Point(0.25, 0.25)], crs=4326)
SQUARE = gpd.GeoSeries([shapely.box(0.2, 0.2, 0.3, 0.3)], crs=4326)
KM2 = 11.132 * 11.057
"""Area of a unit."""


def laid(footprint, *edges):
    affected = affected_people(footprint, LAYER).table["affected"].to_numpy()
    return bands_of(footprint, LAYER, edges, affected), affected


def test_bands_around_a_point_are_rings_cut_out_of_the_units():
    bands, _ = laid(Radius(points=CENTRE, distance_km=4), 1, 3, 10)
    assert bands.names == ("0-1", "1-3", "3-10", "10-")
    middle = bands.share[:, 12]
    assert middle[0] == pytest.approx(math.pi / KM2, rel=1e-3)
    assert middle[1] == pytest.approx(math.pi * (9 - 1) / KM2, rel=1e-3)
    assert bands.share[:2].sum() == pytest.approx(math.pi * 9 / KM2, rel=1e-3)
    assert bands.affected.sum(axis=1)[[0, 1, 3]] == pytest.approx(
        [100 * math.pi / KM2, 100 * math.pi * 8 / KM2, 0], rel=1e-3
    )


def test_an_area_is_a_band_of_its_own_and_others_lie_around_it():
    bands, affected = laid(Area(shapes=SQUARE), 5)
    assert bands.names == ("0", "0-5", "5-")
    assert bands.share[0, 12] == 1
    assert bands.share[1, 13] == pytest.approx(5 / 11.132, rel=2e-3)
    assert bands.share[2, 0] > 0.8
    assert bands.affected[0].tolist() == affected.tolist()
    assert np.allclose(bands.share, laid(Units(weights={"22": 1.0}), 5)[0].share, atol=1e-6)


def test_a_unit_that_lies_in_two_bands_is_unsure_of_both_and_one_in_a_band_is_not():
    bands, _ = laid(Area(shapes=SQUARE), 5)
    assert bands.margin[1, 13] > 0.1
    assert bands.margin[:, 12].tolist() == [0, 0, 0]


def test_of_several_the_nearest_counts_and_where_all_have_to_meet_their_shared_ground():
    line = Corridor(lines=gpd.GeoSeries([shapely.LineString([(0, 0.05), (0.5, 0.05)])], crs=4326), distance_km=3)
    both, _ = laid(Union(parts=(line, Area(shapes=SQUARE))), 5)
    assert both.share[0].nonzero()[0].tolist() == [12]
    assert both.share[1, 2] == pytest.approx(2 * 5 / 11.057, rel=2e-3)
    tall = gpd.GeoSeries([shapely.box(0.2, 0, 0.3, 0.5)], crs=4326)
    shared, _ = laid(Intersection(parts=(Area(shapes=tall), Area(shapes=SQUARE))), 5)
    assert shared.share[0, 12] == pytest.approx(1)
    assert shared.share[0].sum() == pytest.approx(1)
    placed, _ = laid(Product(parts=(line, Everyone())), 5)
    assert placed.names == ("0-5", "5-")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-0.1, 0.6), st.floats(-0.1, 0.6)), min_size=1, max_size=4),
    st.lists(st.floats(0.01, 60), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_the_bands_of_every_unit_sum_to_all_of_it_exactly(places, edges):
    points = gpd.GeoSeries([shapely.Point(place) for place in [*places, (0.25, 0.25)]], crs=4326)
    bands, affected = laid(Radius(points=points, distance_km=20, decay="linear"), *edges)
    assert (bands.share.sum(axis=0) == 1).all()
    assert (bands.share >= 0).all()
    assert (bands.affected >= 0).all()
    assert bands.affected.sum(axis=0) == pytest.approx(affected, rel=1e-12)


@pytest.mark.parametrize("edges", [(), (3, 1), (0,), (1, 1), (math.nan,), (6000,)])
def test_distances_that_make_no_bands_are_named(edges):
    with pytest.raises(BandsError, match="ascending, such as 1,3,10"):
        laid(Area(shapes=SQUARE), *edges)


def test_who_is_affected_nowhere_lives_at_no_distance():
    with pytest.raises(BandsError, match="starts at no place"):
        laid(Everyone(), 1)
