"""A stranger's checker accepts every published dual and refuses those that were tampered with."""

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geopolity.region import QuotaOutOfReach, RegionProblem, derive
from services.verifiers import check_bound
from services.verifiers.check_bound import proven_bound
from services.verifiers.check_rules import parts
from tests.unit.region.proof_folder import rewritten, table, write_proof


def clustered(seed: int) -> RegionProblem:
    rng = np.random.default_rng(seed)
    width = 16
    n = width * width
    edges = [(i, i + 1) for i in range(n) if (i + 1) % width] + [(i, i + width) for i in range(n - width)]
    people = np.zeros(n, int)
    for centre in rng.integers(0, n, 4):
        for step in (0, 1, width, width + 1):
            people[(centre + step) % n] = rng.integers(20, 90)
    return RegionProblem(cost=rng.integers(5, 60, n), affected=people, edges=edges, coverage="0.8")


@pytest.mark.parametrize("seed", range(12))
def test_checker_confirms_a_bound_below_the_optimum(seed, tmp_path):
    problem = clustered(seed)
    region = derive(problem)
    write_proof(tmp_path, problem, region.dual.record())
    assert region.certificate.optimal
    assert 0.5 * region.certificate.cost < proven_bound(tmp_path) <= region.certificate.cost


def test_people_on_several_components_are_no_reason_to_refuse(tmp_path):
    problem = RegionProblem(cost=[5, 5, 5, 5], affected=[35, 20, 15, 30], edges=[(0, 1), (1, 2)], coverage="0.55")
    region = derive(problem)
    write_proof(tmp_path, problem, region.dual.record())
    assert 0 < proven_bound(tmp_path) <= region.certificate.cost == 10


@st.composite
def archipelagos(draw):
    """Small problems of several parts, some of them joined by connectors: vertices without people."""
    n = draw(st.integers(2, 9))
    links = draw(st.integers(0, 3))
    cost = draw(st.lists(st.integers(1, 30), min_size=n, max_size=n)) + [1] * links
    people = draw(st.lists(st.integers(0, 40), min_size=n, max_size=n).filter(any)) + [0] * links
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda pair: pair[0] != pair[1])
    edges = draw(st.lists(ends, max_size=2 * n))
    for link in range(n, n + links):
        edges += [(end, link) for end in draw(ends)]
    coverage = draw(st.sampled_from(["0.51", "0.55", "0.7", "0.9", "1"]))
    return RegionProblem(cost=cost, affected=people, edges=edges, coverage=coverage), n


def cheapest(problem: RegionProblem) -> int:
    """Cost of the cheapest connected set with the quota, by trying every set."""
    n = len(problem)
    neighbours = [0] * n
    for one, other in problem.edges.tolist():
        neighbours[one] |= 1 << other
        neighbours[other] |= 1 << one
    best = None
    for chosen in range(1, 2**n):
        members = [v for v in range(n) if chosen >> v & 1]
        cost = sum(int(problem.cost[v]) for v in members)
        if (best is not None and cost >= best) or sum(int(problem.affected[v]) for v in members) < problem.quota:
            continue
        reached, before = 1 << members[0], 0
        while reached != before:
            before = reached
            for v in members:
                if reached >> v & 1:
                    reached |= neighbours[v] & chosen
        if reached == chosen:
            best = cost
    return best


@settings(max_examples=150, deadline=None)
@given(archipelagos())
def test_every_published_dual_is_accepted_and_never_above_the_optimum(tmp_path_factory, case):
    problem, units = case
    try:
        region = derive(problem)
    except QuotaOutOfReach:
        return
    folder = tmp_path_factory.mktemp("proof")
    write_proof(folder, problem, region.dual.record(), units=units)
    best = cheapest(problem)
    assert proven_bound(folder) <= best
    assert region.certificate.lower_bound <= best == region.certificate.cost


def bent(record, draw, n):
    """A dual with some of its numbers changed, each still of its kind."""
    record = json.loads(json.dumps(record))
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["price", "scale", "core", "amount", "owners", "distance", "members", "again"]))
        lifts = record["raises"]
        if kind in {"price", "scale"}:
            record[kind] = max(1, int(record[kind] * draw(st.floats(0.1, 3))))
        elif kind == "core":
            record["core"] = sorted(draw(st.sets(st.integers(0, n - 1), min_size=1)))
        elif lifts:
            lift = lifts[draw(st.integers(0, len(lifts) - 1))]
            if kind == "amount":
                lift["amount"] = int(lift["amount"] * draw(st.floats(0, 3)))
            elif kind == "owners":
                lift["owners"] = sorted(draw(st.sets(st.sampled_from(lift["members"]), min_size=1)))
            elif kind == "distance":
                place = draw(st.integers(0, len(lift["distance"]) - 1))
                lift["distance"][place] = draw(st.integers(0, 2 * lift["amount"] + 1))
            elif kind == "members":
                lift["members"] = draw(st.permutations(range(n)))
                lift["distance"] = (lift["distance"] * n)[:n]
            else:
                lifts.append(dict(lift))
    return record


@settings(max_examples=300, deadline=None)
@given(st.data(), archipelagos())
def test_whatever_the_checker_accepts_is_no_higher_than_the_optimum(tmp_path_factory, data, case):
    problem, units = case
    try:
        record = derive(problem, "interactive").dual.record()
    except QuotaOutOfReach:
        return
    folder = tmp_path_factory.mktemp("bent")
    write_proof(folder, problem, bent(record, data.draw, len(problem)), units=units)
    try:
        proven = proven_bound(folder)
    except ValueError:
        return
    assert proven <= cheapest(problem)


def first(r, **change):
    return r | {"raises": [r["raises"][0] | change, *r["raises"][1:]]}


def any_raise(r, key):
    return r["raises"][0][key]


def farther(r):
    """Members that stay out of every set: distances beyond every amount, the owners' too."""
    return first(r, distance=[10**15] * len(any_raise(r, "distance")))


DUALS = {
    "amount multiplied": lambda r: first(r, amount=any_raise(r, "amount") * 50),
    "amount negative": lambda r: first(r, amount=-1),
    "amount a float": lambda r: first(r, amount=float(any_raise(r, "amount"))),
    "amount not a number": lambda r: first(r, amount=float("nan")),
    "amount infinite": lambda r: first(r, amount=float("inf")),
    "amount true": lambda r: first(r, amount=True),
    "amount beyond 64 bits": lambda r: first(r, amount=2**64),
    "amount that wraps around": lambda r: first(r, amount=2**63 - 1),
    "amounts that wrap around together": lambda r: r | {"raises": r["raises"] + [r["raises"][0] | {"amount": 2**61}] * 4},
    "amount null": lambda r: first(r, amount=None),
    "distance negative": lambda r: first(r, distance=[-5] * len(any_raise(r, "members"))),
    "distances not numbers": lambda r: first(r, distance=[float("nan")] * len(any_raise(r, "members"))) | {"price": r["price"]},
    "distances floats": lambda r: first(r, distance=[float(d) for d in any_raise(r, "distance")]),
    "distances beyond every amount": farther,
    "one distance for all members": lambda r: first(r, members=list(range(256)), distance=[0]),
    "distances missing": lambda r: first(r, distance=[]),
    "distance beyond 64 bits": lambda r: first(r, distance=[2**70] * len(any_raise(r, "members"))),
    "member minus one": lambda r: first(r, members=[-1, *any_raise(r, "members")[1:]]),
    "member twice": lambda r: first(r, members=any_raise(r, "members")[:1] * len(any_raise(r, "members"))),
    "member that is none": lambda r: first(r, members=[*any_raise(r, "members")[:-1], 256]),
    "member a float": lambda r: first(r, members=[float(v) for v in any_raise(r, "members")]),
    "member a text": lambda r: first(r, members=[str(v) for v in any_raise(r, "members")]),
    "members missing": lambda r: first(r, members=any_raise(r, "members")[:1], distance=[0], amount=10**12),
    "owner minus one": lambda r: first(r, owners=[-1]),
    "owner twice": lambda r: first(r, owners=any_raise(r, "owners") * 2),
    "owners none": lambda r: first(r, owners=[]),
    "owner outside its set": lambda r: first(r, owners=[next(v for v in range(256) if v not in any_raise(r, "members"))]),
    "owner in two groups": lambda r: r | {"raises": [*r["raises"], r["raises"][0] | {"owners": [*any_raise(r, "owners"), any_raise(r, "members")[-1]]}]},
    "sets that overspend": lambda r: r | {"raises": r["raises"] * 60},
    "core small": lambda r: r | {"core": r["core"][:1] if len(r["core"]) > 1 else [0]},
    "core repeated": lambda r: r | {"core": r["core"][:1] * 500},
    "core empty": lambda r: r | {"core": []},
    "core minus one": lambda r: r | {"core": [*r["core"], -1]},
    "core elsewhere": lambda r: r | {"core": [v for v in range(256) if v not in r["core"]][:3]},
    "price zero": lambda r: r | {"price": 0},
    "price negative": lambda r: r | {"price": -r["price"]},
    "price a float": lambda r: r | {"price": r["price"] + 0.5},
    "price that wraps around": lambda r: r | {"price": 2**61},
    "price another": lambda r: r | {"price": r["price"] // 7},
    "scale zero": lambda r: r | {"scale": 0},
    "scale another": lambda r: r | {"scale": max(1, r["scale"] // 1000)},
    "scale out of range": lambda r: r | {"scale": 2**61},
    "no raises key": lambda r: {key: value for key, value in r.items() if key != "raises"},
    "a list": lambda r: [r],
}  # fmt: skip


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    problem = clustered(3)
    folder = tmp_path_factory.mktemp("honest")
    record = derive(problem).dual.record()
    write_proof(folder, problem, record)
    assert proven_bound(folder) > 0
    return problem, record


@pytest.mark.parametrize("name", DUALS)
def test_a_tampered_dual_is_refused(name, honest, tmp_path):
    problem, record = honest
    changed = DUALS[name](record)
    assert json.dumps(changed) != json.dumps(record)
    write_proof(tmp_path, problem, changed)
    with pytest.raises(ValueError, match=r"."):
        proven_bound(tmp_path)


TABLES = {
    "quota raised": lambda f: rewritten(f / "problem.json", lambda p: p | {"quota": p["quota"] + 100}),
    "quota not a number": lambda f: rewritten(f / "problem.json", lambda p: p | {"quota": float("nan")}),
    "quota a float": lambda f: rewritten(f / "problem.json", lambda p: p | {"quota": float(p["quota"])}),
    "coverage raised": lambda f: rewritten(f / "problem.json", lambda p: p | {"coverage_target": "0.99"}),
    "coverage of a half": lambda f: rewritten(f / "problem.json", lambda p: p | {"coverage_target": "0.5", "quota": p["affected_total"] // 2}),
    "coverage of a huge exponent": lambda f: rewritten(f / "problem.json", lambda p: p | {"coverage_target": "1e999999999"}),
    "digest of another problem": lambda f: rewritten(f / "certificate.json", lambda c: c | {"digest": "0" * 64}),
    "key repeated": lambda f: (f / "problem.json").write_text((f / "problem.json").read_text().replace("{", '{"quota": 1, ', 1)),
    "cost edited": lambda f: table(f / "units.csv", lambda rows: rows[5].update(cost="1000")),
    "cost with a sign": lambda f: table(f / "units.csv", lambda rows: rows[5].update(cost="+" + rows[5]["cost"])),
    "cost with an underscore": lambda f: table(f / "units.csv", lambda rows: rows[5].update(cost="1_0")),
    "cost of zero": lambda f: table(f / "units.csv", lambda rows: rows[5].update(cost="0")),
    "cost beyond 64 bits": lambda f: table(f / "units.csv", lambda rows: rows[5].update(cost=str(2**64))),
    "costs that wrap around": lambda f: table(f / "units.csv", lambda rows: [row.update(cost=str(2**62 - 1)) for row in rows]),
    "people edited": lambda f: table(f / "units.csv", lambda rows: rows[5].update(affected_int="77")),
    "people negative": lambda f: table(f / "units.csv", lambda rows: rows[5].update(affected_int="-7")),
    "row dropped": lambda f: table(f / "units.csv", lambda rows: rows.pop()),
    "row repeated": lambda f: table(f / "units.csv", lambda rows: rows.append(rows[0])),
    "unit renamed": lambda f: table(f / "units.csv", lambda rows: rows[5].update(unit_id="new")),
    "edge dropped": lambda f: table(f / "edges.csv", lambda rows: rows.pop()),
    "edge repeated": lambda f: table(f / "edges.csv", lambda rows: rows.append(rows[0])),
    "edge to nowhere": lambda f: table(f / "edges.csv", lambda rows: rows[0].update({"to": "nowhere"})),
    "edge to itself": lambda f: table(f / "edges.csv", lambda rows: rows[0].update({"to": rows[0]["from"]})),
    "edge moved": lambda f: table(f / "edges.csv", lambda rows: rows[0].update({"to": rows[-1]["to"]})),
    "dual cut off": lambda f: (f / "dual.json.gz").write_bytes((f / "dual.json.gz").read_bytes()[:-20]),
    "dual that is none": lambda f: (f / "dual.json.gz").write_bytes(b"dual"),
    "dual nested without end": lambda f: (f / "dual.json.gz").write_bytes(gzip.compress(b"[" * 200_000)),
    "dual missing": lambda f: (f / "dual.json.gz").unlink(),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_tampered_table_is_refused(name, honest, tmp_path):
    problem, record = honest
    write_proof(tmp_path, problem, record)
    TABLES[name](tmp_path)
    with pytest.raises(ValueError, match=r"."):
        proven_bound(tmp_path)


def test_a_dual_of_a_dearer_problem_proves_nothing_about_this_one(honest, tmp_path):
    problem, _ = honest
    dear = problem.but(cost=problem.cost * 3)
    write_proof(tmp_path, problem, derive(dear).dual.record())
    with pytest.raises(ValueError, match="charged more"):
        proven_bound(tmp_path)


def test_the_program_says_it_in_one_line(honest, tmp_path):
    problem, record = honest
    write_proof(tmp_path, problem, record)
    run = [sys.executable, check_bound.__file__, str(tmp_path)]
    good = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    assert f"{proven_bound(tmp_path):,}" in good.stdout
    (tmp_path / "edges.csv").write_text("from\n")
    bad = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("The bound does not hold: ")
    assert len(bad.stderr.splitlines()) == 1


def test_the_program_stays_short():
    assert len(Path(check_bound.__file__).read_text(encoding="utf-8").splitlines()) <= 150


def test_parts_of_a_long_row_in_any_order_are_found_at_once():
    """Looking from neighbour to neighbour took as many rounds as the row is long: a minute for 100,000 vertices."""
    backwards = sorted(range(2**17), key=lambda place: f"{place:017b}"[::-1])
    for order in (np.arange(2**17), np.array(backwards), np.random.default_rng(0).permutation(2**17)):
        row = np.delete(np.column_stack([order[:-1], order[1:]]), 999, axis=0)
        tails, heads = np.concatenate([row, row[:, ::-1]]).T
        began = time.process_time()
        label = parts(2**17, tails, heads)
        assert time.process_time() - began < 5
        assert (label[order[:1000]] == order[:1000].min()).all()
        assert (label[order[1000:]] == order[1000:].min()).all()
