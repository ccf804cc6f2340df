from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from geopolity.affected.decay import CURVES, ring_edges, ring_intensities


def mean(decay, start: float, end: float, power: int) -> float:
    above = quad(lambda t: t**power * float(CURVES[decay](np.array(t))), start, end)[0]
    return above / quad(lambda t: t**power, start, end)[0]


@pytest.mark.parametrize("decay", ["linear", "exponential", "gaussian"])
@pytest.mark.parametrize("around_points", [False, True])
def test_a_ring_holds_the_mean_of_its_curve(decay, around_points: bool) -> None:
    edges = ring_edges(decay)
    inner = np.concatenate([[0.0], edges[:-1]])
    rings = ring_intensities(decay, edges, around_points=around_points)
    for start, end, ring in zip(inner, edges, rings, strict=True):
        assert ring == pytest.approx(mean(decay, start, end, power=int(around_points)), abs=1e-5)


def test_a_step_needs_one_ring() -> None:
    assert ring_edges("step").tolist() == [1.0]


def test_decays_have_the_stated_values_at_half_the_distance() -> None:
    half = np.array(0.5)
    assert [float(CURVES[name](half)) for name in ("step", "linear")] == [1.0, 0.5]
    assert float(CURVES["exponential"](half)) == pytest.approx(np.exp(-1.5))
    assert float(CURVES["gaussian"](half)) == pytest.approx(np.exp(-1.125))
