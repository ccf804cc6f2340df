from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geopolity.geometry.buffers import around_line, around_points
from geopolity.geometry.crs import cylindrical

GEOD = Geod(ellps="WGS84")
COAST = np.array([[-67, 44.8], [-70, 43.5], [-70.7, 42], [-74, 40.5], [-75.5, 36], [-81, 31.5], [-80, 25.5]])
EARTH_RADIUS_M = 6_371_007.2


def cap_m2(radius_km: float) -> float:
    return float(2 * np.pi * EARTH_RADIUS_M**2 * (1 - np.cos(radius_km * 1000 / EARTH_RADIUS_M)))


@pytest.mark.parametrize("latitude", [0, 30, 45, 60, 75, 85, 89, 89.9, 90, -70, -90])
@pytest.mark.parametrize("radius_km", [1, 50])
def test_a_circle_is_round_anywhere(latitude: float, radius_km: float) -> None:
    circle = around_points(np.array([[179.95, latitude]]), np.array([radius_km]))
    radius_of_curvature = GEOD.a / EARTH_RADIUS_M  # the ellipsoid bends by up to 0.7 % against the sphere
    assert float(shapely.area(cylindrical(circle))[0]) == pytest.approx(
        cap_m2(radius_km), rel=0.001 * radius_of_curvature
    )


def test_the_edge_of_a_coastal_buffer_is_everywhere_at_its_distance() -> None:
    (pieces,) = around_line(COAST, np.array([50.0]))
    edge = shapely.get_coordinates(shapely.union_all(pieces).exterior)[::11]
    shore = shapely.get_coordinates(shapely.segmentize(shapely.linestrings(COAST), 0.005))
    along = np.repeat(np.arange(len(edge)), len(shore))
    away = np.tile(np.arange(len(shore)), len(edge))
    _, _, metres = GEOD.inv(edge[along, 0], edge[along, 1], shore[away, 0], shore[away, 1])
    nearest = np.asarray(metres).reshape(len(edge), -1).min(axis=1)
    assert nearest == pytest.approx(50_000, rel=0.001)


def test_a_line_across_the_antimeridian_is_buffered_on_both_sides() -> None:
    (across,) = around_line(np.array([[179.0, 10.0], [-179.0, 10.0]]), np.array([20.0]))
    (elsewhere,) = around_line(np.array([[9.0, 10.0], [11.0, 10.0]]), np.array([20.0]))
    area = [shapely.area(cylindrical(np.array([shapely.union_all(part)])))[0] for part in (across, elsewhere)]
    assert area[0] == pytest.approx(area[1], rel=1e-9)
    assert shapely.union_all(across).bounds[0] == -180


def test_a_line_over_the_pole_is_buffered_there_too() -> None:
    (pieces,) = around_line(np.array([[0.0, 89.0], [0.0, 90.0]]), np.array([100.0]))
    assert shapely.covers(shapely.union_all(pieces), shapely.Point(180, 89.2))


def test_a_point_as_a_line_gives_a_circle() -> None:
    (pieces,) = around_line(np.array([[5.0, 5.0], [5.0, 5.0]]), np.array([10.0]))
    assert float(shapely.area(cylindrical(pieces))[0]) == pytest.approx(cap_m2(10), rel=0.01)
