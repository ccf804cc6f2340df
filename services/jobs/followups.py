"""What analysts ask next of a result: ordered in the one queue like derivations, kept a while for who asked."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

from sqlalchemy import select

from geopolity.region import OnProgress
from services.derivation.followed import Followed, followed
from services.derivation.requests.followup import FollowUp
from services.derivation.requests.request import request_of_spec
from services.jobs import queue
from services.jobs.queue import FOLLOWUP, Job, JobRefused, find, job_folder
from services.storage.store import Store
from services.storage.tables import JobRow

FILE = "followed.pickle"
KEPT = 12
"""Answers that are kept of one analyst; the oldest go first."""


def ask(question: FollowUp, store: Store, *, by: str) -> Job:
    """Order an answer."""
    for job_id in _forgotten(store, by):
        shutil.rmtree(job_folder(job_id, store.home), ignore_errors=True)
    return queue.submit(question, store, by=by, outputs=(FOLLOWUP,))


def question_of(job_id: str, store: Store, *, of: str | None = None) -> FollowUp:
    """The question that a job answers.

    Raises
    ------
    JobRefused
        If it is another kind of job.
    """
    with store.reading() as session:
        row = find(session, job_id, of=of)
        if row.outputs != FOLLOWUP:
            raise JobRefused("Derivation {job} is no question; /studio/orders shows it.", job=job_id)
        return FollowUp.model_validate_json(row.request)


def answer(row: JobRow, store: Store, on_progress: OnProgress) -> Followed:
    """Answer what a job asks."""
    question = FollowUp.model_validate_json(row.request)
    folder = job_folder(row.job_id, store.home)
    folder.mkdir(parents=True, exist_ok=True)
    return followed(question, request_of_spec(question.asked, store), store.home, folder, on_progress)


def keep(found: Followed, folder: Path) -> None:
    """Keep an answer for whoever asked."""
    draft = folder / f"{FILE}.partial"
    draft.write_bytes(pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL))
    draft.replace(folder / FILE)


def answered(job_id: str, store: Store) -> Followed | None:
    """The answer to a question; ``None`` while there is none."""
    file = job_folder(job_id, store.home) / FILE
    if not file.exists():
        return None
    found: Followed = pickle.loads(file.read_bytes())  # noqa: S301 - a file of our own, from our own state folder
    return found


def _forgotten(store: Store, by: str) -> list[str]:
    """Take the oldest answers of an analyst away, so that one more is within what is kept; returns their ids."""
    ended = select(JobRow).where(JobRow.analyst == by, JobRow.outputs == FOLLOWUP, JobRow.status.not_in(queue.OPEN))
    with store.writing() as session:
        rows = session.scalars(ended.order_by(JobRow.number.desc()).offset(KEPT - 1)).all()
        for row in rows:
            session.delete(row)
        return [row.job_id for row in rows]
