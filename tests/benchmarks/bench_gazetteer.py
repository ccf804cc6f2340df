"""The gazetteer: how fast places are found and completed, how large its data are, and how many spellings are right."""

from __future__ import annotations

import csv
import gzip
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from boundaries.embedded import data_folder
from boundaries.gazetteer.place import PlaceError
from boundaries.gazetteer.search import MOST, completions, find
from boundaries.gazetteer.tables import world_places
from services.lookup.private_places import packed_towns, towns

SPELLINGS = Path(__file__).parents[1] / "unit" / "boundaries" / "spellings.csv"
PREFIXES = 3_000
OPENING = """
import time
started = time.perf_counter()
from boundaries.gazetteer.search import find
loaded = time.perf_counter()
find("Köln")
print(time.perf_counter() - loaded)
"""


def run() -> str:
    """Return every figure as Markdown."""
    lines = list(csv.DictReader(SPELLINGS.read_text(encoding="utf-8").splitlines()))
    written = [line["written"] for line in lines]
    find("Köln")
    rows = [
        ("places, names", f"{len(world_places().ids):,}, {len(world_places().names):,}", ""),
        ("completing what is typed, ms", _spread(completions, _prefixes()), "p95 ≤ 10"),
        ("finding a place, ms", _spread(_find, written), ""),
        ("finding nonsense, ms", _spread(_find, _nonsense()), ""),
        ("the first place in a process, s", f"{_opening():.2f}", ""),
        ("tables in the checkout, MB", f"{_size('places', 'alternates', 'order', 'regions', 'country-names'):.1f}", ""),
        *_download(),
        *_score(lines),
    ]
    body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"**Places by name**\n\n| what | found | goal |\n|---|---|---|\n{body}"


def _find(text: str) -> object:
    try:
        return find(text)
    except PlaceError:
        return None


def _spread(ask: Callable[[str], object], texts: Sequence[str]) -> str:
    taken = []
    for text in texts:
        started = time.perf_counter()
        ask(text)
        taken.append(1000 * (time.perf_counter() - started))
    return f"p50 {np.percentile(taken, 50):.2f}, p95 {np.percentile(taken, 95):.2f}, most {max(taken):.1f}"


def _prefixes() -> list[str]:
    """First one to eight letters of names, drawn by their place's people, as somebody types them."""
    world, chance = world_places(), random.Random(1)
    share = np.cumsum(world.weight)
    drawn = np.searchsorted(share, np.array([chance.random() for _ in range(PREFIXES)]) * share[-1])
    return [str(world.names[int(world.order[at])])[: chance.randint(1, 8)] for at in drawn]


def _nonsense() -> list[str]:
    chance = random.Random(2)
    return ["".join(chance.choices("bcdfghjklmnpqrstvwxz", k=chance.randint(5, 14))) for _ in range(100)]


def _opening() -> float:
    return min(float(subprocess.check_output([sys.executable, "-c", OPENING])) for _ in range(3))


def _size(*names: str) -> float:
    return sum((data_folder() / "world-places" / f"{name}.parquet").stat().st_size for name in names) / 1e6


def _download() -> list[tuple[str, str, str]]:
    said, body = packed_towns(lambda _: 0)
    size = len(gzip.compress(json.dumps(said).encode() + body, 9)) / 1e6
    what = f"{len(towns().rows):,} towns and {len(towns().others):,} other names in the private download, MB as sent"
    return [(what, f"{size:.2f}", "≤ 1.5")]


def _score(lines: Sequence[dict[str, str]]) -> list[tuple[str, str, str]]:
    first = among = 0
    for line in lines:
        found = _find(line["written"])
        places = getattr(found, "places", ())
        ids = [one.id for one in places[: 1 if getattr(found, "is_clear", False) else MOST]]
        first += line["id"] in ids[:1]
        among += line["id"] in ids
    of = f"of {len(lines)} spellings of {len({line['id'] for line in lines})} places"
    return [
        (f"right first, {of}", f"{first / len(lines):.1%}", ""),
        (f"right first or among the choices, {of}", f"{among / len(lines):.1%}", "≥ 98 %"),
    ]
