import numpy as np
import shapely

from maps.scenes.display import display_layer


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
