"""Regions whose borders count: against brute force, and the published flow against the checker that strangers have."""

import copy

import numpy as np
import pytest

from geopolity.region import Constraints, QuotaOutOfReach, RegionProblem, derive, prove
from geopolity.region.border import Border
from geopolity.region.bordered.moved import costs_with, cut_flow, stepped
from geopolity.region.constrained.conflict import ConstraintsConflict
from geopolity.region.constrained.rounder import rounder
from services.verifiers.check_bound import proven_bound
from tests.unit.region.brute_force import all_regions, random_problem
from tests.unit.region.proof_folder import write_proof


def random_border(rng, problem):
    """Borders of a small graph, some of them none."""
    outer, shared = rng.integers(0, 12, len(problem)), rng.integers(0, 25, len(problem.edges))
    return Border(outer=outer.astype(np.int64), shared=shared.astype(np.int64), least=0)


def some_constraints(rng):
    def of(n):
        shuffled = rng.permutation(n)
        groups = (np.sort(rng.choice(n, 2, replace=False)),) if rng.random() < 0.4 else ()
        return Constraints(
            must=shuffled[: rng.integers(0, 2)], must_not=shuffled[n - rng.integers(0, 3) :], together=groups
        )

    return of


def least_of(problem, border):
    return min((cost + border.of(problem, members) for cost, members in all_regions(problem)), default=None)


@pytest.mark.parametrize("constrained", [False, True])
@pytest.mark.parametrize(
    ("effort", "graphs", "share"),
    [("interactive", 25, 0.8), pytest.param("standard", 60, 0.88, marks=pytest.mark.long)],
)
def test_no_bound_is_above_the_optimum_and_most_are_close_to_it(effort, graphs, share, constrained):
    tight, tried = 0.0, 0
    for seed in range(graphs):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 9, some_constraints(rng) if constrained else lambda n: None)
        border = random_border(rng, problem)
        try:
            start = derive(problem)
        except (QuotaOutOfReach, ConstraintsConflict):
            continue
        region, border = rounder(problem, border, start, effort)
        least, found = least_of(problem, border), region.certificate
        assert found.lower_bound <= least <= found.cost, seed
        assert found.cost == int(problem.cost[region.members].sum()) + border.of(problem, region.members)
        assert problem.constraints is None or not problem.constraints.broken(region.members)
        if border.flow is not None:
            assert (np.abs(border.flow) <= border.shared).all()
            tight, tried = tight + found.lower_bound / least, tried + 1
    assert tried > graphs / 3
    assert tight / tried > share


def proven(seed=3):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 12)
    region, border = rounder(problem, random_border(rng, problem), derive(problem), "interactive")
    whole = prove(problem, region, border=border)
    return problem, border, whole, whole.tree | {"flow": border.flow.tolist()}


def test_the_checker_confirms_the_bound_with_its_flow(tmp_path):
    problem, border, region, proof = proven()
    write_proof(tmp_path, problem, proof, name="proof.json.gz", border=border)
    assert proven_bound(tmp_path) == region.certificate.proven_bound > derive(problem).certificate.cost


TAMPERED = {
    "no flow": lambda it: it.pop("flow"),
    "a flow that is too strong": lambda it: it["flow"].__setitem__(0, 26),
    "a flow that is too strong the other way": lambda it: it["flow"].__setitem__(0, -26),
    "an edge without a flow": lambda it: it["flow"].pop(),
    "all of it turned round": lambda it: it.update(flow=[-over for over in it["flow"]]),
    "a flow that is no number": lambda it: it["flow"].__setitem__(0, "1"),
    "a proof that says nothing of borders": lambda it: it["constraints"].remove("border"),
    "a higher bound": lambda it: it.update(bound=it["bound"] + 1),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_flow_shows_nothing_more(what, tmp_path):
    problem, border, _, proof = proven()
    proof = copy.deepcopy(proof)
    TAMPERED[what](proof)
    write_proof(tmp_path, problem, proof, name="proof.json.gz", border=border)
    with pytest.raises(ValueError, match=r"."):
        proven_bound(tmp_path)


def test_units_that_touch_nobody_have_a_bound_too(tmp_path):
    problem = RegionProblem(cost=[5, 7], affected=[9, 1], edges=[], coverage="0.6")
    border = Border(outer=np.array([4, 2]), shared=np.empty(0, np.int64), least=0)
    region, border = rounder(problem, border, derive(problem), "interactive")
    whole = prove(problem, region, border=border)
    flow = {} if border.flow is None else {"flow": border.flow.tolist()}
    write_proof(tmp_path, problem, whole.tree | flow, name="proof.json.gz", border=border)
    assert proven_bound(tmp_path) == whole.certificate.proven_bound == region.certificate.cost == 9


def test_a_flow_leaves_every_vertex_a_cost():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 12)
        border = random_border(rng, problem)
        flow = cut_flow(problem, border, float(rng.uniform(0.5, 200)))
        assert (np.abs(flow) <= border.shared).all()
        assert costs_with(problem, border, flow).min() >= 1
        after = stepped(problem, border, flow, rng.normal(0, 40, len(flow)))
        assert (np.abs(after) <= border.shared).all()
        assert costs_with(problem, border, after).min() >= 1
