from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geopolity.affected.footprint import Area
from geopolity.affected.people import affected_people
from geopolity.affected.raster import Grid
from geopolity.affected.spread import PointSpread, RasterSpread
from geopolity.geometry.interpolation import NothingSharedError, areal_weights, point_weights, transfer

TWO = gpd.GeoSeries([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 3, 1)], crs=4326)
LEFT, REST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 5, 1)


def test_people_go_by_area_and_nobody_is_lost() -> None:
    targets = gpd.GeoSeries([LEFT, REST], crs=4326)
    carried = transfer(np.array([100.0, 10.0]), areal_weights(TWO, targets), 2)
    assert carried == pytest.approx([50, 60])


def test_what_lies_outside_every_target_is_shared_out() -> None:
    carried = transfer(np.array([100.0, 0.0]), areal_weights(TWO, gpd.GeoSeries([LEFT], crs=4326)), 1)
    assert carried == pytest.approx([100])


def test_people_who_meet_no_target_are_not_dropped_silently() -> None:
    with pytest.raises(NothingSharedError, match="10 people"):
        transfer(np.array([100.0, 10.0]), areal_weights(TWO, gpd.GeoSeries([LEFT], crs=4326)), 1)


def test_a_missing_count_makes_its_targets_missing() -> None:
    carried = transfer(np.array([np.nan, 10.0]), areal_weights(TWO, gpd.GeoSeries([LEFT, REST], crs=4326)), 2)
    assert np.isnan(carried).all()


def test_points_say_where_people_live() -> None:
    points = gpd.GeoSeries(gpd.points_from_xy([0.5, 1.5, 2.5], [0.5] * 3), crs=4326)
    weights = point_weights(
        points, np.array([3.0, 1.0, 1.0]), np.array([0, 0, 1]), gpd.GeoSeries([LEFT, REST], crs=4326)
    )
    assert transfer(np.array([100.0, 10.0]), weights, 2) == pytest.approx([75, 35])


def test_a_count_follows_the_points_in_its_unit(row) -> None:
    points = gpd.GeoSeries(gpd.points_from_xy([0.01, 0.02, 0.09, 0.11], [0.05] * 4), crs=4326)
    spread = PointSpread.at(points, people=np.array([1.0, 2.0, 1.0, 5.0]))
    footprint = Area(shapes=gpd.GeoSeries([shapely.box(0, 0, 0.05, 0.1), shapely.box(0.2, 0, 0.25, 0.1)], crs=4326))
    found = affected_people(footprint, row, spread=spread)
    assert found.table["affected"].tolist() == pytest.approx([75, 0, 50])
    assert [flag.code for flag in found.flags] == ["spread-unknown"]
    assert "u2" in str(found.flags[0].sentence)


def test_a_count_follows_a_population_raster_and_keeps_the_units_total(row) -> None:
    pytest.importorskip("exactextract")
    grid = Grid(values=np.array([[1.0, 3.0, 4.0, 0.0, 0.0, 0.0]]), bounds=(0, 0, 0.3, 0.1), crs=4326)
    footprint = Area(shapes=gpd.GeoSeries([shapely.box(0.025, 0, 0.15, 0.1)], crs=4326))
    found = affected_people(footprint, row, spread=RasterSpread(grid=grid))
    assert found.table["affected"].tolist() == pytest.approx([87.5, 100, 0], abs=1e-3)
    whole = Area(shapes=gpd.GeoSeries([shapely.box(-1, -1, 1, 1)], crs=4326))
    assert affected_people(whole, row, spread=RasterSpread(grid=grid)).total == pytest.approx(300, rel=1e-9)


def test_a_raster_in_another_frame_is_met_where_it_lies(row) -> None:
    pytest.importorskip("exactextract")
    grid = Grid(values=np.array([[1.0, 3.0]]), bounds=(0, 0, 11131.949, 11057.4), crs=3857)
    footprint = Area(shapes=gpd.GeoSeries([shapely.box(0, 0, 0.05, 0.2)], crs=4326))
    found = affected_people(footprint, row, spread=RasterSpread(grid=grid))
    assert found.table.loc["u0", "affected"] == pytest.approx(25, rel=1e-3)
