"""The saved pages in a real browser without a network: a map on real counties, drawn once."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from boundaries import open_issue, open_layer
from geopolity.polity.derivation import Derivation, derive_polity
from maps import polity_map
from maps.reports.polity import report_html


@pytest.fixture(scope="module")
def derivation() -> Derivation:
    issue = open_issue("smelter-emissions")
    return derive_polity(issue, open_layer(issue.layer), effort="interactive")


@pytest.fixture(scope="module")
def pages(derivation: Derivation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    polity_map(derivation).save(str(folder / "map.html"))
    (folder / "report.html").write_text(report_html(derivation), encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser: Browser, pages: Path):
    """A function that opens a saved page, offline, and fails on any request but for the file itself."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 860})
    troubles: list[str] = []

    def open_page(name: str, *, width: int = 1280) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 860})
        file = (pages / name).as_uri()
        page.on(
            "request",
            lambda request: request.url == file or request.url.startswith("data:") or troubles.append(request.url),
        )
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        page.goto(file)
        return page

    yield open_page
    context.close()
    assert troubles == []


def test_map_draws_offline_and_asks_for_nothing(opened):
    page = opened("map.html")
    expect(page.locator("h1")).to_contain_text("Smelter emissions")
    expect(page.locator(".leaflet-overlay-pane, .leaflet-marks-pane").first).to_be_attached()
    assert page.locator("canvas").count() >= 2
    assert page.locator(".leaflet-marks-pane path").count() >= 3
    assert page.evaluate("document.documentElement.lang") == "en"


def test_canvas_of_units_is_not_blank(opened):
    page = opened("map.html")
    colours = page.evaluate(
        """() => { const c = document.querySelector('.leaflet-units-pane canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; const seen = new Set();
        for (let i = 0; i < d.length; i += 4) seen.add(d[i] + ',' + d[i + 1] + ',' + d[i + 2]); return [...seen]; }"""
    )
    assert {"243,241,236", "37,52,148"} <= set(colours)


def test_hovering_a_unit_says_its_name_people_and_whether_it_is_inside(opened):
    page = opened("map.html")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2 + 3)
    tooltip = page.locator(".leaflet-tooltip.unit")
    expect(tooltip).to_contain_text("Residents:")
    expect(tooltip).to_contain_text("Affected:")
    expect(tooltip).to_contain_text(re.compile("In the polity: (yes|no)"))


def test_a_place_is_found_by_keyboard_alone(opened):
    page = opened("map.html")
    page.get_by_label("Find a place on this map").focus()
    page.keyboard.type("Lehigh County, Pennsylvania")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Lehigh County, Pennsylvania · Residents:")


def test_an_unknown_place_gets_a_sentence_with_the_way_out(opened):
    page = opened("map.html")
    page.get_by_label("Find a place on this map").fill("Atlantis")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("status")).to_contain_text("Atlantis” is not on this map. Check the spelling")


def test_layers_are_switched_with_labelled_boxes(opened):
    page = opened("map.html")
    before = page.locator(".leaflet-marks-pane path").count()
    page.get_by_label("Footprint", exact=True).uncheck()
    expect(page.locator(".leaflet-marks-pane path")).to_have_count(before - 1)


@pytest.mark.parametrize("name", ["map.html", "report.html"])
def test_pages_reflow_at_320_pixels(opened, name):
    page = opened(name, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["map.html", "report.html"])
def test_headings_start_at_one_and_the_table_has_headers(opened, name):
    page = opened(name)
    assert page.locator("h1").count() == 1
    assert page.locator("th[scope=row]").count() >= 10
    assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0


def test_everything_to_press_is_large_enough(opened):
    page = opened("map.html")
    for target in page.locator("button, fieldset label, .leaflet-control-zoom a, summary").all():
        assert target.bounding_box()["height"] >= 44
