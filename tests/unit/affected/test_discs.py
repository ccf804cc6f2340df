"""Many sites measured from the nearest one, against circles laid out and against points on a fine lattice."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geopolity.affected.discs import MANY, discs_of
from geopolity.affected.footprint import Radius
from geopolity.affected.overlay import covered_m2
from geopolity.affected.people import affected_people
from geopolity.arrays import FloatArray
from geopolity.geometry.crs import cylindrical
from geopolity.layers.layer import Layer

GEOD = Geod(ellps="WGS84")


def sites(west: float, south: float, *, count: int = 90, seed: int = 1) -> FloatArray:
    """Places in a window of 2° by 1°, some twice."""
    places = np.array([west, south]) + np.random.default_rng(seed).random((count, 2)) * [2.0, 1.0]
    return np.vstack([places, places[:3]])


def around(places: FloatArray, distance_km: float, decay: str = "linear", **options: float) -> Radius:
    points = gpd.GeoSeries(shapely.points((places[:, 0] + 180) % 360 - 180, places[:, 1]), crs=4326)
    return Radius(points=points, distance_km=distance_km, decay=decay, **options)


def cells(west: float, south: float, layer_of) -> Layer:
    boxes = [
        shapely.box(west + x / 2, south + y / 2, west + (x + 1) / 2, south + (y + 1) / 2)
        for y in (0, 1)
        for x in range(4)
    ]
    return layer_of(boxes, [1000.0] * 8)


def share(footprint: Radius, layer: Layer) -> FloatArray:
    return affected_people(footprint, layer).table["share"].to_numpy()


def as_circles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geopolity.affected.overlay.discs_of", lambda footprint: None)


@pytest.mark.parametrize("decay", ["step", "linear", "exponential", "gaussian"])
@pytest.mark.parametrize(("west", "south"), [(10, 0), (179, 45), (-100, 68)])
def test_many_sites_count_like_circles_laid_out(layer_of, monkeypatch, decay: str, west: int, south: int) -> None:
    layer, footprint = cells(west, south, layer_of), around(sites(west, south), 9, decay)
    assert discs_of(footprint) is not None
    from_the_nearest, area = share(footprint, layer), covered_m2(footprint)
    as_circles(monkeypatch)
    assert from_the_nearest == pytest.approx(share(footprint, layer), abs=1e-3)
    assert area == pytest.approx(covered_m2(footprint), rel=1e-3)


@pytest.mark.parametrize(("distance_km", "window"), [(4, 1), (100, 6)])
def test_many_sites_agree_with_points_on_a_fine_lattice(layer_of, distance_km: float, window: int) -> None:
    places = np.array([5.0, 50.0]) + (sites(0, 0) * window - [window - 1, window / 2])
    found = share(around(places, distance_km), cells(5, 50, layer_of))[0]
    across, up = (
        np.meshgrid((np.arange(120) + 0.5) / 240, (np.arange(120) + 0.5) / 240)[axis].ravel() for axis in (0, 1)
    )
    weight = np.cos(np.radians(50 + up))
    metres = [GEOD.inv(*np.broadcast_arrays(x, y, 5 + across, 50 + up))[2] for x, y in places]
    intensity = np.maximum(1 - np.min(metres, axis=0) / (1000 * distance_km), 0)
    assert found == pytest.approx(float((weight * intensity).sum() / weight.sum()), abs=3e-4)


def test_each_place_is_counted_once_however_close_the_sites_are(layer_of) -> None:
    layer = cells(0, 40, layer_of)
    everywhere = around(sites(0, 40, count=400), 100, "step", intensity=0.25)
    assert share(everywhere, layer) == pytest.approx(0.25, abs=1e-5)


def test_a_site_on_the_pole_that_stands_alone_is_a_round_disc(layer_of) -> None:
    cap = layer_of([shapely.box(-180, 85, 180, 90), *[shapely.box(10, 0, 12, 1)]], [1000.0, 1000.0])
    footprint = around(np.vstack([sites(10, 0), [[33.0, 89.97]]]), 50, "step")
    assert discs_of(footprint) is not None
    circle = float(np.pi * 50_000**2 / shapely.area(cylindrical(np.array([shapely.box(-180, 85, 180, 90)])))[0])
    assert share(footprint, cap)[0] == pytest.approx(circle, rel=0.01)


@pytest.mark.parametrize(
    "footprint",
    [
        around(sites(0, 0, count=MANY - 5), 10),
        around(sites(0, 0), 101),
        around(sites(0, 84), 50),
        around(np.column_stack([np.linspace(0, 100, MANY), np.zeros(MANY)]), 10),
    ],
    ids=["few", "far", "crowded near a pole", "all on the equator"],
)
def test_where_cells_would_not_do_circles_are_laid_out(layer_of, footprint: Radius) -> None:
    assert discs_of(footprint) is None
    assert covered_m2(footprint) > 0


def test_sites_with_distances_of_their_own_are_laid_out() -> None:
    places = sites(0, 0)
    assert (
        discs_of(
            Radius(
                points=gpd.GeoSeries(shapely.points(places), crs=4326),
                distance_km=tuple(np.arange(1.0, len(places) + 1)),
            )
        )
        is None
    )
