"""How hard an issue bites with distance: the decay curves, and what a ring of one holds on average."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from geopolity.arrays import FloatArray

Decay = Literal["step", "linear", "exponential", "gaussian"]

RINGS = 32
"""Rings of D/32: the stated resolution of a decaying intensity.

Against rings of D/256 with four times the vertices, on the three sample issues that decay, a county's share is off by
at most 0.0009 and the total by 0.011 %.
"""

CURVES: dict[Decay, Callable[[FloatArray], FloatArray]] = {
    "step": np.ones_like,
    "linear": lambda t: 1.0 - t,
    "exponential": lambda t: np.exp(-3.0 * t),
    "gaussian": lambda t: np.exp(-4.5 * t * t),
}
"""Intensity at t = distance / D between 0 and 1; beyond D it is 0."""


def ring_edges(decay: Decay, rings: int = RINGS) -> FloatArray:
    """Outer edges of the rings as shares of D; a step needs one ring only."""
    return np.linspace(0.0, 1.0, (1 if decay == "step" else rings) + 1)[1:]


def ring_intensities(decay: Decay, edges: FloatArray, *, around_points: bool) -> FloatArray:
    """Mean intensity in each ring, area taken as even across it (growing with t around points).

    Two-point Gauss quadrature in t: exact for a linear decay, within 1e-6 for the others at D/32.
    """
    inner = np.concatenate([[0.0], edges[:-1]])
    middle, half = (edges + inner) / 2, (edges - inner) / 2
    left, right = middle - half / np.sqrt(3), middle + half / np.sqrt(3)
    weight_left, weight_right = (left, right) if around_points else (np.ones_like(left), np.ones_like(right))
    curve = CURVES[decay]
    total = weight_left * curve(left) + weight_right * curve(right)
    return np.asarray(total / (weight_left + weight_right))
