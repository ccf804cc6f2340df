"""Who has a say, on a grid of 3 × 3 units that a reader can count: two states, columns 0–1 west and column 2 east."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geopolity.affected.footprint import Everyone, Units
from geopolity.layers.layer import Layer
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import Issue
from geopolity.society import Counts, constituencies, deciding
from geopolity.society.say import say


def grid() -> Layer:
    """Nine squares of a degree with 100 people each."""
    places = [(row, column) for row in range(3) for column in range(3)]
    units = gpd.GeoDataFrame(
        {
            "name": [f"{row}{column}" for row, column in places],
            "population": 100.0,
            "parent": ["west" if column < 2 else "east" for _, column in places],
            "state_name": ["West" if column < 2 else "East" for _, column in places],
        },
        geometry=[shapely.box(column, row, column + 1, row + 1) for row, column in places],
        index=pd.Index([f"{row}{column}" for row, column in places], name="unit_id"),
        crs=4326,
    )
    return Layer(name="grid", title="Grid", vintage="", source="", licence="", units=units)


def derived(weights: dict[str, float], coverage: str = "0.9"):
    """Polity of an issue that affects shares of units."""
    from decimal import Decimal

    issue = Issue(
        name="x", title="X", question="?", footprint=Units(weights=weights), layer="grid", coverage=Decimal(coverage)
    )
    return derive_polity(issue, grid())


def by_name(found):
    return {one.name: one for one in found}


def test_an_issue_on_both_sides_of_a_border():
    # 100 affected at 01 (west) and 50 at 02 (east); coverage 0.9 needs both.
    found = by_name(constituencies(derived({"01": 1.0, "02": 0.5})))
    assert found["polity"].say.exclusion.value == 0.0
    assert found["polity"].say.over_inclusion.value == pytest.approx(50 / 200)
    assert found["state"].label == "West"
    assert found["state"].say.exclusion.value == pytest.approx(50 / 150)
    assert found["state"].say.over_inclusion.value == pytest.approx(500 / 600)
    assert found["states"].say.over_inclusion.value == pytest.approx(750 / 900)
    assert found["touched"].say.members == 200
    assert found["nation"].say.exclusion.value == 0.0


def test_ranges_hold_the_value_and_grow_with_what_is_not_known():
    inside = np.array([True, False])
    sharp = Counts(
        people=np.array([100.0, 100.0]),
        affected=np.array([50.0, 20.0]),
        low=np.array([50.0, 20.0]),
        high=np.array([50.0, 20.0]),
    )
    vague = Counts(
        people=sharp.people, affected=sharp.affected, low=np.array([30.0, 10.0]), high=np.array([80.0, 40.0])
    )
    exact, wide = say(inside, sharp), say(inside, vague)
    assert (exact.exclusion.low, exact.exclusion.high) == pytest.approx((20 / 70, 20 / 70))
    assert (wide.exclusion.low, wide.exclusion.high) == pytest.approx((10 / 90, 40 / 70))
    assert (wide.over_inclusion.low, wide.over_inclusion.high) == pytest.approx((0.2, 0.7))


def test_an_empty_group_excludes_all_and_includes_nobody():
    counts = Counts(people=np.array([10.0]), affected=np.array([4.0]), low=np.array([4.0]), high=np.array([4.0]))
    nobody = say(np.array([False]), counts)
    assert (nobody.exclusion.value, nobody.over_inclusion.value, nobody.members) == (1.0, 0.0, 0.0)


def test_an_issue_for_everyone_excludes_nobody_and_has_no_group_of_states():
    issue = Issue(name="x", title="X", question="?", footprint=Everyone(), layer="grid")
    found = by_name(constituencies(derive_polity(issue, grid())))
    assert "states" not in found
    assert found["polity"].say.exclusion.value == found["polity"].say.over_inclusion.value == 0.0


def test_states_without_names_are_not_spoken_of():
    derivation = derived({"01": 1.0})
    ground = derivation.layer.units
    assert deciding(derivation.units, ground).state == "West"
    assert deciding(derivation.units, ground.drop(columns="state_name")) is None
    assert deciding(derivation.units, ground.drop(columns="parent")) is None


def test_where_the_state_is_the_better_line_it_is_seen():
    # All of one state and nothing else: coverage 0.9 leaves somebody out, the state nobody.
    derivation = derived({f"{row}{column}": 1.0 for row in range(3) for column in range(2)}, coverage="0.6")
    found = deciding(derivation.units, derivation.layer.units)
    assert found.today.exclusion.value == 0.0
    assert found.here.exclusion.value > 0.0
