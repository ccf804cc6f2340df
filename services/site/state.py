"""The state of the store that a site shows: as of its latest change, so that the same store gives the same site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from maps.pages.polity.view import Overlap
from maps.site.layout import Site
from services.clock import now
from services.derivation.exchanges import FILE as ALTERNATIVES
from services.lookup.index import LookupIndex, open_lookup_index
from services.publiclog.keys import signing_key
from services.site.product import digest_of
from services.storage import publiclog
from services.storage.layers.census import unit_table
from services.storage.offices.seats import active_seats
from services.storage.tables import (
    CitizenRow,
    ConsentRow,
    EpochRow,
    LayerRow,
    MatterRow,
    ObjectionRow,
    PolityFileRow,
    PolityRow,
    SeatRow,
    SessionRow,
)

GUIDE = "guide"
"""Where the built guide is: in the home, in the site, and in the service's addresses."""
NEVER = "1970-01-01T00:00:00Z"
MOMENTS = (
    PolityRow.valid_from,
    PolityRow.valid_to,
    LayerRow.kept_at,
    CitizenRow.registered_at,
    ConsentRow.given_at,
    EpochRow.frozen_at,
    EpochRow.drawn_at,
    ObjectionRow.made_at,
    ObjectionRow.answered_at,
)
PUBLIC = ("proposed", "active", "superseded", "retired")
"""What the public sees of a polity's versions; drafts and what was withdrawn are not published."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SiteState:
    """What all products are made from.

    Attributes
    ----------
    versions
        Public versions of each polity, ascending.
    index
        Layers and polities in force.
    assemblies
        Polities whose assembly sits, each with a digest of what its docket says.
    explained
        By key of each version of which it was worked out why units are in, how many bytes the answer has.
    people
        Digest of citizens, consents, seats and draws, as far as published figures depend on them.
    """

    site: Site
    versions: Mapping[str, Sequence[PolityRow]]
    layers: Sequence[LayerRow]
    index: LookupIndex
    overlaps: Mapping[str, tuple[Overlap, ...]]
    said: Mapping[str, str]
    explained: Mapping[int, int]
    people: str
    log: Sequence[bytes]
    draws: Mapping[str, Path]
    assemblies: Mapping[str, str]


def read_state(session: Session, home: Path, *, language: str, service: str = "") -> SiteState:
    """Read everything that decides what a site says; the log is sealed first if it has grown."""
    latest = max([NEVER, *(str(found) for column in MOMENTS if (found := session.scalar(select(func.max(column)))))])
    publiclog.seal(session, signing_key(home), now())
    rows = session.scalars(
        select(PolityRow).where(PolityRow.status.in_(PUBLIC)).order_by(PolityRow.issue, PolityRow.version)
    ).all()
    index = open_lookup_index(session, home, latest)
    versions: dict[str, list[PolityRow]] = {}
    for row in rows:
        versions.setdefault(row.issue, []).append(row)
    guide = (home / GUIDE / "index.html").exists()
    synthetic = session.scalar(select(CitizenRow.key).where(CitizenRow.is_synthetic).limit(1)) is not None
    return SiteState(
        site=Site(state=latest, language=language, is_demo=synthetic, service=service, has_guide=guide),
        versions=versions,
        layers=session.scalars(select(LayerRow).order_by(LayerRow.name, LayerRow.kept_at)).all(),
        index=index,
        overlaps=_overlaps(session, index),
        said={issue: _discussion_digest(session, issue) for issue in versions},
        explained=_explained(session),
        people=_people(session),
        log=publiclog.lines(session),
        draws=_draws(session, home),
        assemblies=_assemblies(session),
    )


def _overlaps(session: Session, index: LookupIndex) -> dict[str, tuple[Overlap, ...]]:
    """Polities that share people with each, most first."""
    found: dict[str, tuple[Overlap, ...]] = {}
    for digest, members in index.memberships.items():
        if not members.polities:
            continue
        people = unit_table(session, digest)["population"].to_numpy(dtype=float)
        shared = members.overlap(people)
        titles = {one.row.issue: one.row.title for one in index.polities[digest].values()}
        for issue in shared.index:
            others = shared[issue].drop(issue).sort_values(ascending=False, kind="stable")
            found[str(issue)] = tuple(
                Overlap(polity_id=str(other), title=titles[str(other)], people=float(count))
                for other, count in others.items()
                if count > 0
            )
    return found


def _discussion_digest(session: Session, issue: str) -> str:
    """Digest of what is said about a polity besides its versions: objections, and whether an assembly sits."""
    query = select(ObjectionRow).join(PolityRow, PolityRow.key == ObjectionRow.polity).where(PolityRow.issue == issue)
    objections = [(it.key, it.text, it.answer) for it in session.scalars(query.order_by(ObjectionRow.key))]
    seats = session.scalar(
        select(func.count()).select_from(SeatRow).where(SeatRow.polity == issue, SeatRow.ended_at.is_(None))
    )
    return digest_of(objections, seats)


def _explained(session: Session) -> dict[int, int]:
    query = select(PolityFileRow.polity, func.length(PolityFileRow.content)).where(PolityFileRow.name == ALTERNATIVES)
    return {int(key): int(size) for key, size in session.execute(query)}


def _assemblies(session: Session) -> dict[str, str]:
    sitting = select(SeatRow.polity).where(SeatRow.ended_at.is_(None)).distinct().order_by(SeatRow.polity)
    return {
        polity: digest_of(
            [(seat.number, seat.pseudonym, seat.ends) for seat in active_seats(session, polity)],
            [(row.matter_id, row.state, row.review_at) for row in session.scalars(_matters(polity))],
            session.scalars(select(SessionRow.day).where(SessionRow.polity == polity)).all(),
        )
        for polity in session.scalars(sitting)
    }


def _matters(polity: str) -> Select[MatterRow]:
    return select(MatterRow).where(MatterRow.polity == polity).order_by(MatterRow.matter_id)


def _people(session: Session) -> str:
    counts = [
        session.scalar(select(func.count()).select_from(table)) for table in (CitizenRow, ConsentRow, SeatRow, EpochRow)
    ]
    withdrawn = session.scalar(select(func.count(ConsentRow.withdrawn_at)))
    moved = session.scalar(select(func.max(CitizenRow.home)))
    return digest_of(counts, withdrawn, moved)


def _draws(session: Session, home: Path) -> dict[str, Path]:
    """Folders under ``GEOPOLITY_HOME/out`` that hold the bundle of a draw of this store, by epoch."""
    import json  # noqa: PLC0415

    epochs = set(session.scalars(select(EpochRow.epoch).where(EpochRow.status == "drawn")))
    found = {}
    for file in sorted((home / "out").glob("**/bundle.json")):
        try:
            epoch = str(json.loads(file.read_text(encoding="utf-8"))["epoch"])
        except (OSError, ValueError, LookupError, TypeError):
            continue  # of a draw that was killed while it was written; whoever repeats it writes it anew
        if epoch in epochs and not file.parent.name.startswith("."):
            found[epoch] = file.parent
    return found
