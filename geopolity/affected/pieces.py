"""Pieces of units under a footprint: the share of the unit each holds, and its intensity.

Pieces of one unit do not overlap; what they leave of the unit is not affected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.affected.field import Field
from geopolity.affected.zonal import Moments
from geopolity.arrays import FloatArray, GeometryArray, IntArray

TRACE = 1e-12
"""Share of a unit that stands for its most affected place, where only moments are known."""


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
class Whole:
    """One intensity for the whole of each unit."""

    intensity: FloatArray

    def pieces(self) -> Pieces:
        """One piece for each unit that is affected."""
        bitten = np.flatnonzero(~(self.intensity == 0))
        return Pieces(unit=bitten, share=np.ones(len(bitten)), intensity=self.intensity[bitten])


def as_pieces(result: Pieces | Whole) -> Pieces:
    """Whole units as one piece each; pieces as they are."""
    return result.pieces() if isinstance(result, Whole) else result


def averaged(pieces: Pieces) -> Pieces:
    """Measured pieces of those whose intensity varies inside, by how it varies over their area; others as they are."""
    if pieces.field is None:
        return pieces
    return of_moments(pieces.field.over_area(shapes_of(pieces), pieces.intensity), pieces.unit, pieces.share)


def of_moments(found: Moments, unit: IntArray, share: FloatArray) -> Pieces:
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


def shapes_of(pieces: Pieces) -> GeometryArray:
    """Outlines of pieces that were cut out; TypeError for pieces that were measured only."""
    if pieces.shape is None:
        raise TypeError("These pieces were measured and not cut out.")
    return pieces.shape
