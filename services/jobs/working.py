"""One job from its request to its folder, in steps that survive a kill: derive, draw and write, propose if ordered.

What was derived is kept in the job's folder at once, so a worker that takes over only draws. A job that is cancelled
while it runs ends with the best region so far, certified, and is written like any other.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from geopolity.errors import GeopolityError
from geopolity.messages import Message
from geopolity.polity.derivation import Derivation
from geopolity.region.certificate import Progress
from services.confined import too_large
from services.derivation.derive import Derived, derive, layer_of, write
from services.derivation.folder import put_in_place
from services.derivation.packed import packed
from services.derivation.requests.request import request_of_spec
from services.derivation.requests.spec import DerivationSpec
from services.derivation.summary import Summary, summary
from services.jobs import followups, queue, searches
from services.jobs.queue import Lease, LeaseLost
from services.polities.lifecycle import proposer_of
from services.storage.room import DiskFull
from services.storage.store import Store
from services.storage.tables import JobRow

TELL_SECONDS = 0.25
"""Least time between two reports."""
BEAT_SECONDS = 5.0
log = logging.getLogger(__name__)


def work(store: Store, stop: Callable[[], bool], *, idle_seconds: float = 0.1) -> None:
    """Take jobs in turn until told to stop."""
    while not stop():
        row = queue.take(store) if _has_room(store) else None
        if row is None:
            time.sleep(idle_seconds)
        else:
            do(row, store)


def _has_room(store: Store) -> bool:
    try:
        store.check_room()
    except DiskFull:
        return False
    return True


def work_off(store: Store) -> int:
    """Do everything that waits; returns how many jobs that were."""
    done = 0
    while _has_room(store) and (row := queue.take(store)) is not None:
        do(row, store)
        done += 1
    return done


def do(row: JobRow, store: Store) -> None:
    """Do one job; whatever goes wrong is kept as its problem. Who lost it to another worker leaves nothing behind."""
    try:
        _do(row, store)
    except LeaseLost:
        log.warning("job %s went to another worker", row.job_id)
        drawn = queue.job_folder(row.job_id, store.home) / f"polity-{row.attempts}"
        shutil.rmtree(drawn, ignore_errors=True)


def _do(row: JobRow, store: Store) -> None:
    figures, lease = None, queue.lease_of(row)
    with _beating(lease, store):
        try:
            figures = _done(row, store)
            _concluded(row, figures, store)
        except LeaseLost:
            raise
        except GeopolityError as error:
            queue.finish(lease, store, figures=figures, problem=queue.problem_of(error.code, error))
        except MemoryError:
            refused = too_large()
            queue.finish(lease, store, figures=figures, problem=queue.problem_of(refused.code, refused))
        except Exception:
            log.exception("job %s", row.job_id)
            sentence = Message("Something unexpected happened; it was recorded, and nothing was published.")
            queue.finish(lease, store, figures=figures, problem=queue.problem_of("unexpected", sentence))


def _concluded(row: JobRow, figures: Summary, store: Store) -> None:
    """End a job, and propose its result if that was ordered."""
    lease = queue.lease_of(row)
    if row.propose_days is None:
        queue.finish(lease, store, figures=figures)
        return
    queue.report(lease, store, queue.Reached(phase="proposing", done=1.0))
    folder = queue.job_folder(row.job_id, store.home) / "polity"
    propose = proposer_of(folder, store.home, by=row.analyst, days=row.propose_days)
    queue.finish_proposed(lease, store, figures=figures, propose=propose)


def _done(row: JobRow, store: Store) -> Summary:
    folder = queue.job_folder(row.job_id, store.home)
    if row.outputs == queue.SEARCH:
        found = _derived(row, store, proven=False)
        searches.keep(found, folder)
        return summary(found.derivation)
    if row.outputs == queue.FOLLOWUP:
        return _followed(row, store)
    folder.mkdir(parents=True, exist_ok=True)
    lease = queue.lease_of(row)
    kept = folder / "derivation.pickle"
    derivation = _kept(kept)
    if derivation is None:
        derivation = _derived(row, store, proven=True).derivation
        draft = kept.with_suffix(f".partial-{lease.attempt}")
        draft.write_bytes(pickle.dumps(derivation, protocol=pickle.HIGHEST_PROTOCOL))
        with store.writing() as session:
            queue.leased(session, lease)
            draft.replace(kept)
    queue.report(lease, store, _drawing(derivation))
    drawn = folder / f"polity-{lease.attempt}"
    write(derivation, drawn, store.home)
    with store.writing() as session:
        queue.leased(session, lease)
        put_in_place(folder / "polity", drawn)
    _clear(folder)
    return summary(derivation)


def _followed(row: JobRow, store: Store) -> Summary:
    """Answer a question; of one that was stopped nothing is kept, for its answer would be about a worse area."""
    teller = _Teller(queue.lease_of(row), store, 0)
    found = followups.answer(row, store, teller)
    if queue.report(queue.lease_of(row), store, None):
        followups.keep(found, queue.job_folder(row.job_id, store.home))
    return found.figures


def _clear(folder: Path) -> None:
    """Remove what this attempt and those before it left beside the result."""
    for left in (*folder.glob("derivation.*"), *folder.glob("polity-*")):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def _derived(row: JobRow, store: Store, *, proven: bool) -> Derived:
    request = request_of_spec(DerivationSpec.model_validate_json(row.request), store)
    units = len(layer_of(request, store.home))
    return derive(request, store.home, _Teller(queue.lease_of(row), store, units), proven=proven)


class _Teller:
    """Reports progress with the best region so far, not too often, and hears whether to go on."""

    def __init__(self, lease: Lease, store: Store, units: int) -> None:
        self._lease, self._store, self._units = lease, store, units
        self._told = 0.0
        self._goes_on = True

    def __call__(self, progress: Progress) -> bool:
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            region = None if progress.members is None else packed(progress.members[: self._units])
            reached = queue.Reached(phase=progress.phase, done=round(progress.done, 4), gap=progress.gap, region=region)
            self._goes_on = queue.report(self._lease, self._store, reached)
        return self._goes_on


def _drawing(derivation: Derivation) -> queue.Reached:
    region = packed(derivation.units["inside"].to_numpy())
    return queue.Reached(phase="drawing", done=1.0, gap=derivation.certificate.gap, region=region)


def _kept(file: Path) -> Derivation | None:
    with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, ValueError):
        found = pickle.loads(file.read_bytes())  # noqa: S301 - a file of our own, from our own state folder
        if isinstance(found, Derivation):
            return found
    return None


class _beating:  # noqa: N801 - used as `with _beating(…)`
    """Gives signs of life while a job is done."""

    def __init__(self, lease: Lease, store: Store) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, args=(lease, store), daemon=True)

    def _beat(self, lease: Lease, store: Store) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            with contextlib.suppress(GeopolityError):
                queue.report(lease, store, None)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
