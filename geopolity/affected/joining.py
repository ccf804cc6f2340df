"""Two parts of a combined footprint, as pieces of units, become one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from geopolity.affected.field import Field
from geopolity.affected.pieces import Pieces, Whole, shapes_of
from geopolity.arrays import BoolArray, FloatArray, IntArray
from geopolity.geometry.zones import Mix, polygonal
from geopolity.layers.ground import Ground


def over_cells(rest: Pieces | Whole, field: Field, units: Ground, *, fills: bool) -> Pieces:
    """Pieces with cells of a raster inside; where ``fills``, also the ground that no other part reaches."""
    if isinstance(rest, Whole):
        every = np.arange(len(units.area))
        kept = every if fills else np.flatnonzero(~(rest.intensity == 0))
        return Pieces(
            unit=kept,
            share=np.ones(len(kept)),
            intensity=rest.intensity[kept],
            shape=units.geometry[kept],
            field=field,
        )
    if not fills:
        return replace(rest, field=field)
    every = np.arange(len(units.area))
    bare = _without(
        Pieces(unit=every, share=np.ones(len(every)), intensity=np.zeros(len(every)), shape=units.geometry), rest
    )
    return replace(_there(_stacked(rest, bare, _measure(bare, units))), field=field)


def join(left: Pieces | Whole, right: Pieces | Whole, mix: Mix, units: Ground, fills: bool) -> Pieces | Whole:
    """Two parts together; ``fills`` says that a part also counts where the other is absent."""
    match left, right:
        case Whole(), Whole():
            return Whole(intensity=mix(left.intensity, right.intensity))
        case Pieces(), Whole():
            return _join_whole(right, left, mix, units, fills)
        case Whole(), Pieces():
            return _join_whole(left, right, mix, units, fills)
        case Pieces(), Pieces():
            return _join_pieces(left, right, mix, units, fills)
    raise TypeError("A part is either pieces or whole units.")


def _join_whole(whole: Whole, pieces: Pieces, mix: Mix, units: Ground, fills: bool) -> Pieces:
    joined = replace(pieces, intensity=mix(whole.intensity[pieces.unit], pieces.intensity))
    if not fills:
        return _kept(joined)
    every = np.arange(len(units.area))
    rest = _without(
        Pieces(unit=every, share=np.ones(len(every)), intensity=whole.intensity, shape=units.geometry), pieces
    )
    return _kept(_stacked(joined, rest, _measure(rest, units)))


def _join_pieces(left: Pieces, right: Pieces, mix: Mix, units: Ground, fills: bool) -> Pieces:
    here, there = _same_unit(left.unit, right.unit)
    both = Pieces(
        unit=left.unit[here],
        share=np.empty(0),
        intensity=mix(left.intensity[here], right.intensity[there]),
        shape=polygonal(shapely.intersection(shapes_of(left)[here], shapes_of(right)[there])),
    )
    joined = replace(both, share=_measure(both, units))
    if fills:
        for one, other in ((left, right), (right, left)):
            alone = _without(one, other)
            joined = _stacked(joined, alone, _measure(alone, units))
    return _kept(joined)


def _same_unit(left: IntArray, right: IntArray) -> tuple[IntArray, IntArray]:
    here = pd.DataFrame({"unit": left, "here": np.arange(len(left))})
    there = pd.DataFrame({"unit": right, "there": np.arange(len(right))})
    pairs = here.merge(there, on="unit")
    return pairs["here"].to_numpy(), pairs["there"].to_numpy()


def _without(pieces: Pieces, taken: Pieces) -> Pieces:
    """Pieces less what others take of the same unit."""
    order = np.argsort(taken.unit, kind="stable")
    units, first = np.unique(taken.unit[order], return_index=True)
    groups = np.split(shapes_of(taken)[order], first[1:]) if len(units) else []
    cover = np.full(int(max(pieces.unit.max(initial=0), taken.unit.max(initial=0))) + 1, None, dtype=object)
    cover[units] = [shapely.union_all(group) for group in groups]
    touched = shapely.is_geometry(cover[pieces.unit])
    shape = shapes_of(pieces).copy()
    shape[touched] = polygonal(shapely.difference(shape[touched], cover[pieces.unit[touched]]))
    return replace(pieces, shape=shape)


def _measure(pieces: Pieces, units: Ground) -> FloatArray:
    return np.asarray(shapely.area(shapes_of(pieces)) / units.area[pieces.unit])


def _stacked(first: Pieces, second: Pieces, share: FloatArray) -> Pieces:
    return Pieces(
        unit=np.concatenate([first.unit, second.unit]),
        share=np.concatenate([first.share, share]),
        intensity=np.concatenate([first.intensity, second.intensity]),
        shape=np.concatenate([shapes_of(first), shapes_of(second)]),
    )


def _kept(pieces: Pieces) -> Pieces:
    return _chosen(pieces, ~(pieces.intensity == 0) & (pieces.share > 0))


def _there(pieces: Pieces) -> Pieces:
    return _chosen(pieces, pieces.share > 0)


def _chosen(pieces: Pieces, keep: BoolArray) -> Pieces:
    return Pieces(
        unit=pieces.unit[keep],
        share=pieces.share[keep],
        intensity=pieces.intensity[keep],
        shape=shapes_of(pieces)[keep],
    )
