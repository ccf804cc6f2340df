"""The published site in a real browser: private look-up without a request, offline, and with the server's answer."""

from __future__ import annotations

import csv
import functools
import gzip
import http.server
import io
import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from boundaries import open_layer
from boundaries.gazetteer import search
from boundaries.gazetteer.place import PlaceError
from services.bootstrap import open_store
from services.lookup.answer import lookup
from services.lookup.index import open_lookup_index
from services.lookup.private_places import TOWN, packed_towns
from services.settings import Settings
from services.site.product import digest_of
from services.site.products import make_lookup, make_static
from services.site.publish import Edition, publish
from services.storage.layers.census import keep_layer, units_of
from services.storage.polities import steps
from services.storage.tables import LawRow
from tests.contract.conftest import NOW
from tests.contract.test_store import RIVER
from tests.site_store import town_store

AXE = Path(__file__).parent / "axe" / "axe.min.js"
LIMIT = 3_000_000
TOWNS = 1_500_000
"""How much names of places may add to the index, as it is sent."""
SPELLINGS = Path(__file__).parents[1] / "unit" / "boundaries" / "spellings.csv"
LAW = {"text": "Be quiet.", "text_hash": "0" * 64, "matter": None, "binds_from": NOW[:10], "ends_at": None}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own file server, without its log."""

    def log_message(self, *_):
        pass


def served(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://localhost:{server.server_port}/"


@pytest.fixture(scope="module")
def town_site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    publish(out, open_store(town_store(tmp_path_factory.mktemp("home"))), Edition(), workers=1)
    server, address = served(out)
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def counties(tmp_path_factory):
    """A store with all counties, three overlapping polities, an open proposal and a law."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1)
    layer = open_layer("us-counties")
    with open_store(settings).writing() as session:
        keep_layer(session, layer, now=NOW, is_base=True)
        for name, states in (("east", ("23", "25", "33")), ("south", ("12", "13")), ("all", None), ("next", ("25",))):
            inside = layer.units["parent"].isin(states) if states else layer.units["parent"].notna()
            members = (layer.units["population"][inside] / 2).rename_axis("unit_id")
            outline = shapely.coverage_union_all(layer.units.geometry.to_crs(4326).to_numpy()[inside.to_numpy()])
            proposal = replace(
                RIVER,
                issue=name,
                title=name.title(),
                question="Whose?",
                members=members,
                boundary=outline,
                digest=digest_of(name),
                files=_files(layer, inside),
            )
            row = steps.draft(session, proposal, layer=layer.digest, proposer="ann")
            steps.propose(session, row, days=20 if name == "next" else 0, now=NOW)
            if name != "next":
                steps.activate(session, row, activator="bob", now=NOW)
        session.add(LawRow(law="quiet-nights", version=1, title="Quiet nights", polity="east", **LAW))
    return open_store(settings)


def _files(layer, inside):
    """A derivation's table: half of everybody is affected inside, a tenth outside."""
    table = layer.units[["name", "population"]].rename_axis("unit_id")
    table = table.assign(affected=table["population"] * np.where(inside, 0.5, 0.1), inside=inside)
    content = io.BytesIO()
    table.to_parquet(content)
    return {"units.parquet": content.getvalue()}


@pytest.fixture(scope="module")
def lookup_site(counties, tmp_path_factory):
    from maps.site.layout import Site

    out = tmp_path_factory.mktemp("lookup")
    files = make_lookup(Site(state=NOW), counties) | make_static()
    for path, content in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)
    server, address = served(out)
    yield address, next(content for path, content in files.items() if path.endswith(".bin"))
    server.shutdown()
    server.server_close()


def opened(context, address, troubles):
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    page.goto(address)
    return page


def downloaded(page):
    page.get_by_role("button", name="Download the index").click()
    expect(page.get_by_label("Postcode, name of an area, or coordinates")).to_be_visible()


def find(page, text):
    page.get_by_label("Postcode, name of an area, or coordinates").fill(text)
    page.get_by_role("button", name="Find my polities").click()


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_reflow_and_have_no_accessibility_violations(browser, town_site, width):
    troubles = []
    context = browser.new_context(viewport={"width": width, "height": 900})
    for path in ("", "polities/river/index.html", "check/index.html", "reports/overview.html", "lookup/index.html"):
        page = opened(context, town_site + path, troubles)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        with_axe = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900})
        checked = with_axe.new_page()
        checked.goto(town_site + path)
        checked.add_script_tag(path=AXE)
        found = checked.evaluate(
            "axe.run().then(({violations}) => violations.map((one) => [one.id, one.nodes[0].html]))"
        )
        assert found == [], path
        with_axe.close()
    context.close()
    assert troubles == []


def test_nothing_is_asked_for_once_the_index_is_here(browser, lookup_site):
    address, _ = lookup_site
    troubles, asked = [], []
    context = browser.new_context(service_workers="block")
    page = opened(context, f"{address}lookup/index.html", troubles)
    downloaded(page)
    page.on("request", lambda request: asked.append(request.url))
    expect(page.get_by_text("You may disconnect from the network now. As of 1 Jan 2026.")).to_be_visible()
    find(page, "42.36, -71.06")
    expect(page.get_by_role("heading", name="You belong to 2 polities.")).to_be_visible()
    expect(page.get_by_role("img", name="Map drawn from the index")).to_be_visible()
    expect(page.get_by_text("Next, version 1: open to objections until 21 Jan 2026")).to_be_visible()
    expect(page.get_by_text("Since 1 Jan 2026, decided by the assembly of east")).to_be_visible()
    find(page, "05680")
    expect(page.get_by_text("This postcode lies in 4 areas")).to_be_visible()
    page.get_by_role("button", name="Show wider").click()
    find(page, "Fulton County, Georgia")
    expect(page.get_by_text("No law made by an assembly binds here yet.")).to_be_visible()
    expect(page.get_by_role("heading", name="You belong to 2 polities.")).to_be_visible()
    context.close()
    assert asked == []
    assert troubles == []


def test_it_works_with_the_network_cut(browser, lookup_site):
    address, _ = lookup_site
    context = browser.new_context()
    page = opened(context, f"{address}lookup/index.html", troubles := [])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    again = opened(context, f"{address}lookup/index.html", troubles)
    downloaded(again)
    find(again, "27.9, -82.4")
    expect(again.get_by_role("heading", name="You belong to 2 polities.")).to_be_visible()
    context.close()
    assert troubles == []


def test_wrong_places_are_answered_in_a_sentence(browser, lookup_site):
    address, _ = lookup_site
    context = browser.new_context(service_workers="block")
    page = opened(context, f"{address}lookup/index.html", [])
    downloaded(page)
    for typed, said in (
        ("10.5, -30.5", "lies outside"),
        ("138.6, -30.2", "latitude comes first"),
        ("1000, 5", "Latitude goes from"),
        ("Qwzxvkpt", "town of 5,000 people called Qwzxvkpt"),
        ("Washington County", "areas have that name"),
    ):
        find(page, typed)
        expect(page.get_by_text(said)).to_be_visible()
    context.close()


def test_the_index_is_small_enough(lookup_site):
    towns = gzip.compress(packed_towns(lambda _: 0)[1], 9)
    assert len(towns) <= TOWNS
    assert len(lookup_site[1]) <= LIMIT + TOWNS


def test_towns_are_found_in_the_browser_as_the_service_finds_them(browser, lookup_site):
    address, _ = lookup_site
    page = browser.new_page()
    page.goto(f"{address}lookup/index.html")
    written = [line["written"] for line in csv.DictReader(SPELLINGS.read_text(encoding="utf-8").splitlines())]
    found = page.evaluate(
        """async ([written]) => {
            const { download } = await import(new URL("../static/private-index.mjs", location).href);
            const index = await download(new URL(document.querySelector("[data-private]").dataset.private, location).href);
            return written.map((text) => {
                const found = index.places.find(text);
                return found && [found.isClear, found.towns.map((town) => [town.name, town.people])];
            });
        }""",
        [written],
    )
    wrong, compared = [], 0
    for text, told in zip(written, found, strict=True):
        try:
            expected = search.find(text)
        except PlaceError:
            continue
        first = expected.places[0]
        if first.kind != "place" or first.people < TOWN:
            continue
        compared += 1
        offered = [] if told is None else told[1][:1] if told[0] and expected.is_clear else told[1][:10]
        if [first.name, first.people] not in offered:
            wrong.append(text)
    page.close()
    assert compared > 500
    assert len(wrong) <= 0.05 * compared, wrong


def test_a_town_is_found_and_homonyms_are_offered_without_a_request(browser, lookup_site):
    address, _ = lookup_site
    context = browser.new_context(service_workers="block", viewport={"width": 320, "height": 900})
    page = opened(context, f"{address}lookup/index.html", [])
    downloaded(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    find(page, "Portland, ME")
    expect(page.get_by_text("Portland, ME is in Cumberland County, Maine.")).to_be_visible()
    find(page, "Springfield")
    expect(page.get_by_text("Several places have this name. Which one do you mean?")).to_be_visible()
    page.get_by_role("button", name="Springfield Illinois").click()
    expect(page.get_by_text("Springfield, IL is in Sangamon County, Illinois.")).to_be_visible()
    find(page, "Köln")
    expect(page.get_by_text("Köln, Germany lies outside every unit we know.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert asked == []
    context.close()


def test_a_postcode_in_two_counties_says_each_ones_people_and_a_mistake_leaves_nothing_behind(browser, lookup_site):
    address, _ = lookup_site
    troubles = []
    context = browser.new_context(service_workers="block", viewport={"width": 320, "height": 900})
    page = opened(context, f"{address}lookup/index.html", troubles)
    downloaded(page)
    answer = page.locator("[data-answer]")
    find(page, "93274")
    expect(answer.get_by_text("50% of the people in Kings County, California are affected")).to_be_visible()
    expect(answer.get_by_text("50% of the people in Tulare County, California are affected")).to_be_visible()
    expect(answer.get_by_text("Affected here, but not inside")).to_be_visible()
    expect(answer.get_by_text("Kings County, California is outside; people affected there").first).to_be_visible()
    expect(answer.get_by_text("Whose?").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    find(page, "Qwzxvkpt")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(answer).to_be_empty()
    expect(page.locator("[data-map]")).to_be_hidden()
    assert troubles == []
    context.close()


@pytest.mark.parametrize(
    ("random", "on_borders"), [(10_000, 2_000), pytest.param(100_000, 10_000, marks=pytest.mark.long)]
)
def test_it_gives_the_servers_answer(browser, lookup_site, counties, random, on_borders):
    address, _ = lookup_site
    with counties.reading() as session:
        index = open_lookup_index(session, counties.home, "2026-01-02T00:00:00Z")
        digest = index.layers[0].digest
        shapes = units_of(session, digest).shapes
    places = _places(shapes, random, on_borders)
    found, members = index.lookups[digest], index.memberships[digest]
    units = found.index.at_all(places[:, 0], places[:, 1])
    expected = [[int(unit), sorted(members.polities_of(int(unit)))] for unit in units]
    context = browser.new_context(service_workers="block")
    page = opened(context, f"{address}lookup/index.html", [])
    theirs = page.evaluate(
        """async (places) => {
            const { download } = await import("../static/private-index.mjs");
            const layer = (await download(document.querySelector("[data-private]").dataset.private)).layers[0];
            return places.map(([lon, lat]) => {
                const unit = layer.unitAt(lon, lat);
                return [unit, layer.polities.filter((one) => one.holds(unit)).map((one) => one.said.id).sort()];
            });
        }""",
        places.tolist(),
    )
    context.close()
    assert sum(ours != other for ours, other in zip(expected, theirs, strict=True)) == 0
    assert (units < 0).any()
    assert len({tuple(names) for _, names in expected}) >= 3


def test_records_are_those_of_the_command_line(browser, lookup_site, counties):
    address, _ = lookup_site
    places = [(-71.06, 42.36), (-84.39, 33.75), (-69.0, 45.0), (-179.0, 51.5), (-40.0, 40.0), (-71.0, 42.9)]
    context = browser.new_context(service_workers="block")
    page = opened(context, f"{address}lookup/index.html", [])
    theirs = page.evaluate(
        """async (places) => {
            const { download } = await import("../static/private-index.mjs");
            const index = await download(document.querySelector("[data-private]").dataset.private);
            return JSON.stringify(places.map((place) => index.lookup(...place)));
        }""",
        places,
    )
    context.close()
    for place, said in zip(places, json.loads(theirs), strict=True):
        ours = lookup(*place, "2026-01-02", counties).as_json()
        assert said["point"] == ours["point"]
        assert said["units"] == ours["units"]
        assert said["proposals"] == ours["proposals"]
        assert said["laws"] == ours["laws"]
        assert said["near"] == ours["near"]
        for one, other in zip(said["polities"], ours["polities"], strict=True):
            apart = (one.pop("border_distance_m"), other.pop("border_distance_m"))
            assert apart[0] == pytest.approx(apart[1], abs=0.2)
            del other["affected_share"]
            assert one == other


def _places(shapes, random, on_borders):
    """Random places in the boxes of random units, vertices, places along edges, and both sides of the antimeridian."""
    rng = np.random.default_rng(1)
    box = shapely.bounds(shapes)[rng.integers(0, len(shapes), random)]
    inside = np.column_stack([rng.uniform(box[:, 0], box[:, 2]), rng.uniform(box[:, 1], box[:, 3])])
    ends = shapely.get_coordinates(shapes)
    start = rng.integers(0, len(ends) - 1, on_borders)
    share = np.where(rng.random(on_borders) < 0.5, 0.0, rng.random(on_borders))[:, None]
    edges = ends[start] + (ends[start + 1] - ends[start]) * share
    seam = np.array([[180.0, 52.0], [-180.0, 51.9], [179.6, 51.9], [180.0, 0.0], [-180.0, 90.0]])
    return np.clip(np.vstack([inside, edges, seam]), [-180, -90], [180, 90])
