"""Digests: what was decided since the last one about what an address follows, as often as its owner chose."""

from __future__ import annotations

from sqlalchemy import select

from geopolity.errors import GeopolityError
from services.clock import after, now
from services.storage.people import notices
from services.storage.people.notices import Notice
from services.storage.store import Store
from services.storage.tables import FollowingRow, MailAddressRow
from services.telling.addresses import RHYTHM, subject_of
from services.views.following import feed

MOST = 20
"""Acts that one digest names; the page has all."""


def tell_digests(store: Store, *, at: str | None = None) -> int:
    """Put the digests that are due into the queue; what nothing happened to is not written about."""
    moment = at or now()
    query = (
        select(FollowingRow, MailAddressRow)
        .join(MailAddressRow, MailAddressRow.key == FollowingRow.address)
        .where(
            FollowingRow.next_at <= moment,
            MailAddressRow.confirmed_at.is_not(None),
            MailAddressRow.stopped_at.is_(None),
        )
    )
    with store.reading() as session:
        waiting = [row[0].key for row in session.execute(query.order_by(FollowingRow.key))]
    return sum(_tell(key, store, moment) for key in waiting)


def _tell(key: int, store: Store, moment: str) -> bool:
    with store.reading() as session:
        row = session.get_one(FollowingRow, key)
        subject, seen = row.subject, row.seen
    try:
        followed = subject_of(subject, store)
    except GeopolityError:
        return _gone(key, store)
    found = feed(followed, followed.page, store)
    new = [one for one in found.happenings if one.index >= seen]
    with store.writing() as session:
        row = session.get_one(FollowingRow, key)
        row.next_at = after(RHYTHM[row.every], moment)
        if not new or row.seen != seen:
            return False
        row.seen = max(one.index for one in new) + 1
        facts = {
            "name": followed.name,
            "path": followed.page,
            "acts": [{"at": one.at, "kind": one.kind, "subject": one.subject} for one in new[:MOST]],
        }
        address = session.get_one(MailAddressRow, row.address)
        notice = Notice(about=f"digest:{key}:{row.seen}", kind="digest", facts=facts)
        notices.tell(session, notice, to=address, now=moment)
    return True


def _gone(key: int, store: Store) -> bool:
    """Follow no more what is not there."""
    with store.writing() as session:
        session.delete(session.get_one(FollowingRow, key))
    return False
