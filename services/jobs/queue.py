"""The queue of ordered derivations: fair between analysts, honest about the place, and safe to be killed.

Analysts take turns: who has had the fewest jobs begun among those still waiting or running comes first, and within an
analyst the oldest job; searches of drafts (``searches``) come after all that was ordered. A job whose worker gave no
sign of life for a while goes back to the queue.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer, RequestError
from geopolity.messages import Message, Sayable, as_record
from services.clock import now
from services.derivation.packed import PackedUnits
from services.derivation.summary import Summary
from services.records import Json, as_json, of_row
from services.storage.polities.versions import Version
from services.storage.store import Store
from services.storage.tables import JobRow

LOST_SECONDS = 30.0
"""Without a beat for so long, a worker is taken for dead."""
MOST_ATTEMPTS = 3
MOST_WAITING = 20
"""Jobs that one analyst may have waiting."""
OPEN = ("queued", "running")
SEARCH = "search"
"""As the one output of a job: a draft that is searched further. Whatever is ordered goes before, and ends it."""
FOLLOWUP = "followup"
"""As the one output of a job: a question about a result, ordered like a derivation, and no derivation itself."""


_IS_ORDER = JobRow.outputs.is_distinct_from(SEARCH)
_IS_DERIVATION = and_(_IS_ORDER, JobRow.outputs.is_distinct_from(FOLLOWUP))


class Orderable(Protocol):
    """What can be ordered: it has a title, and is written the same way whoever wrote it."""

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    def canonical(self) -> str:
        """The text that a job keeps of it."""
        ...


class UnknownJobError(RequestError):
    """There is no such derivation."""

    code = "unknown-job"


class LeaseLost(Exception):
    """A worker was taken for dead, and its job is somebody else's by now: what it has done counts for nothing."""


class JobRefused(NegativeAnswer):
    """A derivation cannot be ordered or used now."""

    code = "job-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A derivation that was ordered: where it stands, how far it is, and what came out, as the job table keeps it."""

    id: str
    title: str
    status: str
    place: int | None
    made_at: str
    started_at: str | None
    finished_at: str | None
    progress: Json | None
    figures: Json | None
    problem: Json | None
    proposed: Json | None
    files: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedJob(Job):
    """A job in a list, in the order of its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Lease:
    """A job in a worker's hands: the attempt at it that is theirs."""

    job_id: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a job is: its phase, the part that is done, and the best region so far with its gap."""

    phase: str
    done: float
    gap: float | None = None
    region: PackedUnits | None = None

    def as_json(self) -> Json:
        """As it is kept and told."""
        return {"phase": self.phase, "done": self.done, "gap": self.gap} | (as_json(self.region) or {})


def submit(
    spec: Orderable, store: Store, *, by: str, propose_days: int | None = None, outputs: Sequence[str] = ()
) -> Job:
    """Order a derivation; with ``propose_days``, its result is proposed at once, open to objections for so long.

    ``outputs`` are those that a client wants to hear of; nothing means all.
    """
    with store.writing() as session:
        end_searches(session, by)
        waiting = session.scalar(
            select(func.count()).select_from(JobRow).where(JobRow.analyst == by, JobRow.status == "queued")
        )
        if (waiting or 0) >= MOST_WAITING:
            raise JobRefused(
                "{number} derivations of yours are waiting, the most there may be; cancel one or wait.",
                number=waiting,
            )
        last = session.scalar(select(func.max(JobRow.number))) or 0
        row = JobRow(
            job_id=secrets.token_hex(8),
            number=last + 1,
            analyst=by,
            title=spec.title,
            request=spec.canonical(),
            outputs=",".join(outputs) or None,
            status="queued",
            is_cancelled=False,
            made_at=now(),
            attempts=0,
            propose_days=propose_days,
        )
        session.add(row)
        session.flush()
        return record(row, _places(session), store.home)


def end_searches(session: Session, by: str) -> None:
    """End the searches of an analyst that wait or run: something else was asked for."""
    query = select(JobRow).where(JobRow.analyst == by, JobRow.outputs == SEARCH, JobRow.status.in_(OPEN))
    for row in session.scalars(query):
        _cancelled(row)


def show(job_id: str, store: Store, *, of: str | None = None) -> Job:
    """Where a derivation stands; with ``of``, only that analyst's."""
    with store.reading() as session:
        return record(find(session, job_id, of=of), _places(session), store.home)


def list_jobs(store: Store, *, of: str | None = None) -> list[ListedJob]:
    """List derivations that were ordered, in the order they were made, all or one analyst's."""
    query = select(JobRow).where(_IS_DERIVATION).order_by(JobRow.number)
    with store.reading() as session:
        rows = session.scalars(query if of is None else query.where(JobRow.analyst == of)).all()
        places = _places(session)
        return [of_row(ListedJob, record(row, places, store.home), number=row.number) for row in rows]


def outputs_of(job_id: str, store: Store) -> tuple[str, ...]:
    """The outputs that a job's client wants to hear of; nothing means all."""
    with store.reading() as session:
        told = find(session, job_id).outputs
        return tuple(told.split(",")) if told else ()


def cancel(job_id: str, store: Store, *, of: str | None = None) -> Job:
    """Stop a derivation: one that waits is over; one that runs ends soon and keeps the best it has."""
    with store.writing() as session:
        row = find(session, job_id, of=of)
        _cancelled(row)
        session.flush()
        return record(row, _places(session), store.home)


def _cancelled(row: JobRow) -> None:
    row.is_cancelled = True
    if row.status == "queued":
        row.status, row.finished_at = "cancelled", now()


def take(store: Store) -> JobRow | None:
    """Take the next job in turn, ``None`` if nothing waits; who finds nothing to do has locked nothing."""
    with store.reading() as session:
        if session.scalar(select(JobRow.number).where((JobRow.status == "queued") | _is_lost()).limit(1)) is None:
            return None
    with store.writing() as session:
        _requeue_lost(session)
        waiting = _in_turn(session)
        if not waiting:
            return None
        row = waiting[0]
        row.status, row.started_at, row.beat_at = "running", row.started_at or now(), time.time()
        row.attempts += 1
        session.flush()
        session.expunge(row)
        return row


def lease_of(row: JobRow) -> Lease:
    """The lease of whoever took a job."""
    return Lease(row.job_id, row.attempts)


def leased(session: Session, lease: Lease) -> JobRow:
    """The job of a worker that still has it, in a transaction that is open.

    Raises
    ------
    LeaseLost
        If it gave no sign of life for so long that the job went to another.
    """
    row = session.get(JobRow, lease.job_id)
    if row is None or (row.status, row.attempts) != ("running", lease.attempt):
        raise LeaseLost(lease.job_id)
    return row


def report(lease: Lease, store: Store, progress: Reached | None) -> bool:
    """Give a sign of life, and keep how far a job is; returns whether it shall go on."""
    with store.writing() as session:
        try:
            row = leased(session, lease)
        except LeaseLost:
            return False
        row.beat_at = time.time()
        if progress is not None:
            row.progress = json.dumps(as_json(progress))
        return not row.is_cancelled and not (row.outputs == SEARCH and _is_ordered(session))


def _is_ordered(session: Session) -> bool:
    """Whether a derivation waits that somebody ordered."""
    waiting = select(JobRow.job_id).where(JobRow.status == "queued", _IS_ORDER)
    return session.scalar(waiting.limit(1)) is not None


def finish(lease: Lease, store: Store, *, figures: Summary | None = None, problem: Json | None = None) -> None:
    """Keep what came out of a job; a problem may come after the figures, when they could not be proposed."""
    with store.writing() as session:
        _end(leased(session, lease), figures, problem)


def finish_proposed(lease: Lease, store: Store, *, figures: Summary, propose: Callable[[Session], Version]) -> None:
    """Propose what came out of a job and keep both in one transaction: a killed worker proposes nothing twice.

    Who cancelled the job meanwhile gets the figures, and nothing is proposed.
    """
    with store.writing() as session:
        row = leased(session, lease)
        if not row.is_cancelled:
            row.proposed = json.dumps(as_json(propose(session)))
        _end(row, figures, None)


def problem_of(code: str, said: Sayable) -> Json:
    """An error as a job keeps it: its code, its sentence in English, and what another language needs."""
    return {"code": code, "detail": str(said)} | as_record(said)


def _end(row: JobRow, figures: Summary | None, problem: Json | None) -> None:
    row.finished_at, row.beat_at = now(), None
    row.figures = None if figures is None else json.dumps(as_json(figures))
    row.problem = None if problem is None else json.dumps(problem)
    row.status = "failed" if problem is not None else "cancelled" if row.is_cancelled else "done"


def counts(store: Store) -> dict[str, int]:
    """Count the jobs by status."""
    with store.reading() as session:
        rows = session.execute(select(JobRow.status, func.count()).group_by(JobRow.status))
        return {str(status): int(count) for status, count in rows}


def folder_of_job(job_id: str, store: Store) -> Path:
    """Folder of a derivation that is there to be used.

    Raises
    ------
    JobRefused
        If it is not finished, or nothing came out of it.
    """
    with store.reading() as session:
        row = find(session, job_id)
        status = row.status
    folder = job_folder(job_id, store.home) / "polity"
    if not (folder / "certificate.json").exists():
        raise JobRefused(
            "Derivation {job} is {status:job} and has no result to be proposed.",
            job=job_id,
            status=status,
        )
    return folder


def job_folder(job_id: str, home: Path) -> Path:
    """Folder of everything a job writes."""
    return home / "jobs" / job_id


def find(session: Session, job_id: str, *, of: str | None = None) -> JobRow:
    """Return a job by its id, of anybody or of one analyst."""
    row = session.get(JobRow, job_id)
    if row is None or of not in {None, row.analyst}:
        raise UnknownJobError(
            "There is no derivation {job:quoted} of yours; /api/v1/derivations lists them.",
            job=job_id[:60],
        )
    return row


def record(row: JobRow, places: dict[str, int], home: Path) -> Job:
    """One job as a record."""
    folder = job_folder(row.job_id, home) / "polity"
    return of_row(
        Job,
        row,
        id=row.job_id,
        place=places.get(row.job_id),
        progress=_read(row.progress),
        figures=_read(row.figures),
        problem=_read(row.problem),
        proposed=_read(row.proposed),
        files=sorted(file.name for file in folder.iterdir()) if row.figures and folder.is_dir() else [],
    )


def _read(text: str | None) -> Json | None:
    return None if text is None else json.loads(text)


def _places(session: Session) -> dict[str, int]:
    """How many jobs are before each waiting one, those that run included."""
    running = session.scalar(select(func.count()).select_from(JobRow).where(JobRow.status == "running")) or 0
    return {row.job_id: running + before for before, row in enumerate(_in_turn(session))}


def _in_turn(session: Session) -> list[JobRow]:
    """Order the waiting jobs as they will be taken: round by round, one of each analyst a round; searches last."""
    waiting = session.scalars(select(JobRow).where(JobRow.status == "queued").order_by(JobRow.number)).all()
    running = session.scalars(select(JobRow.analyst).where(JobRow.status == "running")).all()
    begun = select(JobRow.analyst, func.max(JobRow.started_at)).where(JobRow.started_at.is_not(None))
    recent = {analyst: last for analyst, last in session.execute(begun.group_by(JobRow.analyst))}  # noqa: C416 - rows
    taken: Counter[str] = Counter(running)
    order = []
    for row in waiting:
        is_search = row.outputs == SEARCH
        order.append((is_search, taken[row.analyst], recent.get(row.analyst) or "", row.number, row))
        taken[row.analyst] += 1
    return [row for *_, row in sorted(order, key=lambda one: one[:4])]


def _is_lost() -> ColumnElement[bool]:
    """Whose worker gave no sign of life for too long."""
    return and_(JobRow.status == "running", JobRow.beat_at < time.time() - LOST_SECONDS)


def _requeue_lost(session: Session) -> None:
    for row in session.scalars(select(JobRow).where(_is_lost())):
        if row.attempts >= MOST_ATTEMPTS:
            died = Message(
                "Its worker died {number:count} times; the request may need more memory than there is.",
                number=row.attempts,
            )
            row.status, row.finished_at = "failed", now()
            row.problem = json.dumps(problem_of("job-refused", died))
        else:
            row.status, row.beat_at = "queued", None
