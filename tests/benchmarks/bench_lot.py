"""The lot on US counties: time, memory, chances, the standalone verifier; drawing polities one after another as baseline."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from services.verifiers import verify_draw

CASES = {
    "95k": "95,000 people × 200 polities",
    "real": "1 M people × 206 polities",
    "1M4": "1 M people × 1,000 polities, 4 strata",
    "1M16": "1 M people × 1,000 polities, 16 strata",
}
HEAD = "| case | pools | edges | seats | λ max | shares s | draw s | roll s | bundle s | peak GB | verifier s | deviation | one by one: mean, largest |"
NOTE = (
    "{cores} cores, one used. Every case holds the polities of the six sample issues on US counties, the rest generated; "
    "synthetic citizens in proportion to population; seats by the planner under λ ≤ 0.5. Seconds are processor time; *draw* "
    "is rounding and naming, *peak* is of the whole process up to there, synthetic citizens included; *deviation* is the "
    "largest difference of any chance from seats ÷ eligible. *One by one*: relative error of chances where polities draw one "
    "after another from those who do not sit yet. Goals: deviation ≤ 1e-8, draw ≤ 20 s and ≤ 1.5 GB, verifier ≤ 300 s."
)
RULE = "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"


def run() -> str:
    """Measure every case in processes of their own."""
    rows, cases = [], {}
    with tempfile.TemporaryDirectory() as place:
        for name in CASES:
            cases[name] = case = _measured(name, Path(place) / name)
            rows.append(_row(name, case))
    worst = max(cases.values(), key=lambda case: case["seconds"]["own cpu"])
    named = max(case["seconds"]["infeasible cpu"] for case in cases.values())
    exact = "yes" if all(case["exact"] and case["people"] for case in cases.values()) else "NO"
    last = (
        f"Every assembly exact and nobody called twice: {exact}. "
        f"One citizen's own check: {1000 * worst['seconds']['own cpu']:.0f} ms at most (goal 50). "
        f"Polities that ask too much named in {1000 * named:.0f} ms at most (goal 1 s). "
        "sortition-algorithms 0.12.15 (GPL, run once in an environment of its own, maximin, quotas by age and sex) draws one "
        "panel from one pool: 30 of 300 people in 31 s of processor time with a deviation of 1e-11; 150 of 1,000 had not "
        "ended after 200 s."
    )
    return "\n".join([NOTE.format(cores=os.cpu_count()), "", HEAD, RULE, *rows, "", last])


def _measured(name: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.lot_case", name, folder], capture_output=True, text=True, check=True
    )
    case: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    wall = time.perf_counter()
    checked = subprocess.run(
        [sys.executable, "-I", verify_draw.__file__, folder, "bench"], capture_output=True, check=False
    )
    case["verifier"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    case["verifier wall"] = time.perf_counter() - wall
    if checked.returncode:
        message = f"the verifier refuses the case {name}: {checked.stderr.decode()}"
        raise AssertionError(message)
    return case


def _row(name: str, case: dict[str, Any]) -> str:
    seconds, worse = case["seconds"], case["one_by_one"]
    cells = [
        CASES[name],
        f"{case['pools']:,}",
        f"{case['edges']:,}",
        f"{case['seats']:,}",
        f"{case['heaviest']:.2f}",
        *(f"{seconds[f'{step} cpu']:.1f}" for step in ("shares", "draw", "roll", "bundle")),
        f"{case['peak']:.2f}",
        f"{case['verifier']:.0f}",
        f"{case['deviation']:.1e}",
        f"{worse['mean']:.1%}, {worse['largest']:.0%}",
    ]
    return f"| {' | '.join(cells)} |"
