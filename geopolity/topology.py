"""Where units overlap, and where they leave gaps: listed with areas, on the WGS 84 ellipsoid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geopolity.crs import CYLINDRICAL, IntArray
from geopolity.ground import Ground, ground
from geopolity.layer import Layer

SLIVER = 1e-9
"""A shared area below this part of the smaller unit is rounding, not overlap."""


def topology_notes(layer: Layer) -> tuple[str, ...]:
    """Sentences on the overlaps and gaps of a layer; none for a clean one."""
    return (*_overlap_note(overlaps(layer)), *_gap_note(gaps(layer)))


def _overlap_note(found: pd.DataFrame) -> tuple[str, ...]:
    if found.empty:
        return ()
    most = found.iloc[0]
    return (
        (
            f"{len(found):,} pairs of units overlap, by {_km2(found['area_m2'].sum())} together (most: "
            f"{most['left']} and {most['right']}, {_km2(most['area_m2'])}); people there count in both."
        ),
    )


def _gap_note(found: gpd.GeoDataFrame) -> tuple[str, ...]:
    if found.empty:
        return ()
    place = found.geometry.iloc[:1].representative_point().to_crs(4326).iloc[0]
    return (
        (
            f"{len(found):,} gaps between units, {_km2(found['area_m2'].sum())} together, belong to no unit (the "
            f"largest, {_km2(found['area_m2'].iloc[0])}, at longitude {place.x:.3f}, latitude "
            f"{place.y:.3f}; a lake may be one)."
        ),
    )


def _km2(area_m2: float) -> str:
    return f"{area_m2 / 1e6:,.1f} km²" if area_m2 >= 1e5 else f"{area_m2:,.0f} m²"


def overlaps(layer: Layer) -> pd.DataFrame:
    """Pairs of units that share ground, the largest first.

    Returns
    -------
    DataFrame
        ``left`` and ``right`` (unit ids, left first in id order) and ``area_m2``.
    """
    laid = ground(layer)
    left, right = _meeting(laid)
    area = shapely.area(shapely.intersection(laid.geometry[left], laid.geometry[right]))
    real = area > SLIVER * np.minimum(laid.area[left], laid.area[right])
    ids = layer.units.index.to_numpy()
    table = pd.DataFrame({"left": ids[left[real]], "right": ids[right[real]], "area_m2": area[real]})
    return table.sort_values(["area_m2", "left", "right"], ascending=[False, True, True], ignore_index=True)


def _meeting(laid: Ground) -> tuple[IntArray, IntArray]:
    """Pairs of units that may share ground: none in a clean coverage, which is recognised without looking at pairs."""
    if _clean(laid):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    left, right = laid.tree.query(laid.geometry, predicate="intersects")
    return left[left < right], right[left < right]


def _clean(laid: Ground) -> bool:
    return bool(shapely.coverage_is_valid(laid.geometry))


def gaps(layer: Layer) -> gpd.GeoDataFrame:
    """Ground enclosed by units and held by none, the largest first; a lake counts as one, the sea does not.

    Returns
    -------
    GeoDataFrame
        ``area_m2`` and the outline in the equal-area frame.
    """
    laid = ground(layer)
    unite = shapely.coverage_union_all if _clean(laid) else shapely.union_all
    covered = shapely.get_parts(unite(laid.geometry))
    rings, owner = shapely.get_rings(covered, return_index=True)
    inner = np.concatenate([[False], owner[1:] == owner[:-1]])
    holes = np.asarray(shapely.difference(shapely.polygons(rings[inner]), shapely.multipolygons(covered)))
    holes = holes[shapely.area(holes) > 0]
    order = np.argsort(-shapely.area(holes), kind="stable")
    return gpd.GeoDataFrame({"area_m2": shapely.area(holes)[order]}, geometry=list(holes[order]), crs=CYLINDRICAL)
