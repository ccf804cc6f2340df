"""Units carried from layer to layer: by parents where they nest, by ground where they do not."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geopolity.layers.crosswalk import crosswalk, main_target

HALVES = gpd.GeoDataFrame(geometry=[box(0, 0, 0.1, 0.1), box(0.1, 0, 0.2, 0.1)], index=["w", "e"], crs=4326)


def test_parents_are_taken_at_their_word():
    quarters = gpd.GeoDataFrame({"parent": ["w", "e"]}, geometry=[box(0, 0, 0.2, 0.1)] * 2, index=["1", "2"], crs=4326)
    assert main_target(crosswalk(quarters, HALVES)) == {"1": ("w", 1.0), "2": ("e", 1.0)}


def test_without_parents_the_larger_share_of_ground_decides():
    units = gpd.GeoDataFrame(geometry=[box(0, 0, 0.14, 0.1), box(1, 1, 2, 2)], index=["1", "2"], crs=4326)
    table = crosswalk(units, HALVES)
    assert table["share"].to_list() == pytest.approx([4 / 14, 10 / 14], rel=1e-6)
    assert main_target(table) == {"1": ("w", pytest.approx(10 / 14, rel=1e-6))}


def test_of_equal_shares_the_lowest_id_is_taken():
    table = pd.DataFrame({"source_unit": ["1", "1"], "target_unit": ["w", "e"], "share": [0.5, 0.5]})
    assert main_target(table) == {"1": ("e", 0.5)}
