"""The roll of people, committed to once a day: who is registered and consents, as one root in the public log.

Each person is a leaf of a commitment that only the store opens. The root shows later whether somebody was on the roll
of a day, and that nobody was put there afterwards; counts are told by region elsewhere, and by the week.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.publiclog import merkle
from services.publiclog.keys import office_secret
from services.records import Json
from services.storage.people.credentials import holders
from services.storage.publiclog import append, newest_of
from services.storage.store import Store
from services.storage.tables import CitizenRow, ConsentRow

KIND = "roll of the day"


def commit_roll(store: Store, moment: str) -> str | None:
    """Commit to the roll of a day, once; returns its root, or nothing where the day has one."""
    with store.reading() as session:
        if _is_done(session, moment[:10]):
            return None
        salt = _salt(store.home, moment[:10])
        root = merkle.Tree.over(_leaves(session, moment, salt)).root.hex()
    with store.writing() as session:
        if _is_done(session, moment[:10]):
            return None
        append(session, KIND, {"day": moment[:10], "root": root} | _missed(session, moment[:10]))
    return root


def _is_done(session: Session, day: str) -> bool:
    facts = newest_of(session, KIND)
    return facts is not None and facts["day"] >= day


def _missed(session: Session, day: str) -> Json:
    """How many days since the last roll have none, where there are such: the gap stands in the log."""
    facts = newest_of(session, KIND)
    days = 0 if facts is None else (date.fromisoformat(day) - date.fromisoformat(facts["day"])).days - 1
    return {"days_missed": days} if days > 0 else {}


def _leaves(session: Session, moment: str, salt: bytes) -> Iterator[bytes]:
    named = holders(session)
    consenting = set(
        session.scalars(
            select(ConsentRow.citizen).where(
                ConsentRow.given_at <= moment, ConsentRow.expires_at > moment, ConsentRow.withdrawn_at.is_(None)
            )
        )
    )
    query = select(CitizenRow.key, CitizenRow.layer, CitizenRow.home).where(CitizenRow.erased_at.is_(None))
    for key, layer, home in session.execute(query.order_by(CitizenRow.citizen_id)):
        line = f"{named[key]}\n{layer}\n{home}\n{'citizen' if key in consenting else 'resident'}"
        yield merkle.leaf_hash(hashlib.sha256(salt + line.encode()).digest())


def _salt(home: Path, day: str) -> bytes:
    """A salt that only this store knows, another each day, so that nobody tries who is on the roll."""
    return hashlib.sha256(b"roll of the day " + day.encode() + office_secret(home)).digest()
