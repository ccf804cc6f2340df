"""Whether the service lives, whether it can work, and what it counts."""

from __future__ import annotations

import contextlib

from fastapi import Request, Response
from sqlalchemy import text

from services.api.metrics import METRICS
from services.api.principal import Allowed, Role, StoreDep, guarded_router, require
from services.jobs import queue
from services.storage.store import StoreUnavailableError

router = guarded_router(tags=["operations"])
LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1"})
PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers by which proxies say for whom they ask."""
PUBLIC = [require(Role.PUBLIC)]


@router.get("/health", dependencies=PUBLIC)
def health() -> dict[str, str]:
    """Answer: the process lives."""
    return {"status": "ok"}


@router.get("/ready", dependencies=PUBLIC)
def ready(request: Request, store: StoreDep) -> dict[str, str]:
    """Answer whether the store answers and look-ups are open; 503 with the reason if not."""
    if not request.app.state.lookup.is_open:
        raise StoreUnavailableError("The look-up index is being opened; ask again in a second.")
    with store.reading() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ready"}


@router.get("/metrics", dependencies=PUBLIC, include_in_schema=False)
def metrics(request: Request) -> Response:
    """Print the counters in Prometheus's format: to an administrator, or to whoever asks on this machine itself.

    Raises
    ------
    SignInNeeded, NotAllowed
        For everybody else; a proxy on this machine passes strangers on, and says so in its headers.
    """
    if not _is_on_this_machine(request):
        Allowed(frozenset({Role.ADMINISTRATOR}))(request)
    with contextlib.suppress(StoreUnavailableError):  # a store that is away is what they are looked at for
        for status, count in queue.counts(request.app.state.store).items():
            METRICS.jobs.labels(status).set(count)
    METRICS.lookups.set(request.app.state.lookup.count)
    return Response(METRICS.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_on_this_machine(request: Request) -> bool:
    """Whether a request comes from this machine, and nothing says that it was passed on."""
    host = "" if request.client is None else request.client.host
    return host in LOOPBACK_ADDRESSES and not any(name in request.headers for name in PASSED_ON)
