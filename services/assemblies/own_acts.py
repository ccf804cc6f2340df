"""What delegates do by themselves: they open their seat with their key, and sign what they answer and that they vote.

A line of the roll commits to a person's key before anybody knows who is drawn. Taking the seat opens the commitment:
the key and its salt enter the log beside a signature, so that no office can sit for somebody, and no line can be given
to another. A line of somebody without a key commits to their random id instead, and is counted with the draw.

Texts are signed as :mod:`services.assemblies.consents` describes: ``geopolity seat 1`` (epoch, polity, seat, pseudonym,
key, at), ``geopolity answer 1`` (polity, pseudonym, key, answer, at), ``geopolity ballot 1`` (vote, pseudonym, key),
``geopolity sealed-ballot 1`` (vote, head, pseudonym, key, ballot).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.assembly import credential
from geopolity.assembly.credential import SignatureRefused, Signed
from geopolity.errors import NegativeAnswer
from services.assemblies.consents import check_fresh
from services.clock import now
from services.storage.offices import summonses
from services.storage.offices.epochs import has_key, line_of
from services.storage.offices.lent import given_back
from services.storage.people import credentials
from services.storage.publiclog import append
from services.storage.store import Store
from services.storage.tables import CitizenRow, EpochRow, SeatRow

SEAT, ANSWER, BALLOT = "seat", "answer", "ballot"


class SeatNotOpened(NegativeAnswer):
    """A delegate acts before they opened the seat with their key, or it cannot be opened."""

    code = "seat-not-opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A seat that its holder opened: the key that the roll committed to, or the one in its place."""

    polity: str
    number: int
    pseudonym: str
    key: str
    opened_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a delegate does: opens the seat, gives an answer, or votes.

    Attributes
    ----------
    kind
        ``seat``, ``answer`` or ``ballot``.
    what
        The answer, or the vote.
    """

    kind: str
    polity: str
    delegate: str
    what: str = ""


def statement_of(deed: Deed, key: str, store: Store) -> str:
    """The text that a delegate signs."""
    credential.public_key(key)
    with store.reading() as session:
        timed = {} if deed.kind == BALLOT else {"at": now()}  # a vote is voted in once, and nobody need know when
        return credential.statement(deed.kind, _wanted(session, deed, key) | timed)


def open_seat(polity_id: str, pseudonym: str, signed: Signed, store: Store) -> Opened:
    """Open a seat with the key that its line of the roll commits to; what opens it is a line of the log.

    Raises
    ------
    SeatNotOpened
        If it was opened before, or its line commits to no key.
    SignatureRefused
        If the statement is not this seat's, or not signed by the key of whoever was drawn.
    """
    moment = now()
    with store.writing() as session:
        seat = given_back(session, polity_id, pseudonym, moment) or summonses.seat_of(session, polity_id, pseudonym)
        line = line_of(session, seat)
        if seat.opened_by is not None or not has_key(line):
            raise SeatNotOpened(
                "Seat {number} of {polity} was opened before."
                if seat.opened_by
                else "The roll holds no key for seat {number} of {polity}, so there is nothing to open.",
                number=seat.number,
                polity=polity_id,
            )
        assert line is not None
        wanted = _wanted(session, Deed(kind=SEAT, polity=polity_id, delegate=pseudonym), signed.key)
        check_said(signed.fields(SEAT), wanted, moment)
        mine = credentials.held(session, session.get_one(CitizenRow, seat.citizen))
        if mine is None or mine.public_key != signed.key:
            raise SignatureRefused("The key {key}… is not that of whoever was drawn.", key=signed.key[:16])
        seat.opened_by, seat.opened_at = signed.key, moment
        facts = wanted | {"at": moment, "holder": line.holder, "salt": line.salt}
        append(session, "seat opened", facts | {"statement": signed.statement, "signature": signed.signature})
        return Opened(polity=polity_id, number=seat.number, pseudonym=pseudonym, key=signed.key, opened_at=moment)


def check_act(session: Session, deed: Deed, signed: Signed | None) -> None:
    """Refuse an act of a delegate who holds a key, unless it is signed by the key that opened the seat.

    Raises
    ------
    SeatNotOpened
        If the seat waits to be opened.
    SignatureRefused
        If nothing was signed, something else, or by another key.
    """
    seat = session.scalar(
        select(SeatRow).where(
            SeatRow.polity == deed.polity, SeatRow.pseudonym == deed.delegate, SeatRow.ended_at.is_(None)
        )
    )
    if seat is None or not has_key(line_of(session, seat)):
        return
    if seat.opened_by is None:
        raise SeatNotOpened("The seat is not opened yet; open it with your key first.")
    if signed is None or signed.key != seat.opened_by:
        raise SignatureRefused("This is signed by the key that opened the seat, {key}….", key=seat.opened_by[:16])
    check_said(signed.fields(deed.kind), _wanted(session, deed, signed.key), now())


def check_said(said: Mapping[str, str], wanted: Mapping[str, str], moment: str) -> None:
    """Refuse a statement that says something else than it should, or was signed long ago."""
    other = next((name for name in (*wanted, *said) if name != "at" and said.get(name) != wanted.get(name)), None)
    if other is not None:
        raise SignatureRefused("The statement says another {name} than it should; sign it anew.", name=other)
    if "vote" not in wanted:
        check_fresh(said.get("at", ""), moment)


def _wanted(session: Session, deed: Deed, key: str) -> dict[str, str]:
    if deed.kind == BALLOT:
        return {"vote": deed.what, "pseudonym": deed.delegate, "key": key}
    if deed.kind == ANSWER:
        return {"polity": deed.polity, "pseudonym": deed.delegate, "key": key, "answer": deed.what}
    seat = summonses.seat_of(session, deed.polity, deed.delegate)
    epoch = session.get_one(EpochRow, seat.epoch).epoch
    number = {"polity": deed.polity, "seat": str(seat.number), "pseudonym": deed.delegate}
    return {"epoch": epoch} | number | {"key": key}
