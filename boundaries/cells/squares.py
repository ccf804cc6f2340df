"""Cells of statistical grids from their ids, as INSPIRE writes them.

``CRS3035RES1000mN2684000E4334000`` says all: the coordinate system, the size, the south-west corner. The short form
``1kmN2684E4334`` leaves the coordinate system out (it is EPSG:3035 in Europe) and the zeros of the size.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.errors import FileError

LONG = r"CRS(?P<crs>[0-9]{4,5})RES(?P<size>[0-9]+)(?P<unit>k?m)N(?P<north>-?[0-9]+)E(?P<east>-?[0-9]+)"
SHORT = (
    r"(?P<size>[0-9]+)(?P<unit>k?m)"
    r"(?:N(?P<north>-?[0-9]+)E(?P<east>-?[0-9]+)|E(?P<east2>-?[0-9]+)N(?P<north2>-?[0-9]+))"
)
EUROPE = 3035


def are_squares(ids: pd.Series) -> bool:
    """Whether most of the ids are such."""
    text = ids.dropna().astype("string").str.strip()
    return len(text) > 0 and bool((text.str.fullmatch(LONG) | text.str.fullmatch(SHORT)).mean() > 0.5)


def squares(ids: pd.Series, path: Path) -> gpd.GeoSeries:
    """Outline of every cell, in the coordinate system of the ids (EPSG:4326 where they are in several)."""
    text = ids.astype("string").str.strip()
    long = text.str.extract(f"^{LONG}$")
    short = text.str.extract(f"^{SHORT}$")
    is_long, is_short = long["size"].notna(), short["size"].notna()
    bad = ~(is_long | is_short)
    if bad.any():
        raise FileError(
            "{path}: {value:quoted} in column {name:quoted} is no id of a grid cell such as "
            "CRS3035RES1000mN2684000E4334000 or 1kmN2684E4334; correct it.",
            path=path,
            value=str(ids[bad].iloc[0]),
            name=ids.name,
        )
    size = _number(long["size"].fillna(short["size"])) * long["unit"].fillna(short["unit"]).map(
        {"m": 1.0, "km": 1000.0}
    )
    zeros = size.map(_zeros).where(is_short, 1.0)
    north = _number(long["north"].fillna(short["north"]).fillna(short["north2"])) * zeros
    east = _number(long["east"].fillna(short["east"]).fillna(short["east2"])) * zeros
    west, south, wide = (part.to_numpy(dtype=np.float64) for part in (east, north, size))
    boxes = gpd.GeoSeries(shapely.box(west, south, west + wide, south + wide), index=ids.index)
    systems = long["crs"].fillna(str(EUROPE))
    if len(systems.unique()) == 1:
        return boxes.set_crs(int(systems.iloc[0]))
    parts = [boxes[systems == system].set_crs(int(system)).segmentize(1000).to_crs(4326) for system in systems.unique()]
    return gpd.GeoSeries(pd.concat(parts).reindex(ids.index), crs=4326)


def _number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text).astype("float64")


def _zeros(size: float) -> float:
    """The power of ten that the short form leaves out: the zeros at the end of the size in metres."""
    digits = str(int(size))
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))
