"""What an outside auditor gets of a draw: sixty lines of its roll with who stands behind them, to be looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from services.storage.offices import epochs
from services.storage.store import Store
from services.storage.tables import CitizenRow, ConsentRow, CredentialRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedLine:
    """A line of the roll, what opens its commitment, and what the store knows of its person.

    The office leads the auditor to the person by its own papers; whom nobody can show was invented.
    """

    pseudonym: str
    pool: str
    citizen: str
    home: str | None
    holder: str
    salt: str
    key_made_by: str
    statement: str
    signature: str


def audited_lines(epoch: str, pseudonyms: Iterable[str], store: Store) -> list[AuditedLine]:
    """Open the lines that a draw named for its auditor.

    Raises
    ------
    NoEpochError
        If there is no such epoch.
    """
    wanted = set(pseudonyms)
    with store.reading() as session:
        row, found = epochs.find_epoch(session, epoch), []
        for line in epochs.lines_of(session, row.key):
            if line.pseudonym not in wanted:
                continue
            person = session.get_one(CitizenRow, line.citizen)
            act = session.scalar(
                select(ConsentRow)
                .where(ConsentRow.citizen == line.citizen, ConsentRow.given_at <= row.frozen_at)
                .order_by(ConsentRow.given_at.desc())
            )
            key = line.holder.removeprefix("key ")
            made_by = session.scalar(select(CredentialRow.made_by).where(CredentialRow.public_key == key))
            found.append(
                AuditedLine(
                    pseudonym=line.pseudonym,
                    pool=line.pool,
                    citizen=person.citizen_id,
                    home=person.home,
                    holder=line.holder,
                    salt=line.salt,
                    key_made_by=made_by or "none",
                    statement="" if act is None else act.statement or "",
                    signature="" if act is None else act.signature or "",
                )
            )
    return found
