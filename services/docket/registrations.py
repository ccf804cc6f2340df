"""Who registers people: somebody in office alone, up to a hundred a day; beyond that two persons, by the same file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from services.acting import hand
from services.assemblies.citizens import Registered, known_rows, read_register, register_in, row_names
from services.auth import personal_links
from services.auth.personal_links import Do, ask_act, waiting_acts
from services.auth.roles import Principal
from services.auth.second_person import TwoPersonsError
from services.clock import now
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.publiclog import PEOPLE_REGISTERED, note_registered, registered_alone
from services.storage.store import Store
from services.storage.tables import PersonalActRow

REGISTER = "register of many people"
ALONE = 100
"""How many people somebody in office registers alone, in a file or a day; more take two."""


def register_person(newcomer: Newcomer, store: Store, layer: str | None = None) -> str:
    """Register one person, as somebody in office may a hundred times a day; the log says so, and nothing of whom.

    Raises
    ------
    TwoPersonsError
        Beyond that.
    """
    with store.writing() as session:
        if not _may_alone(session, 1):
            raise TwoPersonsError(
                "You registered {most} people today; more are registered by a file that two people hand in.", most=ALONE
            )
        note_registered(session, 1, now=now())
        return citizens.register(session, find_layer(session, layer), [newcomer], now=now())[0]


def register_many(path: Path, by: Principal, store: Store) -> Registered | int:
    """Register the people of a file; beyond a hundred a day once a second person has handed in the very same file.

    The same file again registers nobody twice.

    Returns
    -------
    Registered | int
        What became of it; or, after the first person, the number of the act that waits for the second.
    """
    table, digest = read_register(path), hashlib.sha256(path.read_bytes()).hexdigest()
    names = row_names(path, store)
    with store.writing() as session:
        if _may_alone(session, len(table) - len(known_rows(session, table, names))):
            return register_in(session, table, names=names, said=PEOPLE_REGISTERED)
        asked = next((it for it in waiting_acts(session) if (it.kind, it.name) == (REGISTER, digest)), None)
        if asked is None:
            return ask_act(REGISTER, digest, by, session, details={"public": "yes"})
        number = asked.key
    found: list[Registered] = []
    kind = f"{PEOPLE_REGISTERED} by two"
    both = {REGISTER: lambda session, _: found.append(register_in(session, table, names=names, said=kind))}
    personal_links.confirm(number, by, store, does=both)
    return found[0]


def _may_alone(session: Session, people: int) -> bool:
    return registered_alone(session, hand(), now()[:10]) + people <= ALONE


def _register(_session: Session, _row: PersonalActRow) -> None:
    raise TwoPersonsError("The second person does not confirm a list of people, but hands in the same file.")


DOES: Mapping[str, Do] = {REGISTER: _register}
