"""Vector tiles of the store's layers: one tile at a time, or whole archives."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.caching import SingleFlightCache
from geopolity.errors import RequestError
from maps.tiles.address import TileAddress
from maps.tiles.content import TilePolity, TileSource
from maps.tiles.pyramid import LAST_ZOOM, Pyramid, pmtiles, pyramid, tile_json
from services.clock import end_of, now
from services.records import Json
from services.storage.layers.census import find_layer, units_of
from services.storage.layers.live_tiles import live_tile
from services.storage.polities.versions import valid_at
from services.storage.store import Store
from services.storage.tables import LayerRow, MemberRow, PolityRow
from services.whole import write_whole

KEPT = 2
"""Layers whose tiles stay laid out in memory."""


class TileFolderError(RequestError):
    """Tiles cannot be written where they were to go."""

    code = "tile-folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An archive that was written."""

    layer: str
    file: Path
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTile:
    """A tile, not compressed, and the generation of layer and polities that it shows."""

    content: bytes
    generation: str


def write_tiles(
    out: Path, store: Store, *, layers: Sequence[str] = (), zooms: tuple[int, int] = (0, LAST_ZOOM)
) -> list[Written]:
    """Write one archive for each layer (all that the store keeps, if none is named) into a folder."""
    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for source in _sources(store, layers):
            content = pmtiles(pyramid(source), first=zooms[0], last=zooms[1])
            file = out / f"{source.name}.pmtiles"
            write_whole(file, content)
            written.append(Written(layer=source.name, file=file, size=len(content)))
    except OSError as error:
        raise TileFolderError(
            "{out} cannot be written ({reason}); choose another --out.",
            out=out,
            reason=error.strerror,
        ) from error
    return written


def tile(layer_name: str, at: TileAddress, store: Store, *, date: str | None = None) -> LiveTile:
    """Return one tile of a layer as of the end of a day (now by default): by PostGIS where the store is there."""
    moment = now() if date is None else end_of(date)
    with store.reading() as session:
        layer = find_layer(session, layer_name)
        name = generation(layer, versions(session, layer, moment))
        if store.is_postgresql:
            return LiveTile(content=live_tile(session, layer.digest, at, moment), generation=name)
        laid_out = _kept_pyramid(session, layer, moment, name)
    return LiveTile(content=laid_out.tile(at), generation=name)


def generation_of(layer_name: str, store: Store, *, date: str | None = None) -> str:
    """Name what the tiles of a layer show, without making any."""
    moment = now() if date is None else end_of(date)
    with store.reading() as session:
        layer = find_layer(session, layer_name)
        return generation(layer, versions(session, layer, moment))


def described(layer_name: str, store: Store) -> Json:
    """What the tiles of a layer show, as TileJSON does."""
    moment = now()
    with store.reading() as session:
        layer = find_layer(session, layer_name)
        name = generation(layer, versions(session, layer, moment))
        laid_out = _kept_pyramid(session, layer, moment, name).tiles
    return tile_json(laid_out, 0, LAST_ZOOM) | {"bounds": list(laid_out.bounds), "version": f"1.0.0+{name}"}


def tile_source(session: Session, layer: LayerRow, moment: str) -> TileSource:
    """Read a layer and the polities on it that were valid at a moment."""
    kept = units_of(session, layer.digest)
    return TileSource(
        name=layer.name,
        title=layer.title,
        licence=layer.licence,
        units=kept.table,
        shapes=kept.shapes,
        polities=[
            _polity(session, row, kept.table.index.to_numpy().astype(str)) for row in versions(session, layer, moment)
        ],
    )


def versions(session: Session, layer: LayerRow, moment: str) -> Sequence[PolityRow]:
    """Versions of polities on a layer that were valid at a moment, by issue."""
    query = select(PolityRow).where(valid_at(moment), PolityRow.layer == layer.digest).order_by(PolityRow.issue)
    return session.scalars(query).all()


def generation(layer: LayerRow, rows: Sequence[PolityRow]) -> str:
    """Name of a layer with its polities: the same name, the same tiles."""
    said = [layer.digest, *(f"{row.issue} {row.version} {row.digest}" for row in rows)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _sources(store: Store, names: Sequence[str]) -> list[TileSource]:
    moment = now()
    with store.reading() as session:
        known = names or sorted(set(session.scalars(select(LayerRow.name))))
        return [tile_source(session, find_layer(session, name), moment) for name in known]


def _polity(session: Session, row: PolityRow, ids: np.ndarray) -> TilePolity:
    inside = np.array(session.scalars(select(MemberRow.unit_id).where(MemberRow.polity == row.key)).all(), dtype=str)
    return TilePolity(
        id=row.issue,
        title=row.title,
        version=row.version,
        valid_from=str(row.valid_from),
        population=row.population,
        area_km2=row.area_km2,
        coverage=row.coverage,
        inside=np.flatnonzero(np.isin(ids, inside)),
    )


_pyramids: SingleFlightCache[str, Pyramid] = SingleFlightCache(KEPT)


def _kept_pyramid(session: Session, layer: LayerRow, moment: str, name: str) -> Pyramid:
    """Take a layer's tiles from memory, or lay them out: a second for some thousand units."""
    return _pyramids.get(name, lambda: pyramid(tile_source(session, layer, moment)))
