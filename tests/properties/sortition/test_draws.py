"""Every draw of random small worlds: exact seats, one a person, strata at floor or ceiling, equal chances."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from geopolity.sortition.chance import deviations
from geopolity.sortition.feasibility import DrawInfeasible
from geopolity.sortition.load import overloaded
from geopolity.sortition.lot import LoadAboveOne, draw, draw_seats, shares_of
from geopolity.sortition.shares import UNIT, pool_sums
from geopolity.sortition.strata import cut
from tests.properties.sortition.worlds import people_of, random_world, side_by_side, stream_of

TOGETHER = 250


def light_worlds(seed, count):
    rng = np.random.default_rng(seed)
    worlds = []
    while len(worlds) < count:
        world = random_world(rng)
        if world.eligible.min() > 0 and not overloaded(world).any():
            worlds.append(world)
    return worlds


def stratum_sums(electorate, amounts):
    """Sum of the edges' amounts in every stratum of every polity, at every level of its family."""
    sums = Counter()
    for pool, stratum in enumerate(electorate.pool_strata):
        for edge in range(electorate.edge_start[pool], electorate.edge_start[pool + 1]):
            polity = int(electorate.edge_polity[edge])
            for key in {cut(stratum, depth) for depth in range(int(electorate.levels[polity]) + 1)}:
                sums[polity, key] += int(amounts[edge])
    return sums


def check_seats(electorate, shares, seats):
    assert np.array_equal(np.bincount(electorate.edge_polity, seats, len(electorate.polities)), electorate.seats)
    assert np.all(np.abs(seats * UNIT - shares) < UNIT)
    of_pool, asked = pool_sums(electorate, seats), pool_sums(electorate, shares)
    assert np.all(of_pool <= electorate.pool_people)
    assert np.all(np.abs(of_pool * UNIT - asked) < UNIT)


def check_equal_shares(electorate, shares):
    people = electorate.pool_people[np.repeat(np.arange(len(electorate.pools)), np.diff(electorate.edge_start))]
    target = people * electorate.seats[electorate.edge_polity]
    eligible = electorate.eligible[electorate.edge_polity]
    assert np.all(np.abs(shares * eligible - target * UNIT) < eligible)
    assert np.array_equal(
        np.bincount(electorate.edge_polity, shares, len(electorate.polities)), electorate.seats * UNIT
    )
    assert np.all(pool_sums(electorate, shares) <= electorate.pool_people * UNIT)
    assert np.all(np.abs(deviations(electorate, shares)) <= 1e-8)


def check_strata(electorate, seats):
    people = electorate.pool_people[np.repeat(np.arange(len(electorate.pools)), np.diff(electorate.edge_start))]
    inside, sitting = stratum_sums(electorate, people), stratum_sums(electorate, seats)
    for (polity, stratum), number in sitting.items():
        ideal = Fraction(int(electorate.seats[polity]) * inside[polity, stratum], int(electorate.eligible[polity]))
        assert abs(number - ideal) < 1, (polity, stratum)


def check_batch(seed, *, with_strata):
    electorate = side_by_side(light_worlds(seed, TOGETHER))
    shares = shares_of(electorate)
    assert shares.rule == "equal"
    seats = draw_seats(electorate, shares, stream_of(seed))
    check_equal_shares(electorate, shares.units)
    check_seats(electorate, shares.units, seats)
    if with_strata:
        check_strata(electorate, seats)


@pytest.mark.parametrize("seed", range(8))
def test_2000_worlds_with_equal_chances(seed):
    check_batch(seed, with_strata=True)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_a_million_worlds_with_equal_chances(seed):
    for batch in range(500):
        check_batch(1000 + 500 * seed + batch, with_strata=batch % 50 == 0)


@pytest.mark.parametrize("seed", range(4))
def test_worlds_that_ask_too_much_are_drawn_with_least_deviation_or_refused_whole(seed):
    rng = np.random.default_rng(seed)
    seen = Counter()
    for number in range(250):
        world = random_world(rng, strain=rng.choice([0.5, 0.8, 1.1]))
        if not overloaded(world).any() and world.eligible.min() > 0:
            continue
        try:
            shares = shares_of(world, unequal=True)
        except DrawInfeasible as refused:
            seen["refused"] += 1
            check_violating(world, refused.violating)
            continue
        seen[shares.rule] += 1
        check_seats(world, shares.units, draw_seats(world, shares, stream_of(number)))
        check_least_deviation(world, shares)
        with pytest.raises(LoadAboveOne, match="unequal"):
            shares_of(world)
    assert seen["refused"] >= 10
    assert seen["least-deviation"] >= 10


def check_violating(world, violating):
    """More seats than people, and no polity of the set could be left out."""
    inside = np.array([name in violating.polities for name in world.polities])

    def seats_and_people(members):
        touched = np.unique(world.cell_of_listed[members[world.cell_polities]])
        return int(world.seats[members].sum()), int(world.cell_people[touched].sum())

    assert seats_and_people(inside) == (violating.seats, violating.people)
    assert violating.seats > violating.people
    for member in np.flatnonzero(inside):
        fewer = inside.copy()
        fewer[member] = False
        seats, people = seats_and_people(fewer)
        assert seats <= people


def check_least_deviation(world, shares):
    """Karush, Kuhn and Tucker: share = equal share × weight × factor; a factor below 1 only where everybody serves."""
    pool = np.repeat(np.arange(len(world.pools)), np.diff(world.edge_start))
    polity, people = world.edge_polity, world.pool_people[pool]
    factor = shares.factors[world.pool_cell[pool]]
    best = people * (world.seats / world.eligible)[polity] * shares.weights[polity] * factor
    carried = shares.units > 64
    assert np.all(np.abs(shares.units - best * UNIT)[carried] <= 64 + 1e-6 * best[carried] * UNIT)
    given = pool_sums(world, shares.units)
    held = shares.factors[world.pool_cell] < 1
    assert np.all(given[held] >= world.pool_people[held] * UNIT * (1 - 1e-6))
    assert np.array_equal(np.bincount(polity, shares.units, len(world.polities)), world.seats * UNIT)
    assert np.all(given <= world.pool_people * UNIT)


@pytest.mark.parametrize("seed", range(3))
def test_people_sit_once_and_come_from_their_pool(seed):
    for number, world in enumerate(light_worlds(100 + seed, 30)):
        people = people_of(world)
        result = draw(world, shares_of(world), people, stream_of(number))
        called = [call.pseudonym for call in result.calls]
        assert len(called) == len(set(called))
        sitting = Counter(call.polity for call in result.calls if call.kind == "delegate")
        assert [sitting[name] for name in world.polities] == world.seats.tolist()
        for call in result.calls:
            pool = world.pools.index(call.pool)
            assert call.pseudonym in people[pool]
            edges = range(world.edge_start[pool], world.edge_start[pool + 1])
            assert call.polity in {world.polities[world.edge_polity[edge]] for edge in edges}
        for kind in ("delegate", "alternate"):
            for name in world.polities:
                ranks = [call.rank for call in result.calls if (call.polity, call.kind) == (name, kind)]
                assert ranks == list(range(1, len(ranks) + 1))


def test_the_same_stream_draws_the_same_people_and_another_draws_others():
    world = light_worlds(5, 40)[-1]
    shares, people = shares_of(world), people_of(world)
    first, again, other = (draw(world, shares, people, stream_of(s)).calls for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_order_of_people_handed_in_changes_nothing():
    world = next(w for w in light_worlds(6, 40) if w.people > 50)
    shares, people = shares_of(world), people_of(world)
    assert (
        draw(world, shares, people, stream_of(1)).calls
        == draw(world, shares, [names[::-1] for names in people], stream_of(1)).calls
    )
