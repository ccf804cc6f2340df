"""Raise a harm: file a petition against a law before the right assembly, and put it on the docket or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.docket import matter as steps
from geopolity.docket.matter import Matter, Petitioner, law_hash
from geopolity.docket.states import State
from geopolity.errors import RequestError
from services.clock import now
from services.storage.docket import laws, matters
from services.storage.docket.laws import Law
from services.storage.docket.matters import UnknownMatterError
from services.storage.people.citizens import find_citizen
from services.storage.polities import versions
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import LawRow, MatterRow, PetitionAuthorRow, PolityRow, UnitRow

ADMITTED = frozenset(Petitioner)
"""The admission rule: anyone may raise a harm."""
ROOT = "root"
"""Instead of a polity's id: rights and all that concerns everyone go to the widest area."""


class PetitionError(RequestError):
    """A petition cannot be filed: no active polity, no petitioner of that kind, no law."""

    code = "petition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """A harm that somebody raises.

    Attributes
    ----------
    law
        Name of the law, in the letters of a file name.
    title, text
        What the law is called and its text, if the polity's docket does not know it yet; a known law keeps its own.
    harm
        Who is harmed and how, in the petitioner's words; the log holds a commitment to it.
    citizen_id
        Citizen who files it, signed in, so that they find it on their own page; told to nobody else.
    """

    polity_id: str
    law: str
    title: str
    harm: str
    petitioner: str
    text: str | None = None
    citizen_id: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", self.law):
            raise PetitionError(
                "{law:quoted} names no law; use small letters, digits and hyphens.",
                law=self.law,
            )
        if self.petitioner not in set(Petitioner):
            raise PetitionError(
                "A {petitioner:quoted} files no petitions; these do: {petitioners:petitioner}.",
                petitioner=self.petitioner,
                petitioners=list(Petitioner),
            )


def file_matter(petition: Petition, store: Store, *, at: str | None = None) -> str:
    """File a petition against a law before the assembly of an active polity; returns the matter's id."""
    moment = at or now()
    with store.writing() as session:
        polity = _routed(session, petition.polity_id)
        polity_id = polity.issue
        known = _law_of(session, petition, polity_id)
        stand_in, salt = committed(petition.harm)
        row = MatterRow(
            matter_id=_next_id(session, polity_id),
            polity=polity_id,
            polity_version=polity.version,
            title=known.title,
            law=petition.law,
            law_hash=known.text_hash,
            petitioner=petition.petitioner,
            harm=petition.harm,
            harm_salt=salt,
            filed_at=moment,
            state=str(State.FILED),
            brief="",
            votes=0,
            returns=0,
            harm_declared=False,
        )
        session.add(row)
        session.flush()
        if petition.citizen_id is not None:
            citizen = find_citizen(session, petition.citizen_id)
            session.add(PetitionAuthorRow(matter=row.matter_id, citizen=citizen.key))
        facts = {"law": row.law, "law_sha256": row.law_hash, "petitioner": row.petitioner, "harm": stand_in}
        append(session, "matter filed", {"matter": row.matter_id, "polity": polity_id, "at": moment} | facts)
        return row.matter_id


def admit(matter_id: str, store: Store) -> Matter:
    """Admit a petition by the admission rule."""
    with store.writing() as session:
        petitioner = Petitioner(matters.find_matter(session, matter_id).petitioner)
        return matters.stepped(
            session, matter_id, lambda it: steps.admitted(it, petitioner, ADMITTED), "matter admitted"
        )


def reject(matter_id: str, store: Store, *, reason: str) -> Matter:
    """Reject a petition; the log keeps a commitment to the reason."""
    stand_in, _ = committed(reason)
    with store.writing() as session:
        return matters.stepped(session, matter_id, steps.rejected, "matter rejected", {"reason": stand_in})


def read_text(file: Path) -> str:
    """Read a law's text.

    Raises
    ------
    PetitionError
        If the file is missing, or no text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PetitionError(
            "{file} cannot be read as text ({reason}); give a UTF-8 file.",
            file=file,
            reason=str(error),
        ) from error


def _law_of(session: Session, petition: Petition, polity_id: str) -> LawRow:
    """Return the version that a petition is about; its title and text are taken only where the law is unknown."""
    known = laws.newest_law(session, polity_id, petition.law)
    if known is not None and petition.text is not None and law_hash(petition.text) != known.text_hash:
        raise PetitionError(
            "{polity} has a law {law:quoted} with another text; leave the text out to petition against it as it "
            "stands, or name another law.",
            polity=polity_id,
            law=petition.law,
        )
    if known is not None:
        return known
    if petition.text is None:
        raise UnknownMatterError(
            "{polity} has no law {law:quoted}; file a matter with its text to enter it.",
            polity=polity_id,
            law=petition.law,
        )
    same = laws.bound_law(session, polity_id, petition.law, law_hash(petition.text))
    if same is not None:
        return same
    law = Law(name=petition.law, title=petition.title, text=petition.text)
    return laws.add_law(session, law, polity=polity_id)


def _next_id(session: Session, polity_id: str) -> str:
    """Name of a polity's next matter: one above all that were filed there, wherever they are now."""
    ids = session.scalars(select(MatterRow.matter_id).where(MatterRow.matter_id.startswith(f"{polity_id}-")))
    ends = (found.removeprefix(f"{polity_id}-") for found in ids)
    return f"{polity_id}-{max((int(end) for end in ends if end.isdecimal()), default=0) + 1}"


def _routed(session: Session, polity_id: str) -> PolityRow:
    """Return the active polity that a petition goes to; ``root`` is the widest, which holds every unit of its layer."""
    if polity_id != ROOT:
        row = versions.active(session, polity_id)
        if row is None:
            raise PetitionError(
                "{polity:quoted} is no active polity; the list of polities names those that are.",
                polity=polity_id,
            )
        return row
    size = select(func.count()).where(UnitRow.layer == PolityRow.layer).scalar_subquery()
    whole = select(PolityRow).where(PolityRow.status == "active", PolityRow.units == size)
    row = session.scalar(whole.order_by(PolityRow.population.desc(), PolityRow.issue).limit(1))
    if row is None:
        raise PetitionError("No active polity holds every unit of its layer; derive one with the footprint `everyone`.")
    return row
