"""From people to pools: the same membership cell and stratum, small strata merged up the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import IntegerArray
from geopolity.errors import RequestError
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.strata import FEWEST_PEOPLE, merged_small

UNKNOWN = "unknown"
"""Answer of people who gave none."""
_ESCAPED = str.maketrans({"%": "%25", "/": "%2F", ",": "%2C", "\n": "%0A", "\r": "%0D", '"': "%22"})


class StrataError(RequestError):
    """Levels of strata that cannot be used."""

    code = "strata"


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Everybody who is in the lot, as positions: of their cell, and of their stratum in ``strata`` (paths)."""

    cell: IntegerArray
    stratum: IntegerArray
    strata: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pooled:
    """Everybody's pool: ``person_pool`` is the position of each person's pool in the electorate."""

    electorate: Electorate
    person_pool: IntegerArray


def stratum_path(answers: Mapping[str, str], levels: Sequence[str]) -> str:
    """Path of a person's stratum by the named levels, coarsest first."""
    return "/".join((str(answers.get(level, "")) or UNKNOWN).translate(_ESCAPED) for level in levels)


def check_levels(levels: Sequence[str]) -> tuple[str, ...]:
    """Refuse levels that are empty or repeated."""
    if any(not level for level in levels) or len(set(levels)) != len(levels):
        raise StrataError(
            "Strata {levels:quoted} name a level twice or not at all; name each once, as region,age.",
            levels=", ".join(levels),
        )
    return tuple(levels)


def pooled(
    people: People,
    cells: Sequence[tuple[str, Sequence[str]]],
    *,
    seats: Mapping[str, int],
    levels: int,
    fewest: int = FEWEST_PEOPLE,
) -> Pooled:
    """Put people into pools.

    Parameters
    ----------
    cells
        Id and polities of each membership cell.
    seats
        Open seats of each polity of the draw; polities of a cell that are not in it do not draw.
    levels
        Levels of the strata that quotas are kept for.
    fewest
        Strata with fewer people in a cell are merged.
    """
    names = sorted(seats)
    position = {name: place for place, name in enumerate(names)}
    listed = [sorted(position[name] for name in polities if name in position) for _, polities in cells]
    pairs, inverse, counts = np.unique(
        people.cell.astype(np.int64) * len(people.strata) + people.stratum, return_inverse=True, return_counts=True
    )
    home = _homes(pairs, counts, people.strata, fewest)
    keys = sorted(set(home))
    place = {key: number for number, key in enumerate(keys)}
    pool_of_pair = np.array([place[key] for key in home], np.int64)
    person_pool = pool_of_pair[inverse]
    width = max(4, len(str(len(keys))))
    return Pooled(
        electorate=Electorate(
            polities=names,
            seats=np.array([seats[name] for name in names], np.int64),
            levels=np.full(len(names), levels, np.int64),
            cells=[name for name, _ in cells],
            cell_start=np.cumsum([0, *map(len, listed)]),
            cell_polities=np.array([place for places in listed for place in places], np.int64),
            pools=[f"p{number:0{width}}" for number in range(1, len(keys) + 1)],
            pool_cell=np.array([cell for cell, _ in keys], np.int64),
            pool_strata=[stratum for _, stratum in keys],
            pool_people=np.bincount(person_pool, minlength=len(keys)),
        ),
        person_pool=person_pool,
    )


def _homes(pairs: IntegerArray, counts: IntegerArray, strata: Sequence[str], fewest: int) -> list[tuple[int, str]]:
    """Cell and published stratum of each (cell, stratum) that has people."""
    of_cell: dict[int, dict[str, int]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        of_cell.setdefault(pair // len(strata), {})[strata[pair % len(strata)]] = count
    merged = {cell: merged_small(people, fewest) for cell, people in of_cell.items()}
    return [(pair // len(strata), merged[pair // len(strata)][strata[pair % len(strata)]]) for pair in pairs.tolist()]
