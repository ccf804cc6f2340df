from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geopolity.geometry.crs import MissingCrsError, equal_area, lonlat
from geopolity.layers.ground import unit_areas_m2
from geopolity.layers.layer import dissolve

EARTH_M2 = 510_065_621_724_088.4


def area(shape: shapely.Geometry, crs: object = 4326) -> float:
    return float(shapely.area(equal_area(gpd.GeoSeries([shape], crs=crs)))[0])


def test_the_whole_earth_has_its_area() -> None:
    assert area(shapely.box(-180, -90, 180, 90)) == pytest.approx(EARTH_M2, rel=1e-12)


@pytest.mark.parametrize("latitude", [0, 30, 45, 60, 75, 80, 86])
def test_sloping_edges_keep_their_place_at_any_latitude(latitude: float) -> None:
    triangle = shapely.Polygon([(10, latitude), (13, latitude), (13, latitude + 3)])
    fine = shapely.segmentize(triangle, 0.001)
    assert area(triangle) == pytest.approx(area(fine), rel=1e-5)


@pytest.mark.parametrize(
    "ring",
    [
        [(179, 0), (-179, 0), (-179, 1), (179, 1)],
        [(179, 0), (181, 0), (181, 1), (179, 1)],
        [(-181, 0), (-179, 0), (-179, 1), (-181, 1)],
    ],
)
def test_both_conventions_across_the_antimeridian_mean_the_same(ring: list[tuple[float, float]]) -> None:
    assert area(shapely.Polygon(ring)) == pytest.approx(area(shapely.box(1, 0, 3, 1)), rel=1e-12)


def test_a_hole_across_the_antimeridian_stays_a_hole() -> None:
    with_hole = shapely.Polygon(
        [(178, 0), (-178, 0), (-178, 4), (178, 4)], [[(179, 1), (179, 2), (-179, 2), (-179, 1)]]
    )
    solid, hole = area(shapely.box(0, 0, 4, 4)), area(shapely.box(1, 1, 3, 2))
    assert area(with_hole) == pytest.approx(solid - hole, rel=1e-9)


@pytest.mark.parametrize(("sign", "turn"), [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_a_ring_round_a_pole_holds_the_pole(sign: int, turn: int) -> None:
    ring = [((longitude + 180) % 360 - 180, sign * 80) for longitude in range(0, 360 * turn, 10 * turn)]
    assert area(shapely.Polygon(ring)) == pytest.approx(area(shapely.box(-180, 80, 180, 90)), rel=1e-12)


@pytest.mark.parametrize("corner", [(0, 0), (-1e6, -1e6), (-1e6, 0)])
def test_squares_in_a_polar_equal_area_frame_keep_their_area(corner: tuple[float, float]) -> None:
    square = shapely.box(*corner, 1e6, 1e6)
    for crs in ("ESRI:102017", "ESRI:102020"):
        assert area(square, crs) == pytest.approx(square.area, rel=2e-5)


def test_a_country_split_at_the_antimeridian_is_left_as_it_is() -> None:
    shape = shapely.MultiPolygon([shapely.box(170, 0, 180, 1), shapely.box(-180, 0, -170, 1)])
    (kept,) = lonlat(gpd.GeoSeries([shape], crs=4326))
    assert kept.equals(shape)


def test_areas_agree_with_geodesic_areas(row) -> None:
    geod = Geod(ellps="WGS84")
    expected = [abs(geod.geometry_area_perimeter(shapely.segmentize(shape, 0.001))[0]) for shape in row.units.geometry]
    assert unit_areas_m2(row) == pytest.approx(expected, rel=1e-7)


def test_points_have_no_edges_to_cut() -> None:
    places = gpd.GeoSeries([shapely.Point(0, 0), shapely.Point(50, 80)], crs=4326)
    assert shapely.get_coordinates(equal_area(places))[1] == pytest.approx([5565974.54, 6266353.92])


def test_no_coordinate_system_is_refused() -> None:
    with pytest.raises(MissingCrsError, match="EPSG:4326"):
        equal_area(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))


def test_dissolving_keeps_every_vertex_of_the_outline(row) -> None:
    outline = dissolve(row, np.array([True, True, False]))
    assert outline.equals(shapely.box(0, 0, 0.2, 0.1))
