"""`geopolity verify` and the stranger's checker on folders of polities with constraints."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from geopolity.polity.conditions import Conditions
from geopolity.polity.derivation import derive_polity
from geopolity.polity.terrain import survey
from geopolity.region import Constraints, RegionProblem, derive, prove
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import audit
from services.derivation.audit.sources import Sources, compared
from services.derivation.folder import Pictures, write_folder
from services.verifiers import check_bound
from tests.unit.polity.test_derivation import issue, square_layer
from tests.unit.region.brute_force import all_regions, random_problem
from tests.unit.region.proof_folder import rewritten, write_proof
from tests.unit.region.test_constraints import path, random_constraints
from tests.unit.services.test_verify_folder import sealed

FOOTPRINT = {"20": 1.0, "24": 0.5, "02": 0.25, "44": 0.1}
CONDITIONS = Conditions(
    must=("44",),
    must_not=("22",),
    cut=(("30", "31"),),
    link=(("20", "24"),),
    at_most_area_km2=4_000.0,
    at_most_population=2_400.0,
    exclude_empty=True,
)


def derived(conditions=CONDITIONS):
    people = np.full(25, 100.0)
    people[3] = 0.0
    layer = square_layer(people=people)
    return derive_polity(issue(FOOTPRINT, conditions=conditions, smallest="population"), layer)


@pytest.fixture
def folder(tmp_path):
    derivation = derived()
    region = prove(derivation.problem, derivation.region)
    write_folder(tmp_path / "derivation", replace(derivation, region=region), Pictures())
    return tmp_path / "derivation"


def test_every_kind_is_checked_from_the_files_and_from_the_sources(folder):
    said = [str(fact) for fact in audit(folder)]
    assert any("constraints: at_most, cut, exclude_empty, link, must, must_not are kept to" in one for one in said)
    layer = derived(Conditions()).layer
    facts = [str(fact) for fact in compared(folder, Sources(layer=layer, terrain=survey(layer)))]
    assert any("what the constraints are about is the layer's" in one for one in facts)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda it: it | {"must": ["30"]}, "locked in"),
        (lambda it: it | {"must_not": ["44"]}, "locked out"),
        (lambda it: it | {"keep_together": {"column": "x", "groups": [["44", "22"]]}}, "kept together"),
        (lambda it: it | {"cut": [["20", "24"]]}, "though cut"),
        (lambda it: it | {"link": [["00", "44"]]}, "though linked"),
        (lambda it: it | {"at_most": it["at_most"] | {"population": 10}}, "more than 10"),
        (lambda it: it | {"at_most": it["at_most"] | {"units": 1}}, "more than 1"),
        (lambda it: it | {"at_most": it["at_most"] | {"area": 1.5}}, "more than 1.5"),
        (lambda it: it | {"must": ["99"]}, "no unit of units.csv"),
        (lambda it: it | {"pieces": 2}, "known nowhere"),
        (lambda it: it | {"at_most": it["at_most"] | {"towns": 1}}, "towns is known nowhere"),
    ],
)
def test_a_region_that_breaks_a_stated_constraint_does_not_verify(folder, change, sentence):
    rewritten(folder / "problem.json", lambda it: it | {"constraints": change(it["constraints"])})
    sealed(folder)
    with pytest.raises(VerificationFailed, match=sentence):
        list(audit(folder))


def test_a_constraint_that_was_left_out_changes_the_digest(folder):
    rewritten(
        folder / "problem.json",
        lambda it: it | {"constraints": {k: v for k, v in it["constraints"].items() if k != "must"}},
    )
    sealed(folder)
    with pytest.raises(VerificationFailed, match="digest"):
        list(audit(folder))


def test_the_program_beside_the_proof_checks_it_alone_and_leaves_the_folder_as_it_was(folder):
    writing = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    said = subprocess.run(
        [sys.executable, folder / "check_bound.py", folder], capture_output=True, text=True, check=True, env=writing
    ).stdout
    assert not (folder / "__pycache__").exists()
    bound = int(said.rsplit(maxsplit=1)[1].rstrip(".").replace(",", ""))
    assert bound == json.loads((folder / "certificate.json").read_text())["proven_bound"]


def test_the_program_refuses_a_kind_that_it_does_not_know(tmp_path):
    problem = path(5, record={"pieces": 2})
    write_proof(tmp_path, problem, prove(problem, derive(problem)).tree, name="proof.json.gz")
    stated = json.loads((tmp_path / "problem.json").read_text())
    (tmp_path / "problem.json").write_text(json.dumps(stated | {"constraints": {"pieces": 2}}))
    with pytest.raises(ValueError, match="a kind of constraint unknown here"):
        check_bound.proven_bound(tmp_path)


def test_people_that_only_add_up_to_too_much_with_the_rules_prove_nothing(tmp_path):
    """Beyond 2**53 sums of people lose whoever is added last, and a branch that holds the quota looked closed."""
    few, many = 40, 2**51 + 2
    people = [2**51, 2**51, *[1] * few, many]
    last = len(people) - 1
    edges = [(0, 2), *((v, v + 1) for v in range(2, last - 1)), (last - 1, 1), (1, last), (0, last)]
    problem = RegionProblem(
        cost=[1] * last + [1000],
        affected=people,
        edges=edges,
        coverage="0.6666666666666684430235060",
        ids=[f"v{v:02}" for v in range(last + 1)],
        constraints=Constraints(must=np.array([0, 1]), record={"must": ["v00", "v01"]}),
    )
    assert problem.quota == 2**52 + few
    forged = {"steps": [], "split": [last], "met": 1, "avoided": 2}
    nodes = [forged, {"steps": []}, {"steps": []}]
    proof = {"version": 1, "constraints": ["connected", "quota", "ground"], "bound": 1000, "nodes": nodes}
    write_proof(tmp_path, problem, proof, name="proof.json.gz")
    rewritten(tmp_path / "problem.json", lambda it: it | {"constraints": problem.constraints.record})
    with pytest.raises(ValueError, match="add up to too much with the rules"):
        check_bound.proven_bound(tmp_path)


def test_proofs_of_random_constrained_problems_hold_and_never_exceed_the_least_cost(tmp_path):
    whole = tried = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 9, lambda n, rng=rng: named(random_constraints(rng, n)))
        least = min((cost for cost, _ in all_regions(problem)), default=None)
        if least is None:
            continue
        from geopolity.region import derive

        region = prove(problem, derive(problem))
        write_proof(tmp_path, problem, region.tree, name="proof.json.gz")
        stated = json.loads((tmp_path / "problem.json").read_text())
        (tmp_path / "problem.json").write_text(json.dumps(stated | {"constraints": problem.constraints.record}))
        proven = check_bound.proven_bound(tmp_path)
        assert proven == region.certificate.proven_bound <= least
        whole += proven == least
        tried += 1
    assert whole > tried / 3


def named(constraints):
    """Constraints with the record that their problem's file holds; ids are positions of one digit."""
    from dataclasses import replace

    def ids(vertices):
        return [str(vertex) for vertex in vertices.tolist()]

    groups = [ids(group) for group in constraints.together]
    record = {
        "must": ids(constraints.must),
        "must_not": ids(constraints.must_not),
        "keep_together": {"column": "group", "groups": groups},
        "at_most": {limit.kind: limit.most for limit in constraints.limits},
    }
    return replace(constraints, record=record)
