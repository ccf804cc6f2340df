"""Streets by their words, and words by spellings near them: FTS5 in SQLite; text search and pg_trgm in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.addresses.address import Range, StreetName
from boundaries.addresses.match import Houses, Named
from services.storage.places.streets import is_sqlite
from services.storage.tables import AddressFileRow, StreetRow, StreetWordRow

NEAR = 40
"""Words that are looked at for one that is written otherwise."""
_IN_SQLITE = "SELECT rowid FROM streets_search WHERE streets_search MATCH :asked LIMIT :most"
_IN_POSTGRESQL = (
    "SELECT key FROM streets WHERE to_tsvector('simple', words || ' ' || place_words || ' ' || postcode) "
    "@@ to_tsquery('simple', :asked) LIMIT :most"
)
_NEAR_IN_SQLITE = (
    "SELECT street_words.word FROM street_words_search "
    "JOIN street_words ON street_words.key = street_words_search.rowid "
    "WHERE street_words_search MATCH :asked ORDER BY rank LIMIT :most"
)
_NEAR_IN_POSTGRESQL = (
    "SELECT word FROM street_words WHERE word % :asked ORDER BY similarity(word, :asked) DESC, word LIMIT :most"
)


def has_streets(session: Session) -> bool:
    """Whether any file of addresses was added."""
    return session.scalar(select(AddressFileRow.key).where(AddressFileRow.is_kept).limit(1)) is not None


def counted(session: Session, words: Iterable[str]) -> dict[str, int]:
    """How many streets have each word; words that none has are left out."""
    query = select(StreetWordRow.word, StreetWordRow.streets).where(StreetWordRow.word.in_(set(words)))
    return {row.word: row.streets for row in session.execute(query)}


def words_near(session: Session, word: str) -> list[str]:
    """Words that share most groups of three letters with one."""
    asked = word
    if is_sqlite(session):
        asked = " OR ".join(f'"{part}"' for part in dict.fromkeys(word[at : at + 3] for at in range(len(word) - 2)))
    query = _NEAR_IN_SQLITE if is_sqlite(session) else _NEAR_IN_POSTGRESQL
    return list(session.scalars(text(query), {"asked": asked, "most": NEAR})) if asked else []


def streets_with(session: Session, groups: Sequence[Sequence[str]], most: int) -> list[Named]:
    """Streets that have a word of every group in their name, place or postcode."""
    if is_sqlite(session):
        asked = " AND ".join("(" + " OR ".join(f'"{word}"' for word in group) + ")" for group in groups)
        query = _IN_SQLITE
    else:
        asked = " & ".join("(" + " | ".join(f"'{word}'" for word in group) + ")" for group in groups)
        query = _IN_POSTGRESQL
    keys = list(session.scalars(text(query), {"asked": asked, "most": most}))
    columns = (StreetRow.key, StreetRow.words, StreetRow.place_words, StreetRow.region, StreetRow.country)
    rows = (
        select(*columns, StreetRow.postcode)
        .join(AddressFileRow, AddressFileRow.key == StreetRow.file)
        .where(StreetRow.key.in_(keys), AddressFileRow.is_kept)
    )
    return [_named(row) for row in session.execute(rows)]


def _named(row: Any) -> Named:
    return Named(
        key=row.key,
        street=tuple(row.words.split()),
        place=frozenset(row.place_words.split()),
        region=row.region,
        country=row.country,
        postcode=row.postcode,
    )


def streets_kept(session: Session, keys: Iterable[int]) -> Mapping[int, tuple[StreetName, Houses]]:
    """Streets by their keys, with their houses."""
    query = (
        select(StreetRow)
        .join(AddressFileRow, AddressFileRow.key == StreetRow.file)
        .where(StreetRow.key.in_(list(keys)), AddressFileRow.is_kept)
    )
    return {row.key: _street(row) for row in session.scalars(query)}


def _street(row: StreetRow) -> tuple[StreetName, Houses]:
    name = StreetName(row.name, row.place, row.region, row.postcode, row.country)
    points = np.frombuffer(row.points, dtype="<i4").reshape(-1, 2)
    ranges = [
        Range(name, first, last, parity, tuple((lon, lat) for lon, lat in line))
        for first, last, parity, line in json.loads(row.ranges or "[]")
    ]
    return name, Houses(numbers=row.numbers.split("\n") if row.numbers else (), points=points, ranges=ranges)
