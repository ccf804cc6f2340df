"""Consent by the person's own key: what is signed, how it is taken, and how it is withdrawn.

The person's device makes an Ed25519 key at the first consent. It asks for the text to sign
(:func:`consent_statement`), shows it, signs its UTF-8 bytes, and hands text, key and signature in (:func:`consent`).
The text names the citizen, the key, the moment and the day of expiry, one a line::

    geopolity consent 1
    citizen 3f0c…
    key 9ad1…
    given 2026-11-29T10:00:00Z
    until 2027-11-29

A withdrawal is signed in the same way (``geopolity withdrawal 1``: citizen, key, at) and always counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.assembly import citizenship, credential
from geopolity.assembly.citizenship import ConsentRefused
from geopolity.assembly.credential import SignatureRefused, Signed
from services.clock import after, now
from services.storage.people import citizens, credentials
from services.storage.people.citizens import find_citizen
from services.storage.publiclog import append
from services.storage.store import Store
from services.storage.tables import CitizenRow, ConsentRow, SeatRow

CONSENT, WITHDRAWAL, REPLACEMENT = "consent", "withdrawal", "replacement"
SIGNED_WITHIN = timedelta(days=1)
"""A statement is handed in so long after it was signed, at most: paper takes its time."""
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """An act of consent that holds: until when, by which key, and who brought the key."""

    until: str
    key: str
    key_made_by: str


def consent_statement(citizen_id: str, key: str, store: Store) -> str:
    """The text that a person signs to consent for a year from now with a key of theirs (64 hexadecimal digits)."""
    moment = now()
    _check_known(citizen_id, store)
    credential.public_key(key)
    until = citizenship.one_year_after(moment)[:10]
    return credential.statement(CONSENT, {"citizen": citizen_id, "key": key, "given": moment, "until": until})


def withdrawal_statement(citizen_id: str, key: str, store: Store) -> str:
    """The text that a person signs to end their consent."""
    _check_known(citizen_id, store)
    return credential.statement(WITHDRAWAL, {"citizen": citizen_id, "key": key, "at": now()})


def consent(citizen_id: str, signed: Signed, store: Store, *, is_own: bool) -> Consented:
    """Take an act of consent that a person signed; at their first one, the key becomes theirs.

    Parameters
    ----------
    is_own
        Whether the person hands it in themselves; a key that somebody else brings counts as made by an office.

    Raises
    ------
    SignatureRefused
        If the text is not what is to be signed, or not signed by the key that it names.
    CredentialTaken
        If the person holds another key, or the key is somebody else's.
    ConsentRefused
        Below the minimum age, or where the act was taken already.
    """
    moment = now()
    with store.writing() as session:
        citizen = find_citizen(session, citizen_id)
        said = _said(signed, CONSENT, citizen_id, "given", moment)
        expires = citizenship.one_year_after(said["given"])
        if said.get("until") != expires[:10]:
            raise SignatureRefused("Consent is for a year, so until {day}; sign it with that day.", day=expires[:10])
        act = citizenship.consent(moment, is_of_age=citizen.is_of_age)
        if session.scalar(select(ConsentRow.key).where(ConsentRow.signature == signed.signature)) is not None:
            raise ConsentRefused("This act of consent was taken already; a new one is signed anew.")
        made_by = credentials.OWN if is_own else credentials.OFFICE
        key = credentials.take(session, citizen, signed.key, made_by=made_by, now=moment)
        row = ConsentRow(citizen=citizen.key, given_at=act.given_at, expires_at=expires, credential=key.key)
        row.statement, row.signature = signed.statement, signed.signature
        session.add(row)
        session.flush()
        return Consented(until=expires, key=key.public_key, key_made_by=key.made_by)


def withdraw(citizen_id: str, signed: Signed, store: Store) -> None:
    """End a person's consent by their own signed act, which always counts.

    Raises
    ------
    SignatureRefused
        If it is not signed by the key that the person holds, or was used before.
    ConsentRefused
        If no consent holds.
    """
    moment = now()
    with store.writing() as session:
        citizen = find_citizen(session, citizen_id)
        said = _said(signed, WITHDRAWAL, citizen_id, "at", moment)
        _check_holds(session, citizen, signed.key)
        acts = citizens.withdraw_consent(session, citizen, now=moment)
        if any(said["at"] < act.given_at for act in acts):
            raise SignatureRefused("This withdrawal was signed before the consent that holds; sign a new one.")
        for act in acts:
            act.withdrawal = signed.signature


def replacement_statement(citizen_id: str, key: str, new: str, store: Store) -> str:
    """The text that a person signs with their old key to hold a new one."""
    _check_known(citizen_id, store)
    credential.public_key(new)
    return credential.statement(REPLACEMENT, {"citizen": citizen_id, "key": key, "new": new, "at": now()})


def replace_key(citizen_id: str, signed: Signed, store: Store, *, is_own: bool) -> None:
    """Put a new key in the place of a person's old one, which signs it; raises as ``consent`` does."""
    moment = now()
    with store.writing() as session:
        citizen = find_citizen(session, citizen_id)
        said = _said(signed, REPLACEMENT, citizen_id, "at", moment)
        _check_holds(session, citizen, signed.key)
        new = said.get("new", "")
        credential.public_key(new)
        credentials.check_free(session, new)
        made_by = credentials.OWN if is_own else credentials.OFFICE
        replace_in(session, citizen, new, made_by=made_by, how="the old key")


def replace_in(session: Session, citizen: CitizenRow, key: str, *, made_by: str, how: str) -> None:
    """Put a key in the place of a person's, on the seat that they opened too, and log it."""
    moment, before = now(), credentials.held(session, citizen)
    credentials.replace(session, citizen, key, made_by=made_by, now=moment)
    query = select(SeatRow).where(SeatRow.citizen == citizen.key, SeatRow.ended_at.is_(None))
    for seat in session.scalars(query.where(SeatRow.opened_by.is_not(None))):
        facts = {"polity": seat.polity, "seat": seat.number, "pseudonym": seat.pseudonym, "at": moment}
        append(session, "seat key replaced", facts | {"was": seat.opened_by, "key": key, "how": how})
        seat.opened_by = key
    append(session, "key replaced", {"at": moment, "how": how, "had_one": before is not None})


def _said(signed: Signed, kind: str, citizen_id: str, when: str, moment: str) -> dict[str, str]:
    """What a statement about a citizen says, signed by the key it names, of about now."""
    said = signed.fields(kind)
    if said.get("citizen") != citizen_id:
        raise SignatureRefused("The statement is not about citizen {citizen}; sign their own.", citizen=citizen_id)
    check_fresh(said.get(when, ""), moment)
    return said


def check_fresh(at: str, moment: str) -> None:
    """Refuse a statement that was signed more than a day ago, or is not of a moment that was."""
    if not _is_moment(at) or not after(-SIGNED_WITHIN, moment) <= at <= after(CLOCKS_DIFFER, moment):
        raise SignatureRefused(
            "The statement is of {at:quoted}, and it is {now} here; one that was signed within a day is taken.",
            at=at[:40],
            now=moment,
        )


def _is_moment(text: str) -> bool:
    try:
        return after(timedelta(0), text) == text
    except ValueError:
        return False


def _check_holds(session: Session, citizen: CitizenRow, key: str) -> None:
    mine = credentials.held(session, citizen)
    if mine is None or mine.public_key != key:
        raise SignatureRefused("The key {key}… is not the one that the citizen holds.", key=key[:16])


def _check_known(citizen_id: str, store: Store) -> None:
    with store.reading() as session:
        find_citizen(session, citizen_id)
