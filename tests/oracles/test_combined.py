"""Real layers drawn by different hands, joined at their seam."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from boundaries import open_layer
from geopolity.layers.combined import SOURCE, combined
from geopolity.layers.contiguity import Contiguity, contiguity
from geopolity.layers.layer import Layer

LAYERS = Path(os.environ["GEOPOLITY_SHARED"]) / "layers"


def across(layer: Layer, graph: Contiguity) -> np.ndarray:
    source = layer.units[SOURCE].to_numpy()
    return graph.edges[source[graph.edges[:, 0]] != source[graph.edges[:, 1]]]


@pytest.mark.parametrize("seam_km", [0.05, 0.2])
def test_new_hampshire_and_vermont_become_one_piece(seam_km: float) -> None:
    folder = LAYERS / "us_newengland_precincts_2010"
    layers = [open_layer(folder / f"{state}.parquet") for state in ("nh", "vt")]
    layer = combined(layers, seam_km=seam_km)
    graph = contiguity(layer)
    assert len(layer) == 566
    assert layer.population == sum(part.population for part in layers)
    assert len(across(layer, graph)) >= 50
    assert graph.components.max() == 0


def test_counties_meet_canada_and_mexico_and_nobody_else() -> None:
    layer = combined([open_layer("us-counties"), open_layer("world-countries")], seam_km=25)
    pairs = across(layer, contiguity(layer))
    names = layer.units["name"].to_numpy()
    abroad = {names[place] for place in pairs.ravel() if layer.units[SOURCE].iloc[place] == "world-countries"}
    assert abroad == {"Canada", "Mexico"}
    assert "USA" not in layer.units.index
    assert any("United States of America" in str(note) for note in layer.notes)


def test_french_communes_have_the_published_neighbours() -> None:
    graph = contiguity(open_layer(LAYERS / "fr_communes_2021" / "fr_communes_2021.parquet"), queen=True)
    assert (len(graph.edges), graph.components.max() + 1) == (103_922, 18)


def test_us_counties_have_the_published_neighbours() -> None:
    graph = contiguity(open_layer("us-counties"), queen=True)
    sizes = np.sort(np.bincount(graph.components))
    assert len(graph.edges) == 9_122
    assert sizes.tolist() == [1, 1, 1, 1, 1, 1, 1, 2, 28, 3105]
