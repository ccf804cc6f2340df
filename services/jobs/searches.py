"""Drafts that are searched further in the background: one an analyst, after everything that was ordered, never kept.

A search gives way as soon as a derivation waits: it ends with the best region that it has.
"""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.derivation.derive import Derived
from services.derivation.requests.spec import DerivationSpec
from services.jobs import queue
from services.jobs.queue import SEARCH, Job, JobRefused, find, job_folder
from services.storage.store import Store
from services.storage.tables import JobRow

FILE = "searched.pickle"


def search(spec: DerivationSpec, store: Store, *, by: str) -> Job:
    """Search a draft further with standard effort, in place of an earlier search of the same analyst."""
    with store.writing() as session:
        gone = _forgotten(session, by)
    for job_id in gone:
        shutil.rmtree(job_folder(job_id, store.home), ignore_errors=True)
    return queue.submit(spec.model_copy(update={"effort": "standard"}), store, by=by, outputs=(SEARCH,))


def keep(derived: Derived, folder: Path) -> None:
    """Keep what a search found, for whoever asked."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{FILE}.partial"
    draft.write_bytes(pickle.dumps(derived, protocol=pickle.HIGHEST_PROTOCOL))
    draft.replace(folder / FILE)


def searched(job_id: str, store: Store, *, of: str | None = None) -> Derived:
    """What a search found.

    Raises
    ------
    JobRefused
        If it has not ended, or found nothing.
    """
    with store.reading() as session:
        status = find(session, job_id, of=of).status
    file = job_folder(job_id, store.home) / FILE
    if not file.exists():
        raise JobRefused("Search {job} is {status:job} and has found nothing to show.", job=job_id, status=status)
    found: Derived = pickle.loads(file.read_bytes())  # noqa: S301 - a file of our own, from our own state folder
    return found


def _forgotten(session: Session, by: str) -> list[str]:
    """End an analyst's search that is open, and take those away that have ended; returns their ids."""
    rows = session.scalars(select(JobRow).where(JobRow.analyst == by, JobRow.outputs == SEARCH)).all()
    ended = [row for row in rows if row.status not in queue.OPEN]
    for row in ended:
        session.delete(row)
    queue.end_searches(session, by)
    return [row.job_id for row in ended]
