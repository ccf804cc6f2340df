"""Run the service: check the address, print one link, answer until told to stop, then finish what was begun."""

from __future__ import annotations

import ctypes
import ipaddress
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

import structlog
import uvicorn

from geopolity.errors import RequestError
from services.api.app import create_app
from services.api.rates import read_limit
from services.auth.personal_links import administrator_link
from services.bootstrap import Service
from services.demo.first_use import is_empty, load_samples
from services.ending import end_with_parent
from services.jobs.embedded import Embedded
from services.settings import Settings
from services.several import side_by_side
from services.storage.store import Store

M_ARENA_MAX, ARENAS = -8, 2
PATIENCE_SECONDS = 20
"""How long requests that were begun may take once the service is told to stop."""


class PublicAddressError(RequestError):
    """The service would listen where strangers reach it, and nobody could sign in."""

    code = "public-address"


class AddressError(RequestError):
    """The service cannot listen at an address."""

    code = "address"


def serve(  # noqa: PLR0913 - an address, and who answers there
    service: Service,
    *,
    host: str,
    port: int,
    say: Callable[[str], None],
    worker: bool = True,
    processes: int = 1,
) -> None:
    """Serve until a signal comes, by so many processes."""
    settings = service.settings
    check_address(host, settings)
    read_limit(settings.rate_limit)
    configure_log()
    listener = listen(host, port)
    samples = load_samples_meanwhile(service.store)
    say(link(service, listener))
    try:
        if processes == 1:
            _keep_memory_together()
            uvicorn.Server(_config(create_app(service, worker=worker), settings)).run(sockets=[listener])
        else:
            _serve_by_several(service, listener, processes, worker=worker)
    finally:
        if samples is not None:
            samples.terminate()


def _keep_memory_together() -> None:
    """Have the threads of this process take memory from few places, so that what is freed serves them all.

    By default glibc makes eight for each core, and what a request leaves free in one of them another cannot use.
    """
    with suppress(OSError, AttributeError):  # another C library has another way, or none
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def _config(app: Any, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        loop="auto",
        http="auto",
        lifespan="on",
        timeout_graceful_shutdown=PATIENCE_SECONDS,
        proxy_headers=settings.public_url is not None,  # of this machine, or of FORWARDED_ALLOW_IPS
    )


def _serve_by_several(service: Service, listener: socket.socket, processes: int, *, worker: bool) -> None:
    """Let processes answer at one address; a dead one is followed by another, and one worker does what is ordered."""
    with service.store.reading():
        pass  # a new store gets its tables from one process
    jobs = Embedded(service.settings.environment) if worker else None
    if jobs is not None:
        jobs.wake()
    try:
        side_by_side(processes, _answer, (service, listener), patience=PATIENCE_SECONDS + 5)
    finally:
        if jobs is not None:
            jobs.close()


def _answer(service: Service, listener: socket.socket) -> None:
    """Answer as one of several processes; none of them does what is ordered."""
    configure_log()
    _keep_memory_together()
    uvicorn.Server(_config(create_app(service, worker=False), service.settings)).run(sockets=[listener])


def load_samples_meanwhile(store: Store) -> BaseProcess | None:
    """Load the samples in a process of its own, if the store is a new file; nobody waits for it."""
    if store.is_postgresql or not is_empty(store):
        return None
    process = get_context("spawn").Process(target=_load_samples, args=(store,), daemon=True)
    process.start()
    return process


def _load_samples(store: Store) -> None:
    end_with_parent()
    for _ in load_samples(store):
        pass


def check_address(host: str, settings: Settings) -> None:
    """Refuse to listen where strangers come by while nobody could sign in.

    Raises
    ------
    PublicAddressError
        If the address is no loopback and no provider is configured.
    """
    if is_loopback(host) or settings.oidc_issuer is not None:
        return
    raise PublicAddressError(
        "{host} can be reached from elsewhere, and no sign-in is configured: set GEOPOLITY_OIDC_ISSUER, "
        "GEOPOLITY_OIDC_CLIENT_ID and GEOPOLITY_PUBLIC_URL, or listen on 127.0.0.1.",
        host=host,
    )


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Open the socket, so that the port is known before the link is printed."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        raise AddressError(
            "{host}:{port} cannot be listened on ({reason}); choose another --port, 0 for any.",
            host=host,
            port=port,
            reason=error.strerror or str(error),
        ) from error
    listener.set_inheritable(True)
    return listener


def link(service: Service, listener: socket.socket) -> str:
    """One address to open: it signs the person at this machine in, once."""
    host, port = listener.getsockname()[:2]
    if not is_loopback(host):
        return f"Serving {service.settings.public_url or f'http://{host}:{port}'}"
    return f"Open http://localhost:{port}/sign-in?token={administrator_link(service.store)}"


def configure_log() -> None:
    """Write JSON lines to stderr, each with its time; nothing personal is in them."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
