import numpy as np
import shapely

from maps.scenes.insets import frames


def squares(*corners):
    return np.array([shapely.box(west, south, west + 1, south + 1) for west, south in corners], dtype=object)


def test_what_lies_together_has_one_frame():
    shown = squares((0, 50), (1, 50), (3, 52))
    assert len(frames(shown, np.ones(3))) == 1


def test_a_far_island_gets_an_inset_if_few_live_there():
    shown = squares((-100, 40), (-155, 20))
    main, inset = frames(shown, np.array([99.0, 1.0]))
    for frame, square in ((main, shown[0]), (inset, shown[1])):
        west, south, east, north = frame.box
        inside = shapely.bounds(frame.project(np.array([square])))[0]
        assert west < inside[0] < inside[2] < east
        assert south < inside[1] < inside[3] < north


def test_two_far_parts_of_equal_weight_share_one_frame():
    assert len(frames(squares((-100, 40), (-155, 20)), np.ones(2))) == 1


def test_frames_show_areas_true():
    shown = squares((0, 0), (0, 60), (20, 30))
    (frame,) = frames(shown, np.array([1.0, 1.0, 1.0]))
    drawn = shapely.area(frame.project(shapely.segmentize(shown, 0.05)))
    expected = np.array([np.sin(np.radians(south + 1)) - np.sin(np.radians(south)) for south in (0, 60, 30)])
    np.testing.assert_allclose(drawn / drawn[0], expected / expected[0], rtol=0.02)
