"""Vector tiles of a layer: one tile, or the whole pyramid as a PMTiles archive that any file host can serve."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geopolity.caching import SingleFlightCache
from maps.tiles.address import DEEPEST_ZOOM, TileAddress, TileError
from maps.tiles.content import TileSet, TileSource, tile_set
from maps.tiles.cover import tile_cover
from maps.tiles.layer import TileLayer, in_tile, layer_bytes
from maps.tiles.sketch import Sketch

IntArray = NDArray[np.int64]

LAST_ZOOM = 8
GENERATOR = "geopolity"
THREADS = 4
_KEPT_ZOOMS = 4
_LEVEL = 4
"""Of gzip."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pyramid:
    """The tiles of one set; the latest few zooms are kept as sketches."""

    tiles: TileSet
    _sketches: SingleFlightCache[int, tuple[Sketch, ...]] = field(
        default_factory=lambda: SingleFlightCache(_KEPT_ZOOMS)
    )

    def tile(self, at: TileAddress) -> bytes:
        """Mapbox Vector Tile, not compressed; empty where nothing lies."""
        return b"".join(
            layer_bytes(layer, sketch, features, at)
            for layer, sketch in zip(self.tiles.layers, self.sketches(at.zoom), strict=True)
            if len(features := in_tile(sketch, at))
        )

    def sketches(self, zoom: int) -> tuple[Sketch, ...]:
        """Geometry of all layers at a zoom."""
        return self._sketches.get(zoom, lambda: tuple(layer.sketch(zoom) for layer in self.tiles.layers))

    def all_tiles(self, first: int, last: int) -> Iterator[tuple[TileAddress, bytes]]:
        """Every tile that is not empty, compressed, zoom by zoom."""
        with ThreadPoolExecutor(THREADS) as pool:
            for zoom in range(first, last + 1):
                sketches = self.sketches(zoom)
                wanted = _features_by_tile(sketches, zoom)

                def made(at: TileAddress, sketches: Any = sketches, wanted: Any = wanted) -> bytes:
                    parts = zip(self.tiles.layers, sketches, wanted[at], strict=True)
                    return gzip.compress(_tile(parts, at), compresslevel=_LEVEL, mtime=0)

                for at, content in zip(wanted, pool.map(made, wanted), strict=True):
                    if len(content) > len(_NOTHING):
                        yield at, content


_NOTHING = gzip.compress(b"", compresslevel=_LEVEL, mtime=0)


def pyramid(source: TileSource) -> Pyramid:
    """Prepare the tiles of a layer and its polities."""
    return Pyramid(tiles=tile_set(source))


def pmtiles(tiles: Pyramid, *, first: int = 0, last: int = LAST_ZOOM) -> bytes:
    """Write the zooms ``first`` to ``last`` as a PMTiles archive (version 3); the same tiles give the same bytes.

    Raises
    ------
    TileError
        If the zooms are out of order or too deep.
    """
    from pmtiles.tile import Compression, TileType, zxy_to_tileid  # noqa: PLC0415 - only whoever writes needs it
    from pmtiles.writer import Writer  # noqa: PLC0415

    if not 0 <= first <= last <= DEEPEST_ZOOM:
        raise TileError(
            "Zooms {first} to {last} cannot be written; give a range within 0 to {deepest}.",
            first=first,
            last=last,
            deepest=DEEPEST_ZOOM,
        )
    made = sorted((zxy_to_tileid(at.zoom, at.x, at.y), content) for at, content in tiles.all_tiles(first, last))
    out = io.BytesIO()
    writer = Writer(out)
    for number, content in made:
        writer.write_tile(number, content)
    west, south, east, north = (round(10_000_000 * bound) for bound in tiles.tiles.bounds)
    header = {
        "version": 3,
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "internal_compression": Compression.GZIP,
        "min_zoom": first,
        "max_zoom": last,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": first,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    writer.finalize(header, tile_json(tiles.tiles, first, last))
    return out.getvalue()


def tile_json(tiles: TileSet, first: int, last: int) -> dict[str, Any]:
    """What is in the tiles, as TileJSON's ``vector_layers`` has it."""
    return {
        "name": tiles.title,
        "attribution": tiles.licence,
        "generator": GENERATOR,
        "type": "overlay",
        "vector_layers": [_layer_record(layer, first, last) for layer in tiles.layers],
    }


def _layer_record(layer: TileLayer, first: int, last: int) -> dict[str, Any]:
    return {"id": layer.name, "fields": layer.fields(), "minzoom": first, "maxzoom": last}


def _tile(parts: Any, at: TileAddress) -> bytes:
    return b"".join(layer_bytes(layer, sketch, features, at) for layer, sketch, features in parts if len(features))


def _features_by_tile(sketches: tuple[Sketch, ...], zoom: int) -> dict[TileAddress, list[IntArray]]:
    """Features of every layer that may reach into each tile."""
    none = np.zeros(0, np.int64)
    found: dict[TileAddress, list[IntArray]] = {}
    for number, sketch in enumerate(sketches):
        for at, features in tile_cover(sketch, zoom):
            found.setdefault(at, [none] * len(sketches))[number] = features
    return found
