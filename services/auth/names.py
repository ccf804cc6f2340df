"""Names of offices and programs, which are nobody else's: not a person's whom the store knows, nor a provider's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.roles import RoleError
from services.storage.tables import CitizenRow, KnownAsRow, RollRow


def check_free(session: Session, name: str) -> None:
    """Refuse a name under which an office or a program could be taken for somebody else.

    Raises
    ------
    RoleError
        If it is a citizen's, a delegate's, or that of somebody whom the provider vouches for.
    """
    taken = (
        select(CitizenRow.key).where(CitizenRow.citizen_id == name),
        select(RollRow.epoch).where(RollRow.pseudonym == name),
        select(KnownAsRow.name).where(KnownAsRow.name == name),
    )
    if any(session.scalar(query.limit(1)) is not None for query in taken):
        raise RoleError(
            "{name:quoted} is somebody else's here; give an office or a program a name of its own.", name=name
        )
