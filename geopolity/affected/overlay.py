"""A footprint laid over a layer.

Footprints on the ground cut the units; footprints on the units are one piece per unit. Combined footprints are
exact: parts on the ground meet on the ground, a part on the units changes the intensity of every piece.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial, reduce
from typing import TypeGuard

import numpy as np

from geopolity.affected.attribute import attribute_share
from geopolity.affected.discs import Discs, discs_of, meet_discs
from geopolity.affected.field import Field
from geopolity.affected.footprint import Attribute, Everyone, Footprint, FootprintError, Grounded, Radius, Raster, Units
from geopolity.affected.joining import join, over_cells
from geopolity.affected.mixed import Combined, Union, parts_of
from geopolity.affected.pieces import Pieces, Whole, as_pieces, averaged, of_moments
from geopolity.affected.raster import Grid
from geopolity.affected.zonal import moments
from geopolity.arrays import FloatArray
from geopolity.errors import RequestError
from geopolity.geometry.zones import Mix, Zones, overlay
from geopolity.layers.ground import Ground, Meeting, cut, flat, ground, meet
from geopolity.layers.layer import Layer

MOST_CELLS = 50_000
"""Rasters up to this size are laid out cell by cell; larger ones enter by how they vary over each unit."""


class UnknownUnitsError(RequestError):
    """A footprint lists units that the layer does not have."""

    code = "units-unknown"


def measured(footprint: Footprint, layer: Layer) -> Pieces:
    """Pieces of the units under a footprint, measured only."""
    units = ground(layer)
    if _is_large(footprint):
        return of_moments(moments(footprint.intensity(), units.geometry), np.arange(len(layer)), np.ones(len(layer)))
    match _outlined(footprint):
        case Discs() as discs:
            return _measured(meet_discs(units, discs), discs.intensity, units)
        case Zones() as zones:
            return _measured(meet(units, zones), zones.intensity, units)
    return averaged(as_pieces(_evaluated(footprint, layer)))


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
    pieces = as_pieces(_evaluated(footprint, layer))
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


def _evaluated(footprint: Footprint, layer: Layer) -> Pieces | Whole:
    match footprint:
        case Everyone():
            return Whole(intensity=np.ones(len(layer)))
        case Units():
            return Whole(intensity=_listed(footprint, layer))
        case Attribute():
            return Whole(intensity=attribute_share(footprint, layer))
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


def _combined(footprint: Combined, layer: Layer) -> Pieces | Whole:
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
    return over_cells(rest, Field(grid=grid, mix=footprint.mix), ground(layer), fills=isinstance(footprint, Union))


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


def _joined(footprint: Combined, layer: Layer) -> Pieces | Whole:
    """Join the parts on the ground with each other first, then the others one by one."""
    grounded = [part for part in footprint.parts if laid_out(part) is not None]
    results = [_evaluated(part, layer) for part in footprint.parts if laid_out(part) is None]
    if grounded:
        results.append(_evaluated(replace(footprint, parts=tuple(grounded)), layer))
    fills = isinstance(footprint, Union)
    return reduce(lambda left, right: join(left, right, footprint.mix, ground(layer), fills), results)
