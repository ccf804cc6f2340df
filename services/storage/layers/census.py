"""Keep census layers with their units, and read them back as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from geopolity.exports import later
from services.storage.publiclog import append
from services.storage.tables import LayerRow, UnitRow

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import shapely

    from geopolity.arrays import GeometryArray
    from geopolity.layers.layer import Layer
else:
    np = later("numpy")
    pd = later("pandas")
    shapely = later("shapely")


class UnknownLayerError(RequestError):
    """The store keeps no such layer, or no such unit."""

    code = "unknown-layer"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptUnits:
    """Units of a kept layer in id order.

    Attributes
    ----------
    table
        Indexed by ``unit_id``: ``name``, ``population`` (NaN where missing), ``parent`` (``None`` where there is none).
    shapes
        Polygons in EPSG:4326, one per row.
    """

    table: pd.DataFrame
    shapes: GeometryArray


def keep_layer(session: Session, layer: Layer, *, now: str, is_base: bool = False) -> LayerRow:
    """Keep a layer and its units, unless they are there; a new base layer takes the place of its namesake."""
    row = session.get(LayerRow, layer.digest)
    if row is not None:
        return row
    if is_base:
        session.execute(update(LayerRow).where(LayerRow.name == str(layer.name)).values(is_base=False))
    row = LayerRow(
        digest=layer.digest,
        name=str(layer.name),
        title=layer.title,
        vintage=layer.vintage,
        source=layer.source,
        licence=layer.licence,
        is_base=is_base,
        kept_at=now,
    )
    session.add(row)
    session.flush()
    units = layer.units
    shapes = stored_shapes(session, units.geometry.to_crs(4326).to_numpy())
    parents = units["parent"].to_list() if "parent" in units else [None] * len(units)
    people = [None if np.isnan(count) else float(count) for count in units["population"].to_numpy(dtype=float)]
    columns = (units.index, units["name"], people, parents, shapes)
    names = ("unit_id", "name", "population", "parent", "shape")
    rows = [{"layer": layer.digest} | dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    session.execute(insert(UnitRow), rows)
    append(session, "layer kept", {"name": row.name, "vintage": row.vintage, "digest": row.digest, "units": len(rows)})
    return row


def find_layer(session: Session, name: str | None = None) -> LayerRow:
    """Return a kept layer by name or digest, the newest of that name; without a name, the base layer.

    Raises
    ------
    UnknownLayerError
        If there is none.
    """
    newest = select(LayerRow).order_by(LayerRow.kept_at.desc(), LayerRow.digest).limit(1)
    if name is None:
        row = session.scalar(newest.where(LayerRow.is_base)) or session.scalar(newest)
    else:
        row = session.get(LayerRow, name) or session.scalar(newest.where(LayerRow.name == name))
    if row is None:
        known = sorted(set(session.scalars(select(LayerRow.name))))
        if not known:
            raise UnknownLayerError(
                "The store keeps no layer {layer}; it is empty: `./run demo` loads one."
                if name
                else "The store keeps no layer; it is empty: `./run demo` loads one.",
                layer=name,
            )
        raise UnknownLayerError(
            "The store keeps no layer {layer}; it keeps {layers:list}.",
            layer=name,
            layers=known,
        )
    return row


def units_of(session: Session, digest: str, only: Select[str] | None = None) -> KeptUnits:
    """Read all units of a layer, or only those whose ids a query finds."""
    query = _units(digest, *_COLUMNS, UnitRow.shape)
    rows = session.execute(query if only is None else query.where(UnitRow.unit_id.in_(only))).all()
    return KeptUnits(table=_table([tuple(row[:-1]) for row in rows]), shapes=read_shapes([row.shape for row in rows]))


def unit_table(session: Session, digest: str) -> pd.DataFrame:
    """Read what is known of a layer's units besides their shapes: ``KeptUnits.table``."""
    return _table([tuple(row) for row in session.execute(_units(digest, *_COLUMNS))])


_COLUMNS = (UnitRow.unit_id, UnitRow.name, UnitRow.population, UnitRow.parent)


def _units(digest: str, *columns: Any) -> Select[Any]:
    return select(*columns).where(UnitRow.layer == digest).order_by(UnitRow.unit_id)


def _table(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["unit_id", "name", "population", "parent"], dtype=object)
    table["population"] = table["population"].astype(float)
    return table.set_index("unit_id")


def stored_shapes(session: Session, shapes: GeometryArray) -> list[bytes]:
    """Write shapes as the store's column takes them: WKB, with its coordinate system for PostGIS."""
    if session.get_bind().dialect.name == "postgresql":
        from geoalchemy2 import WKBElement  # noqa: PLC0415 - slow to import, and for PostGIS only

        return [
            WKBElement(wkb, extended=True) for wkb in shapely.to_wkb(shapely.set_srid(shapes, 4326), include_srid=True)
        ]
    return list(shapely.to_wkb(shapes))


def read_shapes(stored: Sequence[bytes]) -> GeometryArray:
    """Read shapes as either database gives them: bytes, or PostGIS's element that describes them in hexadecimal."""
    if all(isinstance(shape, bytes) for shape in stored):
        return np.asarray(shapely.from_wkb(stored), dtype=object)
    raw = [shape if isinstance(shape, bytes) else bytes.fromhex(shape.desc) for shape in stored]
    return np.asarray(shapely.set_srid(shapely.from_wkb(raw), 0), dtype=object)
