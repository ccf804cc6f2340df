"""Whole proofs: found for every bound that the search believes, checked by a program of its own, refused once bent."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geopolity.region import QuotaOutOfReach, RegionProblem, derive, engine, prove
from services.verifiers import check_bound, check_proof, check_rules
from services.verifiers.check_bound import proven_bound
from tests.unit.region.proof_folder import table, write_proof
from tests.unit.region.test_published_dual import archipelagos, cheapest, clustered


def checked(problem: RegionProblem, proof: dict) -> int:
    """Bound that a proof shows of a problem as it is, without files."""
    numbers = (problem.cost.astype(np.int64), problem.affected.astype(np.int64), int(problem.quota))
    return check_proof.tree(numbers, np.concatenate([problem.edges, problem.edges[:, ::-1]]).T.astype(np.int64), proof)


def far_apart(seed: int, width: int = 20) -> RegionProblem:
    """Four heavy places far from each other: every region joins them all."""
    rng = np.random.default_rng(seed)
    n = width * width
    edges = [(i, i + 1) for i in range(n) if (i + 1) % width] + [(i, i + width) for i in range(n - width)]
    people = rng.integers(0, 3, n) * (rng.random(n) < 0.1)
    for place in (0, width - 1, n - width, n - width // 2):
        people[place] = 400
    return RegionProblem(cost=rng.integers(5, 60, n), affected=people, edges=edges, coverage="0.95")


@settings(max_examples=150, deadline=None)
@given(archipelagos())
def test_every_bound_of_a_small_problem_has_a_proof(case):
    problem, _ = case
    try:
        region = prove(problem, derive(problem))
    except QuotaOutOfReach:
        return
    assert checked(problem, region.tree) == region.certificate.proven_bound == cheapest(problem)
    assert region.certificate.optimal


@settings(max_examples=60, deadline=None)
@given(archipelagos(), st.sampled_from([2, 25, 10_000]))
def test_costs_that_are_multiples_of_one_number_are_bounded_as_their_quotients_are(case, grain):
    problem, _ = case
    coarse = problem.but(cost=problem.cost * grain)
    try:
        fine, region = derive(problem), prove(coarse, derive(coarse))
    except QuotaOutOfReach:
        return
    assert region.certificate.lower_bound == grain * fine.certificate.lower_bound
    assert (region.members == fine.members).all()
    assert checked(coarse, region.tree) == region.certificate.proven_bound == cheapest(coarse)


def test_a_grid_of_equal_cells_is_proven_though_the_dual_ends_within_the_last_cell():
    problem = far_apart(2)
    cells = problem.but(cost=np.full(len(problem), 2_500))
    region = prove(cells, derive(cells))
    assert region.certificate.lower_bound % 2_500 == 0
    assert region.tree["bound"] > region.certificate.proven_bound - 2_500
    assert checked(cells, region.tree) == region.certificate.proven_bound


@pytest.mark.parametrize("seed", range(8))
def test_clusters_are_proven_through_branches(seed):
    problem = clustered(seed)
    region = prove(problem, derive(problem))
    assert checked(problem, region.tree) == region.certificate.cost


@pytest.mark.parametrize("seed", [2, 3, 4, 6])
def test_an_exact_join_is_a_step_of_its_own(seed):
    problem = far_apart(seed)
    region = prove(problem, derive(problem))
    assert checked(problem, region.tree) == region.certificate.cost
    assert any("terminals" in step for node in region.tree["nodes"] for step in node["steps"])


def test_a_proof_is_the_same_bits_again():
    problem = clustered(3)
    region = derive(problem)
    assert prove(problem, region).tree == prove(problem, region).tree


def test_a_proof_that_ends_early_shows_less_and_says_so(monkeypatch):
    monkeypatch.setattr(engine, "PROOF_WORK", 0)
    problem = clustered(1)
    believed = derive(problem)
    region = prove(problem, believed)
    assert believed.certificate.optimal
    assert not region.certificate.optimal
    assert 0 < checked(problem, region.tree) == region.certificate.proven_bound < region.certificate.cost
    assert region.certificate.lower_bound == believed.certificate.lower_bound


@pytest.mark.parametrize("seed", [17, 36])
def test_a_proof_that_ends_where_a_node_above_had_come_already_is_accepted(seed, monkeypatch, tmp_path):
    """Costs are whole and small, so what was branched on shows no more than the node that was split."""
    monkeypatch.setattr(engine, "PROOF_WORK", 200_000)
    rng, n = np.random.default_rng(seed), 36
    edges = [(v, v + 1) for v in range(n - 1) if (v + 1) % 6] + [(v, v + 6) for v in range(n - 6)]
    people = rng.integers(0, 50, n) * (rng.random(n) < 0.3)
    problem = RegionProblem(cost=np.ones(n, np.int64), affected=people, edges=edges, coverage="0.7")
    region = prove(problem, derive(problem, "interactive"))
    write_proof(tmp_path, problem, region.tree, name="proof.json.gz")
    assert proven_bound(tmp_path) == region.certificate.proven_bound


def bent(proof, draw, n):  # noqa: C901 - a list of ways
    """A proof with some of its parts changed, each still of its kind."""
    proof = copy.deepcopy(proof)
    proof["bound"] += draw(st.sampled_from([0, 1, 1, 2, 5]))
    nodes = proof["nodes"]
    duals = [step for node in nodes for step in node["steps"] if "price" in step]
    vertices = st.sets(st.integers(0, n - 1), min_size=1).map(sorted)
    for _ in range(draw(st.integers(1, 3))):
        node = draw(st.sampled_from(nodes))
        step = draw(st.sampled_from(duals)) if duals else {}
        lifts, kind = step.get("raises", []), draw(st.integers(0, 11))
        if kind == 0 and "split" in node:
            node["split"] = draw(vertices)
        elif kind == 1 and "split" in node:
            node["met"], node["avoided"] = node["avoided"], node["met"]
        elif kind == 2 and node["steps"]:
            node["steps"] = node["steps"][: draw(st.integers(0, len(node["steps"]) - 1))]
        elif kind == 3:
            node["steps"] = [*node["steps"], {"core": draw(vertices)}]
        elif kind == 4 and step:
            step["root"] = draw(vertices)
        elif kind == 5 and "drop" in step:
            name = draw(st.sampled_from(["drop", "need"]))
            step[name] = sorted({*step[name], draw(st.integers(0, n - 1))})
        elif kind == 6 and "above" in step:
            row = draw(st.sampled_from(step["above"]))
            row[draw(st.integers(0, len(row) - 1))] += draw(st.integers(1, 10**6))
        elif kind == 7 and step.get("terminals"):
            row = draw(st.sampled_from(step["below"]))
            row[draw(st.integers(0, len(row) - 1))] += draw(st.integers(1, 10**6))
        elif kind == 8 and lifts:
            lift = draw(st.sampled_from(lifts))
            lift["amount"] = int(lift["amount"] * draw(st.floats(1, 3))) + 1
        elif kind == 9 and lifts:
            lift = draw(st.sampled_from(lifts))
            lift["owners"] = draw(st.sets(st.sampled_from(lift["members"])).map(sorted))
        elif kind == 10 and step:
            step["price"] = max(1, int(step["price"] * draw(st.floats(0.5, 2))))
        elif kind == 11 and lifts:
            lifts.append(copy.deepcopy(draw(st.sampled_from(lifts))))
    return proof


@settings(max_examples=400, deadline=None)
@given(st.data(), archipelagos())
def test_whatever_the_checker_accepts_is_no_higher_than_the_optimum(data, case):
    problem, _ = case
    try:
        proof = prove(problem, derive(problem, "interactive")).tree
    except QuotaOutOfReach:
        return
    try:
        shown = checked(problem, bent(proof, data.draw, len(problem)))
    except (ValueError, KeyError, IndexError, TypeError):
        return
    assert shown <= cheapest(problem)


@pytest.fixture(scope="module")
def honest():
    """A problem whose proof joins terminals, drops vertices and needs some."""
    problem = far_apart(2)
    return problem, prove(problem, derive(problem)).tree


@pytest.fixture(scope="module")
def branched():
    """A problem whose proof branches."""
    problem = next(problem for problem in map(clustered, range(20)) if derive(problem).certificate.proof.nodes > 4)
    proof = prove(problem, derive(problem)).tree
    assert len(proof["nodes"]) > 4
    return problem, proof


def first(proof, *keys):
    """The first step that has all these keys, not empty."""
    return next(step for node in proof["nodes"] for step in node["steps"] if all(step.get(key) for key in keys))


def raised(change):
    def tamper(proof):
        change(first(proof, "raises")["raises"][0])

    return tamper


def leaves(proof):
    return [node for node in proof["nodes"] if "split" not in node]


TAMPERED = {
    "a split of other vertices": lambda it: it["nodes"][0].update(split=[0]),
    "children exchanged": lambda it: it["nodes"][0].update(
        met=it["nodes"][0]["avoided"], avoided=it["nodes"][0]["met"]
    ),
    "a bound of one more": lambda it: it.update(bound=it["bound"] + 1),
    "a bound of many more": lambda it: it.update(bound=it["bound"] * 10),
    "no bound": lambda it: it.update(bound=0),
    "a bound that is no whole number": lambda it: it.update(bound=1.5),
    "a bound that is a truth value": lambda it: it.update(bound=True),
    "another version": lambda it: it.update(version=2),
    "a kind of constraint that nobody knows": lambda it: it.update(constraints=["connected", "quota", "keep-together"]),
    "no quota": lambda it: it.update(constraints=["connected"]),
    "no nodes": lambda it: it.update(nodes=[]),
    "no steps at the root": lambda it: it["nodes"][0].update(steps=[]),
    "no steps at a leaf": lambda it: leaves(it)[-1].update(steps=[]),
    "a core of one vertex": lambda it: it["nodes"][0]["steps"][0].update(core=[5]),
    "a core of nothing": lambda it: it["nodes"][0]["steps"][0].update(core=[]),
    "a core with a vertex twice": lambda it: it["nodes"][0]["steps"][0]["core"].append(
        it["nodes"][0]["steps"][0]["core"][0]
    ),
    "a core beyond the table": lambda it: it["nodes"][0]["steps"][0].update(core=[10**6]),
    "a core at minus one": lambda it: it["nodes"][0]["steps"][0].update(core=[-1]),
    "a price of nothing": lambda it: first(it, "raises").update(price=0),
    "a huge price": lambda it: first(it, "raises").update(price=2**61),
    "a price ten times as high": lambda it: first(it, "raises").update(price=first(it, "raises")["price"] * 10),
    "a scale of one": lambda it: first(it, "raises").update(scale=1),
    "a huge scale": lambda it: first(it, "raises").update(scale=2**61),
    "a scale below nothing": lambda it: first(it, "raises").update(scale=-1),
    "a root that nobody meets": lambda it: first(it, "raises").update(root=[40]),
    "no root": lambda it: first(it, "raises").update(root=[]),
    "an amount doubled": raised(lambda it: it.update(amount=it["amount"] * 2)),
    "an amount below nothing": raised(lambda it: it.update(amount=-it["amount"])),
    "an amount beyond 64 bits": raised(lambda it: it.update(amount=2**70)),
    "an amount that is text": raised(lambda it: it.update(amount=str(it["amount"]))),
    "a member twice": raised(lambda it: (it["members"].append(it["members"][0]), it["distance"].append(0))),
    "a member that is no vertex": raised(lambda it: (it["members"].append(10**6), it["distance"].append(0))),
    "a member at minus one": raised(lambda it: (it["members"].append(-1), it["distance"].append(0))),
    "a distance missing": raised(lambda it: it["distance"].pop()),
    "a distance below nothing": raised(lambda it: it["distance"].__setitem__(0, -5)),
    "a distance beyond the amount": raised(lambda it: it["distance"].__setitem__(0, it["amount"] + 1)),
    "an owner outside": raised(lambda it: it.update(owners=[255])),
    "raises again and again": lambda it: first(it, "raises").update(raises=first(it, "raises")["raises"] * 40),
    "raises of nothing": lambda it: [
        step.update(raises=[]) for node in it["nodes"] for step in node["steps"] if "raises" in step
    ],
    "a vertex dropped without a reason": lambda it: first(it, "drop").update(drop=list(range(256))),
    "a vertex needed without a reason": lambda it: first(it, "drop").update(need=[17, 18, 19]),
    "a drop that is no vertex": lambda it: first(it, "drop")["drop"].append(999),
    "a drop twice": lambda it: first(it, "drop")["drop"].append(first(it, "drop")["drop"][0]),
    "no distances behind a drop": lambda it: first(it, "drop").pop("above"),
    "distances of too few": lambda it: first(it, "drop")["above"][0].pop(),
    "distances all large": lambda it: [
        row.__setitem__(slice(None), [10**15] * len(row)) for row in first(it, "drop")["above"]
    ],
    "a distance of one vertex too large": lambda it: first(it, "drop")["above"][-1].__setitem__(3, 2**61),
    "labels of trees too large": lambda it: first(it, "terminals").update(
        below=[[x + (i > 0) * 10**12 for x in row] for i, row in enumerate(first(it, "terminals")["below"])]
    ),
    "a tree to nothing that costs": lambda it: first(it, "terminals")["below"].__setitem__(
        0, [9] * len(first(it, "terminals")["below"][0])
    ),
    "labels of trees missing": lambda it: first(it, "terminals")["below"].pop(),
    "a terminal that nobody meets": lambda it: first(it, "terminals")["terminals"].__setitem__(0, [77]),
    "a terminal twice as a set": lambda it: first(it, "terminals").update(
        terminals=first(it, "terminals")["terminals"] * 2
    ),
    "many terminals": lambda it: first(it, "terminals").update(terminals=first(it, "terminals")["terminals"] * 9),
    "a node that nothing leads to": lambda it: it["nodes"].append({"steps": []}),
    "the last node left out": lambda it: it["nodes"].pop(),
    "a step of another kind": lambda it: it["nodes"][0]["steps"].insert(0, {"believe": True}),
    "a step that is a list": lambda it: it["nodes"][0]["steps"].insert(0, [1, 2]),
    "nodes that are one number": lambda it: it.update(nodes=7),
    "split where it is closed, with a lone child": lambda it: it["nodes"][0].update(
        steps=it["nodes"][0]["steps"][:1], split=[1], met=1, avoided=1
    ),
    "children before their parent": lambda it: it["nodes"][0].update(
        steps=it["nodes"][0]["steps"][:1], split=[1], met=0, avoided=0
    ),
    "an empty split": lambda it: it["nodes"][0].update(steps=it["nodes"][0]["steps"][:1], split=[], met=1, avoided=2),
}


BRANCHED = {
    *("a split of other vertices", "children exchanged", "no steps at a leaf", "the last node left out"),
    *("split where it is closed, with a lone child", "children before their parent", "an empty split"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_proof_shows_nothing_more(honest, branched, what, tmp_path):
    problem, proof = branched if what in BRANCHED else honest
    proof = copy.deepcopy(proof)
    TAMPERED[what](proof)
    write_proof(tmp_path, problem, proof, name="proof.json.gz")
    with pytest.raises(ValueError, match=r"."):
        proven_bound(tmp_path)


def test_there_are_sixty_of_them():
    assert len(TAMPERED) >= 60


def test_an_honest_proof_is_accepted_and_costs_edited_everywhere_are_not(honest, tmp_path):
    problem, proof = honest
    write_proof(tmp_path, problem, proof, name="proof.json.gz")
    assert proven_bound(tmp_path) == proof["bound"]

    def dearer(rows):
        for row in rows:
            row["cost"] = str(3 * int(row["cost"]))

    dear = problem.but(cost=problem.cost * 3)
    cheap = problem.but(cost=problem.cost // 2 + 1)
    write_proof(tmp_path, cheap, prove(dear, derive(dear)).tree, name="proof.json.gz")
    with pytest.raises(ValueError, match=r"charged more|whole numbers|reason|split|labels?|quota"):
        proven_bound(tmp_path)
    write_proof(tmp_path, problem, proof, name="proof.json.gz")
    table(tmp_path / "units.csv", dearer)
    with pytest.raises(ValueError, match="other tables"):
        proven_bound(tmp_path)


def test_the_program_runs_beside_its_checker_alone(honest, tmp_path):
    problem, proof = honest
    write_proof(tmp_path, problem, proof, name="proof.json.gz")
    for program in (check_bound, check_proof, check_rules):
        (tmp_path / Path(program.__file__).name).write_bytes(Path(program.__file__).read_bytes())
    run = [
        sys.executable,
        "-I",
        "-c",
        f"import sys, runpy; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['check_bound.py', {str(tmp_path)!r}]; runpy.run_path({str(tmp_path / 'check_bound.py')!r}, run_name='__main__')",
    ]
    said = subprocess.run(run, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.rstrip(".\n").rsplit(" ", 1)[-1].replace(",", "") == str(proof["bound"])


def test_the_checker_stays_short():
    for program in (check_bound, check_proof, check_rules):
        assert len(Path(program.__file__).read_text(encoding="utf-8").splitlines()) <= 150
