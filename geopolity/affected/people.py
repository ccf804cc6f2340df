"""Affected people in each unit of a layer, with an honest interval.

    affected = people × share of the unit under the footprint × intensity

Residents are taken as spread evenly over their unit; how far that may be wrong is the interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geopolity.affected.flags import Flag, evenly, flags
from geopolity.affected.footprint import Footprint
from geopolity.affected.interval import Interval, total_interval, unit_interval
from geopolity.affected.overlay import covered_m2, cut_out, measured
from geopolity.affected.pieces import Pieces
from geopolity.affected.sampled import Sampled, sampled, total_with_sampling, with_sampling
from geopolity.affected.spread import Peopled, Spread
from geopolity.arrays import FloatArray
from geopolity.errors import NegativeAnswer
from geopolity.layers.layer import Layer


class FootprintOutsideLayer(NegativeAnswer):
    """The footprint touches no unit of the layer."""

    code = "footprint-outside"


class NobodyAffected(NegativeAnswer):
    """Units lie under the footprint, and nobody lives there."""

    code = "nobody-affected"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Affected:
    """People affected.

    Attributes
    ----------
    table
        One row per unit of the layer, in its order: ``affected``, ``affected_low``, ``affected_high``
        (people; NaN where population or attribute is missing), ``share`` (of the unit's people, 0..1), and
        ``affected_sampling`` (the part of the interval that sampling has, a margin) where the layer has margins.
    total, low, high
        People in all, missing counts left out; the interval is meant to hold the truth nine times in ten.
    sampling, placing
        Margins of the total, 90 per cent, from sampling and from where in their units people live; the interval has
        both. ``sampling`` is ``None`` where the layer has no margins of what is counted.
    flags
        What a reader should know about this count.
    """

    table: pd.DataFrame
    total: float
    low: float
    high: float
    flags: tuple[Flag, ...]
    sampling: float | None = None
    placing: float = 0.0


def affected_people(footprint: Footprint, layer: Layer, *, spread: Spread | None = None) -> Affected:
    """Count the people a footprint affects.

    Parameters
    ----------
    spread
        Where in their units people live, if finer points or a population raster say; evenly otherwise.

    Raises
    ------
    FootprintOutsideLayer
        If no unit lies under the footprint.
    NobodyAffected
        If units lie under it and nobody is counted there.
    """
    laid = _even(footprint, layer) if spread is None else spread.peopled(cut_out(footprint, layer), layer)
    pieces = laid.pieces
    people = layer.units["population"].to_numpy(dtype=np.float64)
    share = pieces.mean(len(layer))
    affected = np.where(share == 0, 0.0, people * share)
    _check_reached(pieces, affected, footprint, layer)
    units = unit_interval(pieces, layer)
    whole = total_interval(units, people)
    total, found = float(np.nansum(affected)), sampled(footprint, layer, affected)
    placing = (whole.high - whole.low) / 2
    if found is not None:
        whole = total_with_sampling(whole, found, total, float(np.nansum(people)))
        units = with_sampling(units, found, people)
    return Affected(
        table=_table(affected, units, share, layer, found),
        total=total,
        sampling=None if found is None else found.whole,
        placing=placing,
        low=whole.low,
        high=whole.high,
        flags=(*flags(footprint, pieces, layer), *_read(spread), *evenly(laid.even)),
    )


def _read(spread: Spread | None) -> list[Flag]:
    """What was said when the finer data was read."""
    return [] if spread is None else [Flag(code="spread-reading", sentence=note) for note in spread.notes]


def _even(footprint: Footprint, layer: Layer) -> Peopled:
    """Pieces with people spread evenly over their unit, as was asked for: nothing to say."""
    return Peopled(pieces=measured(footprint, layer), even=layer.units.index[:0])


def _table(
    affected: FloatArray, units: Interval, share: FloatArray, layer: Layer, found: Sampled | None
) -> pd.DataFrame:
    columns = {"affected": affected, "affected_low": units.low, "affected_high": units.high, "share": share}
    columns |= {} if found is None else {"affected_sampling": found.units}
    return pd.DataFrame(columns, index=layer.units.index)


def _check_reached(pieces: Pieces, affected: FloatArray, footprint: Footprint, layer: Layer) -> None:
    if len(pieces.unit) == 0 and covered_m2(footprint) is not None:
        raise FootprintOutsideLayer(
            "The footprint ({where}) touches no unit of layer {layer} ({spread}); choose a layer that covers it, "
            "or check the order of longitude and latitude.",
            where=_where(footprint),
            layer=layer.name,
            spread=_spread(layer),
        )
    if not np.nansum(affected) > 0:
        missing = int(np.isnan(affected).sum())
        raise NobodyAffected(
            "Nobody is affected: {number:count} units of layer {layer} lie under the footprint and no people are "
            "counted in them; {missing:count} of them have no count. Widen the footprint or choose a finer layer."
            if missing
            else "Nobody is affected: {number:count} units of layer {layer} lie under the footprint and no people are "
            "counted in them. Widen the footprint or choose a finer layer.",
            number=len(np.unique(pieces.unit)),
            layer=layer.name,
            missing=missing,
        )


def _where(footprint: Footprint) -> str:
    extent = footprint.extent()
    return "nowhere" if extent is None or extent.empty else _bounds(extent.total_bounds)


def _spread(layer: Layer) -> str:
    return _bounds(layer.units.geometry.to_crs(4326).total_bounds)


def _bounds(box: FloatArray) -> str:
    west, south, east, north = box
    return f"longitude {west:.1f} to {east:.1f}, latitude {south:.1f} to {north:.1f}"
