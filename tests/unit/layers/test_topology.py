"""Overlaps and gaps of a layer, listed with areas."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geopolity.identifiers import LayerName
from geopolity.layers.ground import unit_areas_m2
from geopolity.layers.layer import Layer
from geopolity.layers.topology import gaps, overlaps, topology_notes


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
    overlap, gap = map(str, topology_notes(layer(a=ring, b=shapely.box(2.5, 0, 4, 3))))
    assert overlap.startswith("1 pairs of units overlap, by 18,4")
    assert "most: a and b" in overlap
    assert gap.startswith("1 gaps between units, 12,30")
    assert "longitude 1.500, latitude 1.500" in gap


def test_a_grid_of_units_is_clean_wherever_its_middle_lies():
    cells = {f"c{x}{y}": shapely.box(x, y, x + 1, y + 1) for x in range(8) for y in range(6)}
    assert topology_notes(layer(**cells)) == ()


def test_borders_drawn_with_other_vertices_neither_overlap_nor_leave_a_gap():
    long = shapely.Polygon([(0, 0), (3, 1), (3, 3), (0, 3)])
    steps = [
        shapely.Polygon([(0, 0), (1, 1 / 3), (1, -1), (0, -1)]),
        shapely.Polygon([(1, 1 / 3), (3, 1), (3, -1), (1, -1)]),
    ]
    assert topology_notes(layer(a=long, b=steps[0], c=steps[1])) == ()


def test_three_units_on_one_another_overlap_in_three_pairs():
    found = overlaps(layer(a=shapely.box(0, 0, 2, 2), b=shapely.box(0, 0, 2, 2), c=shapely.box(1, 1, 3, 3)))
    assert found[["left", "right"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert (
        found["area_m2"][1] == found["area_m2"][2] == pytest.approx(unit_areas_m2(layer(a=shapely.box(1, 1, 2, 2)))[0])
    )


def test_an_island_in_a_lake_is_no_part_of_the_gap():
    ring = shapely.box(0, 0, 9, 3) - shapely.box(1, 1, 8, 2)
    found = gaps(layer(a=ring, b=shapely.box(3, 1.25, 4, 1.75)))
    lake = unit_areas_m2(layer(a=shapely.box(1, 1, 8, 2) - shapely.box(3, 1.25, 4, 1.75)))
    assert found["area_m2"].tolist() == pytest.approx(lake.tolist(), rel=1e-6)


def test_islands_far_from_all_others_are_not_drawn_and_nothing_that_meets_is_lost(monkeypatch):
    rings = {f"i{x}": shapely.Point(3.0 * x, 40).buffer(1, quad_segs=200) for x in range(9)}
    assert topology_notes(layer(**rings)) == ()
    lake = rings | {"i3": rings["i3"] - shapely.Point(9, 40).buffer(0.5)}
    assert len(gaps(layer(**lake))) == 1
    met = rings | {"j": shapely.Point(4, 40).buffer(0.6, quad_segs=77)}
    assert overlaps(layer(**met))[["left", "right"]].to_numpy().tolist() == [["i1", "j"]]
    two = shapely.MultiPolygon([shapely.box(-9, 0, -8, 3), shapely.box(-8, 2, -5, 3)])
    assert len(gaps(layer(a=two, b=shapely.box(-8, -1, -5, 0), c=shapely.box(-5, -1, -4, 3), d=rings["i8"]))) == 1


def test_long_lines_in_short_pieces_say_the_same(monkeypatch):
    units = {"a": shapely.Point(0, 0).buffer(1, quad_segs=100), "b": shapely.Point(1.5, 0).buffer(1, quad_segs=90)}
    whole = overlaps(layer(**units))
    monkeypatch.setattr("geopolity.layers.topology.CHAIN", 1)
    assert overlaps(layer(**units))["area_m2"].tolist() == pytest.approx(whole["area_m2"].tolist())
