"""Streets with their houses from files of addresses, by the file's name: a newer one counts once it is read in full."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from boundaries.addresses.address import Range, Street
from boundaries.addresses.words import street_words
from services.storage.store import Store
from services.storage.tables import AddressFileRow, StreetRow, StreetWordRow

BATCH = 10_000
"""Streets that are written in one transaction, so that others may write between."""
AT_ONCE = 500


def keep_streets(store: Store, source: str, kind: str, streets: Iterable[Street]) -> AddressFileRow:
    """Keep the streets of a file in place of those that a file of its name had before; a kill leaves the older ones."""
    with store.writing() as session:
        file = AddressFileRow(source=source, format=kind, is_kept=False, addresses=0, streets=0)
        session.add(file)
        session.flush()
        key = file.key
    counts: Counter[str] = Counter()
    addresses = number = 0
    waiting = iter(streets)
    while batch := list(islice(waiting, BATCH)):
        rows = [_row(one, key) for one in batch]
        with store.writing() as session:
            _insert(session, rows)
        number += len(batch)
        addresses += sum(len(one.numbers) + sum(map(_numbers, one.ranges)) for one in batch)
        counts.update(word for row in rows for word in {*row["words"].split(), *row["place_words"].split()})
    with store.writing() as session:
        _count_words(session, counts)
        named = update(AddressFileRow).where(AddressFileRow.source == source)
        session.execute(named.values(is_kept=AddressFileRow.key == key))
        own = update(AddressFileRow).where(AddressFileRow.key == key)
        session.execute(own.values(addresses=addresses, streets=number))
    sweep(store, source)
    return AddressFileRow(key=key, source=source, format=kind, is_kept=True, addresses=addresses, streets=number)


def forget_streets(store: Store, source: str) -> int:
    """Leave out what a file of addresses added; returns how many addresses it had."""
    with store.writing() as session:
        is_its = AddressFileRow.source == source
        total = func.coalesce(func.sum(AddressFileRow.addresses), 0)
        count = session.scalar(select(total).where(is_its, AddressFileRow.is_kept))
        session.execute(update(AddressFileRow).where(is_its).values(is_kept=False))
    sweep(store, source)
    return int(count or 0)


def address_files(session: Session) -> list[AddressFileRow]:
    """Files of addresses that count, by name."""
    query = select(AddressFileRow).where(AddressFileRow.is_kept).order_by(AddressFileRow.source)
    return list(session.scalars(query))


def sweep(store: Store, source: str) -> None:
    """Delete what files of a name left that do not count: replaced, forgotten, or half-read when they were killed.

    Words stay until there is no street at all: one that no street has finds nothing.
    """
    is_left = AddressFileRow.is_kept.is_(False) & (AddressFileRow.source == source)
    while True:
        with store.writing() as session:
            files = select(AddressFileRow.key).where(is_left)
            some = select(StreetRow.key).where(StreetRow.file.in_(files)).limit(BATCH)
            keys = list(session.scalars(some))
            if keys:
                _delete(session, keys)
                continue
            session.execute(delete(AddressFileRow).where(is_left))
            if session.scalar(select(func.count()).select_from(AddressFileRow)) == 0:
                session.execute(delete(StreetWordRow))
                _words_changed(session)
            return


def _row(one: Street, file: int) -> dict[str, Any]:
    return {
        "file": file,
        **one.street._asdict(),
        "words": " ".join(street_words(one.street.name)),
        "place_words": " ".join(street_words(one.street.place)),
        "numbers": "\n".join(one.numbers),
        "points": np.ascontiguousarray(one.points, dtype="<i4").tobytes(),
        "ranges": json.dumps([[it.first, it.last, it.parity, it.line] for it in one.ranges]) if one.ranges else "",
    }


def _numbers(one: Range) -> int:
    return abs(one.last - one.first) // (1 if one.parity == "both" else 2) + 1


def is_sqlite(session: Session) -> bool:
    """Whether the store is a SQLite file."""
    return session.get_bind().dialect.name == "sqlite"


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    first = int(session.scalar(select(func.coalesce(func.max(StreetRow.key), 0))) or 0) + 1
    session.execute(insert(StreetRow), [row | {"key": first + place} for place, row in enumerate(rows)])
    if is_sqlite(session):
        session.execute(
            text(
                "INSERT INTO streets_search (rowid, words, place_words, postcode) "
                "SELECT key, words, place_words, postcode FROM streets WHERE key BETWEEN :first AND :last"
            ),
            {"first": first, "last": first + len(rows) - 1},
        )


def _delete(session: Session, keys: Sequence[int]) -> None:
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        if is_sqlite(session):
            for row in session.scalars(select(StreetRow).where(StreetRow.key.in_(some))):
                session.execute(
                    text(
                        "INSERT INTO streets_search (streets_search, rowid, words, place_words, postcode) "
                        "VALUES ('delete', :key, :words, :places, :code)"
                    ),
                    {"key": row.key, "words": row.words, "places": row.place_words, "code": row.postcode},
                )
        session.execute(delete(StreetRow).where(StreetRow.key.in_(some)))


def _count_words(session: Session, counts: Counter[str]) -> None:
    words = sorted(counts)
    known: dict[str, int] = {}
    for start in range(0, len(words), AT_ONCE):
        query = select(StreetWordRow.word, StreetWordRow.streets)
        some = session.execute(query.where(StreetWordRow.word.in_(words[start : start + AT_ONCE])))
        known |= {row.word: row.streets for row in some}
    new = [{"word": word, "streets": counts[word]} for word in words if word not in known]
    if new:
        session.execute(insert(StreetWordRow), new)
    for word, before in known.items():
        session.execute(update(StreetWordRow).where(StreetWordRow.word == word).values(streets=before + counts[word]))
    _words_changed(session)


def _words_changed(session: Session) -> None:
    if is_sqlite(session):
        session.execute(text("INSERT INTO street_words_search (street_words_search) VALUES ('rebuild')"))
