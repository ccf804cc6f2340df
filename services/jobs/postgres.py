"""Workers on several machines: procrastinate wakes them through PostgreSQL, and the job table says what is next.

Each order leaves one message; whoever gets it takes the job whose turn it is, so the queue is as fair as with one
worker. Once a minute somebody looks for jobs whose worker died. Its tables have a schema of their own.
"""

from __future__ import annotations

import os
import signal
import threading
import time

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ProcrastinateException

from services.jobs.embedded import Embedded
from services.storage.store import Store, StoreUnavailableError

SCHEMA = "procrastinate"
PATH = f"-c search_path={SCHEMA},public"
QUEUE = "derivations"
LOCK = 0x67656F71
TASK = "geopolity:derive"


class Notifying:
    """Tells workers elsewhere that there is work; keeps one of its own beside, if asked to."""

    def __init__(self, store: Store, own: Embedded | None) -> None:
        self._address, self._own = address(store), own
        self._app: App | None = None
        self._opening = threading.Lock()

    def wake(self) -> None:
        """Leave a message for whichever worker is free."""
        if self._own is not None:
            self._own.wake()
        with self._opening:
            try:
                if self._app is None:
                    prepare(self._address)
                    connector = SyncPsycopgConnector(conninfo=self._address, kwargs={"options": PATH})
                    self._app = App(connector=connector).open()
                self._app.configure_task(TASK, queue=QUEUE).defer()
            except (psycopg.Error, ProcrastinateException) as error:
                raise StoreUnavailableError("The workers cannot be told; the derivation is kept and waits.") from error

    def expect(self) -> None:
        """Start the own worker, if there is to be one; those elsewhere are there."""
        if self._own is not None:
            self._own.expect()

    def close(self) -> None:
        """Let go of the database, and of the own worker."""
        with self._opening:
            if self._app is not None:
                self._app.close()
        if self._own is not None:
            self._own.close()


def run_notified(store: Store, *, parent: int | None = None, wait: bool = True) -> None:
    """Work whenever a message comes; without ``wait``, only on those that are there."""
    database = address(store)
    prepare(database)
    app = App(connector=PsycopgConnector(conninfo=database, kwargs={"options": PATH}, min_size=1, max_size=4))

    def derive(timestamp: int | None = None) -> None:
        del timestamp  # when the minute began
        from services.jobs.working import work_off  # noqa: PLC0415 - heavy, and only the worker needs it

        work_off(store)

    app.task(name=TASK, queue=QUEUE)(derive)
    app.periodic(cron="* * * * *")(app.task(name=f"{TASK}-lost", queue=QUEUE)(derive))
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    app.run_worker(queues=[QUEUE], concurrency=1, wait=wait, install_signal_handlers=wait, listen_notify=wait)


def prepare(database: str) -> None:
    """Make procrastinate's tables in their own schema, once."""
    with psycopg.connect(database, autocommit=True, options=PATH) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        found = connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.procrastinate_jobs",)).fetchone()
        if found == (None,):
            with App(connector=SyncPsycopgConnector(conninfo=database, kwargs={"options": PATH})).open() as app:
                app.schema_manager.apply_schema()


def address(store: Store) -> str:
    """Address of the database as libpq takes it."""
    return store.url.replace("postgresql+psycopg://", "postgresql://", 1)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)
