"""One layer of vector tiles: what is drawn, and its typed attributes, as arrays that every tile is cut from."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geopolity.caching import SingleFlightCache
from geopolity.geometry.snapping import SNAP
from geopolity.layers.arcs import Arcs
from geopolity.layers.dissolved import Walks
from maps.tiles.address import TileAddress
from maps.tiles.mvt import BUFFER, EXTENT, LINE, POINT, POLYGON, encode
from maps.tiles.simplify import significance
from maps.tiles.sketch import Sketch, Small, boxes, rings_of, without, without_short, without_specks
from maps.tiles.valid import broken, cut

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FINEST = 4.0
"""Detail kept, in 4,096ths of a tile: half a pixel where tiles are shown 512 pixels wide."""
LAST_LATITUDE = 85.05112877980659


@dataclass(frozen=True, kw_only=True, eq=False)
class Traces:
    """Arcs in the square world of Web Mercator, 0..1 from the north-west, and how much each vertex matters."""

    arcs: Arcs
    world: FloatArray
    matters: FloatArray
    _latest: SingleFlightCache[float, tuple[IntArray, IntArray]] = field(default_factory=lambda: SingleFlightCache(1))

    def kept(self, scale: float) -> tuple[IntArray, IntArray]:
        """Vertices that matter on a grid of so many steps round the world, and where each arc begins among them.

        The layers of a tile set ask one after the other for the same zoom.
        """

        def found() -> tuple[IntArray, IntArray]:
            stays = self.matters * scale >= FINEST
            begin = np.concatenate([[0], np.cumsum(stays)])[self.arcs.first]
            return np.rint(self.world[stays] * scale).astype(np.int64), begin

        return self._latest.get(scale, found)


def traced(arcs: Arcs) -> Traces:
    """Project arcs and weigh their vertices, once for all zooms."""
    world = mercator(arcs.xy / SNAP)
    return Traces(arcs=arcs, world=world, matters=significance(world, arcs.first))


def mercator(degrees: FloatArray) -> FloatArray:
    """Longitude and latitude (n, 2) in the square world of Web Mercator, 0..1 from the north-west."""
    latitude = np.radians(np.clip(degrees[:, 1], -LAST_LATITUDE, LAST_LATITUDE))
    y = 0.5 - np.arctanh(np.sin(latitude)) / (2 * np.pi)
    return np.column_stack([degrees[:, 0] / 360 + 0.5, y])


@dataclass(frozen=True, kw_only=True, eq=False)
class TileLayer:
    """Features with typed attributes.

    Attributes
    ----------
    table
        One row per feature; strings, integers, floats or booleans, missing values left out of the tile.
    small
        What becomes of polygons smaller than a pixel: their area is ``gathered`` into pixels that stand for several
        (as tippecanoe does), each is ``kept`` as a pixel, or they are ``dropped``; of lines, ``dropped`` or ``kept``.
    since
        (f,) first zoom at which each feature is shown.
    """

    name: str
    kind: int
    table: pd.DataFrame
    traces: Traces | None = None
    walks: Walks | None = None
    points: FloatArray | None = None
    small: Small = "kept"
    since: IntArray | None = None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Attributes, encoded once."""
        return tuple(column_of(name, self.table[name]) for name in self.table.columns)

    def sketch(self, zoom: int) -> Sketch:
        """Cut the geometry to what a zoom can show."""
        scale = float(EXTENT * 2**zoom)
        if self.kind == POINT:
            assert self.points is not None
            xy = np.floor(self.points * scale).astype(np.int64)
            count = np.arange(len(xy) + 1)
            found = Sketch(xy=xy, first=count, hole=np.zeros(len(xy), bool), box=np.hstack([xy, xy]), rings=count)
        else:
            found = self._drawn(scale)
        return found if self.since is None else without(found, np.flatnonzero(self.since > zoom))

    def _drawn(self, scale: float) -> Sketch:
        assert self.traces is not None
        assert self.walks is not None
        walks = self.walks
        kept, begin = self.traces.kept(scale)
        place, first = _gathered(walks, begin, is_line=self.kind == LINE)
        xy = kept[place]
        sketch = Sketch(
            xy=xy,
            first=first,
            hole=walks.hole,
            box=boxes(xy, first),
            rings=np.searchsorted(walks.owner, np.arange(walks.size + 1)),
        )
        if self.kind == LINE:
            return without_short(sketch) if self.small == "dropped" else sketch
        return without_specks(sketch, self.small)

    def fields(self) -> dict[str, str]:
        """Attributes and their types, as a TileJSON ``vector_layers`` entry says them."""
        return {column.name: column.type for column in self.columns}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One attribute of all features: ``codes`` into a ``pool`` of encoded values, -1 where there is none."""

    name: str
    type: str
    codes: IntArray
    pool: tuple[bytes, ...]


def column_of(name: str, values: pd.Series) -> Column:
    """Encode an attribute's values as fields of a tile's layer."""
    codes, distinct = pd.factorize(values)
    kind = values.dtype.kind
    if kind == "f" and np.array_equal(distinct, np.floor(distinct)):
        distinct, kind = distinct.astype(np.int64), "i"
    encoded = tuple(_value(value) for value in distinct.tolist())
    return Column(
        name=name,
        type="Boolean" if kind == "b" else "Number" if kind in "iuf" else "String",
        codes=codes.astype(np.int64),
        pool=encoded,
    )


def layer_bytes(layer: TileLayer, sketch: Sketch, features: IntArray, at: TileAddress) -> bytes:
    """One layer of one tile; empty where none of the features reaches into it."""
    tags, values = _tags(layer.columns, features)
    corner = np.array([at.x * EXTENT, at.y * EXTENT])
    whole = np.ones(len(features), np.bool_)
    if layer.kind == POLYGON:
        drawn = (sketch.xy, sketch.first, sketch.hole, sketch.box, sketch.rings)
        whole = ~broken(*drawn, features, corner)
    world = EXTENT * 2**at.zoom
    written = _written(layer.kind, sketch, features[whole], features[whole], tags[whole], corner, world)
    if not whole.all():
        mended = cut(sketch, features[~whole], corner)
        written += _written(
            layer.kind, mended, np.arange(len(mended.rings) - 1), features[~whole], tags[~whole], corner, world
        )
    if not written:
        return b""
    keys = b"".join(_field(3, column.name.encode()) for column in layer.columns)
    body = _field(1, layer.name.encode()) + written + keys + values
    return _field(3, body + b"\x28" + _varint(EXTENT) + b"\x78\x02")


def _written(  # noqa: PLR0913, PLR0917 - features of a layer in a tile, and what they are called
    kind: int, sketch: Sketch, features: IntArray, ids: IntArray, tags: IntArray, corner: IntArray, world: int
) -> bytes:
    """Features of a sketch as fields of a layer."""
    room = int((np.diff(sketch.first)[rings_of(sketch, features)] * 60 + 200).sum()) + 10 * tags.size + 64
    out = np.empty(room, np.uint8)
    drawn = (sketch.xy, sketch.first, sketch.hole, sketch.box, sketch.rings)
    size = encode(kind, *drawn, features, ids, tags, corner, world, out)
    return out[:size].tobytes()


def in_tile(sketch: Sketch, at: TileAddress) -> IntArray:
    """Features that may reach into a tile."""
    low, high = (sketch.box[:, :2] - BUFFER) // EXTENT, (sketch.box[:, 2:] + BUFFER) // EXTENT
    near = (low <= [at.x, at.y]).all(axis=1) & (high >= [at.x, at.y]).all(axis=1)
    return np.unique(np.searchsorted(sketch.rings, np.flatnonzero(near), side="right") - 1).astype(np.int64)


def _tags(columns: tuple[Column, ...], features: IntArray) -> tuple[IntArray, bytes]:
    """Pairs of key and value of each feature, and the tile's table of values."""
    tags = np.full((len(features), 2 * len(columns)), -1)
    table: list[bytes] = []
    for key, column in enumerate(columns):
        place: dict[int, int] = {-1: -1}
        base = len(table) - 1
        codes = column.codes[features].tolist()
        tags[:, 2 * key] = key
        tags[:, 2 * key + 1] = [code if code < 0 else base + place.setdefault(code, len(place)) for code in codes]
        table += [column.pool[code] for code in place if code >= 0]
    return tags, b"".join(table)


def _gathered(walks: Walks, begin: IntArray, *, is_line: bool) -> tuple[IntArray, IntArray]:
    """Places of the kept vertices of each ring or line, and where each begins."""
    along = walks.walk >= 0
    arc = np.where(along, walks.walk, ~walks.walk)
    count = begin[arc + 1] - begin[arc] - (0 if is_line else 1)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    start = np.where(along, begin[arc], begin[arc + 1] - 1)
    place = np.repeat(start, count) + np.repeat(np.where(along, 1, -1), count) * step
    return place, np.concatenate([[0], np.cumsum(count)])[walks.ring]


def _value(value: object) -> bytes:
    if isinstance(value, bool):
        return _field(4, b"\x38" + bytes([value]))
    if isinstance(value, int):
        return _field(4, b"\x28" + _varint(value) if value >= 0 else b"\x30" + _varint((-value << 1) - 1))
    if isinstance(value, float):
        return _field(4, b"\x19" + struct.pack("<d", value))
    return _field(4, _field(1, str(value).encode()))


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


__all__ = ["LINE", "POINT", "POLYGON", "TileLayer", "Traces", "in_tile", "layer_bytes", "mercator", "traced"]
