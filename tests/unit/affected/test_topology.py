"""Overlaps and gaps of a layer, listed with areas."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geopolity.crs import unit_areas_m2
from geopolity.identifiers import LayerName
from geopolity.layer import Layer
from geopolity.topology import gaps, overlaps, topology_notes


def layer(**shapes) -> Layer:
    index = pd.Index(sorted(shapes), name="unit_id")
    geometry = [shapes[unit] for unit in index]
    units = gpd.GeoDataFrame({"name": index, "population": 1.0}, index=index, geometry=geometry, crs=4326)
    return Layer(name=LayerName("t"), title="", vintage="", source="", licence="", units=units)


def test_an_overlap_names_both_units_and_its_area():
    found = overlaps(layer(a=shapely.box(0, 0, 2, 1), b=shapely.box(1, 0, 3, 1), c=shapely.box(3, 0, 4, 1)))
    one_degree = unit_areas_m2(layer(a=shapely.box(1, 0, 2, 1)))[0]
    assert found[["left", "right"]].to_numpy().tolist() == [["a", "b"]]
    assert found["area_m2"].tolist() == pytest.approx([one_degree])


def test_units_that_only_touch_do_not_overlap():
    assert overlaps(layer(a=shapely.box(0, 0, 1, 1), b=shapely.box(1, 0, 2, 1))).empty


def test_a_gap_is_enclosed_ground_without_a_unit():
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    found = gaps(layer(a=ring, b=shapely.box(9, 0, 10, 1)))
    assert found["area_m2"].tolist() == pytest.approx(unit_areas_m2(layer(a=shapely.box(1, 1, 2, 2))).tolist())


def test_a_unit_that_fills_the_hole_leaves_no_gap():
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    assert gaps(layer(a=ring, b=shapely.box(1, 1, 2, 2))).empty


def test_a_clean_layer_has_no_notes_and_others_say_how_much_and_where():
    assert topology_notes(layer(a=shapely.box(0, 0, 1, 1), b=shapely.box(1, 0, 2, 1))) == ()
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    overlap, gap = topology_notes(layer(a=ring, b=shapely.box(2.5, 0, 4, 3)))
    assert overlap.startswith("1 pairs of units overlap, by 18,4")
    assert "most: a and b" in overlap
    assert gap.startswith("1 gaps between units, 12,30")
    assert "longitude 1.500, latitude 1.500" in gap
