"""The guide as it is read: built, served beside the pages, on a telephone, without asking any other machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.closed import close_pages
from services.settings import Settings
from tests.e2e.site import SMALL, axe, overflow
from tests.served import served

ROOT = Path(__file__).parents[2]
PAGES = (
    "",
    "tutorials/first-polity.html",
    "reference/commands/derive.html",
    "reference/errors.html",
    "explanation/lot.html",
)


def test_a_guide_that_was_not_built_is_said_and_pages_lead_to_it_once_it_is(tmp_path):
    settings = Settings(home=tmp_path, workers=1)
    with served(settings) as service:
        answer = service.client().get("/guide/")
        assert answer.status_code == 404
        assert "./run guide" in answer.json()["detail"]
        assert "/guide/" not in service.client().get("/trust").text
        settings.guide.mkdir()
        (settings.guide / "index.html").write_text("<h1>Guide</h1>")
        assert '<a href="/guide/">Guide</a>' in service.client().get("/sign-in").text
        assert service.client().get("/guide/").text == "<h1>Guide</h1>"


def test_a_page_that_asks_another_machine_is_refused(tmp_path):
    (tmp_path / "page.html").write_text('<head></head><script src="https://cdn.example.org/x.js"></script>')
    with pytest.raises(ValueError, match="another machine"):
        close_pages(tmp_path)


@pytest.mark.long
def test_the_guide_is_read_on_a_telephone_with_nothing_from_elsewhere(browser, tmp_path):
    settings = Settings(home=tmp_path, workers=1)
    subprocess.run([sys.executable, "-m", "docs", "--out", settings.guide], cwd=ROOT, check=True)
    asked, refused = [], []
    with served(settings) as service:
        page = browser.new_page(viewport={"width": SMALL, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda it: refused.append(f"{it.status} {it.url}") if it.status >= 400 else None)
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        for name in PAGES:
            page.goto(f"{service.url}/guide/{name}")
            assert overflow(page) <= 0, name
            assert axe(page) == [], name
        page.goto(f"{service.url}/guide/search.html?q=connector")
        page.wait_for_selector("#search-results li")
    assert "\n".join(sorted(set(refused))) == ""
    assert {re.match(r"https?://[^/]+", url)[0] for url in asked if url.startswith("http")} == {service.url}
