"""Layers a reader can draw: three cells in a row on the equator, a hundred people each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer

LayerMaker = Callable[..., Layer]


def make_layer(shapes: list[Any], people: list[float], crs: Any = 4326, **columns: Any) -> Layer:
    ids = [f"u{number}" for number in range(len(shapes))]
    table = {"name": ids, "population": [float(count) for count in people], **columns}
    units = gpd.GeoDataFrame(table, index=ids, geometry=shapes, crs=crs).rename_axis("unit_id")
    return Layer(name=LayerName("drawn"), title="", vintage="", source="", licence="", units=units)


@pytest.fixture
def layer_of() -> LayerMaker:
    return make_layer


@pytest.fixture
def row() -> Layer:
    """Three cells of 0.1° in a row, 100 people each."""
    return make_layer([shapely.box(x / 10, 0, (x + 1) / 10, 0.1) for x in range(3)], [100, 100, 100])
