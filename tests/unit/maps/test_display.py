import dataclasses
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import open_layer
from geopolity.affected.footprint import Everyone, Radius
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import Issue
from maps.scenes.display import display_layer, united
from maps.scenes.polity import footprint_extent
from maps.scenes.view import drawn_closely


def test_drawn_units_keep_their_shared_borders(polity):
    drawn = display_layer(polity.layer)
    assert shapely.coverage_is_valid(drawn.units)
    assert shapely.area(shapely.union_all(drawn.units)) == 36


def test_parents_are_outlined_and_named(polity):
    drawn = display_layer(polity.layer)
    assert sorted(label.text for label in drawn.labels) == ["East", "West"]
    assert drawn.parents.length == 2 * (3 + 6) * 2 - 6


def test_the_same_layer_is_simplified_once(polity):
    assert display_layer(polity.layer) is display_layer(polity.layer)


def test_a_layer_over_the_antimeridian_is_drawn_in_one_piece(over_the_antimeridian):
    west, _, east, _ = shapely.total_bounds(display_layer(over_the_antimeridian.layer).units)
    assert east - west == 6


def test_land_around_is_near_and_not_the_layer_itself(polity):
    drawn = display_layer(polity.layer)
    bounds = shapely.total_bounds(drawn.around)
    assert len(drawn.around)
    assert np.all(bounds >= [-12, 28, -12, 28])
    assert np.all(bounds <= [18, 58, 18, 58])


@pytest.fixture(scope="module")
def small_polity():
    """A polity of a few counties in a layer of thousands."""
    layer = open_layer("us-counties")
    circle = Radius(points=gpd.GeoSeries([shapely.Point(-90.2, 38.63)], crs=4326), distance_km=12)
    return derive_polity(
        Issue(name="smoke", title="Smoke", question="Who?", footprint=circle, layer="us-counties"),
        layer,
        effort="interactive",
    )


def test_a_small_polity_is_drawn_in_detail_of_its_own(small_polity):
    coarse, drawn = display_layer(small_polity.layer), drawn_closely(small_polity)
    inside = small_polity.units["inside"].to_numpy(dtype=bool)
    boundary = shapely.difference(united(drawn.units[inside]), small_polity.boundary)
    before = shapely.difference(united(coarse.units[inside]), small_polity.boundary)
    assert shapely.area(boundary) < shapely.area(before) / 4
    assert drawn.tolerance < coarse.tolerance / 4
    far = shapely.distance(coarse.units, shapely.Point(-90.2, 38.63)) > 5
    assert shapely.equals(coarse.units[far], drawn.units[far]).all()


def test_a_small_circle_stays_round(small_polity):
    drawn, circle = drawn_closely(small_polity), footprint_extent(small_polity)
    assert shapely.get_num_coordinates(shapely.simplify(circle, drawn.detail_of(circle))) > 30


def test_a_polity_as_wide_as_its_layer_is_drawn_like_it():
    layer = open_layer("us-counties")
    whole = derive_polity(
        Issue(name="all", title="All", question="Who?", footprint=Everyone(), layer="us-counties", coverage=Decimal(1)),
        layer,
    )
    assert drawn_closely(whole) is display_layer(layer)


def test_land_that_the_layer_shows_in_part_goes_on_around_it():
    """Half of a country is no reason to draw the other half as sea."""
    layer = open_layer("us-counties")
    west = layer.units[layer.units.geometry.representative_point().x < -105]
    part = dataclasses.replace(layer, units=west)
    inland = shapely.Point(-95, 39)
    assert shapely.intersects(display_layer(part).around, inland).any()
    assert not shapely.intersects(display_layer(layer).around, inland).any()
