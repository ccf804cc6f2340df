"""Links between the layers of the store: which unit of one stands for a unit of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from geopolity.exports import later
from geopolity.layers.crosswalk import crosswalk
from services.storage.layers.census import units_of
from services.storage.tables import CrosswalkRow, LayerRow

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
else:
    gpd = later("geopandas")
    pd = later("pandas")


def link(session: Session, source: LayerRow, target: LayerRow) -> None:
    """Keep the crosswalk from one layer to another, unless it is kept."""
    query = select(func.count()).where(CrosswalkRow.source == source.digest, CrosswalkRow.target == target.digest)
    if session.scalar(query.select_from(CrosswalkRow)):
        return
    table = crosswalk(_frame(session, source), _frame(session, target))
    ends = {"source": source.digest, "target": target.digest}
    rows = [ends | {str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    if rows:
        session.execute(insert(CrosswalkRow), rows)


def link_to_base(session: Session, layer: LayerRow) -> None:
    """Link every base layer to a layer, so that people at home in the one are found in the other."""
    for base in session.scalars(select(LayerRow).where(LayerRow.is_base, LayerRow.digest != layer.digest)):
        link(session, base, layer)


def shares(session: Session, source: str, target: str) -> pd.DataFrame:
    """Read a crosswalk: ``source_unit``, ``target_unit``, ``share``; empty where the layers do not meet."""
    columns = (CrosswalkRow.source_unit, CrosswalkRow.target_unit, CrosswalkRow.share)
    query = select(*columns).where(CrosswalkRow.source == source, CrosswalkRow.target == target)
    rows = session.execute(query.order_by(CrosswalkRow.source_unit, CrosswalkRow.target_unit)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=["source_unit", "target_unit", "share"])


def _frame(session: Session, layer: LayerRow) -> gpd.GeoDataFrame:
    kept = units_of(session, layer.digest)
    parents = {"parent": kept.table["parent"]} if kept.table["parent"].notna().all() else {}
    return gpd.GeoDataFrame(parents, geometry=list(kept.shapes), index=kept.table.index, crs=4326)
