"""A layer a reader can draw: 6 × 6 squares of one degree, ten people each, the footprint over the two western columns."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geopolity.affected.footprint import Area, Everyone, Footprint
from geopolity.layers.layer import Layer
from geopolity.polity.derivation import Derivation, derive_polity
from geopolity.polity.issue import Issue

SIDE = 6


def grid(*, west: float = 0.0, hostile: bool = False) -> Layer:
    """Columns are lettered from the west, rows numbered from the south; each half of the columns is a parent."""
    cells = [(column, row) for column in range(SIDE) for row in range(SIDE)]
    people = np.full(len(cells), 10.0)
    people[-1] = np.nan
    names = [f"{'ABCDEF'[column]}{row + 1}" for column, row in cells]
    if hostile:
        names[0] = '</script><img src="http://example.invalid/x.png">'
    units = gpd.GeoDataFrame(
        {
            "name": names,
            "population": people,
            "parent": ["W" if column < 3 else "E" for column, _ in cells],
            "parent_name": ["West" if column < 3 else "East" for column, _ in cells],
        },
        geometry=[shapely.box(west + column, 40 + row, west + column + 1, 41 + row) for column, row in cells],
        index=pd.Index([f"{column}{row}" for column, row in cells], name="unit_id"),
        crs=4326,
    )
    return Layer(name="grid-cells", title="Grid", vintage="2020", source="A drawing", licence="CC0", units=units)


def derived(layer: Layer, footprint: Footprint, **wishes: object) -> Derivation:
    issue = Issue(
        name="rivers",
        title="Clean rivers",
        question="Who may use the river?",
        footprint=footprint,
        layer=layer.name,
        **wishes,
    )
    return derive_polity(issue, layer)


@pytest.fixture(scope="session")
def polity() -> Derivation:
    return derived(grid(), Area(shapes=gpd.GeoSeries([shapely.box(0, 40, 2, 46)], crs=4326)))


@pytest.fixture(scope="session")
def everyone() -> Derivation:
    return derived(grid(), Everyone())


@pytest.fixture(scope="session")
def hostile() -> Derivation:
    return derived(grid(hostile=True), Area(shapes=gpd.GeoSeries([shapely.box(0, 40, 2, 46)], crs=4326)))


@pytest.fixture(scope="session")
def over_the_antimeridian() -> Derivation:
    """The same squares from 177° E to 177° W, those beyond ±180 given with negative longitudes."""
    layer = grid(west=177)
    units = layer.units.copy()
    units["geometry"] = [
        shapely.transform(square, lambda at: np.column_stack([at[:, 0] - 360, at[:, 1]]))
        if square.bounds[0] >= 180
        else square
        for square in units.geometry
    ]
    moved = Layer(name=layer.name, title="Grid", vintage="2020", source="A drawing", licence="CC0", units=units)
    return derived(moved, Everyone())
