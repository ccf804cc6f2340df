"""What a re-derivation changed is told unit by unit, also when the layer itself has changed."""

import pandas as pd

from geopolity.polity.change import as_before, change_since
from geopolity.polity.derivation import derive_polity
from tests.unit.polity.test_derivation import RING, issue, square_layer


def derived():
    return derive_polity(issue(RING), square_layer())


def test_nothing_changes_when_the_boundary_stays():
    polity = derived()
    change = change_since(polity.units["inside"], polity)
    assert change.table.empty
    assert change.stayed == polity.units["inside"].sum()


def test_units_join_leave_and_go():
    polity = derived()
    inside = polity.units["inside"]
    newcomer, leaver = inside.index[inside][0], inside.index[~inside][0]
    previous = inside.copy()
    previous[newcomer], previous[leaver] = False, True
    previous = pd.concat([previous, pd.Series([True, False], index=["zz-merged", "zz-never-inside"])])
    change = change_since(previous, polity)
    assert change.table["change"].to_dict() == {newcomer: "joined", leaver: "left", "zz-merged": "gone"}
    totals = change.totals
    assert (totals["units_joined"], totals["units_left"], totals["units_gone"]) == (1, 1, 1)
    assert totals["population_joined"] == round(polity.units.loc[newcomer, "population"])
    assert totals["units_stayed"] == inside.sum() - 1


def test_units_that_are_new_to_the_layer_were_outside():
    polity = derived()
    inside = polity.units["inside"]
    first = inside.index[inside][0]
    assert change_since(inside.drop(first), polity).table["change"].to_dict() == {first: "joined"}


def test_the_earlier_boundary_can_be_drawn_beside_the_present_one():
    polity = derived()
    other = ~polity.units["inside"]
    before = as_before(other, polity)
    assert before.units["inside"].equals(other)
    assert before.population == polity.units.loc[other, "population"].sum()
