"""What an office does to a whole assembly takes two persons as well: replacing the silent, and ending a polity.

Whoever replaces delegates who did not answer attests by it that they were called, and another attests it too: who
hands the letters over to some alone would choose else who sits.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from services.assemblies.jury_duty import late, mark_silent_in
from services.auth.personal_links import Do, ask_act
from services.auth.roles import Principal
from services.clock import now
from services.polities.lifecycle import check_retirable, retire_in
from services.storage.store import Store
from services.storage.tables import PersonalActRow

SILENT, RETIRE = "replacement of the silent", "end of a polity"


def ask_silent(polity_id: str, by: Principal, store: Store) -> int | None:
    """Ask that those are replaced who let the time to answer pass; nothing where there is nobody."""
    with store.writing() as session:
        if not late(session, polity_id, now()):
            return None
        return ask_act(SILENT, polity_id, by, session, details={"public": "yes"})


def ask_retirement(polity_id: str, by: Principal, store: Store) -> int:
    """Ask that a polity ends, and its assembly with it."""
    with store.writing() as session:
        check_retirable(session, polity_id)
        return ask_act(RETIRE, polity_id, by, session, details={"public": "yes"})


def _silent(session: Session, row: PersonalActRow) -> None:
    mark_silent_in(session, row.name, now())


def _retire(session: Session, row: PersonalActRow) -> None:
    retire_in(session, row.name)


DOES: Mapping[str, Do] = {SILENT: _silent, RETIRE: _retire}
