"""The service on a port of its own, in a thread: what tests of the API and of pages talk to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import uvicorn

from maps.texts import refusals
from services.api import problems
from services.api.app import create_app
from services.auth.roles import Principal, Role
from services.auth.sessions import new_session
from services.bootstrap import Service, open_store
from services.serving import configure_log
from services.settings import Settings
from tests.refusals import NOT_ON_PAGES


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
        client = httpx.Client(base_url=self.url, timeout=60, **options)
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
    with every_refusal_in_spanish():
        yield from _served(settings, worker=worker, port=port)


@contextlib.contextmanager
def every_refusal_in_spanish() -> Iterator[None]:
    """Whatever is refused meanwhile that a page could say has its sentence in Spanish too."""
    unknown, told = [], problems.say

    def heard(sentence: str, code: str, language: str) -> refusals.Said:
        if code not in NOT_ON_PAGES and len(sentence) <= refusals.LONGEST:
            unknown.extend([sentence] if told(sentence, code, "es").language != "es" else [])
        return told(sentence, code, language)

    problems.say = heard
    try:
        yield
    finally:
        problems.say = told
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
