"""What a layer's runs share is kept on disk, and never trusted when it cannot be read."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geopolity.caching import SingleFlightCache
from geopolity.layers.layer import Layer
from geopolity.polity import terrain
from services.derivation import terrain_cache
from services.derivation.terrain_cache import terrain_of


@pytest.fixture
def layer() -> Layer:
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(4)]
    units = gpd.GeoDataFrame({"name": list("abcd"), "population": 1.0}, index=list("abcd"), geometry=boxes, crs=4326)
    return Layer(name="row", title="Row", vintage="2020", source="drawn", licence="none", units=units)


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terrain_cache, "_terrains", SingleFlightCache(2))


def test_second_run_reads_what_the_first_one_kept(layer, tmp_path, monkeypatch):
    forget(monkeypatch)
    first = terrain_of(layer, tmp_path)
    forget(monkeypatch)
    monkeypatch.setattr(terrain, "contiguity", None)  # computing again would fail
    again = terrain_of(layer, tmp_path)
    assert np.array_equal(first.contiguity.edges, again.contiguity.edges)
    assert np.array_equal(first.areas_m2, again.areas_m2)


def test_a_broken_file_is_made_again(layer, tmp_path, monkeypatch):
    forget(monkeypatch)
    terrain_of(layer, tmp_path)
    (file,) = (tmp_path / "cache" / "layers").iterdir()
    file.write_bytes(b"rubbish")
    forget(monkeypatch)
    assert len(terrain_of(layer, tmp_path).contiguity.edges) == 3
    assert file.read_bytes() != b"rubbish"
