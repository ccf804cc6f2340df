"""One case of the lot's benchmark, in a process of its own so that its memory is its own: prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from geopolity.sortition.bundle import Promise, digests_of, frozen_tables
from geopolity.sortition.chance import deviations
from geopolity.sortition.feasibility import DrawInfeasible, fill_seats
from geopolity.sortition.load import loads
from geopolity.sortition.lot import draw, shares_of
from geopolity.sortition.randomness import Stream, rehearsed
from geopolity.sortition.roll import Roll, receipt
from services.assemblies.bundle import DrawBundle, write_bundle
from services.assemblies.own_draw import check_own_draw
from tests.benchmarks.worlds_us import world

SIZES = {
    "95k": {"people": 95_000, "polities": 200, "strata": 1, "widest": 600},
    "1M4": {"people": 1_000_000, "polities": 1000, "strata": 4, "widest": 600},
    "1M16": {"people": 1_000_000, "polities": 1000, "strata": 16, "widest": 600},
    "real": {"people": 1_000_000, "polities": 206, "strata": 16, "widest": 400},
}


def main(name: str, folder: Path) -> None:
    """Measure one case and leave its bundle in ``folder``."""
    small = world(people=2000, polities=10, strata=4, widest=50)  # kernels warm
    draw(small, shares_of(small), _people(small), Stream(bytes(32), bytes(32), "warm"))
    electorate = world(**SIZES[name])
    before = _peak()
    people = _people(electorate)
    seconds: dict[str, float] = {}
    with _timed(seconds, "shares"):
        shares = shares_of(electorate)
    with _timed(seconds, "roll"):
        lines = sorted(
            (pseudonym, pool) for pool, names in zip(electorate.pools, people, strict=True) for pseudonym in names
        )
        roll = Roll(epoch="bench", pseudonyms=[line[0] for line in lines], pools=[line[1] for line in lines])
        tree = roll.tree()
    chance = rehearsed("bench")
    with _timed(seconds, "draw"):
        drawn = draw(electorate, shares, people, Stream(chance.value, tree.root, "bench"))
    peak = _peak()
    with _timed(seconds, "bundle"):
        chambers = np.ones(len(electorate.polities), int).tolist()
        promise = Promise(
            epoch="bench", mode="sampled", rule=shares.rule, roll_root=tree.root.hex(), round=0,
            digests=digests_of(frozen_tables(electorate, shares, chambers)),
        )  # fmt: skip
        write_bundle(
            folder,
            DrawBundle(
                promise=promise,
                randomness=chance,
                tables=frozen_tables(electorate, shares, chambers),
                roll=roll,
                draw=drawn,
            ),
        )
    own = receipt(roll, tree, 4321)
    with _timed(seconds, "own"):
        check_own_draw(folder, own)
    with _timed(seconds, "infeasible"):
        named = _infeasible(electorate)
    print(
        json.dumps(
            {
                "pools": len(electorate.pools),
                "edges": len(shares.units),
                "seats": int(electorate.seats.sum()),
                "heaviest": float(loads(electorate).max()),
                "deviation": float(np.abs(deviations(electorate, shares.units)).max()),
                "one_by_one": _one_by_one(electorate),
                "exact": bool(np.array_equal(np.bincount(electorate.edge_polity, drawn.seats), electorate.seats)),
                "people": len({call.pseudonym for call in drawn.calls}) == len(drawn.calls),
                "before": before,
                "peak": peak,
                "peak_all": _peak(),
                "named": named,
                "seconds": seconds,
            }
        )
    )


def _people(electorate: object) -> list[list[str]]:
    """Random pseudonyms of everybody, pool by pool."""
    rng = np.random.default_rng(1)
    counts = electorate.pool_people.tolist()
    text = rng.bytes(16 * sum(counts)).hex()
    names = iter([text[at : at + 32] for at in range(0, len(text), 32)])
    return [[next(names) for _ in range(count)] for count in counts]


def _one_by_one(electorate: object) -> dict[str, float]:
    """Relative error of chances when polities draw one after another from those who do not sit yet (expected values)."""
    rng = np.random.default_rng(0)
    free = np.ones(len(electorate.cells))
    order = np.argsort(electorate.cell_polities, kind="stable")
    start = np.searchsorted(electorate.cell_polities[order], np.arange(len(electorate.polities) + 1))
    errors, weights = [], []
    for j in rng.permutation(len(electorate.polities)):
        cells = electorate.cell_of_listed[order[start[j] : start[j + 1]]]
        people = electorate.cell_people[cells]
        chance = free[cells] * min(1.0, electorate.seats[j] / max(float(people @ free[cells]), 1e-9))
        equal = electorate.seats[j] / max(electorate.eligible[j], 1)
        errors.append(np.abs(chance / equal - 1)[people > 0])
        weights.append(people[people > 0])
        free[cells] -= chance
    error, weight = np.concatenate(errors), np.concatenate(weights)
    return {"mean": float(np.average(error, weights=weight)), "largest": float(error.max())}


def _infeasible(electorate: object) -> int:
    """Ask too much of the smallest polities; how many are named."""
    crowded = replace(electorate, seats=np.where(electorate.eligible < 3000, electorate.eligible, electorate.seats))
    try:
        fill_seats(crowded)
    except DrawInfeasible as refused:
        return len(refused.violating.polities)
    return 0


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    seconds[name] = time.perf_counter() - wall
    seconds[f"{name} cpu"] = time.process_time() - cpu


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
