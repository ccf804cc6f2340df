"""Postcodes from files that an operator added: kept by the file's name, so that a newer one takes its place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from boundaries.gazetteer.areas import country
from boundaries.gazetteer.place import Place
from boundaries.gazetteer.postcode_files import Postcode
from boundaries.gazetteer.spelling import letters
from services.storage.tables import PostcodeRow

BATCH = 5_000


def keep_postcodes(session: Session, source: str, postcodes: Iterable[Postcode]) -> int:
    """Keep the postcodes of a file in place of those it had before; returns how many there are."""
    session.execute(delete(PostcodeRow).where(PostcodeRow.source == source))
    rows = (
        {
            "source": source,
            "country": one.country,
            "code": one.code,
            "letters": letters(one.code),
            "name": one.name,
            "region": one.region,
            "lon": one.lon,
            "lat": one.lat,
        }
        for one in postcodes
    )
    count = 0
    while batch := list(islice(rows, BATCH)):
        session.execute(insert(PostcodeRow), batch)
        count += len(batch)
    return count


def sources(session: Session) -> list[tuple[str, str, int]]:
    """Files that were added, the countries in them, and how many postcodes of each."""
    columns = (PostcodeRow.source, PostcodeRow.country)
    query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def forget(session: Session, source: str) -> int:
    """Leave out what a file added; returns how many postcodes it had."""
    count = session.scalar(select(func.count()).select_from(PostcodeRow).where(PostcodeRow.source == source)) or 0
    session.execute(delete(PostcodeRow).where(PostcodeRow.source == source))
    return count


def postcodes_written(session: Session, codes: Iterable[str]) -> list[Place]:
    """Postcodes that are written in one of these ways, as places."""
    wanted = {letters(code) for code in codes} - {""}
    query = select(PostcodeRow).where(PostcodeRow.letters.in_(wanted)).order_by(PostcodeRow.country, PostcodeRow.key)
    return [_place(row) for row in session.scalars(query)]


def postcode_kept(session: Session, key: int) -> Place | None:
    """A postcode by the number that a choice named."""
    row = session.get(PostcodeRow, key)
    return None if row is None else _place(row)


def _place(row: PostcodeRow) -> Place:
    return Place(
        id=f"added:{row.key}",
        name=row.name or row.code,
        region=row.region,
        country=country(row.country).name,
        country_code=row.country,
        lon=row.lon,
        lat=row.lat,
        people=0,
        code=row.code if row.name else "",
    )
