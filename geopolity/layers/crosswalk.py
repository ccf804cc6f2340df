"""Carry units of one layer to another: by parent ids where layers nest, else by the ground they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity import geometry
from geopolity.exports import later

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
else:
    gpd = later("geopandas")
    pd = later("pandas")

CERTAIN = 0.99
"""A home that lies in one target unit by less than this share is listed for review."""


def crosswalk(source: gpd.GeoDataFrame, target: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share of each source unit that lies in each target unit.

    Where every source unit names a target unit as its ``parent``, that is the answer. Elsewhere people are taken as
    spread evenly over their unit.

    Parameters
    ----------
    source, target
        Units in EPSG:4326 indexed by unit id; ``parent`` of the source is optional.

    Returns
    -------
    DataFrame
        ``source_unit``, ``target_unit``, ``share``; sorted; shares of a source unit that meets a target add up to 1.
    """
    parents = source["parent"] if "parent" in source else pd.Series(dtype=object)
    if len(parents) and parents.isin(target.index).all():
        table = pd.DataFrame({"source_unit": source.index, "target_unit": parents.to_numpy(), "share": 1.0})
    else:
        pairs = geometry.areal_weights(source.geometry, target.geometry)
        table = pd.DataFrame(
            {
                "source_unit": source.index[pairs["source"]],
                "target_unit": target.index[pairs["target"]],
                "share": pairs["weight"],
            }
        )
    return table.sort_values(["source_unit", "target_unit"], ignore_index=True)


def main_target(table: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Target unit with the largest share of each source unit, the lowest id of equals, and that share."""
    ordered = table.sort_values(["source_unit", "share", "target_unit"], ascending=[True, False, True])
    first = ordered.drop_duplicates("source_unit")
    pairs = zip(first["target_unit"], first["share"].astype(float), strict=True)
    return dict(zip(first["source_unit"], pairs, strict=True))
