"""Invitations by letter: a page each with a one-time link and its code; asked for by one person, confirmed by another.

The office keeps who is behind a reference; the service registers a number at a unit, and knows no name and no address.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from geopolity.errors import RequestError
from maps.locale.texts import texts
from maps.notices.letter import Letter, letters_pdf
from services.auth.roles import Principal, Role
from services.auth.second_person import WAITS, TwoPersonsError, to_confirm
from services.auth.sessions import keep_link
from services.clock import after, now
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import InvitationsRow

MOST = 2_000
LASTS = timedelta(days=60)
FORM = ("reference", "unit_id", "of_age")
YES, NO = {"", "yes", "true", "1"}, {"no", "false", "0"}


class InvitationError(RequestError):
    """A file of people to invite cannot be read as one."""

    code = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationsWaiting:
    """Invitations that wait for a second person."""

    number: int
    people: int
    asked_by: str
    asked_at: str


def ask_invitations(table: str, by: Principal, store: Store) -> int:
    """Ask that the people of a CSV are invited: ``reference, unit_id``, ``of_age``, and answers for the lot's strata.

    Raises
    ------
    InvitationError, HomeError
        Naming the line that cannot be read, or the unit that is none.
    """
    _check_person(by)
    rows = read_invitations(table)
    with store.writing() as session:
        layer = find_layer(session)
        for unit in sorted({row["unit_id"] for row in rows}):
            citizens.home_in(session, layer, unit)
        row = InvitationsRow(
            people=len(rows),
            rows=json.dumps(rows, ensure_ascii=False),
            asked_by=by.name,
            guest_of=by.guest_of,
            asked_at=now(),
        )
        session.add(row)
        session.flush()
        facts = {"number": row.key, "people": len(rows), "asked_by": committed(by.name)[0], "at": row.asked_at}
        append(session, "invitations asked for", facts)
        return row.key


def invitations_waiting(store: Store) -> list[InvitationsWaiting]:
    """Invitations that nobody confirmed yet."""
    query = select(InvitationsRow).where(InvitationsRow.done_at.is_(None), InvitationsRow.asked_at > after(-WAITS))
    with store.reading() as session:
        return [
            InvitationsWaiting(number=row.key, people=row.people, asked_by=row.asked_by, asked_at=row.asked_at)
            for row in session.scalars(query.order_by(InvitationsRow.key))
        ]


def invite(number: int, by: Principal, store: Store, *, root: str, language: str) -> bytes:
    """Invite the people that another person asked for: a ZIP with the letters as one PDF, and their links as CSV.

    The links are in these files and nowhere else; the store keeps hashes.

    Raises
    ------
    UnknownActError
        If nothing of that number waits.
    TwoPersonsError
        If whoever confirms asked for it, or was let in by the same hand.
    """
    _check_person(by)
    letters_pdf([_letter("–", "–", "", root, language)], sender=root, language=language)  # a machine that cannot print
    people = _invited(number, by, store)
    pages = [_letter(reference, name, secret, root, language) for reference, name, secret in people]
    return _packed(letters_pdf(pages, sender=root, language=language), people, root)


def read_invitations(table: str) -> list[dict[str, str]]:
    """The rows of a CSV of people to invite."""
    lines = csv.DictReader(io.StringIO(table.lstrip("\ufeff")))
    missing = {"reference", "unit_id"} - set(lines.fieldnames or ())
    if missing:
        raise InvitationError(
            "The file has no column {missing:and} (it has {columns:list}); give reference, unit_id and, if you like, "
            "of_age.",
            missing=sorted(missing),
            columns=list(lines.fieldnames or ["nothing"]),
        )
    rows = []
    for number, line in enumerate(lines, 2):
        row = {name: (value or "").strip() for name, value in line.items() if name}
        if not row["reference"] or not row["unit_id"] or row.get("of_age", "").lower() not in YES | NO:
            raise InvitationError(
                "Line {number} needs a reference, a unit_id, and of_age as yes or no; correct it.", number=number
            )
        rows.append(row)
    if not 1 <= len(rows) <= MOST:
        raise InvitationError(
            "The file has {number:count} people; give 1 to {most:count}.", number=len(rows), most=MOST
        )
    return rows


def _invited(number: int, by: Principal, store: Store) -> list[tuple[str, str, str]]:
    """Register the people and make their links: reference, number, and secret of each."""
    with store.writing() as session:
        row = to_confirm(session, InvitationsRow, number, by)
        rows = json.loads(row.rows)
        ids = citizens.register(session, find_layer(session), [_newcomer(one) for one in rows], now=now())
        found = []
        for one, name in zip(rows, ids, strict=True):
            person = Principal(name=name, roles=frozenset({Role.CITIZEN}), guest_of=by.hand)
            found.append((one["reference"], name, keep_link(session, person, LASTS)))
        row.confirmed_by, row.done_at, row.rows = by.name, now(), "[]"
        facts = {"number": number, "people": len(ids), "confirmed_by": committed(by.name)[0], "at": row.done_at}
        append(session, "invitations made", facts)
        return found


def _newcomer(row: dict[str, str]) -> Newcomer:
    stratum = {name: value for name, value in row.items() if name not in FORM and value}
    return Newcomer(unit_id=row["unit_id"], is_of_age=row.get("of_age", "").lower() in YES, stratum=stratum)


def _letter(reference: str, name: str, secret: str, root: str, language: str) -> Letter:
    t = texts(language)
    until = t.day(after(LASTS))
    return Letter(
        reference=reference,
        day=now()[:10],
        subject=t("You are invited to be a citizen of your polities"),
        lines=(
            t("For each issue there is a polity: the area of the people affected. Assemblies drawn from it decide."),
            t("This link signs you in, once, until {date}. Then one explicit act puts you into the lot.", date=until),
            t("Type it, or point a camera at the code. Give it to nobody: who has it can be you."),
            t("Your number is {number}.", number=name),
        ),
        link=f"{root}/sign-in?token={secret}",
    )


def _packed(pdf: bytes, people: list[tuple[str, str, str]], root: str) -> bytes:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["reference", "citizen_id", "link"])
    writer.writerows([reference, name, f"{root}/sign-in?token={secret}"] for reference, name, secret in people)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("letters.pdf", pdf)
        archive.writestr("invitations.csv", table.getvalue())
    return packed.getvalue()


def _check_person(by: Principal) -> None:
    if by.program:
        raise TwoPersonsError("Invitations are asked for and confirmed by two people, and by no program's key.")
