import numpy as np
import shapely

from maps.scenes.longitudes import cut_meridian, into_window


def boxes(*wests):
    return np.array([shapely.box(west, 0, west + 1, 1) for west in wests], dtype=object)


def test_a_layer_away_from_the_antimeridian_is_left_as_it_is():
    squares = boxes(10, 11, 12)
    assert into_window(squares, cut_meridian(squares)) is squares


def test_squares_on_both_sides_of_the_antimeridian_come_together():
    squares = boxes(178, 179, -180, -179)
    moved = into_window(squares, cut_meridian(squares))
    west, _, east, _ = shapely.total_bounds(moved)
    assert east - west == 4


def test_few_squares_over_there_join_the_many_over_here():
    squares = boxes(-178, -170, -160, -150, 179)
    bounds = shapely.bounds(into_window(squares, cut_meridian(squares)))
    assert bounds[-1, 0] == -181
    assert bounds[0, 0] == -178


def test_a_ring_that_jumps_over_the_antimeridian_is_unwrapped():
    jumping = np.array([shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])], dtype=object)
    west, _, east, _ = shapely.total_bounds(into_window(jumping, -180.0))
    assert east - west == 2


def test_a_layer_around_the_whole_globe_is_cut_at_180():
    assert cut_meridian(boxes(*range(-180, 180))) == -180


def test_lines_may_be_moved_too():
    lines = np.array([shapely.LineString([(190, 0), (195, 1)])], dtype=object)
    assert shapely.total_bounds(into_window(lines, -180.0)).tolist() == [-170, 0, -165, 1]
