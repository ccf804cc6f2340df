"""Names of places for the download that answers offline: towns with their other names, where they are, and whose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from boundaries.gazetteer.areas import country, region
from boundaries.gazetteer.candidates import straddled
from boundaries.gazetteer.spelling import FOLDED, WORDS
from boundaries.gazetteer.tables import world_places
from geopolity.lookup.pack import packed_numbers, packed_signed

TOWN, CITY = 5_000, 150_000
"""People of the smallest place that is in the download, and of the smallest whose other names are."""
STEPS = 1000
"""Steps a degree: places are good to a kilometre, and this is a tenth of one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Towns:
    """The places of the download, those of a region beside each other.

    Attributes
    ----------
    rows
        (n,) rows of the embedded places.
    region
        (n,) place of each one's region in ``regions``: country's letters, country, region, its letters.
    others, owner
        Other names, and which of the n each is of.
    straddled
        Ids of US counties of the places that have several.
    """

    rows: np.ndarray
    regions: Sequence[tuple[str, str, str, str]]
    region: np.ndarray
    others: Sequence[str]
    owner: np.ndarray
    straddled: Sequence[tuple[int, tuple[str, ...]]]


@lru_cache(maxsize=1)
def towns() -> Towns:
    """Choose them: a second when they are first asked for."""
    world = world_places()
    rows = np.flatnonzero(world.people >= TOWN)
    rows = rows[np.lexsort((rows, world.regions[rows].astype(str), world.countries[rows].astype(str)))]
    codes = [(str(world.countries[row]), str(world.regions[row])) for row in rows]
    places = {code: at for at, code in enumerate(dict.fromkeys(codes))}
    rank = np.full(len(world.ids), -1)
    rank[rows] = np.arange(len(rows))
    other = np.arange(len(world.ids), len(world.names))
    kept = other[(world.people[world.owner[other]] >= CITY)]
    kept = kept[np.argsort(rank[world.owner[kept]], kind="stable")]
    names = world.names.take(rows).to_pylist()
    short = [found.short if (found := region(*code)) else "" for code in places]
    american = [(at, straddled(names[at], short[places[code]])) for at, code in enumerate(codes) if code[0] == "US"]
    return Towns(
        rows=rows,
        regions=[_region(*code) for code in places],
        region=np.array([places[code] for code in codes]),
        others=world.names.take(kept).to_pylist(),
        owner=rank[world.owner[kept]],
        straddled=[(at, units) for at, units in american if units],
    )


def packed_towns(position: Callable[[str], int]) -> tuple[dict[str, Any], bytes]:
    """What is said of the towns at the head of the download, and the bytes; ``position`` is that of a county's id."""
    chosen, world = towns(), world_places()
    names = world.names.take(chosen.rows).to_pylist()
    text = "\n".join([*names, *chosen.others]).encode()
    steps = [np.rint(STEPS * axis[chosen.rows]).astype(np.int64) for axis in (world.lon, world.lat)]
    body = b"".join(
        [
            packed_numbers(np.array([len(text)])),
            text,
            packed_numbers(np.diff(chosen.region, prepend=0)),
            *(packed_signed(axis) for axis in steps),
            packed_numbers(world.people[chosen.rows]),
            packed_numbers(np.diff(chosen.owner, prepend=0)),
            _packed_counties(chosen.straddled, position),
        ]
    )
    said = {
        "towns": len(names),
        "others": len(chosen.others),
        "regions": [list(one) for one in chosen.regions],
        "words": WORDS,
        "folded": {chr(code): plain for code, plain in FOLDED.items()},
    }
    return said, body


def _packed_counties(straddled: Sequence[tuple[int, tuple[str, ...]]], position: Callable[[str], int]) -> bytes:
    """Towns with the positions of their counties: how many towns; each less the one before, how many, which."""
    numbers, before, count = [], 0, 0
    for at, units in straddled:
        known = sorted(place for place in map(position, units) if place >= 0)
        if known:
            numbers += [at - before, len(known), *np.diff(known, prepend=0).tolist()]
            before, count = at, count + 1
    return packed_numbers(np.array([count, *numbers], dtype=np.int64))


def _region(code: str, admin1: str) -> tuple[str, str, str, str]:
    found = region(code, admin1)
    return code, country(code).name, found.name if found else "", found.short if found else ""
