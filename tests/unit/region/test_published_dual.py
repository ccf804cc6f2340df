"""A stranger's checker accepts every published dual and refuses those that were tampered with."""

import csv
import gzip
import json

import numpy as np
import pytest

from geopolity.region import RegionProblem, derive
from services.verifiers.check_bound import proven_bound


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


def write(folder, problem, record):
    def table(name, head, rows):
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows([head, *rows])

    table(
        "units.csv", ["unit_id", "cost", "affected_int"], zip(problem.ids, problem.cost, problem.affected, strict=True)
    )
    table("connectors.csv", ["connector_id", "cost"], [])
    table("edges.csv", ["from", "to"], problem.ids[problem.edges].tolist())
    (folder / "problem.json").write_text(json.dumps({"quota": problem.quota}))
    (folder / "dual.json.gz").write_bytes(gzip.compress(json.dumps(record).encode()))


@pytest.mark.parametrize("seed", range(12))
def test_checker_confirms_a_bound_below_the_optimum(seed, tmp_path):
    problem = clustered(seed)
    region = derive(problem)
    write(tmp_path, problem, region.dual.record())
    assert region.certificate.optimal
    assert 0.5 * region.certificate.cost < proven_bound(tmp_path) <= region.certificate.cost


def raised(record, **change):
    return record | {"raises": [record["raises"][0] | change, *record["raises"][1:]]}


TAMPERED = {
    "amount doubled": lambda r: raised(r, amount=r["raises"][0]["amount"] * 50),
    "negative amount": lambda r: raised(r, amount=-1),
    "negative distance": lambda r: raised(r, distance=[-5] * len(r["raises"][0]["members"])),
    "member twice": lambda r: raised(r, members=r["raises"][0]["members"][:1] * len(r["raises"][0]["members"])),
    "owner outside its set": lambda r: raised(r, owners=[next(v for v in range(256) if v not in r["raises"][0]["members"])]),
    "owner in two groups": lambda r: r | {"raises": [*r["raises"], r["raises"][0] | {"owners": r["raises"][0]["owners"] + [r["raises"][0]["members"][-1]]}]},
    "small core": lambda r: r | {"core": r["core"][:1] if len(r["core"]) > 1 else []},
    "core repeated": lambda r: r | {"core": r["core"][:1] * 500},
    "raised twice": lambda r: r | {"raises": r["raises"] * 60},
    "price of zero": lambda r: r | {"price": 0},
    "scale out of range": lambda r: r | {"scale": 2**61},
    "members missing": lambda r: raised(r, members=r["raises"][0]["members"][:1], distance=[0], amount=10**12),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_dual_is_refused(name, tmp_path):
    problem = clustered(3)
    record = derive(problem).dual.record()
    write(tmp_path, problem, TAMPERED[name](record))
    with pytest.raises((ValueError, IndexError)):
        proven_bound(tmp_path)
