"""The service as a reader runs it beside the pages that ask it: on their store, at an address of its own."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import structlog
import uvicorn

from services.api.app import create_app
from services.bootstrap import bootstrap
from services.serving import listen

SHOWN = "http://localhost:8000"
"""Where pages say that it is."""


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Address of the service while it runs."""
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(create_app(bootstrap()), access_log=False, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    with _quiet():
        thread.start()
        try:
            yield f"http://localhost:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            listener.close()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without lines of the log between what the reader's programs print."""
    before = structlog.get_config()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(nowhere))
        try:
            yield
        finally:
            structlog.configure(**before)
