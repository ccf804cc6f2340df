"""The service as people meet it: a store with two polities and an assembly of made-up citizens, served in a thread."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from services.assemblies.draws import demonstrate_assemblies
from services.assemblies.planning import LotRequest
from services.auth.roles import Principal, Role
from services.auth.sessions import new_session
from services.bootstrap import open_store
from services.demo.synthetic import register_synthetic
from services.derivation.derive import derive
from services.derivation.folder import Pictures, write_folder
from services.derivation.requests.request import request_of
from services.polities.lifecycle import load_demo
from services.settings import Settings
from tests.served import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
POLITY, TITLE, ROOT = "smelter-emissions", "Smelter emissions", "human-rights"
PEOPLE, SEATS = 4000, 9
AXE = Path(__file__).parent / "axe" / "axe.min.js"
SMALL, LARGE = 320, 1280


def build(settings: Settings) -> None:
    """Derive two issues, and fill a store with them."""
    for name in (POLITY, ROOT):
        derivation = derive(request_of(settings.home, issue=name, effort="interactive"), settings.home).derivation
        write_folder(settings.out / "demo" / name, derivation, Pictures())
    fill(settings)


def fill(settings: Settings) -> None:
    """Load the derived polities, register made-up citizens, seat small assemblies."""
    load_demo([settings.out / "demo" / name for name in (POLITY, ROOT)], open_store(settings))
    register_synthetic(open_store(settings), people=PEOPLE)
    demonstrate_assemblies("browser", settings.out / "demo" / "draw", LotRequest(seats=SEATS), open_store(settings))


def built_once(shared: Path) -> Path:
    """A built home, made by the first worker that wants one."""
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = shared / "home"
        if not (shared / "done").exists():
            settings = Settings(home=home, workers=1)
            build(settings)
            open_store(settings).close()
            (shared / "done").touch()
    return home


def copied(home: Path, to: Path, *, database_url: str | None = None) -> Settings:
    """Settings of a copy of a built home; with a database of its own, that is filled anew."""
    shutil.copytree(home, to)
    settings = Settings(home=to, workers=1, database_url=database_url)
    if database_url is not None:
        shutil.rmtree(to / "out" / "demo" / "draw")
        fill(settings)
    return settings


def shared_home(tmp_path_factory, config) -> Path:
    """The built home that all workers copy."""
    base = tmp_path_factory.getbasetemp()
    return built_once((base.parent if hasattr(config, "workerinput") else base) / "site")


@dataclass
class Site:
    """A running service, and a browser that notices what no page may do."""

    settings: Settings
    address: str
    browser: Browser
    shots: Path
    troubles: list[str] = field(default_factory=list)

    @property
    def store(self):
        return open_store(self.settings)

    def context(self, *, who: str = "", role: Role | None = None, width: int = LARGE, **options) -> BrowserContext:
        """A browser of somebody in a role, or of the public."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, base_url=self.address, **options)
        if role is not None:
            secret = new_session(Principal(name=who, roles=frozenset({role})), self.store)
            context.add_cookies([{"name": "geopolity_session", "value": secret, "url": self.address}])
        context.on("request", self._watch)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on(
            "console",
            lambda message: (
                message.type == "error" and self.troubles.append(f"{message.text} ({message.location.get('url')})")
            ),
        )
        return context

    def _watch(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"third party: {request.url}")

    def no_troubles(self, *expected: str) -> None:
        """Nothing went wrong in any page; ``expected`` are words of refusals that a test provokes."""
        found = [trouble for trouble in self.troubles if not any(words in trouble for words in expected)]
        self.troubles.clear()
        assert found == [], "; ".join(found)

    def keep(self, page: Page, name: str) -> None:
        """Keep a screenshot for people to look at."""
        width = page.viewport_size["width"]
        page.screenshot(path=self.shots / f"{name}-{width}.png", full_page=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, which waits thirty seconds for what a page is expected to show."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(settings: Settings):
    """Serve without a worker; yields the address."""
    with served(settings, worker=False) as running:
        yield running.url
    open_store(settings).close()


def axe(page: Page) -> list[str]:
    """Violations that axe-core finds on a page that has come to rest, each with its rule and its place."""
    manifest = json.loads((AXE.parent / "manifest.json").read_text(encoding="utf-8"))
    source = AXE.read_bytes()
    assert hashlib.sha256(source).hexdigest() == manifest["sha256"]
    page.evaluate(source.decode("utf-8"))  # through the debugger: the page's own policy lets no script in
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
