"""Cells, their polities, their people, and what one change does to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geopolity.polity.membership import MembershipError, cell_name, memberships

LAKE, RIVER = np.array([0, 1, 2]), np.array([2, 3])


@pytest.fixture
def town():
    return memberships(5, {"lake": LAKE, "river": RIVER})


def test_units_with_the_same_polities_share_a_cell(town):
    assert [town.polities_of(unit) for unit in range(5)] == [("lake",), ("lake",), ("lake", "river"), ("river",), ()]
    assert town.unit_cell[0] == town.unit_cell[1] != town.unit_cell[2]
    assert town.polities_of(-1) == ()


def test_people_are_counted_once_in_each_polity_and_nobody_outside(town):
    assert town.counts(np.array([0, 0, 2, 3, 4, -1])).to_dict() == {"lake": 3, "river": 2}
    assert town.cells_of(np.array([0, -1])).tolist() == [town.unit_cell[0], -1]


def test_overlap_holds_shared_people_and_all_of_one_on_the_diagonal(town):
    shared = town.overlap(np.array([1, 10, 100, 1000, np.nan]))
    assert shared.to_dict() == {"lake": {"lake": 111, "river": 100}, "river": {"lake": 100, "river": 1100}}


def test_a_cell_is_named_by_its_polities_alone(town):
    other = memberships(9, {"river": [8], "lake": [7, 8]})
    assert other.cell_id(other.unit_cell[8]) == town.cell_id(town.unit_cell[2]) == cell_name(("river", "lake"))


def test_a_change_leaves_the_cells_it_does_not_touch(town):
    grown = town.replaced("river", np.array([3, 4]))
    assert [grown.polities_of(unit) for unit in range(5)] == [("lake",)] * 3 + [("river",)] * 2
    assert grown.unit_cell[0] == town.unit_cell[0]
    assert town.polities_of(2) == ("lake", "river")


def test_what_cannot_be_is_said(town):
    with pytest.raises(MembershipError, match="lake is there already"):
        town.joined("lake", LAKE)
    with pytest.raises(MembershipError, match="no polity sea to take out; there are lake, river"):
        town.parted("sea")
    with pytest.raises(MembershipError, match="units that the layer does not have"):
        town.joined("sea", [5])


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.frozensets(st.integers(0, 7))), max_size=12),
)
def test_any_sequence_of_changes_equals_starting_anew(changes):
    members, found = {}, memberships(8, {})
    for polity, units in changes:
        found = found.replaced(polity, list(units)) if members.get(polity) else found.joined(polity, list(units))
        members[polity] = units
    anew = memberships(8, {polity: list(units) for polity, units in members.items()})
    for unit in range(8):
        expected = tuple(sorted(polity for polity, units in members.items() if unit in units))
        assert found.polities_of(unit) == anew.polities_of(unit) == expected
    pairs = {
        (found.unit_cell[a] == found.unit_cell[b], found.polities_of(a) == found.polities_of(b))
        for a in range(8)
        for b in range(8)
    }
    assert pairs <= {(True, True), (False, False)}
