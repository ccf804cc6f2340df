"""A footprint laid over a layer: pieces of units, the share of the unit each holds, and its intensity.

Pieces of one unit do not overlap; what they leave of the unit is not affected. Footprints on the ground cut
the units; footprints on the units are one piece per unit. Combined footprints are exact: parts on the ground
meet on the ground, a part on the units changes the intensity of every piece.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial, reduce
from typing import TypeGuard

import numpy as np
import pandas as pd
import shapely

from geopolity.affected.attribute import attribute_share
from geopolity.affected.discs import Discs, discs_of, meet_discs
from geopolity.affected.field import Field
from geopolity.affected.footprint import Attribute, Everyone, Footprint, FootprintError, Grounded, Radius, Raster, Units
from geopolity.affected.mixed import Combined, Union, parts_of
from geopolity.affected.raster import Grid
from geopolity.affected.zonal import Moments, moments
from geopolity.arrays import BoolArray, FloatArray, GeometryArray, IntArray
from geopolity.errors import RequestError
from geopolity.geometry.zones import Mix, Zones, overlay, polygonal
from geopolity.layers.ground import Ground, Meeting, cut, flat, ground, meet
from geopolity.layers.layer import Layer

MOST_CELLS = 50_000
"""Rasters up to this size are laid out cell by cell; larger ones enter by how they vary over each unit."""
TRACE = 1e-12
"""Share of a unit that stands for its most affected place, where only moments are known."""


class UnknownUnitsError(RequestError):
    """A footprint lists units that the layer does not have."""

    code = "units-unknown"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """Pieces of units.

    Attributes
    ----------
    unit
        Position in the layer of the unit each piece lies in.
    share
        Share of that unit's area in the piece.
    intensity
        Intensity of the piece; NaN where an attribute is missing.
    shape
        Outline of the piece in the equal-area frame; None if the pieces were measured but not cut out.
    field
        Cells that the intensity still has to be mixed with, where it varies inside the pieces.
    """

    unit: IntArray
    share: FloatArray
    intensity: FloatArray
    shape: GeometryArray | None = None
    field: Field | None = None

    def mean(self, size: int) -> FloatArray:
        """Intensity of each unit, averaged over its area; NaN where an intensity is missing."""
        return np.bincount(self.unit, weights=self.share * self.intensity, minlength=size).astype(np.float64)

    def covered(self, size: int) -> FloatArray:
        """Share of each unit's area under the footprint."""
        return np.bincount(self.unit, weights=self.share, minlength=size).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Whole:
    """One intensity for the whole of each unit."""

    intensity: FloatArray

    def pieces(self) -> Pieces:
        bitten = np.flatnonzero(~(self.intensity == 0))
        return Pieces(unit=bitten, share=np.ones(len(bitten)), intensity=self.intensity[bitten])


def measured(footprint: Footprint, layer: Layer) -> Pieces:
    """Pieces of the units under a footprint, measured only."""
    units = ground(layer)
    if _is_large(footprint):
        return _of_moments(moments(footprint.intensity(), units.geometry), np.arange(len(layer)), np.ones(len(layer)))
    match _outlined(footprint):
        case Discs() as discs:
            return _measured(meet_discs(units, discs), discs.intensity, units)
        case Zones() as zones:
            return _measured(meet(units, zones), zones.intensity, units)
    return averaged(_whole_as_pieces(_evaluated(footprint, layer)))


def averaged(pieces: Pieces) -> Pieces:
    """Measured pieces of those whose intensity varies inside, by how it varies over their area; others as they are."""
    if pieces.field is None:
        return pieces
    return _of_moments(pieces.field.over_area(_shapes(pieces), pieces.intensity), pieces.unit, pieces.share)


def covered_m2(footprint: Footprint) -> float | None:
    """Area of a footprint that lies wholly on the ground, else None."""
    match _outlined(footprint):
        case Discs() as discs:
            return discs.area
        case Zones() as zones:
            return flat(zones).area
    return None


def _outlined(footprint: Footprint) -> Discs | Zones | None:
    """Many sites as discs around the nearest, what else lies on the ground as zones."""
    discs = discs_of(footprint) if isinstance(footprint, Radius) else None
    return laid_out(footprint) if discs is None else discs


def cut_out(footprint: Footprint, layer: Layer) -> Pieces:
    """Return the same pieces with their shapes; whole units keep their own outline."""
    pieces = _whole_as_pieces(_evaluated(footprint, layer))
    if pieces.shape is not None:
        return pieces
    return replace(pieces, shape=ground(layer).geometry[pieces.unit])


@lru_cache(maxsize=32)
def laid_out(footprint: Footprint) -> Zones | None:
    """Zones of a footprint that lies wholly on the ground, else None; kept for the footprints used last.

    A raster of many cells is not laid out: it is a field inside the pieces.
    """
    if _is_large(footprint):
        return None
    if isinstance(footprint, Grounded):
        return footprint.zones()
    if isinstance(footprint, Combined):
        parts = [laid_out(part) for part in footprint.parts]
        known = [part for part in parts if part is not None]
        return overlay(known, footprint.mix) if len(known) == len(parts) else None
    return None


def _measured(met: Meeting, intensity: FloatArray, units: Ground) -> Pieces:
    share = np.minimum(met.area / units.area[met.unit], 1.0)
    return Pieces(unit=met.unit, share=share, intensity=intensity[met.zone])


def _of_moments(found: Moments, unit: IntArray, share: FloatArray) -> Pieces:
    """Three pieces of each: its least affected ground, one intensity for the rest, and a trace of its most affected.

    They have the mean, the variance, the least and the most that were found.
    """
    above = found.mean - found.least
    variance = np.maximum(found.square - found.mean**2, 0.0)
    varies = (variance > TRACE) & (above > TRACE)
    gap = np.where(varies, above, 1.0)
    low = np.where(varies, variance / (variance + gap**2), 0.0)
    rest = np.where(varies, np.minimum(found.mean + variance / gap, found.most), found.mean)
    parts = Pieces(
        unit=np.concatenate([unit, unit, unit]),
        share=np.concatenate([share * low, share * (1.0 - low), np.where(varies, TRACE, 0.0)]),
        intensity=np.concatenate([found.least, rest, found.most]),
    )
    keep = (parts.share > 0) & ~(parts.intensity == 0)
    return Pieces(unit=parts.unit[keep], share=parts.share[keep], intensity=parts.intensity[keep])


def _evaluated(footprint: Footprint, layer: Layer) -> Pieces | _Whole:
    match footprint:
        case Everyone():
            return _Whole(intensity=np.ones(len(layer)))
        case Units():
            return _Whole(intensity=_listed(footprint, layer))
        case Attribute():
            return _Whole(intensity=attribute_share(footprint, layer))
        case Raster() if _is_large(footprint):
            return _everywhere(layer, Field(grid=footprint.intensity()))
        case Combined() if laid_out(footprint) is None:
            return _combined(footprint, layer)
    zones = laid_out(footprint)
    if zones is None:
        raise TypeError(f"{type(footprint).__name__} is not a kind of footprint.")
    met, shapes = cut(ground(layer), zones)
    share = met.area / ground(layer).area[met.unit]
    return Pieces(unit=met.unit, share=share, intensity=zones.intensity[met.zone], shape=shapes)


def _whole_as_pieces(result: Pieces | _Whole) -> Pieces:
    return result.pieces() if isinstance(result, _Whole) else result


def _listed(footprint: Units, layer: Layer) -> FloatArray:
    place = layer.units.index.get_indexer(list(footprint.weights))
    unknown = [unit for unit, found in zip(footprint.weights, place, strict=True) if found < 0]
    if unknown:
        raise UnknownUnitsError(
            "{number:count} listed units are not in layer {layer} (first: {unit:quoted}); its ids look like "
            "{example:quoted}. Correct them or name another layer.",
            unknown=unknown,
            number=len(unknown),
            layer=layer.name,
            unit=unknown[0],
            example=layer.units.index[0],
        )
    share = np.zeros(len(layer))
    share[place] = list(footprint.weights.values())
    return share


def _is_large(footprint: Footprint) -> TypeGuard[Raster]:
    return isinstance(footprint, Raster) and footprint.grid.size > MOST_CELLS


def _everywhere(layer: Layer, field: Field) -> Pieces:
    """Whole units, with cells of a raster all over them."""
    ones = np.ones(len(layer))
    return Pieces(unit=np.arange(len(layer)), share=ones, intensity=ones, shape=ground(layer).geometry, field=field)


def _combined(footprint: Combined, layer: Layer) -> Pieces | _Whole:
    """Join the parts on the ground with each other first, then the others one by one, then the cells of rasters."""
    cells = [part for part in footprint.parts if _is_large(part)]
    others = tuple(part for part in footprint.parts if part not in cells)
    _check_on_top(others)
    if not cells:
        return _joined(footprint, layer)
    grid = reduce(partial(_cell_by_cell, mix=footprint.mix), (part.intensity() for part in cells))
    if not others:
        return _everywhere(layer, Field(grid=grid))
    rest = _evaluated(replace(footprint, parts=others), layer)
    return _over_cells(rest, Field(grid=grid, mix=footprint.mix), ground(layer), fills=isinstance(footprint, Union))


def _check_on_top(parts: tuple[Footprint, ...]) -> None:
    for part in parts:
        if isinstance(part, Combined) and any(_is_large(inner) for inner in parts_of(part)):
            raise FootprintError(
                "A raster of more than {most:count} cells stands in a combination inside another; put it at the top, "
                "or make it coarser.",
                most=MOST_CELLS,
            )


def _cell_by_cell(one: Grid, other: Grid, mix: Mix) -> Grid:
    if not one.has_cells_of(other):
        raise FootprintError(
            "Two rasters of more than {most:count} cells are combined and lie on different cells; warp one to the "
            "cells of the other, or make one coarser.",
            most=MOST_CELLS,
        )
    return one.with_values(mix(one.values, other.values))


def _over_cells(rest: Pieces | _Whole, field: Field, units: Ground, *, fills: bool) -> Pieces:
    """Pieces with cells of a raster inside; where ``fills``, also the ground that no other part reaches."""
    if isinstance(rest, _Whole):
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


def _joined(footprint: Combined, layer: Layer) -> Pieces | _Whole:
    """Join the parts on the ground with each other first, then the others one by one."""
    grounded = [part for part in footprint.parts if laid_out(part) is not None]
    results = [_evaluated(part, layer) for part in footprint.parts if laid_out(part) is None]
    if grounded:
        results.append(_evaluated(replace(footprint, parts=tuple(grounded)), layer))
    fills = isinstance(footprint, Union)
    return reduce(lambda left, right: _join(left, right, footprint.mix, ground(layer), fills), results)


def _join(left: Pieces | _Whole, right: Pieces | _Whole, mix: Mix, units: Ground, fills: bool) -> Pieces | _Whole:
    """Two parts together; ``fills`` says that a part also counts where the other is absent."""
    match left, right:
        case _Whole(), _Whole():
            return _Whole(intensity=mix(left.intensity, right.intensity))
        case Pieces(), _Whole():
            return _join_whole(right, left, mix, units, fills)
        case _Whole(), Pieces():
            return _join_whole(left, right, mix, units, fills)
        case Pieces(), Pieces():
            return _join_pieces(left, right, mix, units, fills)
    raise TypeError("A part is either pieces or whole units.")


def _join_whole(whole: _Whole, pieces: Pieces, mix: Mix, units: Ground, fills: bool) -> Pieces:
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
        shape=polygonal(shapely.intersection(_shapes(left)[here], _shapes(right)[there])),
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
    groups = np.split(_shapes(taken)[order], first[1:]) if len(units) else []
    cover = np.full(int(max(pieces.unit.max(initial=0), taken.unit.max(initial=0))) + 1, None, dtype=object)
    cover[units] = [shapely.union_all(group) for group in groups]
    touched = shapely.is_geometry(cover[pieces.unit])
    shape = _shapes(pieces).copy()
    shape[touched] = polygonal(shapely.difference(shape[touched], cover[pieces.unit[touched]]))
    return replace(pieces, shape=shape)


def _shapes(pieces: Pieces) -> GeometryArray:
    if pieces.shape is None:
        raise TypeError("These pieces were measured and not cut out.")
    return pieces.shape


def _measure(pieces: Pieces, units: Ground) -> FloatArray:
    return np.asarray(shapely.area(_shapes(pieces)) / units.area[pieces.unit])


def _stacked(first: Pieces, second: Pieces, share: FloatArray) -> Pieces:
    return Pieces(
        unit=np.concatenate([first.unit, second.unit]),
        share=np.concatenate([first.share, share]),
        intensity=np.concatenate([first.intensity, second.intensity]),
        shape=np.concatenate([_shapes(first), _shapes(second)]),
    )


def _kept(pieces: Pieces) -> Pieces:
    return _chosen(pieces, ~(pieces.intensity == 0) & (pieces.share > 0))


def _there(pieces: Pieces) -> Pieces:
    return _chosen(pieces, pieces.share > 0)


def _chosen(pieces: Pieces, keep: BoolArray) -> Pieces:
    return Pieces(
        unit=pieces.unit[keep], share=pieces.share[keep], intensity=pieces.intensity[keep], shape=_shapes(pieces)[keep]
    )
