"""Geometry of a layer at one zoom, on the zoom's own grid: rings, lines or points as flat arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maps.tiles.mvt import EXTENT

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PIXEL = EXTENT / 512
Small = Literal["gathered", "kept", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sketch:
    """Geometry of all features at one zoom, on a grid of 4,096 steps a tile.

    Attributes
    ----------
    xy, first
        Vertices and where each ring, line or point begins.
    hole, box
        Whether a ring bounds a hole; west, north, east, south of each.
    rings
        (f + 1,) where the rings of each feature begin.
    """

    xy: IntArray
    first: IntArray
    hole: NDArray[np.bool_]
    box: IntArray
    rings: IntArray


def rings_of(sketch: Sketch, features: IntArray) -> IntArray:
    """Rings of some features, in order."""
    count = sketch.rings[features + 1] - sketch.rings[features]
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    rings: IntArray = np.repeat(sketch.rings[features], count) + step
    return rings


def boxes(xy: IntArray, first: IntArray) -> IntArray:
    """West, north, east and south of each ring."""
    if len(first) < 2:
        return np.zeros((0, 4), np.int64)
    return np.hstack([np.minimum.reduceat(xy, first[:-1]), np.maximum.reduceat(xy, first[:-1])])


def without(sketch: Sketch, features: IntArray) -> Sketch:
    """Move features out of every tile."""
    box = sketch.box.copy()
    box[rings_of(sketch, features)] = -(2**40)
    return Sketch(xy=sketch.xy, first=sketch.first, hole=sketch.hole, box=box, rings=sketch.rings)


def without_short(sketch: Sketch) -> Sketch:
    """Leave out lines that are no longer than a pixel."""
    size = (sketch.box[:, 2:] - sketch.box[:, :2]).max(axis=1, initial=0)
    box = np.where((size <= PIXEL)[:, None], -(2**40), sketch.box)
    return Sketch(xy=sketch.xy, first=sketch.first, hole=sketch.hole, box=box, rings=sketch.rings)


def without_specks(sketch: Sketch, small: Small) -> Sketch:
    """Replace features smaller than a pixel by pixels, or leave them out."""
    area = -_signed_areas(sketch)
    speck = np.flatnonzero(area < PIXEL**2)
    if not len(speck):
        return sketch
    shown = speck
    if small == "gathered":
        whole = np.floor(np.cumsum(np.maximum(area[speck], 0.0)) / PIXEL**2)
        shown = speck[np.diff(whole, prepend=0.0) > 0]
    elif small == "dropped":
        shown = speck[:0]
    ring = sketch.rings[speck]
    there = sketch.rings[speck + 1] > ring
    speck, ring = speck[there], ring[there]
    middle = (sketch.box[ring, :2] + sketch.box[ring, 2:]) // 2
    half = int(PIXEL) // 2
    square = middle[:, None, :] + half * np.array([[-1, 1], [1, 1], [1, -1], [-1, -1]])
    chosen = np.isin(speck, shown)
    return _replaced(without(sketch, speck), ring[chosen], square[chosen])


def _replaced(sketch: Sketch, rings: IntArray, squares: IntArray) -> Sketch:
    """Give some rings other vertices, four each."""
    count = np.diff(sketch.first)
    start = sketch.first[:-1].copy()
    count[rings] = 4
    xy = np.vstack([sketch.xy, squares.reshape(-1, 2)])
    start[rings] = len(sketch.xy) + 4 * np.arange(len(rings))
    box = sketch.box.copy()
    box[rings] = np.hstack([squares.min(axis=1), squares.max(axis=1)])
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return Sketch(
        xy=xy[np.repeat(start, count) + step],
        first=np.concatenate([[0], np.cumsum(count)]),
        hole=sketch.hole,
        box=box,
        rings=sketch.rings,
    )


def _signed_areas(sketch: Sketch) -> FloatArray:
    """Area of each feature in square steps, negative where its shell is wound as the format's shells are not."""
    if not len(sketch.hole):
        return np.zeros(len(sketch.rings) - 1)
    first, xy = sketch.first, sketch.xy
    following = np.arange(1, len(xy) + 1)
    following[first[1:] - 1] = first[:-1]
    at = (xy - np.repeat(xy[first[:-1]], np.diff(first), axis=0)).astype(np.float64)
    cross = at[:, 0] * at[following, 1] - at[following, 0] * at[:, 1]
    by_ring = np.add.reduceat(cross, first[:-1]) / 2
    owner = np.repeat(np.arange(len(sketch.rings) - 1), np.diff(sketch.rings))
    return np.bincount(owner, weights=by_ring, minlength=len(sketch.rings) - 1).astype(np.float64)
