"""From whole seats to people: the order inside a pool, who sits, who stands by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from geopolity.arrays import IntegerArray
from geopolity.sortition.electorate import Electorate


@dataclass(frozen=True, slots=True)
class Call:
    """One person called: to sit (``delegate``) or to stand by (``alternate``); ranks count from 1 in each polity."""

    polity: str
    pool: str
    pseudonym: str
    rank: int
    kind: str


def call_number(seed: bytes, label: str, pseudonym: str) -> bytes:
    """Return the number by which a person is ordered in a pool, or in an assembly."""
    return hashlib.sha256(seed + label.encode() + pseudonym.encode()).digest()


def called(electorate: Electorate, seats: IntegerArray, people: Sequence[Sequence[str]], seed: bytes) -> list[Call]:
    """Who sits and who stands by, polity by polity, delegates first, each in the order of ranks.

    In a pool people are ordered by number. Consecutive runs sit in the pool's polities, in their order; the next
    runs stand by, as many for each polity as sit there, while there are people left. Ranks within an assembly
    follow numbers of their own, so that they say nothing about the pool.

    Parameters
    ----------
    seats
        Whole seats of each edge.
    people
        Pseudonyms of each pool.
    """
    sitting: list[list[tuple[bytes, str, str]]] = [[] for _ in electorate.polities]
    standing: list[list[tuple[bytes, str, str]]] = [[] for _ in electorate.polities]
    for pool, pseudonyms in enumerate(people):
        edges = range(int(electorate.edge_start[pool]), int(electorate.edge_start[pool + 1]))
        wanted = [(int(electorate.edge_polity[edge]), int(seats[edge])) for edge in edges if seats[edge]]
        if not wanted:
            continue
        name = electorate.pools[pool]
        order = sorted(pseudonyms, key=lambda p, name=name: call_number(seed, name, p))  # type: ignore[misc]
        begin = 0
        for lists in (sitting, standing):
            for polity, count in wanted:
                for pseudonym in order[begin : begin + count]:
                    lists[polity].append((call_number(seed, electorate.polities[polity], pseudonym), name, pseudonym))
                begin += count
    return [
        Call(electorate.polities[polity], pool, pseudonym, rank, kind)
        for polity in range(len(electorate.polities))
        for kind, lists in (("delegate", sitting), ("alternate", standing))
        for rank, (_, pool, pseudonym) in enumerate(sorted(lists[polity]), start=1)
    ]
