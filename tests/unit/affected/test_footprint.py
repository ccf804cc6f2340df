from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geopolity.affected.footprint import Area, Attribute, Corridor, Everyone, FootprintError, Radius, Units
from geopolity.affected.mixed import Product, Union
from geopolity.geometry.crs import MissingCrsError

POINT = gpd.GeoSeries([shapely.Point(0, 0)], crs=4326)
LINE = gpd.GeoSeries([shapely.LineString([(0, 0), (1, 1)])], crs=4326)
BOX = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326)


def test_the_digest_tells_footprints_apart_and_the_same_ones_together() -> None:
    footprints = [
        Everyone(),
        Area(shapes=BOX),
        Area(shapes=BOX, intensity=0.5),
        Corridor(lines=LINE, distance_km=5),
        Corridor(lines=LINE, distance_km=5, decay="linear"),
        Units(weights={"a": 1.0}),
        Union(parts=(Everyone(), Area(shapes=BOX))),
        Product(parts=(Everyone(), Area(shapes=BOX))),
    ]
    assert len({footprint.digest for footprint in footprints}) == len(footprints)
    assert Area(shapes=BOX.copy()).digest == Area(shapes=BOX).digest
    assert Units(weights={"a": 1.0, "b": 0.5}).digest == Units(weights={"b": 0.5, "a": 1.0}).digest


def test_the_extent_is_drawn_in_degrees_with_its_intensity() -> None:
    extent = Radius(points=POINT, distance_km=10, decay="linear").extent()
    assert extent is not None
    assert extent.crs.to_epsg() == 4326
    assert extent["intensity"].is_monotonic_decreasing
    assert Everyone().extent() is None
    assert Union(parts=(Everyone(), Area(shapes=BOX))).extent() is not None


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Area(shapes=POINT), "found Point"),
        (lambda: Corridor(lines=BOX, distance_km=1), "found Polygon"),
        (lambda: Radius(points=POINT, distance_km=0), "0 to 0 km"),
        (lambda: Radius(points=POINT, distance_km=-3), "-3 to -3 km"),
        (lambda: Radius(points=POINT, distance_km=float("nan")), "nan"),
        (lambda: Corridor(lines=LINE, distance_km=1, decay="cubic"), "'cubic'"),
        (lambda: Area(shapes=BOX, intensity=1.5), "1.5"),
        (lambda: Area(shapes=BOX, intensity=(1.0, 1.0)), "2 values for 1 shapes"),
        (lambda: Area(shapes=BOX[:0]), "no geometry"),
        (lambda: Units(weights={}), "lists none"),
        (lambda: Units(weights={"a": 2.0}), "intensity of 2"),
        (Attribute, "either"),
        (lambda: Attribute(count="a", base="b"), "'b'"),
        (lambda: Union(parts=()), "no parts"),
    ],
)
def test_an_impossible_footprint_cannot_exist(make, says: str) -> None:
    with pytest.raises(FootprintError, match=says):
        make()


def test_a_footprint_without_a_coordinate_system_cannot_exist() -> None:
    with pytest.raises(MissingCrsError):
        Area(shapes=gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))
