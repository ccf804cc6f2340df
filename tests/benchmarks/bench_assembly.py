"""A full house votes in its last second: nothing is lost, and how long a ballot takes, in SQLite and in PostGIS.

The peer does the least that a database can: one row a transaction, from as many threads, on the same disk.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, text

from services.bootstrap import open_store
from services.docket import decisions
from services.publiclog.export import export_log, verify_export
from services.settings import Settings
from services.storage.layers.census import find_layer, keep_layer
from services.storage.publiclog import lines
from services.storage.tables import CitizenRow, EpochRow, SeatRow
from tests.contract.conftest import NOW, town
from tests.contract.court import SEATS, constitute
from tests.postgis import new_cluster, remove

HOUSE, THREADS = 150, 8


def run() -> str:
    """Return every figure as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        rows = _measured("SQLite file", Settings(home=Path(folder), workers=1))
    try:
        cluster = new_cluster()
    except pytest.fail.Exception:
        rows.append(("PostGIS", "not installed", "–", "–", "–", "–"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            rows += _measured("PostGIS", Settings(home=Path(folder), workers=1, database_url=cluster.url()))
        remove(cluster)
    head = ("store", "150 ballots, 8 threads, s", "p50 ms", "p99 ms", "lost (goal 0)", "bare rows: s, p99 ms")
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, tuple("---" for _ in head), *rows])


def _measured(name: str, settings: Settings) -> list[tuple[str, ...]]:
    matter_id = _full_house(settings)
    seconds, spent = _together(
        lambda k: decisions.cast(matter_id, f"d{k}", "yes" if k % 3 else "no", open_store(settings))
    )
    start = time.perf_counter()
    result = decisions.close_vote(matter_id, open_store(settings))
    closing = time.perf_counter() - start
    lost = HOUSE - result["yes"] - result["no"]
    start = time.perf_counter()
    export_log(settings.home / "log", open_store(settings))
    verify_export(settings.home / "log")
    logged = time.perf_counter() - start
    with open_store(settings).reading() as session:
        entries = len(lines(session))
    bare, waits = _bare(settings)
    open_store(settings).close()
    p50, p99 = np.percentile(spent, [50, 99])
    ballots = (
        name,
        f"{seconds:.2f}",
        f"{p50:.1f}",
        f"{p99:.1f}",
        str(lost),
        f"{bare:.2f}, {np.percentile(waits, 99):.1f}",
    )
    return [
        ballots,
        (f"{name}: close, count, publish", f"{closing:.3f}", "", "", "", ""),
        (f"{name}: export and verify {entries} entries", f"{logged:.3f}", "", "", "", ""),
    ]


def _together(act: Callable[[int], object]) -> tuple[float, list[float]]:
    def timed(number: int) -> float:
        start = time.perf_counter()
        act(number)
        return 1000 * (time.perf_counter() - start)

    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        spent = list(pool.map(timed, range(1, HOUSE + 1)))
    return time.perf_counter() - start, spent


def _bare(settings: Settings) -> tuple[float, list[float]]:
    with open_store(settings).writing() as session:
        session.execute(text("CREATE TABLE bare (number integer)"))

    def one(number: int) -> None:
        with open_store(settings).writing() as session:
            session.execute(text("INSERT INTO bare VALUES (:number)"), {"number": number})

    return _together(one)


def _full_house(settings: Settings) -> str:
    """Constitute the tests' assembly, fill it up to 150 delegates, and open a vote."""
    store = open_store(settings)
    with store.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    court = constitute(store, settings)
    with store.writing() as session:
        layer, epoch = find_layer(session).digest, session.query(EpochRow).one().key
        seat = session.query(SeatRow).first()
        assert seat is not None
        for number in range(SEATS + 1, HOUSE + 1):
            person = {"citizen_id": f"c{number}", "layer": layer, "home": "01", "home_is_parent": False}
            kind = {"stratum": "{}", "is_of_age": True, "is_synthetic": True, "registered_at": NOW}
            key = session.execute(insert(CitizenRow).values(**person, **kind)).inserted_primary_key[0]
            term = {"starts": seat.starts, "ends": seat.ends, "term_class": 1, "chamber": 1, "pool": "p"}
            session.add(
                SeatRow(epoch=epoch, polity="river", number=number, citizen=key, pseudonym=f"d{number}", **term)
            )
    return court.voting()
