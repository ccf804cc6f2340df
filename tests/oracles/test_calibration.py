"""The nominal 90 % interval holds the truth 85 to 95 times in a hundred, where its constants were not fitted."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks import calibration


@pytest.mark.parametrize("name", ["counties", "neighbourhoods"])
def test_nine_times_in_ten_in_states_and_boroughs_the_fit_never_saw(name: str) -> None:
    known = getattr(calibration, name)()
    drawn = calibration.samples(known, calibration.RADII_KM[name], count=300, seed=8)
    found = calibration.held(drawn, known, ~known.fitted)
    sys.stdout.write(f"{name}: {found}\n")
    assert 0.85 <= found.units.mean() <= 0.95, found
    assert 0.85 <= found.totals.mean() <= 0.95, found
