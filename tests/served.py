"""The service on a port of its own, in a thread: what tests of the API and of pages talk to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import uvicorn

from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import Said
from services.api import problems
from services.api.app import create_app
from services.auth.roles import Principal, Role
from services.auth.sessions import new_session
from services.bootstrap import Service, open_store
from services.serving import configure_log
from services.settings import Settings

FOREIGN = frozenset({"{text}", "{text}."})
"""What a library says, handed on."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running service; ``client(*roles)`` is a browser signed in with these roles."""

    settings: Settings
    url: str
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def store(self):
        return open_store(self.settings)

    def client(self, *roles: Role, name: str = "ann", **options) -> httpx.Client:
        client = httpx.Client(base_url=self.url, timeout=300, **options)
        if roles:
            client.cookies.set("geopolity_session", self.session(*roles, name=name), domain="localhost.local")
            client.headers["Sec-Fetch-Site"] = "same-origin"
        self.clients.append(client)
        return client

    def session(self, *roles: Role, name: str = "ann") -> str:
        """Secret of a session: the value of the cookie ``geopolity_session``."""
        return new_session(Principal(name=name, roles=frozenset(roles)), self.store)


@contextlib.contextmanager
def served(settings: Settings, *, worker: bool = True, port: int = 0) -> Iterator[Served]:
    """Serve until the block ends; without a worker, the test does what was ordered itself."""
    configure_log()
    with every_refusal_in_every_language():
        yield from _served(settings, worker=worker, port=port)


@contextlib.contextmanager
def every_refusal_in_every_language() -> Iterator[None]:
    """Whatever is refused meanwhile has its sentence in every language."""
    unknown, told = [], problems.said

    def heard(message, language: str) -> Said:
        if message.message not in FOREIGN:
            unknown.extend(str(message) for other in LANGUAGES if told(message, other).language != other)
        return told(message, language)

    problems.said = heard
    try:
        yield
    finally:
        problems.said = told
    assert unknown == [], unknown


def _served(settings: Settings, *, worker: bool, port: int) -> Iterator[Served]:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        create_app(Service(settings=settings), worker=worker), access_log=False, log_config=None, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    running = Served(settings=settings, url=f"http://localhost:{listener.getsockname()[1]}")
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        while httpx.get(f"{running.url}/ready").status_code != 200:
            thread.join(0.05)
        yield running
    finally:
        for client in running.clients:
            client.close()
        server.should_exit = True
        thread.join(30)
        listener.close()
