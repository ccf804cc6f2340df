"""Regions in several pieces: against brute force, and their published proofs against the checker that strangers have."""

import copy

import numpy as np
import pytest

from geopolity.errors import RequestError
from geopolity.region import (
    Constraints,
    Limit,
    QuotaOutOfReach,
    RegionProblem,
    VerificationFailed,
    derive,
    prove,
    verify,
)
from geopolity.region.alternatives.in_pieces import indispensable_in_pieces, others_in_pieces
from geopolity.region.alternatives.others import Asked
from geopolity.region.alternatives.prices import NEVER, dearest_of
from geopolity.region.constrained.conflict import ConstraintsConflict
from geopolity.region.pieces.hub import pieces_of
from geopolity.region.pieces.joining import joined
from services.verifiers.check_bound import proven_bound
from tests.unit.region.brute_force import keeping, random_problem
from tests.unit.region.proof_folder import write_proof


def in_pieces(problem, pieces, constraints=None):
    names = [f"v{number:02d}" for number in range(len(problem))]
    return problem.but(ids=names, constraints=constraints, pieces=pieces)


def least_of(problem):
    """Cost of the cheapest region, by trying all sets."""
    members = (np.arange(1, 1 << len(problem))[:, None] >> np.arange(len(problem)) & 1).astype(bool)
    held = members @ problem.affected >= problem.quota
    if problem.constraints is not None:
        held &= keeping(problem.constraints, members)
    members = members[held]
    for at in np.argsort(members @ problem.cost, kind="stable"):
        if pieces_of(problem, members[at]).max() < problem.pieces:
            return int(members[at] @ problem.cost)
    return None


@pytest.mark.parametrize(("first", "last"), [(0, 12), pytest.param(12, 250, marks=pytest.mark.long)])
def test_brute_force_never_finds_a_region_below_the_bound_and_seldom_a_better_one(first, last):
    exact, tried = 0, 0
    for seed in range(first, last):
        rng = np.random.default_rng(seed)
        locked = Constraints(must=rng.choice(4, 1), must_not=np.empty(0, np.int64)) if seed % 3 == 0 else None
        problem = in_pieces(random_problem(rng, 9), int(rng.integers(2, 4)), locked)
        least = least_of(problem)
        try:
            region = derive(problem, "interactive")
        except (QuotaOutOfReach, ConstraintsConflict):
            continue
        verify(problem, region)
        assert region.certificate.lower_bound <= least <= region.certificate.cost, seed
        exact, tried = exact + (least == region.certificate.cost), tried + 1
    assert tried > (last - first) * 0.9
    assert exact > 0.8 * tried


def least_with(problem, vertex, *, inside):
    """Cost of the cheapest region on one side of a vertex; ``NEVER`` where there is none."""
    side = Constraints(**{"must" if inside else "must_not": np.array([vertex])})
    found = least_of(problem.but(constraints=side))
    return NEVER if found is None else found


@pytest.mark.parametrize(("first", "last"), [(0, 8), pytest.param(8, 120, marks=pytest.mark.long)])
def test_what_each_unit_is_worth_in_pieces_is_never_above_brute_force(first, last):
    tight = told = 0
    for seed in range(first, last):
        rng = np.random.default_rng(1_000 + seed)
        problem = in_pieces(random_problem(rng, 8), int(rng.integers(2, 4)))
        try:
            region = derive(problem, "interactive")
        except QuotaOutOfReach:
            continue
        dearest = dearest_of(region.certificate.cost, 0.2)
        worth = indispensable_in_pieces(problem, region, dearest)
        for vertex in range(len(problem)):
            least = least_with(problem, vertex, inside=not region.members[vertex])
            assert worth.at_least[vertex] <= least <= worth.found[vertex], (seed, vertex)
            tight, told = tight + (worth.found[vertex] == least), told + 1
        asked = Asked(dearest=dearest, count=3, differ=0.01, weights=np.array([problem.cost.astype(float)]))
        for other in others_in_pieces(problem, region, asked, worth.regions):
            assert pieces_of(problem, other.members).max() < problem.pieces
            assert problem.affected[other.members].sum() >= problem.quota
            assert other.cost == problem.cost[other.members].sum() <= dearest
    assert told > 40
    assert tight > told / 2


def test_in_pieces_a_region_that_costs_exactly_the_dearest_counts():
    """The way of 4 between two sites is replaced by one of 5: at 5 more it counts, at 4 more it is shown not to."""
    problem = RegionProblem(
        cost=[10, 40, 45, 10, 300, 10], affected=[9, 0, 0, 9, 0, 9],
        edges=[(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 5)], coverage="1", pieces=2,
    )  # fmt: skip
    region = derive(problem)
    assert (region.certificate.cost, region.certificate.lower_bound) == (70, 70)
    at, below = (indispensable_in_pieces(problem, region, dearest) for dearest in (75, 74))
    assert at.found[[1, 2]].tolist() == [75, 75]
    assert below.at_least[[1, 2]].min() > 74
    for dearest, worth, costs in ((75, at, [75]), (74, below, [])):
        asked = Asked(dearest=dearest, count=3, differ=0.1, weights=np.array([problem.cost], float))
        assert [one.cost for one in others_in_pieces(problem, region, asked, worth.regions)] == costs


def far_apart(pieces):
    """Two crowded ends of a long row."""
    n = 12
    people = np.zeros(n, np.int64)
    people[[0, 1, 10, 11]] = [50, 40, 45, 55]
    row = RegionProblem(
        cost=np.full(n, 100), affected=people, edges=[(v, v + 1) for v in range(n - 1)], coverage="0.95"
    )
    return in_pieces(row, pieces)


def test_two_pieces_leave_out_what_lies_between_and_the_checker_confirms_it(tmp_path):
    problem = far_apart(2)
    region = derive(problem)
    assert np.flatnonzero(region.members).tolist() == [0, 1, 10, 11]
    assert region.certificate.optimal
    proven = prove(problem, region)
    write_proof(tmp_path, problem, proven.tree, name="proof.json.gz")
    assert proven_bound(tmp_path) == proven.certificate.proven_bound == 400
    assert derive(far_apart(1)).certificate.cost == 1200


@pytest.mark.parametrize("pieces", [2, 3, 4, 9])
@pytest.mark.parametrize("places", [1, 2, 3])
def test_more_pieces_than_places_or_than_they_cost_are_proven_as_far_as_they_can_be(pieces, places, tmp_path):
    """Where no price of a jump shows anything, or fewer pieces could hold everybody, the folder holds all the same."""
    for cost in (1, 40):
        row = RegionProblem(
            cost=np.full(6, cost), affected=[1, 0, 1, 0, 1, 0][: 2 * places] + [0] * (6 - 2 * places),
            edges=[(v, v + 1) for v in range(5)], coverage="1",
        )  # fmt: skip
        problem = in_pieces(row, pieces)
        region = prove(problem, derive(problem, "interactive"))
        write_proof(tmp_path, problem, region.tree, name="proof.json.gz")
        assert 1 <= proven_bound(tmp_path) == region.certificate.proven_bound <= least_of(problem)


@pytest.mark.parametrize("pieces", [3, 4, 5])
def test_more_pieces_than_the_smallest_has_are_proven_to_be_of_no_use(pieces, tmp_path):
    """A jump at no price counted as 1 each, so that no such region was ever proven."""
    problem = far_apart(pieces)
    region = prove(problem, derive(problem))
    write_proof(tmp_path, problem, region.tree, name="proof.json.gz")
    assert region.certificate.optimal
    assert (region.jump, proven_bound(tmp_path), region.certificate.cost) == (0, 400, 400)


def test_more_pieces_than_allowed_do_not_verify():
    region = derive(far_apart(2))
    with pytest.raises(VerificationFailed, match="another problem"):
        verify(far_apart(1), region)


def test_a_piece_from_which_no_way_leads_on_is_left_out():
    """The first vertex counted as the end of a way to nowhere, and was joined again and again."""
    problem = RegionProblem(
        cost=[1] * 5, affected=[0, 0, 9, 0, 9], edges=[(0, 1), (1, 2), (2, 3), (3, 4)], coverage="1",
        constraints=Constraints(must_not=np.array([1])), pieces=2,
    )  # fmt: skip
    members = np.array([True, False, True, False, True])
    assert np.flatnonzero(joined(problem, members)).tolist() == [2, 4]


TAMPERED = {
    "no jump": lambda it: it.pop("jump"),
    "a cheaper jump": lambda it: it.update(jump=1),
    "a dearer jump": lambda it: it.update(jump=it["jump"] * 3),
    "a jump for nothing": lambda it: it.update(jump=0),
    "a jump that is no number": lambda it: it.update(jump="9"),
    "a proof that says nothing of pieces": lambda it: it["constraints"].remove("pieces"),
    "a higher bound": lambda it: it.update(bound=it["bound"] + 1),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_jump_shows_nothing_more(what, tmp_path):
    problem = far_apart(2)
    proven = prove(problem, derive(problem))
    proof = copy.deepcopy(proven.tree)
    TAMPERED[what](proof)
    write_proof(tmp_path, problem, proof, name="proof.json.gz")
    try:
        assert proven_bound(tmp_path) <= proven.certificate.proven_bound
    except ValueError:
        return


def test_what_is_told_under_way_bounds_regions_in_pieces_and_not_those_in_one():
    told = []
    problem = RegionProblem(
        cost=[1] * 9,
        affected=[5, 0, 0, 0, 0, 0, 0, 0, 5],
        edges=[(i, i + 1) for i in range(8)],
        coverage=1,
        pieces=2,
    )
    region = derive(problem, on_progress=lambda progress: told.append(progress) or True)
    assert region.certificate.cost == 2
    assert told
    assert all(it.lower_bound is None or it.lower_bound <= 2 for it in told)


def test_what_has_no_bound_in_pieces_is_refused_by_name():
    problem = random_problem(np.random.default_rng(0), 8)
    limit = Limit(kind="units", weights=np.ones(len(problem), np.int64), most=3)
    with pytest.raises(RequestError, match="leave out the pieces or the limits"):
        derive(in_pieces(problem, 2, Constraints(limits=(limit,))))
    with pytest.raises(RequestError, match="previous boundary"):
        derive(in_pieces(problem, 2), previous=np.ones(len(problem), np.bool_))
