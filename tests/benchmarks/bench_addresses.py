"""Addresses: how fast a file of millions is read into the store, how fast they are found, and how many come first."""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from boundaries.addresses.files import open_addresses
from boundaries.addresses.gathered import streets_of
from boundaries.gazetteer.tables import world_places
from services.lookup.addresses import found_address
from services.storage.places.streets import keep_streets
from services.storage.store import Store
from tests.addresses import TURNS, TYPES, WORDS, Point, ordinal, points, spelling, write_csv

COUNT = int(os.environ.get("ADDRESSES", "10000000"))
STREETS_A_TOWN = 400
HOUSES_A_STREET = 12
ASKED = 1_000
HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"


def run() -> str:
    """Return every figure as Markdown."""
    rows = [*_few(), *_millions()]
    body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"**Addresses**\n\n| what | found | goal |\n|---|---|---|\n{body}"


def _few() -> list[tuple[str, str, str]]:
    """The thousand of the tests."""
    rows, chance = points(ASKED), random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        write_csv(rows, Path(folder) / "few.csv")
        store = _kept(Path(folder), Path(folder) / "few.csv", None)
        first, _ = _asked(store, [(one, spelling(one, chance)) for one in rows])
        store.close()
    return [("right first, of 1,000 made-up addresses written in other ways", f"{first / len(rows):.1%}", "≥ 97 %")]


def _millions() -> list[tuple[str, str, str]]:
    chance = random.Random(4)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "many.csv"
        asked = _write_many(file, chance)
        size = file.stat().st_size / 1e6
        child = os.fork()  # so that the memory measured is that of reading alone
        if child == 0:
            started = time.perf_counter()
            _kept(Path(folder), file, "US").close()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            (Path(folder) / "said").write_text(f"{time.perf_counter() - started} {peak}")
            os._exit(0)
        os.waitpid(child, 0)
        seconds, peak = map(float, (Path(folder) / "said").read_text().split())
        store = Store(url=f"sqlite:///{folder}/many.sqlite", home=Path(folder))
        written = [(one, spelling(one, chance)) for one in asked]
        _asked(store, written[:50])
        first, took = _asked(store, written)
        kept = (Path(folder) / "many.sqlite").stat().st_size / 1e6
        store.close()
    of = f"of {COUNT:,}"
    return [
        (
            f"reading {COUNT:,} addresses ({size:,.0f} MB of OpenAddresses' CSV in no order), s",
            f"{seconds:.0f}",
            "≤ 600",
        ),
        ("memory while they are read, GB", f"{peak:.2f}", "≤ 2"),
        ("the store afterwards, MB", f"{kept:,.0f}", ""),
        (f"finding one {of}, ms", _spread(took), "p95 ≤ 20"),
        (f"right first {of}", f"{first / len(asked):.1%}", ""),
    ]


def _kept(home: Path, file: Path, country: str | None) -> Store:
    store = Store(url=f"sqlite:///{home / file.stem}.sqlite", home=home)
    with open_addresses(file, country) as opened:
        assert opened is not None
        keep_streets(store, file.name, opened.format, streets_of(opened.rows))
    return store


def _asked(store: Store, asked: list[tuple[Point, str]]) -> tuple[int, list[float]]:
    first, took = 0, []
    with store.reading() as session:
        for one, text in asked:
            started = time.perf_counter()
            found = found_address(session, text)
            took.append(1000 * (time.perf_counter() - started))
            best = found.places[0] if found else None
            first += best is not None and abs(best.lon - one.lon) < 1e-5 and abs(best.lat - one.lat) < 1e-5
    return first, took


def _write_many(file: Path, chance: random.Random) -> list[Point]:
    """Houses of streets of the towns of the United States, in no order; a thousand of them are given to be asked."""
    towns = _towns(COUNT // (STREETS_A_TOWN * HOUSES_A_STREET) + 1)
    streets = [
        (*_street(chance), *town, f"{chance.uniform(-120, -75):.3f}", f"{chance.uniform(30, 48):.3f}")
        for town in towns
        for _ in range(STREETS_A_TOWN)
    ]
    seen: set[tuple[str, ...]] = set()
    streets = [one for one in streets if not (one[:4] in seen or seen.add(one[:4]))]
    kept: list[Point] = []
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        order = np.random.default_rng(5).integers(0, len(streets), COUNT)
        for row, place in enumerate(order.tolist()):
            turn, name, kind, town, state, code, lon, lat = streets[place]
            number = row % 9_998 + 1
            street = f"{turn} {name} {kind}".strip()
            out.write(f"{lon}{row % 100:02d},{lat}{row // 100 % 100:02d},{number},{street},,{town},,{state},{code},,\n")
            if row % (COUNT // ASKED) == 0 and len(kept) < ASKED:
                where = {"lon": float(f"{lon}{row % 100:02d}"), "lat": float(f"{lat}{row // 100 % 100:02d}")}
                kept.append(
                    Point(
                        number=str(number),
                        turn=turn,
                        name=name,
                        kind=kind,
                        town=town,
                        state=state,
                        code=code,
                        country="US",
                        **where,
                    )
                )
    return kept


def _towns(count: int) -> list[tuple[str, str, str]]:
    """Towns with a state that spellings know, each with a code of its own."""
    states = ("MO", "IL", "CA", "IN", "ME", "NY")
    names = sorted({str(name) for name in world_places().names[:60_000] if str(name).isascii() and str(name).isalpha()})
    return [(names[place % len(names)], states[place % 6], f"{10_000 + place:05d}") for place in range(count)]


def _street(chance: random.Random) -> tuple[str, str, str]:
    kind = chance.random()
    name = ordinal(chance.randint(1, 60)) if kind < 0.2 else chance.choice(WORDS)
    name = f"{name} {chance.choice(WORDS)}" if kind > 0.7 else name
    return chance.choice(list(TURNS)) if chance.random() < 0.35 else "", name, chance.choice(list(TYPES))


def _spread(took: list[float]) -> str:
    return f"p50 {np.percentile(took, 50):.1f}, p95 {np.percentile(took, 95):.1f}, most {max(took):.0f}"


if __name__ == "__main__":
    print(run(), file=sys.stdout)
