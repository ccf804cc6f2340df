"""Run a worker until it is told to stop: woken by PostgreSQL, or looking for work itself."""

from __future__ import annotations

import os

from services.confined import limit
from services.ending import Ending
from services.storage.store import Store


def run_worker(store: Store, *, most_mb: int, parent: int | None = None) -> None:
    """Work until a signal comes, or until the service that started it is gone, in so much memory at most."""
    limit(most_mb)
    os.environ.setdefault("NUMBA_CACHE_DIR", str(store.home / "cache" / "numba"))
    from services.jobs.warming import warm_up  # noqa: PLC0415
    from services.jobs.working import work  # noqa: PLC0415 - heavy, and numba must know its folder first

    warm_up(store)
    if store.is_postgresql:
        from services.jobs.postgres import run_notified  # noqa: PLC0415 - only where there is PostgreSQL

        run_notified(store, parent=parent)
        return
    with Ending() as ending:
        work(store, lambda: ending.came or (parent is not None and os.getppid() != parent))
