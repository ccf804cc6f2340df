"""Everything the public is told about an assembly, and the public log line by line."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.docket.tally import quorum
from maps.pages.assembly import AssemblyView, DrawLine, LogLine, LogView, MatterLine, SeatLine, TallyLine, TermClass
from maps.pages.citizen.questionnaire import SumLine
from services.docket.questionnaire import sums
from services.records import Json, of_row
from services.storage.docket.votes import voters
from services.storage.offices import seats
from services.storage.polities import versions
from services.storage.publiclog import checkpoints, cosignatures, witnesses
from services.storage.store import Store
from services.storage.tables import AlternateRow, EpochRow, LogRow, MatterRow, PolityRow, SeatRow, SessionRow, VoteRow
from services.views.belonging import drawn_from

LOG_LINES = 8
LOG_PAGE = 100
LOG_SEARCHED = 5000
BUNDLES = ("*/bundle.json", "*/*/bundle.json", "*/*/*/bundle.json")


def public_assembly(polity_id: str, store: Store) -> AssemblyView:
    """Return what the page of an assembly says.

    Raises
    ------
    UnknownPolityError
        If there is no such polity.
    """
    told = tuple(
        SumLine(part=one.part, question=one.question, counts=one.counts, mean=one.mean)
        for one in sums(polity_id, store)
    )
    with store.reading() as session:
        row = versions.find(session, polity_id)
        sitting = seats.active_seats(session, polity_id)
        ends = Counter((seat.term_class, seat.ends) for seat in sitting)
        return AssemblyView(
            polity_id=polity_id,
            title=row.title,
            question=row.question,
            retired=row.valid_to if row.status == "retired" else None,
            eligible=drawn_from(session, polity_id, _kind(session, sitting))[1],
            classes=tuple(
                TermClass(number=number, ends=end, seats=count) for (number, end), count in sorted(ends.items())
            ),
            seats=tuple(
                of_row(SeatLine, seat) for seat in sorted(sitting, key=lambda seat: (seat.chamber, seat.number))
            ),
            alternates=_alternates(session, polity_id),
            draw=_draw(session, sitting[0], store.home) if sitting else None,
            matters=matter_lines(session, polity_id),
            tallies=_tallies(session, polity_id),
            sessions=tuple(
                session.scalars(select(SessionRow.day).where(SessionRow.polity == polity_id).order_by(SessionRow.day))
            ),
            log=_log_of(session, polity_id),
            sums=told,
        )


def _kind(session: Session, sitting: Sequence[SeatRow]) -> str:
    """Kind of the draw that filled the seats: ``binding`` or ``rehearsal``."""
    return session.get_one(EpochRow, sitting[0].epoch).kind if sitting else "binding"


def matter_lines(session: Session, polity_id: str | None = None) -> tuple[MatterLine, ...]:
    """Matters, the newest first; of one polity, or of all."""
    query = select(MatterRow).order_by(MatterRow.filed_at.desc(), MatterRow.matter_id.desc())
    if polity_id is not None:
        query = query.where(MatterRow.polity == polity_id)
    titles = {issue: title for issue, title in session.execute(select(PolityRow.issue, PolityRow.title))}  # noqa: C416
    return tuple(
        MatterLine(
            matter_id=row.matter_id,
            title=row.title,
            polity_id=row.polity,
            polity=titles.get(row.polity, row.polity),
            state=row.state,
            filed_at=row.filed_at,
            hearing_until=row.hearing_until,
            review_at=row.review_at,
        )
        for row in session.scalars(query)
    )


def tally_line(session: Session, row: VoteRow) -> TallyLine:
    """A closed vote as its line on the page."""
    return TallyLine(
        vote=row.vote,
        closed_at=str(row.closed_at),
        electorate=row.electorate,
        quorum=quorum(row.electorate),
        voted=len(voters(session, row.vote)),
        yes=row.yes,
        no=row.no,
        abstain=row.abstain,
        outcome=str(row.outcome),
        ballots=tuple((str(tracker), str(choice)) for tracker, choice in json.loads(row.published or "[]")),
    )


def draw_bundle(polity_id: str, store: Store) -> bytes | None:
    """Pack the bundle of the draw that filled an assembly; ``None`` if its files are not on this server."""
    with store.reading() as session:
        sitting = seats.active_seats(session, polity_id)
        if not sitting:
            return None
        folder = _bundle_folder(session.get_one(EpochRow, sitting[0].epoch).epoch, store.home)
    if folder is None:
        return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(f"{folder.name}/{file.name}", (1980, 1, 1, 0, 0, 0)), file.read_bytes())
    return packed.getvalue()


def public_log(store: Store, before: int | None = None) -> LogView:
    """Return a stretch of the log before an index, the newest first, with the latest signed root."""
    with store.reading() as session:
        size = session.scalar(select(func.count()).select_from(LogRow)) or 0
        end = size if before is None else max(0, min(before, size))
        query = select(LogRow).where(LogRow.index < end).order_by(LogRow.index.desc()).limit(LOG_PAGE)
        lines = tuple(_log_line(row) for row in session.scalars(query))
        points = checkpoints(session)
        cosigned = cosignatures(session)
        latest = max(points, key=lambda point: point.size) if points else None
        return LogView(
            lines=lines,
            size=size,
            older=lines[-1].index if lines and lines[-1].index > 0 else None,
            root=latest.root.hex() if latest else "",
            signed_size=latest.size if latest else 0,
            signed_at=latest.time if latest else "",
            witnesses=len(witnesses(session)),
            cosigned_size=max(cosigned, default=0),
            cosigned_by=len(cosigned[max(cosigned)]) if cosigned else 0,
        )


def _alternates(session: Session, polity_id: str) -> int:
    query = select(func.count()).select_from(AlternateRow)
    return session.scalar(query.where(AlternateRow.polity == polity_id, AlternateRow.left_at.is_(None))) or 0


def _draw(session: Session, seat: SeatRow, home: Path) -> DrawLine:
    epoch = session.get_one(EpochRow, seat.epoch)
    folder = _bundle_folder(epoch.epoch, home)
    return DrawLine(
        epoch=epoch.epoch,
        frozen_at=epoch.frozen_at,
        is_rehearsal=epoch.kind == "rehearsal",
        commitment=epoch.commitment,
        roll_root=epoch.roll_root,
        randomness="" if folder is None else _randomness(folder),
        has_files=folder is not None,
    )


def _bundle_folder(epoch: str, home: Path) -> Path | None:
    for pattern in BUNDLES:
        for file in (home / "out").glob(pattern):
            if _read_json(file).get("epoch") == epoch:
                return file.parent
    return None


def _randomness(folder: Path) -> str:
    found = _read_json(folder / "bundle.json").get("randomness", {})
    return str(found.get("seed") or found.get("value", ""))


def _read_json(file: Path) -> Json:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _tallies(session: Session, polity_id: str) -> tuple[TallyLine, ...]:
    query = (
        select(VoteRow)
        .join(MatterRow, MatterRow.matter_id == VoteRow.matter)
        .where(MatterRow.polity == polity_id, VoteRow.closed_at.is_not(None))
        .order_by(VoteRow.closed_at.desc(), VoteRow.vote.desc())
    )
    return tuple(tally_line(session, row) for row in session.scalars(query).all())


def _log_of(session: Session, polity_id: str) -> tuple[LogLine, ...]:
    """Return the latest lines that name a polity, of the last few thousand."""
    recent = session.scalars(select(LogRow).order_by(LogRow.index.desc()).limit(LOG_SEARCHED)).all()
    named = (row for row in recent if _names(json.loads(row.line)["facts"], polity_id))
    return tuple(_log_line(row) for row in islice(named, LOG_LINES))


def _names(facts: object, polity_id: str) -> bool:
    return isinstance(facts, dict) and polity_id in (facts.get("polity"), facts.get("issue"))


def _log_line(row: LogRow) -> LogLine:
    entry = json.loads(row.line)
    facts = entry["facts"]
    said = (
        ", ".join(f"{key} {_short(value)}" for key, value in facts.items()) if isinstance(facts, dict) else str(facts)
    )
    return LogLine(index=row.index, kind=entry["kind"], facts=said)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
