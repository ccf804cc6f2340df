"""Strata as paths (``region/age/sex``), their tree, and the tree of quotas that each polity makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geopolity.arrays import IntegerArray
from geopolity.compiling import njit
from geopolity.sortition.electorate import Electorate

FEWEST_PEOPLE = 20
"""A published pool has at least so many people, or is all that its cell has."""


@dataclass(frozen=True, slots=True, eq=False)
class QuotaTrees:
    """One tree of quotas a polity: pools hang below nodes, nodes below nodes, the root is the polity.

    Attributes
    ----------
    leaf
        Node under which each edge hangs.
    parent
        Parent of each node; a root is its own parent.
    polity
        Polity of each node.
    """

    leaf: npt.NDArray[np.int32]
    parent: npt.NDArray[np.int32]
    polity: npt.NDArray[np.int32]


def merged_small(counts: Mapping[str, int], fewest: int = FEWEST_PEOPLE) -> dict[str, str]:
    """Where each stratum of one cell is published: itself, or the nearest stratum above with enough people.

    Strata with fewer people are put together under their parent, which takes the smallest others below it as long as
    it is too small itself. What is still too small at the root stays: a cell is never joined with another.
    """
    home = {stratum: stratum for stratum in counts}
    people = dict(counts)
    for depth in range(max(map(depth_of, counts), default=0) - 1, -1, -1):
        for parent in sorted({cut(stratum, depth) for stratum in people if depth_of(stratum) > depth}):
            below = [stratum for stratum in people if depth_of(stratum) > depth and cut(stratum, depth) == parent]
            for child in sorted(below, key=lambda stratum: (people[stratum], stratum)):
                if people[child] < fewest or 0 < people.get(parent, 0) < fewest:
                    people[parent] = people.get(parent, 0) + people.pop(child)
                    home = {stratum: parent if at == child else at for stratum, at in home.items()}
    return home


def depth_of(stratum: str) -> int:
    """How many levels a path has."""
    return stratum.count("/") + 1 if stratum else 0


def cut(stratum: str, depth: int) -> str:
    """First ``depth`` levels of a path."""
    return "/".join(stratum.split("/")[:depth]) if depth else ""


def quota_trees(electorate: Electorate) -> QuotaTrees:
    """Tree of each polity over the strata of its pools, cut at the polity's level."""
    paths, stratum = np.unique(np.asarray(electorate.pool_strata, dtype=object).astype(str), return_inverse=True)
    prefixes: dict[str, int] = {}
    above: list[int] = []
    lines = [_ancestors(str(path), prefixes, above) for path in paths]
    deepest = max(map(len, lines), default=1)
    line = np.array([[*ids, *[ids[-1]] * (deepest - len(ids))] for ids in lines], np.int32).reshape(-1, deepest)
    levels = np.minimum(electorate.levels, deepest - 1).astype(np.int64)
    leaf, parent, polity = _grow(
        electorate.edge_start, electorate.edge_polity, stratum.astype(np.int64), line, np.array(above, np.int32), levels
    )
    return QuotaTrees(leaf, parent, polity)


def _ancestors(path: str, prefixes: dict[str, int], above: list[int]) -> list[int]:
    """Ids of all prefixes of a path, from the empty one on; new ones are numbered, with their parent."""
    line: list[int] = []
    for depth in range(depth_of(path) + 1):
        prefix = cut(path, depth)
        if prefix not in prefixes:
            prefixes[prefix] = len(above)
            above.append(line[-1] if line else 0)
        line.append(prefixes[prefix])
    return line


@njit(cache=True)
def _grow(
    edge_start: IntegerArray,
    edge_polity: IntegerArray,
    stratum: IntegerArray,
    line: IntegerArray,
    above: IntegerArray,
    levels: IntegerArray,
) -> tuple[IntegerArray, IntegerArray, IntegerArray]:
    """Give nodes (polity, prefix) their numbers as edges meet them, each leaf before what is above it."""
    node = np.full((len(levels), len(above)), -1, np.int32)
    leaf = np.empty(len(edge_polity), np.int32)
    count = 0
    for pool in range(len(edge_start) - 1):
        for edge in range(edge_start[pool], edge_start[pool + 1]):
            j = edge_polity[edge]
            prefix = line[stratum[pool], levels[j]]
            leaf_prefix = prefix
            while node[j, prefix] < 0:
                node[j, prefix] = count
                count += 1
                prefix = above[prefix]
            leaf[edge] = node[j, leaf_prefix]
    parent = np.empty(count, np.int32)
    polity = np.empty(count, np.int32)
    for j in range(len(levels)):
        for prefix in range(len(above)):
            if node[j, prefix] >= 0:
                parent[node[j, prefix]] = node[j, above[prefix]]
                polity[node[j, prefix]] = j
    return leaf, parent, polity
