from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geopolity.affected.attribute import AttributeColumnError
from geopolity.affected.footprint import Area, Attribute, Corridor, Everyone, Radius, Raster, Units
from geopolity.affected.mixed import Intersection, Product, Union
from geopolity.affected.overlay import UnknownUnitsError
from geopolity.affected.people import FootprintOutsideLayer, NobodyAffected, affected_people
from geopolity.affected.raster import Grid


def area(*shapes: shapely.Geometry, intensity: float | tuple[float, ...] = 1.0) -> Area:
    return Area(shapes=gpd.GeoSeries(list(shapes), crs=4326), intensity=intensity)


def people(footprint, layer) -> list[float]:
    return affected_people(footprint, layer).table["affected"].tolist()


LEFT_HALF = shapely.box(0, 0, 0.05, 0.1)
FIRST_AND_A_HALF = shapely.box(-0.01, -0.01, 0.15, 0.2)


def test_an_area_takes_the_share_it_covers(row) -> None:
    assert people(area(FIRST_AND_A_HALF), row) == pytest.approx([100, 50, 0])


def test_overlapping_areas_count_once_with_the_strongest(row) -> None:
    assert people(area(FIRST_AND_A_HALF, LEFT_HALF, intensity=(0.2, 1.0)), row) == pytest.approx([60, 10, 0])


def test_everyone_is_everyone(row) -> None:
    assert affected_people(Everyone(), row).total == 300


def test_listed_units_with_their_weights(row) -> None:
    assert people(Units(weights={"u2": 0.25, "u0": 1.0}), row) == [100, 0, 25]


def test_a_listed_unit_that_does_not_exist_is_named(row) -> None:
    with pytest.raises(UnknownUnitsError, match="'u9'"):
        affected_people(Units(weights={"u9": 1.0}), row)


def test_an_attribute_counts_its_people(layer_of) -> None:
    cells = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
    layer = layer_of(cells, [100, 50, 0], fishers=[10.0, np.nan, 0.0], part=[0.5, 0.2, 0.1], base=[20.0, 10.0, 0.0])
    counted = affected_people(Attribute(count="fishers"), layer)
    assert counted.table["affected"].tolist() == pytest.approx([10, np.nan, 0], nan_ok=True)
    assert [flag.code for flag in counted.flags] == ["attribute-missing"]
    assert people(Attribute(share="part"), layer) == pytest.approx([50, 10, 0])
    assert people(Attribute(share="part", base="base"), layer) == pytest.approx([10, 2, 0])


def test_more_workers_than_people_is_refused(layer_of) -> None:
    layer = layer_of([shapely.box(0, 0, 1, 1)], [100], workers=[150.0])
    with pytest.raises(AttributeColumnError, match="150 people in unit u0, where 100 live"):
        affected_people(Attribute(count="workers"), layer)


def test_percentages_must_be_said(layer_of) -> None:
    layer = layer_of([shapely.box(0, 0, 1, 1)], [100], rate=[40.0])
    with pytest.raises(AttributeColumnError, match="percent = true"):
        affected_people(Attribute(share="rate"), layer)
    assert people(Attribute(share="rate", percent=True), layer) == pytest.approx([40])


def test_product_union_and_intersection_on_the_ground(row) -> None:
    one, other = area(shapely.box(0, 0, 0.1, 0.1), intensity=0.5), area(LEFT_HALF, intensity=0.8)
    assert people(Product(parts=(one, other)), row) == pytest.approx([20, 0, 0])
    assert people(Intersection(parts=(one, other)), row) == pytest.approx([25, 0, 0])
    assert people(Union(parts=(one, other)), row) == pytest.approx([50 * 0.9 + 50 * 0.5, 0, 0])
    assert people(Union(parts=(one, other), how="max"), row) == pytest.approx([50 * 0.8 + 50 * 0.5, 0, 0])


def test_parts_on_the_ground_and_on_the_units_combine_piece_by_piece(row) -> None:
    ground, listed = area(LEFT_HALF), Units(weights={"u0": 0.5, "u2": 0.5})
    assert people(Product(parts=(ground, listed)), row) == pytest.approx([25, 0, 0])
    assert people(Union(parts=(ground, listed)), row) == pytest.approx([50 + 25, 0, 50])
    assert people(Union(parts=(ground, listed), how="max"), row) == pytest.approx([50 + 25, 0, 50])


def test_nested_combinations_meet_on_the_ground(row) -> None:
    workers_at_the_coast = Product(parts=(area(LEFT_HALF), Units(weights={"u0": 0.5})))
    spill = area(shapely.box(0.025, 0, 0.1, 0.1))
    assert people(Union(parts=(workers_at_the_coast, spill)), row) == pytest.approx([25 * 0.5 + 75, 0, 0])
    assert people(Product(parts=(workers_at_the_coast, spill)), row) == pytest.approx([25 * 0.5, 0, 0])


def test_a_linear_corridor_along_a_unit_gives_its_mean_intensity(layer_of) -> None:
    layer = layer_of([shapely.box(0, 0, 1, 0.09)], [1000])
    km = 0.09 * 110.574
    line = gpd.GeoSeries([shapely.LineString([(-1, 0), (2, 0)])], crs=4326)
    corridor = Corridor(lines=line, distance_km=km, decay="linear")
    assert people(corridor, layer) == pytest.approx([500], rel=1e-3)


def test_a_raster_bites_by_its_cells(row) -> None:
    grid = Grid(values=np.array([[0.0, 5.0, 10.0], [10.0, np.nan, 20.0]]), bounds=(0, 0, 0.3, 0.1), crs=4326)
    assert people(Raster(grid=grid, low=0, high=10), row) == pytest.approx([50, 25, 100], rel=1e-6)


@pytest.mark.parametrize("crs", [4326, 3857])
def test_a_large_raster_counts_like_its_cells_laid_out(row, monkeypatch, crs: int) -> None:
    pytest.importorskip("exactextract")
    metres = 111_319.49 if crs == 3857 else 1.0
    values = np.linspace(0, 1, 60).reshape(4, 15)
    footprint = Raster(
        grid=Grid(values=values, bounds=(0.02 * metres, 0.01 * metres, 0.25 * metres, 0.09 * metres), crs=crs)
    )
    laid_out = people(footprint, row)
    monkeypatch.setattr("geopolity.affected.overlay.MOST_CELLS", 10)
    monkeypatch.setattr("geopolity.affected.flags.MOST_CELLS", 10)
    averaged = affected_people(Raster(grid=footprint.grid), row)
    assert averaged.table["affected"].tolist() == pytest.approx(laid_out, rel=1e-4)
    assert [flag.code for flag in averaged.flags] == ["raster-averaged"]


def test_missing_people_stay_missing(layer_of) -> None:
    layer = layer_of([shapely.box(x, 0, x + 1, 1) for x in range(3)], [100, np.nan, np.nan])
    found = affected_people(area(shapely.box(0, 0, 2, 1)), layer)
    assert found.table["affected"].tolist() == pytest.approx([100, np.nan, 0], nan_ok=True)
    assert found.total == pytest.approx(100)
    assert [flag.code for flag in found.flags] == ["population-missing"]


def test_a_footprint_that_crosses_itself_is_mended_and_flagged(row) -> None:
    bow = shapely.Polygon([(0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1)])
    found = affected_people(area(bow), row)
    assert found.table["affected"].tolist() == pytest.approx([50, 0, 0])
    assert found.flags[0].code == "footprint-mended"


def test_a_footprint_elsewhere_is_an_answer(row) -> None:
    with pytest.raises(FootprintOutsideLayer, match=r"latitude 50\.0 to 51\.0"):
        affected_people(area(shapely.box(7, 50, 8, 51)), row)


def test_nobody_living_there_is_an_answer(layer_of) -> None:
    layer = layer_of([shapely.box(0, 0, 1, 1)], [0])
    with pytest.raises(NobodyAffected, match="1 units"):
        affected_people(area(shapely.box(0, 0, 1, 1)), layer)


def test_small_footprints_and_those_at_sea_are_flagged(row) -> None:
    circle = Radius(points=gpd.GeoSeries([shapely.Point(0.0, 0.05)], crs=4326), distance_km=1)
    assert [flag.code for flag in affected_people(circle, row).flags] == [
        "footprint-smaller-than-units",
        "footprint-partly-outside",
    ]


@pytest.mark.parametrize("latitude", [*range(0, 90, 10), 85, 88, 89])
@pytest.mark.parametrize("longitude", [10.0, 179.5])
def test_half_a_unit_is_half_at_every_latitude(layer_of, latitude: float, longitude: float) -> None:
    unit = shapely.Polygon([(0, 0), (1, 0), (1.5, 1), (0.5, 1)])
    unit = shapely.transform(unit, lambda xy: xy * [1, 0.99] + [longitude, latitude])
    layer = layer_of([unit], [1e6])
    half = shapely.transform(unit, lambda xy: np.column_stack([xy[:, 0] + 0.5, xy[:, 1]]))
    found = affected_people(area(half), layer).table["share"].iloc[0]
    assert found == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize("pole", [90, -90])
def test_half_a_polar_unit_is_half(layer_of, pole: float) -> None:
    crs = "ESRI:102017" if pole > 0 else "ESRI:102020"
    layer = layer_of([shapely.box(-1e6, -1e6, 1e6, 1e6)], [100], crs=crs)
    half = Area(shapes=gpd.GeoSeries([shapely.box(0, -2e6, 2e6, 2e6)], crs=crs))
    assert people(half, layer) == pytest.approx([50], rel=1e-4)
    meridians = area(shapely.box(0, min(pole, 0), 180, max(pole, 0)))
    assert people(meridians, layer) == pytest.approx([50], rel=1e-4)


def test_the_interval_holds_the_count(row) -> None:
    found = affected_people(area(FIRST_AND_A_HALF), row)
    table = found.table
    assert (table["affected_low"] <= table["affected"]).all()
    assert (table["affected"] <= table["affected_high"]).all()
    assert table.loc["u0", ["affected_low", "affected_high"]].tolist() == pytest.approx([100, 100])
    assert found.low <= found.total <= found.high
