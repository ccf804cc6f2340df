"""Published counts of exposed people, repeated."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geopolity.geometry.interpolation import areal_weights, transfer

EXPOSURE = Path(os.environ["GEOPOLITY_SHARED"]) / "oracles" / "exposure"


def test_areal_stl_to_a_billionth() -> None:
    tracts = gpd.read_file(EXPOSURE / "areal_stl" / "tracts.gpkg")
    wards = gpd.read_file(EXPOSURE / "areal_stl" / "wards.gpkg")
    expected = pd.read_csv(EXPOSURE / "areal_stl" / "expected.csv").set_index("WARD")["TOTAL_E"]
    people = tracts["TOTAL_E"].to_numpy(dtype=float)
    weights = areal_weights(tracts.geometry, wards.geometry, plane="as-drawn")
    carried = transfer(people, weights, len(wards))
    assert carried == pytest.approx(expected.loc[wards["WARD"].astype(int)].to_numpy(), rel=1e-9)
    assert carried.sum() == pytest.approx(people.sum(), rel=1e-12)


def test_areal_stl_in_a_true_equal_area_frame_differs_by_the_state_plane_only() -> None:
    tracts = gpd.read_file(EXPOSURE / "areal_stl" / "tracts.gpkg")
    wards = gpd.read_file(EXPOSURE / "areal_stl" / "wards.gpkg")
    people = tracts["TOTAL_E"].to_numpy(dtype=float)
    drawn = transfer(people, areal_weights(tracts.geometry, wards.geometry, plane="as-drawn"), len(wards))
    true = transfer(people, areal_weights(tracts.geometry, wards.geometry), len(wards))
    assert true == pytest.approx(drawn, rel=5e-6)
    assert true.sum() == pytest.approx(people.sum(), rel=1e-12)


def test_ejam_ten_sites_to_a_twentieth_of_a_person() -> None:
    blocks = pd.read_csv(EXPOSURE / "ejam_10" / "blocksnearby_10pts_1mile.csv")
    groups = pd.read_csv(EXPOSURE / "ejam_10" / "blockgroup_population.csv").drop_duplicates("bgid").set_index("bgid")
    expected = pd.read_csv(EXPOSURE / "ejam_10" / "expected_by_site.csv")
    weights = pd.DataFrame(
        {
            "source": groups.index.get_indexer(blocks["bgid"]),
            "target": blocks["ejam_uniq_id"] - 1,
            "weight": blocks["blockwt"],
        }
    )
    assert (weights["source"] >= 0).all()
    near = np.unique(weights["source"])  # block groups of other sites' lists hold nobody near
    people = np.where(np.isin(np.arange(len(groups)), near), groups["pop"].to_numpy(dtype=float), 0.0)
    found = transfer(people, weights, len(expected))
    assert found == pytest.approx(expected["pop"].to_numpy(), abs=0.05)
