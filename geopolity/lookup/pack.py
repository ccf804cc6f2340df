"""The look-up index as bytes to take away: whoever has them finds a place's unit and polities without asking anybody.

The answer is that of ``UnitIndex``: the same snapped coordinates, the same edges, the lowest unit of several. Borders
are held once, as arcs; numbers are LEB128 varints, signed ones zigzag-coded, differences where neighbours are alike.

    layer    = arcs, rings, polities
    arcs     = how many; of each, twice its vertices, and 1 more if it is fine; of each, its first vertex (less the one
               before); the lowest bytes of all steps, then what is above them. Steps of an arc that is not fine count
               in 1e-6 degrees
    rings    = how many, then of each its unit (less the one before), its arcs, and each arc a as 2a (along) or 2a + 1
    polities = of each how many units inside, then of each its position (less the one before), a number into the table
               of reasons, people affected, and the share of its people in hundredths of a per cent (1 more, 0 for
               none); then how many units outside with people affected, and of each the same without a reason

Postcodes, each its number (less the one before), how many units and each position (less the one before), may follow.
So may towns (``services/lookup/private_places.py``): the size of a text and the text, a name a line, towns' own before
the others; of each town its region (less the one before), then of each its longitude and latitude (thousandths of a
degree) and people; of each other name its town (less the one before); towns with the counties they lie in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geopolity.arrays import IntArray
from geopolity.layers.arcs import Arcs
from geopolity.lookup.outlines import LONGEST

COARSE = 10
"""Most census borders are drawn to 1e-6 degrees; their steps are kept in these."""


def packed_layer(arcs: Arcs, polities: Sequence[Sequence[IntArray]]) -> bytes:
    """Pack a layer's borders, and tables of units: of each ascending positions, and columns of numbers."""
    return b"".join([packed_arcs(arcs), packed_rings(arcs), *(packed_members(*polity) for polity in polities)])


def packed_arcs(arcs: Arcs) -> bytes:
    """Pack the arcs; an edge too long for an exact predicate is cut where the index cuts it."""
    xy, first = _cut(arcs.xy, arcs.first)
    if len(first) == 1:
        return _varints(np.zeros(1, np.int64))
    fine = np.logical_or.reduceat((xy % COARSE != 0).any(axis=1), first[:-1])
    count = np.diff(first)
    inner = np.ones(len(xy), dtype=bool)
    inner[first[:-1]] = False
    steps = np.diff(xy, axis=0, prepend=xy[:1])[inner] // np.where(np.repeat(fine, count - 1), 1, COARSE)[:, None]
    begins = np.diff(xy[first[:-1]], axis=0, prepend=np.zeros((1, 2), np.int64))
    folded = _zigzag(steps.ravel())
    return b"".join(
        [
            _varints(np.array([len(count)])),
            _varints(2 * count + fine),
            _varints(_zigzag(begins.ravel())),
            (folded & 0xFF).astype(np.uint8).tobytes(),  # noise, apart from what can be compressed
            _varints(folded >> 8),
        ]
    )


def packed_rings(arcs: Arcs) -> bytes:
    """Pack the rings as walks over arcs."""
    walk = np.where(arcs.walk >= 0, 2 * arcs.walk, 2 * ~arcs.walk + 1)
    heads = np.column_stack([np.diff(arcs.unit, prepend=0), np.diff(arcs.ring)])
    places = np.repeat(arcs.ring[:-1], 2)
    return _varints(np.array([len(arcs.unit)])) + _varints(np.insert(walk, places, heads.ravel()))


def packed_members(units: IntArray, *columns: IntArray) -> bytes:
    """Pack the positions of units, ascending, and of each a number of every column."""
    rows = np.column_stack([np.diff(units, prepend=0), *columns])
    return _varints(np.array([len(units)])) + _varints(rows.ravel())


def packed_postcodes(postcodes: Sequence[tuple[int, IntArray]]) -> bytes:
    """Pack postcodes, ascending, with the ascending positions of the units that each lies in."""
    codes = np.diff([code for code, _ in postcodes], prepend=0)
    words = [
        word
        for code, (_, units) in zip(codes.tolist(), postcodes, strict=True)
        for word in (code, len(units), *np.diff(units, prepend=0).tolist())
    ]
    return _varints(np.array(words, dtype=np.int64))


def packed_numbers(values: IntArray) -> bytes:
    """Pack numbers that are not negative."""
    return _varints(values)


def packed_signed(values: IntArray) -> bytes:
    """Pack whole numbers of either sign."""
    return _varints(_zigzag(values))


def _cut(xy: IntArray, first: IntArray) -> tuple[IntArray, IntArray]:
    while True:
        reach = np.abs(np.diff(xy, axis=0)).max(axis=1, initial=0)
        reach[first[1:-1] - 1] = 0  # from one arc to the next is no edge
        far = np.flatnonzero(reach >= LONGEST)
        if not len(far):
            return xy, first
        middle = (xy[far] + xy[far + 1]) // 2
        xy = np.insert(xy, far + 1, middle, axis=0)
        first = first + np.searchsorted(far, first - 1, side="right") - (far[:, None] == first - 1).sum(axis=0)


def _zigzag(values: IntArray) -> IntArray:
    return (values << 1) ^ (values >> 63)


def _varints(values: IntArray) -> bytes:
    """Encode non-negative numbers, seven bits a byte, the lowest first."""
    values = np.asarray(values, dtype=np.uint64)
    size = np.ones(len(values), dtype=np.int64)
    for bits in range(7, 63, 7):
        size += values >= np.uint64(1) << np.uint64(bits)
    end = np.cumsum(size)
    place = np.arange(int(end[-1]) if len(end) else 0) - np.repeat(end - size, size)
    part = (np.repeat(values, size) >> (np.uint64(7) * place.astype(np.uint64))) & np.uint64(0x7F)
    more = place < np.repeat(size, size) - 1
    return bytes((part | (more.astype(np.uint64) << np.uint64(7))).astype(np.uint8))
