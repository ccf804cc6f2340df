"""How far a count of affected people may be off because it was sampled: margins of error beside a layer's columns.

A column ``NAME`` whose published margin of error (90 per cent) is known has it in ``NAME_M``, with the codes of the
American Community Survey. Errors of factors are independent, and add up as relative squares (product of estimates).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.affected.footprint import Attribute, Footprint
from geopolity.affected.interval import Interval, TotalInterval
from geopolity.affected.mixed import Combined, Union, parts_of
from geopolity.affected.sampling import margins_of, total
from geopolity.arrays import FloatArray
from geopolity.layers.layer import Layer

MARGIN = "_M"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampled:
    """Margins of the affected people of each unit from sampling, 90 per cent, and of the total.

    Attributes
    ----------
    units
        NaN where none is known.
    whole
        By root of squares; of units where nobody is counted the largest alone (the Census Bureau's rule).
    """

    units: FloatArray
    whole: float


def sampled(footprint: Footprint, layer: Layer, affected: FloatArray) -> Sampled | None:
    """Margins from sampling; ``None`` where the layer has none of what the footprint counts."""
    attributes = [part for part in parts_of(footprint) if isinstance(part, Attribute)]
    if attributes and _is_united(footprint):
        return None
    if not attributes:
        return _of(layer, ["population"], affected, None)
    counted = [part for part in attributes if part.count is not None]
    shares = [part for part in attributes if part.count is None]
    names = [str(part.count) for part in counted] + [str(part.share) for part in shares]
    names += [str(part.base) for part in shares if part.base is not None]
    alone = str(attributes[0].count) if counted and isinstance(footprint, Attribute) else None
    return _of(layer, names, affected, alone)


def with_sampling(placed: Interval, found: Sampled, people: FloatArray) -> Interval:
    """The interval of each unit with both errors, as independent."""
    margin = np.nan_to_num(found.units)
    low = placed.centre - np.hypot(placed.centre - placed.low, margin)
    high = placed.centre + np.hypot(placed.high - placed.centre, margin)
    return Interval(
        low=np.maximum(low, 0.0),
        high=np.minimum(high, np.maximum(people, placed.high)),
        deviation=placed.deviation,
        centre=placed.centre,
    )


def total_with_sampling(placed: TotalInterval, found: Sampled, centre: float, people: float) -> TotalInterval:
    """The interval of the total with both errors."""
    low = centre - float(np.hypot(centre - placed.low, found.whole))
    high = centre + float(np.hypot(placed.high - centre, found.whole))
    return TotalInterval(low=max(low, 0.0), high=min(high, people))


def _is_united(footprint: Footprint) -> bool:
    """Whether an attribute is in a union, where its share is no factor of the whole."""
    if not isinstance(footprint, Combined):
        return False
    has = any(isinstance(part, Attribute) for part in parts_of(footprint))
    return (isinstance(footprint, Union) and has) or any(_is_united(part) for part in footprint.parts)


def _of(layer: Layer, names: list[str], affected: FloatArray, alone: str | None) -> Sampled | None:
    """Margins of a product of columns; of one that is all there is to count, its own margins."""
    there = [name for name in names if f"{name}{MARGIN}" in layer.units]
    if not there:
        return None
    square = np.zeros(len(affected))
    for name in there:
        value, margin = _column(layer, name), margins_of(_column(layer, f"{name}{MARGIN}"))
        square += np.divide(margin, value, out=np.zeros_like(value), where=value > 0) ** 2
    units = np.where(affected > 0, affected * np.sqrt(square), 0.0)
    if alone is not None:
        units = margins_of(_column(layer, f"{alone}{MARGIN}"))
    known = np.isfinite(units) & np.isfinite(affected)
    return Sampled(units=units, whole=total(affected[known], units[known]).margin)


def _column(layer: Layer, name: str) -> FloatArray:
    values: FloatArray = layer.units[name].to_numpy(dtype=np.float64)
    return values
