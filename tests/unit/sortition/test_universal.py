"""Universal service: everybody sits exactly once, in chambers of at most 150."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from geopolity.sortition.lot import draw, shares_of
from geopolity.sortition.shares import UNIT, pool_sums
from geopolity.sortition.universal import CannotBeSeated, chamber_of, universal_seats
from services.verifiers import verify_draw
from tests.properties.sortition.worlds import people_of, random_world, stream_of
from tests.unit.sortition.bundles import SEED, write_world


def universal(world, most_chambers=None):
    most = np.full(len(world.polities), 9) if most_chambers is None else np.array(most_chambers)
    return universal_seats(world.cells, world.cell_people, world.cell_start, world.cell_polities, most_chambers=most)


def universal_worlds(seed, count):
    """Worlds in which every person has a polity and every polity gets a seat."""
    rng = np.random.default_rng(seed)
    while count:
        world = random_world(rng)
        if np.all(np.diff(world.cell_start)[world.cell_people > 0]) and np.all(world.eligible > 6):
            plan = universal(world)
            if plan.seats.min() > 0:
                count -= 1
                yield replace(world, seats=plan.seats), plan


@pytest.mark.parametrize("seed", range(3))
def test_everybody_sits_exactly_once(seed, tmp_path):
    for number, (world, plan) in enumerate(universal_worlds(seed, 30)):
        shares, people = shares_of(world, unequal=True), people_of(world)
        assert np.array_equal(pool_sums(world, shares.units), world.pool_people * UNIT)
        calls = draw(world, shares, people, stream_of(number)).calls
        assert sorted(call.pseudonym for call in calls) == sorted(name for names in people for name in names)
        assert {call.kind for call in calls} == {"delegate"}
        write_world(tmp_path / str(number), world, mode="universal", chambers=plan.chambers)
        assert "recomputed" in verify_draw.check(tmp_path / str(number), SEED)


def test_seats_are_the_floor_or_the_ceiling_of_an_even_split():
    plan = universal_seats(
        ["a", "b"], np.array([301, 100]), np.array([0, 2, 3]), np.array([0, 1, 1]), most_chambers=np.array([9, 9])
    )
    assert plan.seats.sum() == 401
    assert plan.seats[0] in {150, 151}
    assert plan.chambers.tolist() == [-(-seats // 150) for seats in plan.seats]


def test_chambers_differ_by_one_seat_at_most():
    sizes = Counter(chamber_of(rank, 3) for rank in range(1, 402))
    assert sorted(sizes.values()) == [133, 134, 134]


def test_who_cannot_be_seated_is_named():
    with pytest.raises(CannotBeSeated, match=r"60 people have no seat, in the cells b \(60\)") as refused:
        universal_seats(
            ["a", "b"], np.array([100, 210]), np.array([0, 1, 2]), np.array([0, 1]), most_chambers=np.array([5, 1])
        )
    assert refused.value.facts["cells"] == {"b": 60}


def test_people_without_a_polity_cannot_be_seated():
    with pytest.raises(CannotBeSeated, match=r"b \(7\)"):
        universal_seats(["a", "b"], np.array([10, 7]), np.array([0, 1, 1]), np.array([0]), most_chambers=np.array([5]))
