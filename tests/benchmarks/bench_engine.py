"""The engine on real layers: gap and seconds, beside greedy, all intersecting units and pcst_fast."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from decimal import Decimal
from importlib.metadata import version

import numpy as np

from boundaries import issue_names, open_issue, open_layer
from geopolity.derivation import derive_polity
from geopolity.footprint import Everyone
from geopolity.issue import Issue
from geopolity.region import RegionProblem, all_intersecting, derive, greedy, heaviest_connected
from tests.benchmarks.footprints_us import footprints
from tests.benchmarks.peers import pcst_fast_cost

HEAD = "| footprint | kind | units | cost | gap % | proven | s | all × | greedy × | pcst_fast × |"
RULE = "|---|---|---:|---:|---:|---|---:|---:|---:|---:|"


def run() -> str:
    """Measure everything that can be measured here."""
    _warm()
    parts = [_machine(), _counties()]
    if os.environ.get("GEOPOLITY_SHARED"):
        parts += [_quota(), _published()]
    else:
        parts.append("Published instances: not measured, GEOPOLITY_SHARED names no folder.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return "\n\n".join([*parts, f"Peak memory of the whole run: {peak:.2f} GB."])


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "shapely", "geopandas"))
    return (
        f"{os.cpu_count()} cores; {packages}. Effort `standard`, kernels warm, one thread. "
        "Goals: one piece and corridor proven, ≤ 1 s median; clusters and scatter ≤ 1 % in 2 s, ≤ 0.25 % in 15 s. "
        "×: cost of the alternative over ours; *all* takes every unit touched, connected or not."
    )


def _warm() -> None:
    grid = np.array([(i, i + 1) for i in range(99)])
    derive(RegionProblem(cost=np.arange(1, 101), affected=np.arange(100) % 7, edges=grid, coverage="0.6"))


def _issues() -> Iterator[tuple[str, str, Issue]]:
    for name in issue_names():
        issue = open_issue(name)
        if not isinstance(issue.footprint, Everyone):
            yield name, "sample issue", issue
    template = open_issue("hurricane-relief")
    for name, (kind, footprint) in footprints().items():
        yield name, kind, _with_footprint(template, footprint)


def _with_footprint(template: Issue, footprint: object) -> Issue:
    from dataclasses import replace

    return replace(template, footprint=footprint, coverage=Decimal("0.9"), smallest="area")


def _counties() -> str:
    layer = open_layer("us-counties")
    rows, seconds = [], []
    for name, kind, issue in _issues():
        problem = derive_polity(issue, layer, effort="interactive").problem
        assert problem is not None
        row, spent = _row(name, kind, problem)
        rows.append(row)
        seconds.append(spent)
    median, slow = np.median(seconds), np.quantile(seconds, 0.95)
    return "\n".join(
        [f"### us-counties, {len(layer):,} units, coverage as in the issue or 0.9", "", HEAD, RULE, *rows, "",
         f"Seconds: median {median:.2f}, 95th percentile {slow:.2f}."]
    )  # fmt: skip


def _row(name: str, kind: str, problem: RegionProblem) -> tuple[str, float]:
    start = time.perf_counter()
    certificate = derive(problem).certificate
    spent = time.perf_counter() - start
    peer = pcst_fast_cost(problem)
    times = [
        f"{int(problem.cost[members].sum()) / certificate.cost:.2f}"
        for members in (all_intersecting(problem), greedy(problem))
    ]
    times.append("–" if peer is None else f"{peer[0] / certificate.cost:.3f}")
    proven = "yes" if certificate.optimal else "no"
    cells = [name, kind, f"{certificate.units:,}", f"{certificate.cost:,}", f"{100 * certificate.gap:.3f}", proven]
    return f"| {' | '.join([*cells, f'{spent:.2f}', *times])} |", spent


def _quota() -> str:
    from tests.oracles.shared import quota_problem, quota_reference

    rows, proven, dearer, wrong = [], 0, 0, 0
    for name, reference in quota_reference().items():
        problem = quota_problem(name)
        start = time.perf_counter()
        certificate = derive(problem).certificate
        spent = time.perf_counter() - start
        proven += certificate.optimal
        dearer += certificate.cost > reference["cost"]
        wrong += certificate.lower_bound > reference["cost"]
        before = 100 * (reference["cost"] / reference["lower_bound"] - 1)
        rows.append(
            f"| {name.replace('__', ' · ')} | {len(problem):,} | {certificate.cost / reference['cost']:.4f} "
            f"| {100 * certificate.gap:.3f} | {before:.3f} | {'yes' if certificate.optimal else 'no'} | {spent:.2f} |"
        )
    return "\n".join(
        ["### Published quota regions, solver to solver", "",
         (f"{len(rows)} cases: {proven} proven (goal 45), {dearer} dearer than the best known (goal 0), "
          f"{wrong} bounds above a known region (must be 0)."), "",
         "| case | units | cost ÷ best known | gap % | gap % before | proven | s |", "|---|---:|---:|---:|---:|---|---:|",
         *rows]
    )  # fmt: skip


def _published() -> str:
    import json

    from tests.oracles.shared import MWCS, mwcs_instance, mwcs_names, wildlife_problem

    optima = json.loads((MWCS / "optima.json").read_text())
    hit, slowest, rows = 0, 0.0, []
    for name in mwcs_names():
        weights, edges = mwcs_instance(name)
        start = time.perf_counter()
        found = heaviest_connected(weights, edges)
        spent = time.perf_counter() - start
        exact = abs(found.weight / optima[name] - 1) < 1e-6 and found.upper_bound <= found.weight * (1 + 1e-9)
        hit += exact
        if name.startswith("MWCS"):
            slowest = max(slowest, spent)
        else:
            rows.append(f"{name} {spent:.2f} s{'' if exact else ' (missed)'}")
    corridors = []
    for name in ("40x40", "10x10"):
        problem, published = wildlife_problem(name)
        start = time.perf_counter()
        certificate = derive(problem).certificate
        corridors.append(
            f"{name}: {certificate.cost // 10_000 / published:.4f} of the published optimum, "
            f"{'proven' if certificate.optimal else 'not proven'}, {time.perf_counter() - start:.2f} s"
        )
    return "\n".join(
        ["### Published instances of neighbouring problems", "",
         (f"Maximum-weight connected subgraph (DIMACS 11): {hit} of {len(optima)} optima hit and certified; the 36 "
          f"geometric ones in ≤ {slowest:.2f} s each; {', '.join(rows)}."), "",
         f"Grizzly corridors: {'; '.join(corridors)}."]
    )  # fmt: skip


if __name__ == "__main__":
    print(run())
