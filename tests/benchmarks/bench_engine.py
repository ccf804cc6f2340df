"""The engine on real layers: gap and seconds, beside greedy, all intersecting units and pcst_fast."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np

from boundaries import issue_names, open_issue, open_layer
from geopolity.layers.layer import Layer
from geopolity.polity.change import change_since
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import Issue
from geopolity.region import Progress, RegionProblem, all_intersecting, derive, greedy, heaviest_connected, prove
from tests.benchmarks.footprints_us import footprints
from tests.benchmarks.peers import pcst_fast_cost

T = TypeVar("T")
SHARED = Path(os.environ.get("GEOPOLITY_SHARED", "shared"))
HEAD = "| footprint | kind | units | cost | gap % | proven | CPU s | all × | greedy × | pcst_fast × |"
RULE = "|---|---|---:|---:|---:|---|---:|---:|---:|---:|"


def run() -> str:
    """Measure everything that can be measured here."""
    return "\n\n".join([_machine(), *(part() for part in PARTS.values())])


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
        issue = replace(open_issue(name), pieces=1)
        if not issue.affects_everyone and issue.layer == "us-counties":
            yield name, "sample issue", issue
    template = open_issue("hurricane-relief")
    for name, (kind, footprint) in footprints().items():
        yield name, kind, _with_footprint(template, footprint)


def _with_footprint(template: Issue, footprint: object) -> Issue:
    return replace(template, footprint=footprint, coverage=Decimal("0.9"), smallest="area")


def _counties() -> str:
    _warm()
    layer = open_layer("us-counties")
    rows, seconds = [], []
    for name, kind, issue in _issues():
        problem = derive_polity(issue, layer, effort="interactive").problem
        row, spent = _row(name, kind, problem)
        rows.append(row)
        seconds.append(spent)
    median, slow = np.median(seconds), np.quantile(seconds, 0.95)
    return "\n".join(
        [f"### us-counties, {len(layer):,} units, coverage as in the issue or 0.9", "", HEAD, RULE, *rows, "",
         f"CPU seconds: median {median:.2f}, 95th percentile {slow:.2f}."]
    )  # fmt: skip


def _row(name: str, kind: str, problem: RegionProblem) -> tuple[str, float]:
    start = time.process_time()
    certificate = derive(problem).certificate
    spent = time.process_time() - start
    peer = pcst_fast_cost(problem)
    times = [
        f"{int(problem.cost[members].sum()) / certificate.cost:.2f}"
        for members in (all_intersecting(problem), greedy(problem))
    ]
    times.append("–" if peer is None else f"{peer[0] / certificate.cost:.3f}")
    proven = "yes" if certificate.optimal else "no"
    cells = [name, kind, f"{certificate.units:,}", f"{certificate.cost:,}", f"{100 * certificate.gap:.3f}", proven]
    return f"| {' | '.join([*cells, f'{spent:.2f}', *times])} |", spent


def _peak() -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return f"Peak memory of the process so far: {peak:.2f} GB."


def _matrix() -> str:
    """Coverages and objectives on counties, one footprint of each kind."""
    layer, chosen = (
        open_layer("us-counties"),
        ("Corn belt", "Ohio River, 40 km", "5 far cities, 60 km", "20 cities, 60 km"),
    )
    template, rows = open_issue("hurricane-relief"), []
    for name in chosen:
        kind, footprint = footprints()[name]
        for smallest in ("area", "population", "units"):
            cells = []
            for coverage in ("0.55", "0.75", "0.9", "0.99", "1"):
                issue = replace(template, footprint=footprint, coverage=Decimal(coverage), smallest=smallest)
                problem = derive_polity(issue, layer, effort="interactive").problem
                start = time.process_time()
                certificate = derive(problem).certificate
                proven = "proven" if certificate.optimal else f"{100 * certificate.gap:.3f} %"
                cells.append(f"{proven}, {time.process_time() - start:.1f} s")
            rows.append(f"| {name} | {kind} | {smallest} | {' | '.join(cells)} |")
    head = "| footprint | kind | smallest | 0.55 | 0.75 | 0.9 | 0.99 | 1 |"
    return "\n".join(
        ["### Coverages and objectives, us-counties", "", head, "|---|---|---|---|---|---|---|---|", *rows]
    )


def _large() -> str:
    """Eight footprints on each large layer: first answer, and what effort standard comes to."""
    from tests.benchmarks.layers_large import BUILDERS, ground, shapes

    text = ["### Large layers, coverage 0.9, smallest area", ""]
    for name in BUILDERS:
        units = ground(name)
        text += [
            f"**{name}**, {len(units.x):,} units in the largest part, {len(units.edges):,} neighbours", "",
            "| footprint | kind | units | first answer s | its gap % | gap % | proven | CPU s | greedy × | all × |",
            "|---|---|---:|---:|---:|---:|---|---:|---:|---:|",
        ]  # fmt: skip
        text += [_large_row(name, kind, units.problem(shape)) for name, (kind, shape) in shapes(name).items()]
        text.append("")
    return "\n".join([*text, _peak()])


def _large_row(name: str, kind: str, problem: RegionProblem) -> str:
    first: list[tuple[float, float]] = []
    start = time.process_time()

    def note(progress: Progress) -> None:
        if not first:
            first.append((time.process_time() - start, progress.gap or 0.0))

    certificate = derive(problem, on_progress=note).certificate
    spent = time.process_time() - start
    times = [
        f"{int(problem.cost[members].sum()) / certificate.cost:.2f}"
        for members in (greedy(problem), all_intersecting(problem))
    ]
    cells = [name, kind, f"{certificate.units:,}", f"{first[0][0]:.2f}", f"{100 * first[0][1]:.1f}",
             f"{100 * certificate.gap:.3f}", "yes" if certificate.optimal else "no", f"{spent:.1f}", *times]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _rederivation() -> str:
    """Boundaries that move gently: 10 % noise, and the real change from vintage 2016 to 2019."""
    rows = []
    now = open_layer("us-counties")
    before = open_layer(
        SHARED / "layers" / "us_counties_2016" / "us_counties_2016.parquet", population_column="POPESTIMATE2016"
    )
    for name in ("hurricane-relief", "mississippi-water-quality", "ogallala-aquifer", "smelter-emissions"):
        issue = replace(open_issue(name), pieces=1)
        old = derive_polity(issue, before)
        for title, layer in (("2016 → 2019", now), ("10 % noise", _noisy(before))):
            fresh = derive_polity(issue, layer)
            steady = derive_polity(issue, layer, previous=old.units["inside"])
            cells = []
            for polity in (fresh, steady):
                totals = change_since(old.units["inside"], polity).totals
                units = totals["units_joined"] + totals["units_left"] + totals["units_gone"]
                people = totals["affected_joined"] + totals["affected_left"]
                cells += [f"{units}", f"{people:,}"]
            dearer = steady.certificate.cost / fresh.certificate.cost - 1
            rows.append(f"| {name} | {title} | {' | '.join(cells)} | {dearer:.3%} |")
    head = "| issue | change | units moved, afresh | affected moved | units moved, with previous | affected moved | dearer by |"
    return "\n".join(["### Re-derivation, us-counties", "", head, "|---|---|---:|---:|---:|---:|---:|", *rows])


def _noisy(layer: Layer) -> Layer:
    rng = np.random.default_rng(1)
    people = layer.units["population"] * rng.uniform(0.9, 1.1, len(layer))
    return replace(layer, units=layer.units.assign(population=people.round()))


def _curves() -> str:
    """The whole coverage-size curve: every point certified, steps marked."""
    from tests.benchmarks.layers_large import ground, shapes

    rows = []
    levels = ("0.55", "0.6", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95", "0.98", "1")
    layer, template = open_layer("us-counties"), open_issue("hurricane-relief")
    cases = [
        (f"us-counties, {name}", derive_polity(replace(template, footprint=footprints()[name][1]), layer).problem)
        for name in ("Corn belt", "Interstate 95, 40 km", "5 far cities, 60 km", "20 cities, 60 km")
    ]
    communes = ground("fr_communes_2021")
    cases += [
        (f"fr_communes_2021, {name}", communes.problem(shape))
        for name, (_, shape) in list(shapes("fr_communes_2021").items())[::2]
    ]
    for name, problem in cases:
        start = time.process_time()
        gaps = [derive(problem.but(coverage=level), "interactive").certificate.gap for level in levels]
        rows.append(
            f"| {name} | {time.process_time() - start:.2f} | {100 * np.median(gaps):.2f} | {100 * max(gaps):.2f} |"
        )
    head = "| case | CPU s for ten levels | median gap % | greatest gap % |"
    return "\n".join(
        [
            "### Coverage–size curves, effort interactive (goals: 3 s at 3,000 units, 20 s at 30,000)",
            "",
            head,
            "|---|---:|---:|---:|",
            *rows,
        ]
    )


def _quota() -> str:
    _warm()
    from tests.oracles.shared import quota_problem, quota_reference

    rows, proven, dearer, wrong = [], 0, 0, 0
    for name, reference in quota_reference().items():
        problem = quota_problem(name)
        start = time.process_time()
        certificate = derive(problem).certificate
        spent = time.process_time() - start
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
         "| case | units | cost ÷ best known | gap % | gap % before | proven | CPU s |", "|---|---:|---:|---:|---:|---|---:|",
         *rows]
    )  # fmt: skip


def _published() -> str:
    _warm()
    import json

    from tests.oracles.shared import MWCS, mwcs_instance, mwcs_names, wildlife_problem

    optima = json.loads((MWCS / "optima.json").read_text())
    hit, slowest, rows = 0, 0.0, []
    for name in mwcs_names():
        weights, edges = mwcs_instance(name)
        start = time.process_time()
        found = heaviest_connected(weights, edges)
        spent = time.process_time() - start
        exact = abs(found.weight / optima[name] - 1) < 1e-6 and found.upper_bound <= found.weight * (1 + 1e-9)
        hit += exact
        if name.startswith("MWCS"):
            slowest = max(slowest, spent)
        else:
            rows.append(f"{name} {spent:.2f} s{'' if exact else ' (missed)'}")
    corridors = []
    for name in ("40x40", "10x10"):
        problem, published = wildlife_problem(name)
        start = time.process_time()
        certificate = derive(problem).certificate
        corridors.append(
            f"{name}: {certificate.cost // 10_000 / published:.4f} of the published optimum, "
            f"{'proven' if certificate.optimal else 'not proven'}, {time.process_time() - start:.2f} s"
        )
    return "\n".join(
        ["### Published instances of neighbouring problems", "",
         (f"Maximum-weight connected subgraph (DIMACS 11): {hit} of {len(optima)} optima hit and certified; the 36 "
          f"geometric ones in ≤ {slowest:.2f} CPU s each; {', '.join(rows)}."), "",
         f"Grizzly corridors: {'; '.join(corridors)}.", "",
         "Larger networks (goal 1 % in 20 s): " + "; ".join(_network(share, seed) for share in (0.02, 0.05, 0.3) for seed in (1, 2)) + "."]
    )  # fmt: skip


def _network(share: float, seed: int) -> str:
    """5,000 vertices and 100,000 random edges; so large a share of the weights is positive, and all are nearly alike."""
    rng = np.random.default_rng(seed)
    edges = np.unique(np.sort(rng.integers(0, 5_000, (100_000, 2)), axis=1), axis=0)
    weights = np.where(rng.random(5_000) < share, 1, -1) * (1 + 0.05 * rng.random(5_000))
    start = time.process_time()
    found = heaviest_connected(weights, edges[edges[:, 0] < edges[:, 1]])
    gap = 100 * (found.upper_bound / found.weight - 1)
    return f"{share:.0%} positive, seed {seed}: {gap:.2f} % in {time.process_time() - start:.1f} s"


PROOF_HEAD = "| problem | vertices | gap, believed % | gap, proven % | derive s | prove s | check s | MB | nodes |"
PROVABLE = ("us_counties", "fr_communes")
"""Layers of the published quota regions whose bounds are published with their proofs."""


def _proofs() -> str:
    """Find the whole proof of every bound, and check it with the program that strangers run."""
    _warm()
    rows = [_proof_row(name, problem) for name, problem in _provable()]
    return "\n".join(
        ["### Whole proofs, checked by `check_proof.py`", "",
         ("Goals: every proven bound has a proof that checks; ≤ 10 MB and ≤ 10 s to check at 3,000 units, ≤ 50 MB and "
          "≤ 60 s at 35,000. Times are processor seconds."), "", PROOF_HEAD,
         "|---|---:|---:|---:|---:|---:|---:|---:|---:|", *rows]
    )  # fmt: skip


def _provable() -> Iterator[tuple[str, RegionProblem]]:
    for name, _, issue in _issues():
        if name in issue_names():
            yield name, derive_polity(issue, open_layer(str(issue.layer))).problem
    if SHARED.is_dir():
        from tests.oracles.shared import quota_problem, quota_reference, wildlife_problem

        for size in ("40x40", "10x10"):
            yield f"grizzly corridor {size}", wildlife_problem(size)[0]
        for name in quota_reference():
            if name.startswith(PROVABLE):
                yield name, quota_problem(name)


def _proof_row(name: str, problem: RegionProblem) -> str:
    import gzip
    import json

    from services.verifiers import check_proof

    found_in, region = _timed(lambda: derive(problem))
    proven_in, proven = _timed(lambda: prove(problem, region))
    packed = gzip.compress(json.dumps(proven.tree, sort_keys=True, separators=(",", ":")).encode())
    table = problem.cost.astype(np.int64), problem.affected.astype(np.int64), int(problem.quota)
    ends = np.concatenate([problem.edges, problem.edges[:, ::-1]]).T.astype(np.int64)
    checked_in, bound = _timed(lambda: check_proof.tree(table, ends, json.loads(gzip.decompress(packed))))
    cost = region.certificate.cost
    shown = (name, f"{len(problem):,}", f"{100 * region.certificate.gap:.4f}", f"{100 * (cost - bound) / bound:.4f}")
    times = (f"{found_in:.1f}", f"{proven_in:.1f}", f"{checked_in:.1f}", f"{len(packed) / 1e6:.2f}")
    nodes = f"{len(proven.tree['nodes']):,}"
    return f"| {' | '.join([*shown, *times, nodes])} |"


def _blocks() -> str:
    from tests.benchmarks.blocks import report

    return report()


def _growth() -> str:
    from tests.benchmarks.growth import growth

    return growth()


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds of a piece of work, and its result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


PARTS: dict[str, Callable[[], str]] = {
    "proofs": _proofs,
    "counties": _counties,
    "matrix": _matrix,
    "rederivation": _rederivation,
}
if os.environ.get("GEOPOLITY_SHARED"):
    PARTS |= {"quota": _quota, "published": _published, "large": _large, "curves": _curves, "blocks": _blocks}
    PARTS |= {"growth": _growth}
else:
    del PARTS["rederivation"]

if __name__ == "__main__":
    print(run())
