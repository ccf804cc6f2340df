"""Families of issues: nested, the same for a seed, and of every kind."""

from collections import Counter

import numpy as np

from geopolity.affected.footprint import Corridor, Everyone, Radius, Units
from geopolity.society import KINDS, Ground, domains

KIND_OF = {"everyone": Everyone, "site": Radius, "city": Radius, "river": Corridor, "storm": Corridor, "coast": Units}


def ground(count: int = 400) -> Ground:
    rng = np.random.default_rng(1)
    return Ground(
        ids=tuple(f"{place:03}" for place in range(count)),
        lon=rng.uniform(-120, -70, count),
        lat=rng.uniform(25, 49, count),
        people=rng.lognormal(9, 1.5, count),
        at_edge=rng.random(count) < 0.2,
    )


def test_larger_families_hold_the_smaller_ones():
    few, many = domains(ground(), 6, 2027), domains(ground(), 60, 2027)
    assert [one.name for one in few] == [one.name for one in many[:6]]
    assert [one.footprint.digest for one in few] == [one.footprint.digest for one in many[:6]]


def test_another_seed_has_other_issues_and_the_first_concerns_everyone():
    ours, theirs = domains(ground(), 40, 1), domains(ground(), 40, 2)
    assert ours[0].kind == theirs[0].kind == "everyone"
    assert [one.name for one in ours] != [one.name for one in theirs]


def test_kinds_come_as_often_as_stated():
    found = domains(ground(), 600, 5)
    seen = Counter(one.kind for one in found[1:])
    for kind, share in KINDS.items():
        error = (share * (1 - share) / 599) ** 0.5
        assert abs(seen[kind] / 599 - share) <= 3.5 * error, kind
    assert all(isinstance(one.footprint, KIND_OF[one.kind]) for one in found)


def test_a_layer_without_an_edge_still_has_coasts_and_storms():
    inland = ground()
    whole = Ground(ids=inland.ids, lon=inland.lon, lat=inland.lat, people=inland.people, at_edge=np.zeros(400, bool))
    assert {one.kind for one in domains(whole, 100, 3)} >= {"coast", "storm"}
