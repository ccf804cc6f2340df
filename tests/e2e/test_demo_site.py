"""The README's way to a public site: demo, publish, a plain file server, a browser with the network cut."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.test_site_in_browser import AXE, downloaded, find, opened, served

POLITIES = ("Hurricane relief", "Mississippi water quality", "Smelter emissions")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out") / "site"
    environment = os.environ | {"GEOPOLITY_HOME": str(home)}
    for command in (["demo"], ["publish", "--out", str(out)]):
        program = [sys.executable, "-m", "services.cli", *command]
        subprocess.run(program, env=environment, check=True, capture_output=True, timeout=900)
    server, address = served(out)
    yield out, address
    server.shutdown()
    server.server_close()


def cut(context, address):
    """Let nothing through but the site's own files; returns what was asked of others."""
    here, others = urlsplit(address).netloc, []

    def only_here(route):
        if urlsplit(route.request.url).netloc == here:
            route.continue_()
        else:
            others.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    return others


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_reads_well_and_asks_nobody_else(browser, site, width):
    out, address = site
    pages = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html") if "derivation" not in path.parts)
    assert sum(path.startswith("polities/") for path in pages) == 6
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, service_workers="block")
    others, troubles = cut(context, address), []
    for path in pages:
        page = opened(context, address + path, troubles)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run().then(({violations}) => violations.map((one) => [one.id, one.nodes[0].html]))")
        assert found == [], path
        page.close()
    context.close()
    assert (others, troubles) == ([], [])


@pytest.mark.long
def test_every_link_leads_to_a_file(site):
    import re

    out, _ = site
    for page in out.rglob("*.html"):
        if "derivation" in page.parts:
            continue
        for link in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", link) or "{" in link:
                continue
            target = (out / link.lstrip("/")) if link.startswith("/") else page.parent / link
            assert target.exists(), f"{page.relative_to(out)} → {link}"


@pytest.mark.long
def test_a_citizen_finds_their_polities_offline(browser, site):
    _, address = site
    context = browser.new_context()
    others = cut(context, address)
    page = opened(context, f"{address}lookup/index.html", troubles := [])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    downloaded(page)
    find(page, "38.6, -90.2")
    expect(page.get_by_role("heading", name="You belong to 3 polities.")).to_be_visible()
    for title in POLITIES[1:]:
        expect(page.get_by_role("link", name=title)).to_be_visible()
    context.close()
    assert (others, troubles) == ([], [])
