"""The ground that pictures of the store are drawn on: a kept layer as it was opened, found again by its digest."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
from sqlalchemy.orm import Session

from geopolity.caching import SingleFlightCache
from geopolity.errors import GeopolityError
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer
from services.derivation.layers import layer_names
from services.derivation.open_layers import warm_layer
from services.derivation.terrain_cache import warm_display
from services.storage.layers.census import units_of
from services.storage.tables import LayerRow

_KEPT = 4
_layers: SingleFlightCache[str, Layer] = SingleFlightCache(_KEPT)


def ground(session: Session, row: LayerRow, home: Path) -> Layer:
    """Return a kept layer ready to be drawn; the latest few stay in memory.

    The layer that is known here by the same name has more to say (names of enclosing units); if it has changed since,
    the units in the store are taken as they are.
    """
    layer = _layers.get(row.digest, lambda: _opened(row, home) or _from_store(session, row))
    warm_display(layer, home)
    return layer


def positions(layer: Layer, unit_ids: object) -> np.ndarray:
    """Positions of units in a layer; those it does not have are left out."""
    found = layer.units.index.get_indexer(unit_ids)
    return np.asarray(found[found >= 0], dtype=np.int64)


def mask(layer: Layer, unit_ids: object) -> np.ndarray:
    """Whether each unit is among these."""
    inside = np.zeros(len(layer), dtype=np.bool_)
    inside[positions(layer, unit_ids)] = True
    return inside


def _opened(row: LayerRow, home: Path) -> Layer | None:
    if row.name not in layer_names(home):
        return None
    try:
        layer = warm_layer(row.name, home)
    except GeopolityError:
        return None
    return layer if layer.digest == row.digest else None


def _from_store(session: Session, row: LayerRow) -> Layer:
    kept = units_of(session, row.digest)
    table = kept.table if kept.table["parent"].notna().any() else kept.table.drop(columns="parent")
    return Layer(
        name=LayerName(row.name),
        title=row.title,
        vintage=row.vintage,
        source=row.source,
        licence=row.licence,
        units=gpd.GeoDataFrame(table, geometry=list(kept.shapes), crs=4326),
    )
