"""The same bits on every run: other processes, thread counts and hash seeds, and rows and edges in any order."""

import hashlib
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geopolity.region import RegionProblem, derive, verify

WIDTH = 34


def problem(order=None, *, kind="clusters", edge_order=None, width=WIDTH):
    """A grid of towns in three clusters, or scattered, with its rows in the given order."""
    rng = np.random.default_rng(11)
    n = width * width
    row, column = np.divmod(np.arange(n), width)
    if kind == "clusters":
        near = np.min([np.hypot(row - r, column - c) for r, c in ((5, 6), (28, 9), (16, 29))], axis=0) < 4
    else:
        near = rng.random(n) < 0.05
    people, cost = rng.integers(1, 500, n) * near, rng.integers(20, 200, n)
    edges = np.array([(i, i + 1) for i in range(n) if (i + 1) % width] + [(i, i + width) for i in range(n - width)])
    ids = np.array([f"u{i:05}" for i in range(n)])
    order = np.arange(n) if order is None else order
    edges = np.argsort(order)[edges]
    if edge_order is not None:
        edges = edges[edge_order][:, ::-1]
    return RegionProblem(cost=cost[order], affected=people[order], edges=edges, coverage="0.8", ids=ids[order])


def fingerprint(kind):
    found = derive(problem(kind=kind), "interactive")
    sha = hashlib.sha256(found.members.tobytes())
    sha.update(repr(found.certificate).encode())
    if found.dual is not None:
        sha.update(repr(found.dual.record()).encode())
    return sha.hexdigest()


@pytest.mark.parametrize("kind", ["clusters", "scatter"])
def test_rows_and_edges_in_any_order_give_the_same_region(kind):
    straight = problem(kind=kind)
    region = derive(straight, "interactive")
    verify(straight, region)
    for seed in range(2):
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(straight))
        mixed = derive(problem(order, kind=kind, edge_order=rng.permutation(len(straight.edges))), "interactive")
        assert mixed.certificate == region.certificate
        assert np.array_equal(mixed.members, region.members[order])


def test_other_processes_threads_and_hash_seeds_give_the_same_bits():
    code = "from tests.unit.region.test_determinism import fingerprint; print(fingerprint('clusters'))"
    prints = {fingerprint("clusters")}
    for threads, hashing in (("1", "1"), ("2", "77")):
        environment = os.environ | {
            "NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads, "PYTHONHASHSEED": hashing, "PYTHONPATH": str(Path.cwd()),
        }  # fmt: skip
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        prints.add(done.stdout.strip())
    assert len(prints) == 1


def test_cancelling_keeps_the_best_region_so_far_certified():
    case = problem(kind="scatter")
    seen = []

    def stop_at_the_second(progress):
        seen.append(progress)
        return len(seen) < 2

    region = derive(case, on_progress=stop_at_the_second)
    verify(case, region)
    assert len(seen) <= 3
    assert region.certificate.cost <= seen[-1].cost
    assert region.certificate.lower_bound >= seen[-1].lower_bound
    assert not region.certificate.optimal


def test_progress_shows_a_region_that_only_gets_better():
    case = problem(kind="scatter", width=16)
    seen = []
    region = derive(case, "interactive", on_progress=seen.append)
    assert len(seen) > 2
    for earlier, later in pairwise(seen):
        assert later.cost <= earlier.cost
        assert later.lower_bound >= earlier.lower_bound
    for progress in seen:
        assert case.cost[progress.members].sum() == progress.cost
        assert case.affected[progress.members].sum() >= case.quota
    best = derive(case)
    assert best.certificate.optimal
    assert all(progress.lower_bound <= best.certificate.cost for progress in [*seen, region.certificate])
