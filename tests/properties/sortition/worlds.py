"""Random small worlds: cells, overlapping polities, strata; each a draw of its own, or many side by side in one."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

import numpy as np

from geopolity.sortition.electorate import Electorate
from geopolity.sortition.randomness import Stream

LEVELS = ("ab", "12", "xyz")


def random_world(rng: np.random.Generator, *, strain: float = 0.0) -> Electorate:
    """1 to 6 polities over 1 to 8 cells with up to 3 levels of strata; seats up to ``strain`` of the eligible, or few enough for most loads to stay below 1."""
    polities, cells = int(rng.integers(1, 7)), int(rng.integers(1, 9))
    inside = rng.random((cells, polities)) < rng.choice([0.3, 0.6, 0.9])
    inside[rng.integers(cells, size=polities), np.arange(polities)] = True
    depth = int(rng.integers(0, 4))
    strata = ["/".join(path) for path in itertools.product(*LEVELS[:depth])]
    pools = [(cell, s) for cell in range(cells) for s in strata if rng.random() < 0.8] or [(0, strata[0])]
    people = rng.integers(0, rng.choice([3, 12, 60]), len(pools), endpoint=True)
    cell = np.array([c for c, _ in pools])
    eligible = inside.T.astype(int) @ np.bincount(cell, people, minlength=cells).astype(int)
    share = rng.uniform(0.02, 1.0) / max(1, inside.sum(axis=1).max())
    seats = np.maximum(1, (eligible * share).astype(int))
    if strain:
        seats = np.maximum(1, (eligible * rng.uniform(0, strain, polities)).astype(int))
    return Electorate(
        polities=[f"polity-{j}" for j in range(polities)],
        seats=np.minimum(seats, 150),
        levels=rng.integers(0, 4, polities),
        cells=[f"cell-{c}" for c in range(cells)],
        cell_start=np.concatenate([[0], np.cumsum(inside.sum(axis=1))]),
        cell_polities=np.nonzero(inside)[1],
        pools=[f"pool-{p:03}" for p in range(len(pools))],
        pool_cell=cell,
        pool_strata=[s for _, s in pools],
        pool_people=people,
    )


def side_by_side(worlds: Sequence[Electorate]) -> Electorate:
    """Many worlds without a common polity, as one electorate."""
    polities = np.cumsum([0, *(len(w.polities) for w in worlds)])
    cells = np.cumsum([0, *(len(w.cells) for w in worlds)])
    listed = np.cumsum([0, *(len(w.cell_polities) for w in worlds)])
    pools = sum(len(w.pools) for w in worlds)
    return Electorate(
        polities=[f"polity-{j}" for j in range(polities[-1])],
        seats=np.concatenate([w.seats for w in worlds]),
        levels=np.concatenate([w.levels for w in worlds]),
        cells=[f"cell-{c}" for c in range(cells[-1])],
        cell_start=np.concatenate(
            [*(w.cell_start[:-1] + at for w, at in zip(worlds, listed, strict=False)), listed[-1:]]
        ),
        cell_polities=np.concatenate([w.cell_polities + at for w, at in zip(worlds, polities, strict=False)]),
        pools=[f"pool-{p}" for p in range(pools)],
        pool_cell=np.concatenate([w.pool_cell + at for w, at in zip(worlds, cells, strict=False)]),
        pool_strata=[s for w in worlds for s in w.pool_strata],
        pool_people=np.concatenate([w.pool_people for w in worlds]),
    )


def people_of(electorate: Electorate, salt: str = "") -> list[list[str]]:
    """Pseudonyms of each pool."""
    return [
        [hashlib.md5(f"{salt} {pool} {k}".encode()).hexdigest() for k in range(count)]
        for pool, count in zip(electorate.pools, electorate.pool_people.tolist(), strict=True)
    ]


def stream_of(seed: int | str) -> Stream:
    return Stream(hashlib.sha256(str(seed).encode()).digest(), bytes(32), "test")
