"""Readers of the published instances in the shared folder."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import numpy as np

from geopolity.region import RegionProblem

SHARED = Path(os.environ.get("GEOPOLITY_SHARED", "shared"))
QUOTA = SHARED / "oracles" / "quota"
MWCS = SHARED / "oracles" / "mwcs"
PARTS = 10_000
WILDLIFE = SHARED / "oracles" / "wildlife"


def quota_reference() -> dict[str, dict]:
    return json.loads((QUOTA / "reference.json").read_text())


def quota_problem(name: str) -> RegionProblem:
    layer, _, coverage, objective = name.split("__")
    graph, case = np.load(QUOTA / f"{layer}__graph.npz"), np.load(QUOTA / f"{name}.npz")
    cost = graph["area_m2"] if objective == "area" else graph["pop"] + 1
    return RegionProblem(
        cost=cost, affected=case["affected"], edges=graph["edges"], coverage=coverage, ids=graph["ids"].astype(str)
    )


def mwcs_names() -> list[str]:
    return sorted(path.name.removesuffix(".stp.gz") for path in MWCS.glob("*.stp.gz"))


def mwcs_instance(name: str) -> tuple[np.ndarray, np.ndarray]:
    weights: dict[int, float] = {}
    edges, nodes = [], 0
    with gzip.open(MWCS / f"{name}.stp.gz", "rt") as lines:
        for line in lines:
            match line.split():
                case ["Nodes", count]:
                    nodes = int(count)
                case ["T", vertex, weight]:
                    weights[int(vertex) - 1] = float(weight)
                case ["E" | "A", tail, head, *_]:
                    edges.append((int(tail) - 1, int(head) - 1))
    return np.array([weights.get(v, 0.0) for v in range(nodes)]), np.array(edges)


def wildlife_problem(name: str) -> tuple[RegionProblem, int]:
    """The grizzly corridor as a quota of 3 at the reserves, and its published least cost.

    Reserves cost nothing there and vertices must cost something here, so each carries one part in PARTS more.
    """
    cost, reserve, edges, place = [], [], [], {}
    with gzip.open(WILDLIFE / f"{name}_grizzly.cor.original.gz", "rt") as lines:
        rows = [line.split() for line in lines if line.startswith("n ")]
    for row in rows:
        place[int(row[1])] = len(place)
    for _, number, is_reserve, _utility, price, _degree, *neighbours in rows:
        cost.append(PARTS * int(price) + 1)
        reserve.append(int(is_reserve))
        edges += [(place[int(number)], place[int(other)]) for other in neighbours if int(other) in place]
    published = int((WILDLIFE / f"{name}_grizzly.minsteiner").read_text().split()[0])
    return RegionProblem(cost=cost, affected=reserve, edges=edges, coverage="1"), published
