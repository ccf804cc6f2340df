"""Conditions in the studio in a real browser: by pens and by form, undone and kept, refused beside their field."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from services.auth.roles import Role
from services.derivation.open_layers import warm_layer
from services.derivation.requests.spec import read_spec
from services.derivation.requests.typed_form import from_form
from services.jobs.working import work_off
from services.settings import Settings
from tests.e2e.site import LARGE, SMALL, Site, axe, opened, overflow

FORM = "Object.fromEntries(new FormData(document.querySelector('[data-studio]')))"
LISTED = re.compile(r"^(\d{5})  # .+ County, [A-Z]\w+$")
PAIRED = re.compile(r"^(\d{5}) (\d{5})  # .+ – .+$")
NORTH = (0.5, 0.15)
"""A county that the polity does not reach, as shares of the map."""


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory, request):
    settings = Settings(home=tmp_path_factory.mktemp("studio") / "home", workers=1)
    with opened(settings) as address:
        shots = request.config.cache.mkdir("screenshots")
        yield Site(settings=settings, address=address, browser=browser, shots=shots)


@pytest.fixture(autouse=True)
def nothing_odd(site):
    """No page asked another server, broke a policy or threw; what is refused on purpose is no trouble."""
    yield
    site.no_troubles("status of 4")


@pytest.fixture
def studio(site, request):
    """The studio with 150 km around Mobile derived, in a window as wide as a test says."""
    context = site.context(who="ana", role=Role.ANALYST, width=getattr(request, "param", LARGE))
    page = context.new_page()
    page.goto("/studio")
    page.locator("[data-map][data-ready]").wait_for(timeout=120_000)
    page.get_by_label("Place and radius").check()
    page.get_by_label("Distance, km").fill("150")
    page.get_by_label("Corners, one a line: latitude, longitude").fill("30.69, -88.04")
    expect(page.locator("[data-said]")).to_contain_text("people affected", timeout=120_000)
    page.get_by_role("button", name="Zoom to it").click()
    yield page
    context.close()


def at(page: Page, spot: tuple[float, float]) -> tuple[float, float]:
    page.locator("[data-map]").scroll_into_view_if_needed()
    box = page.locator("[data-map]").bounding_box()
    return box["x"] + spot[0] * box["width"], box["y"] + spot[1] * box["height"]


def press(page: Page, spot: tuple[float, float]) -> None:
    page.mouse.click(*at(page, spot))


def stroke(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, start))
    page.mouse.down()
    page.mouse.move(*at(page, end), steps=8)
    page.mouse.up()


def derived(page: Page, act) -> tuple[dict, set[str]]:
    """What the script asked for after an act, and the ids of the units that came out inside."""
    with page.expect_response("**/studio/derive", timeout=60_000) as caught:
        act()
    answer = caught.value
    assert answer.status == 200, answer.text()
    made = answer.json()
    bits = np.unpackbits(np.frombuffer(base64.b64decode(made["inside"]), np.uint8), bitorder="little")
    return answer.request.post_data_json, {unit for unit, is_in in zip(made["units"], bits, strict=False) if is_in}


def ids_of(site, places) -> set[str]:
    index = warm_layer("us-counties", site.settings.home).units.index
    return {str(index[place]) for place in places}


LOCKED = """async () => {
    const { name } = performance.getEntriesByType("resource").find((one) => one.name.endsWith("/page.js"));
    const { studio } = await import(name);
    return studio.ground.map.getSource("locked").serialize().data.features.map((one) => one.properties.pattern);
}"""


def test_a_unit_that_is_named_is_marked_while_the_cursor_is_still_behind_its_name(studio):
    studio.locator("[data-conditions] summary").click()
    outside = studio.get_by_label("Units that must be outside")
    asked, inside = derived(studio, lambda: outside.fill("Washington County, Alabama"))
    assert (asked["must_not"], "01129" in inside) == (["01129"], False)
    assert outside.input_value() == "Washington County, Alabama"
    assert studio.evaluate(LOCKED) == ["must_not"]


def test_a_click_locks_a_county_in_and_undo_frees_it(site, studio):
    must = studio.get_by_label("Units that must be inside")
    studio.get_by_role("button", name="Lock in").click()
    expect(studio.locator("[data-pen-said]")).to_contain_text("it must be inside")
    asked, inside = derived(studio, lambda: press(studio, NORTH))
    county = LISTED.match(must.input_value())[1]
    assert asked["must"] == [county]
    assert county in ids_of(site, inside)
    expect(studio.locator("[data-kept-to]")).to_contain_text(re.compile("Inside, as asked: .+ County, "))
    expect(studio.locator("[data-legend]")).to_contain_text("must be inside")
    site.keep(studio, "studio-locked")
    asked, inside = derived(studio, studio.get_by_role("button", name="Undo").click)
    assert must.input_value() == ""
    assert "must" not in asked
    assert county not in ids_of(site, inside)
    expect(studio.locator("[data-kept-to]")).to_be_hidden()
    expect(studio.locator("[data-legend]")).not_to_contain_text("must be inside")
    asked, _ = derived(studio, studio.get_by_role("button", name="Redo").click)
    assert asked["must"] == [county]
    asked, _ = derived(studio, lambda: press(studio, NORTH))
    assert ("must" in asked, must.input_value()) == (False, "")
    expect(studio.locator("[data-pen-said]")).to_contain_text("is free again")


def test_a_county_that_is_locked_out_is_no_longer_locked_in(site, studio):
    studio.get_by_role("button", name="Lock in").click()
    asked, _ = derived(studio, lambda: press(studio, NORTH))
    studio.get_by_role("button", name="Lock out").click()
    now, inside = derived(studio, lambda: press(studio, NORTH))
    assert ("must" in now, now["must_not"]) == (False, asked["must"])
    assert not set(now["must_not"]) & ids_of(site, inside)
    expect(studio.locator("[data-legend]")).to_contain_text("must be outside")


def test_a_stroke_cuts_the_ways_that_it_crosses(site, studio):
    cut = studio.get_by_label("Neighbours without a way to each other")
    studio.get_by_role("button", name="Cut ways").click()
    asked, _ = derived(studio, lambda: stroke(studio, (0.3, 0.4), (0.42, 0.55)))
    pairs = [list(PAIRED.match(line).groups()) for line in cut.input_value().splitlines()]
    assert pairs
    assert asked["cut"] == pairs
    expect(studio.locator("[data-pen-said]")).to_contain_text("no way to each other any more")
    expect(studio.locator("[data-legend]")).to_contain_text("way that is cut")
    site.keep(studio, "studio-cut")
    before = cut.input_value()
    with studio.expect_response("**/studio/crossed"):
        stroke(studio, (0.3, 0.4), (0.42, 0.55))
    expect(studio.locator("[data-pen-said]")).to_contain_text("not cut already")
    assert cut.input_value() == before
    derived(studio, studio.get_by_role("button", name="Undo").click)
    assert cut.input_value() == ""


def test_the_script_asks_for_what_the_form_says(site, studio):
    studio.locator("[data-conditions] summary").click()
    studio.get_by_label("Units that must be outside").fill("Pike County, Alabama")
    studio.get_by_label("Leave out units where nobody lives").check()
    studio.get_by_label("Keep units whole that are alike in").select_option("")
    studio.get_by_label("Units with a way to each other, such as a ferry").fill("28059 01003")
    studio.get_by_label("Area, km²").fill("90,000")
    asked, _ = derived(studio, lambda: studio.get_by_label("Residents", exact=True).fill("9 000 000"))
    studio.get_by_label("Units that must be inside").focus()
    expect(studio.get_by_label("Units that must be outside")).to_have_value("01109  # Pike County, Alabama")
    form = studio.evaluate(FORM) | {"fill_holes": False}
    assert read_spec(asked).canonical() == from_form(form, site.settings.home).canonical()
    assert asked["at_most_area_km2"] == 90_000


def test_a_draft_keeps_its_conditions_over_a_reload_and_in_a_link(site, studio):
    studio.locator("[data-conditions] summary").click()
    asked, _ = derived(studio, lambda: studio.get_by_label("Units that must be inside").fill("Clarke County, Alabama"))
    assert asked["must"] == ["01025"]
    link = studio.evaluate("""() => new Promise((done) => {
        navigator.clipboard.writeText = async (text) => { done(text); };
        document.querySelector('[data-share]').click(); })""")
    studio.reload()
    expect(studio.locator("[data-restored]")).to_contain_text("is back")
    expect(studio.get_by_label("Units that must be inside")).to_have_value(re.compile("Clarke County, Alabama"))
    context = site.context(who="ana", role=Role.ANALYST)
    other = context.new_page()
    with other.expect_response("**/studio/derive", timeout=60_000) as caught:
        other.goto(link)
    assert caught.value.request.post_data_json["must"] == ["01025"]
    expect(other.locator("[data-conditions]")).to_have_attribute("open", "")
    context.close()


def test_what_is_refused_stands_beside_its_field_and_takes_the_old_result_away(studio):
    studio.locator("[data-conditions] summary").click()
    must, out = (studio.get_by_label(f"Units that must be {word}") for word in ("inside", "outside"))
    must.fill("Washington County")
    expect(studio.locator("#wrong-must")).to_contain_text("'Washington County' is the name of 30 units: ")
    expect(must).to_have_attribute("aria-invalid", "true")
    expect(must).to_have_accessible_description(re.compile("is the name of 30 units"))
    expect(studio.locator("[data-figures]")).to_be_hidden()
    expect(studio.locator("[data-said]")).to_contain_text("There is no area to show")
    must.fill("01025")
    out.fill("Clarke County, Alabama")
    expect(studio.locator("#wrong-conditions")).to_contain_text("These constraints cannot hold together")
    expect(studio.locator("#wrong-must")).to_be_hidden()
    expect(must).not_to_have_attribute("aria-invalid", "true")
    out.fill("")
    expect(studio.locator("[data-said]")).to_contain_text("people affected")
    expect(studio.locator("#wrong-conditions")).to_be_hidden()
    expect(studio.locator("[data-figures]")).to_be_visible()


@pytest.mark.parametrize("studio", [LARGE, SMALL], indirect=True)
def test_everything_fits_and_can_be_read_out(site, studio):
    studio.get_by_role("button", name="Lock in").click()
    derived(studio, lambda: press(studio, NORTH))
    studio.get_by_role("button", name="Cut ways").click()
    derived(studio, lambda: stroke(studio, (0.3, 0.4), (0.5, 0.6)))
    if not studio.get_by_label("Units that must be inside").is_visible():
        studio.locator("[data-conditions] summary").click()
    studio.get_by_label("Units that must be outside").fill("Lake County")
    expect(studio.locator("#wrong-must_not")).to_contain_text("is the name of 12 units")
    assert overflow(studio) <= 0
    assert axe(studio) == []
    site.keep(studio, "studio-conditions")


@pytest.mark.parametrize("language", ["es", "fr"])
def test_conditions_fit_a_small_dark_screen_in_every_language(site, language):
    context = site.context(who="ana", role=Role.ANALYST, width=SMALL, color_scheme="dark")
    page = context.new_page()
    page.goto(f"/studio?lang={language}")
    page.locator("[data-map][data-ready]").wait_for(timeout=120_000)
    page.locator("[data-conditions] summary").click()
    page.locator("#must").fill("Lake County")
    expect(page.locator("#wrong-must")).to_contain_text("Lake County, California (06033)")
    for mode in ("must", "must_not", "cut"):
        page.locator(f"[data-mode={mode}]").click()
        assert page.locator("[data-pen-said]").inner_text()
    assert overflow(page) <= 0
    assert axe(page) == []
    site.keep(page, f"studio-conditions-{language}")
    context.close()


COLUMNS = "[data-compared-table] thead th"


def cells(page: Page, row: str) -> list[str]:
    return (
        page.locator("[data-compared-table] tr", has=page.get_by_role("rowheader", name=row))
        .locator("td")
        .all_inner_texts()
    )


def covered(page: Page, share: str) -> set[int]:
    coverage = page.get_by_label("Share of the affected to cover, %", exact=True).last
    return derived(page, lambda: coverage.fill(share))[1]


def test_results_stand_side_by_side_and_survive_undo_and_reload(site, studio):
    keep = studio.get_by_role("button", name="Keep this result to compare")
    large = covered(studio, "91")
    keep.click()
    expect(keep).to_be_disabled()
    small = covered(studio, "70")
    expect(studio.locator(COLUMNS)).to_have_text(["A", "B, now"])
    assert small < large
    said = studio.locator("[data-compared-said]")
    expect(said).to_contain_text(f"In all of them: {len(small)} units")
    expect(said).to_contain_text(f"Only in A: {len(large - small)} units")
    expect(said).to_contain_text("Only in B: 0 units")
    assert cells(studio, "Units") == [str(len(large)), f"{len(small)}\n\N{MINUS SIGN}{len(large - small)}"]
    assert cells(studio, "Pieces")[1].endswith("same")
    expect(studio.locator("[data-compared-legend]")).to_contain_text("only in this one")
    expect(studio.locator("[data-compared-maps] figcaption").first).to_contain_text("91% of the affected covered")
    keep.click()
    derived(studio, studio.get_by_role("button", name="Undo").click)
    expect(studio.locator(COLUMNS)).to_have_text(["A", "B"])
    studio.reload()
    expect(studio.locator("[data-compared-maps] svg")).to_have_count(2)
    expect(studio.locator(COLUMNS)).to_have_text(["A", "B"])
    with studio.expect_response("**/studio/derive"):
        studio.get_by_role("button", name="Make it the draft again: B").click()
    expect(studio.get_by_label("Share of the affected to cover, %", exact=True).last).to_have_value("70")
    covered(studio, "60")
    keep.click()
    expect(studio.locator("[data-pin-full]")).to_be_visible()
    expect(studio.locator("[data-compared-legend]")).to_contain_text("in this one and another")
    assert axe(studio) == []
    site.keep(studio, "studio-beside")
    studio.get_by_role("button", name="Remove: A").click()
    expect(studio.locator(COLUMNS)).to_have_text(["A", "B"])


def test_small_maps_move_together(studio):
    studio.get_by_role("button", name="Keep this result to compare").click()
    covered(studio, "70")
    maps = studio.locator("[data-compared-maps] svg")
    expect(maps).to_have_count(2)

    def views() -> list[str]:
        return maps.evaluate_all("all => all.map((one) => one.getAttribute('viewBox'))")

    before = views()
    maps.first.scroll_into_view_if_needed()
    box = maps.first.bounding_box()
    studio.mouse.move(box["x"] + 60, box["y"] + 60)
    studio.mouse.down()
    studio.mouse.move(box["x"] + 100, box["y"] + 90, steps=3)
    studio.mouse.up()
    dragged = views()
    studio.get_by_role("button", name="Closer").click()
    closer = views()
    assert len({*before}) == len({*dragged}) == len({*closer}) == 1
    assert len({before[0], dragged[0], closer[0]}) == 3
    studio.get_by_role("button", name="All of it").click()
    assert views() == before


def test_each_figure_says_how_it_is_counted_and_stays_open_while_the_draft_changes(site, studio):
    figures = studio.locator("[data-figures] > div")
    assert figures.count() == figures.locator("summary").count() > 8
    how = studio.locator("[data-how=population]")
    expect(how.get_by_text("column population")).to_be_hidden()
    how.locator("summary").press("Enter")
    expect(how).to_contain_text(
        "Residents are those of the layer’s column population: Counties of the United States, 2019."
    )
    expect(how).to_contain_text("units.csv, columns population, inside")
    covered(studio, "80")
    expect(studio.locator("[data-how=population]").get_by_text("column population")).to_be_visible()
    assert axe(studio) == []


def test_what_is_not_proven_is_searched_further_and_the_better_answer_comes_by_itself(site, studio):
    covered(studio, "70")
    figure = studio.locator("[data-figures] > div", has_text="Could it be smaller?")
    expect(figure).to_contain_text("at most 0.1% smaller is possible")
    note = studio.locator("[data-search]")
    expect(note).to_contain_text("Not proven yet, so the search goes on by itself")
    expect(studio.locator("[data-figures]")).to_be_visible()
    site.keep(studio, "studio-searching")
    assert work_off(site.store) == 1
    expect(note).to_contain_text("The search has ended: proven: none smaller is possible")
    expect(figure).to_contain_text("proven: none smaller is possible")
    expect(studio.locator("[data-said]")).to_contain_text("this is proven")


def test_a_search_is_stopped_by_its_button_and_by_the_next_change(site, studio):
    covered(studio, "70")
    note = studio.locator("[data-search]")
    note.get_by_role("button", name="Stop looking").click()
    expect(note).to_contain_text("Stopped. What you see is the best so far: at most 0.1% smaller is possible")
    covered(studio, "71")
    expect(note).to_contain_text("goes on by itself")
    with studio.expect_response("**/stop"):
        covered(studio, "90")
    expect(note).to_be_hidden()
    assert work_off(site.store) == 0


GRID = "ncols 3\nnrows 3\nxllcorner -89\nyllcorner 30\ncellsize 1\n0 20 40\n20 60 80\n40 80 100\n"
SQUARES = """{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
 "features": [%s]}"""


def square(west: float, share: float) -> str:
    ring = [[west, 30], [west + 1, 30], [west + 1, 32], [west, 32], [west, 30]]
    return json.dumps(
        {"type": "Feature", "properties": {"share": share}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    )


def sends(page: Page, name: str, content: str) -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content.encode()})


def test_a_raster_that_names_no_coordinate_system_is_placed_and_counts_as_it_is(site, studio):
    studio.get_by_label("Upload a file").check()
    sends(studio, "heat.asc", GRID)
    expect(studio.locator("[data-systems-said]")).to_contain_text(
        "The file names no coordinate system, so it cannot be placed"
    )
    expect(studio.locator("[data-systems] button").first).to_contain_text("puts the file around 31.5, -87.5")
    assert axe(studio) == []
    site.keep(studio, "studio-unplaced")
    studio.get_by_label("Coordinate system").fill("nad83")
    expect(studio.locator("[data-systems-said]")).to_have_text("Choose one:")
    studio.locator("[data-systems] button", has_text="EPSG:4269").click()
    expect(studio.locator("[data-file-said]")).to_have_text("heat.asc counts as it is.")
    expect(studio.locator("[data-error]")).to_contain_text(
        "holds values from 0 to 100, which are no shares between 0 and 1"
    )
    expect(studio.locator("[data-file-range]")).to_contain_text("Its values go from 0.00 to 100")
    asked, inside = derived(studio, lambda: studio.get_by_label("Value that means everybody").fill("100"))
    assert (asked["footprint"]["crs"], asked["footprint"]["levels"]) == ("EPSG:4269", [[0, 0], [100, 1]])
    assert inside
    expect(studio.locator("[data-error]")).to_be_hidden()
    with studio.expect_response("**/studio/derive") as caught:
        studio.reload()
    assert caught.value.request.post_data_json["footprint"] == asked["footprint"]


def test_a_column_of_an_upload_says_how_hard_the_issue_bites(site, studio):
    studio.get_by_label("Upload a file").check()
    two = SQUARES % ", ".join([square(-89, 0.9), square(-88, 0.1)])
    derived(studio, lambda: sends(studio, "two.geojson", two))
    expect(studio.locator("[data-file-said]")).to_contain_text("2 shapes came from two.geojson.")
    column = studio.get_by_label("Column that says how hard it bites")
    asked, _ = derived(studio, lambda: column.select_option("share"))
    assert (asked["footprint"]["kind"], asked["footprint"]["weight_column"]) == ("upload", "share")
    expect(studio.locator("#shapes")).to_be_hidden()
    expect(studio.locator("[data-mode=draw]")).to_be_disabled()
    form = studio.evaluate(FORM) | {"fill_holes": False, "exclude_empty": False}
    assert read_spec(asked).canonical() == from_form(form, site.settings.home).canonical()
    asked, _ = derived(studio, lambda: column.select_option(""))
    assert asked["footprint"]["kind"] == "area"
    expect(studio.locator("#shapes")).to_be_visible()
    assert axe(studio) == []
    site.keep(studio, "studio-column")


def test_while_units_are_on_their_way_the_map_shows_land_and_says_how_many_are_missing(site):
    context = site.context(who="ana", role=Role.ANALYST)
    page, held = context.new_page(), []
    page.route("**/units.json", lambda route: held.append(route))  # noqa: PLW0108 - a builtin has no signature
    page.goto("/studio")
    expect(page.locator("[data-loading-said]")).to_contain_text("Preparing the map: the land, and 3,142 units")
    expect(page.locator("[data-map] .place-name", has_text="Texas")).to_be_visible()
    page.evaluate("""() => {
        window.heard = [];
        new MutationObserver(() => { heard.push(document.querySelector("[data-loading-said]").textContent); })
            .observe(document.querySelector("[data-loading-said]"), { childList: true });
    }""")
    held[0].continue_()
    page.locator("[data-map][data-ready]").wait_for(timeout=120_000)
    expect(page.locator("[data-loading]")).to_be_hidden()
    heard = page.evaluate("heard")
    assert heard[-1] == "3,142 of 3,142 units are here; those are drawn that are."
    context.close()


def test_units_are_named_where_their_names_fit(studio):
    names = studio.locator("[data-map] .place-name", has_text="County")
    studio.locator(".maplibregl-ctrl-zoom-in").click()
    expect(names.filter(has_text="Baldwin County")).to_be_visible()
    assert 1 < names.count() <= 60
    for _ in range(3):
        studio.locator(".maplibregl-ctrl-zoom-out").click()
        studio.wait_for_timeout(500)
    expect(names).to_have_count(0)


def answered(page: Page, site, kind: str, button: str):
    """The panel of an answer, after its worker did what was ordered."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(f'[data-followup-stop="{kind}"]')).to_be_visible()
    with page.expect_response(re.compile(r"/studio/questions/[0-9a-f]+$"), timeout=120_000):
        work_off(site.store)
    panel = page.locator(f'[data-panel="{kind}"]')
    expect(panel).to_be_visible()
    return panel


KINDS = """async () => {
    const { name } = performance.getEntriesByType("resource").find((one) => one.name.endsWith("/page.js"));
    const { studio } = await import(name);
    const source = studio.ground.map.getSource("kinds");
    return source ? source.serialize().data.features.map((one) => one.properties.kind) : [];
}"""


@pytest.mark.parametrize("studio", [LARGE, SMALL], indirect=True)
def test_what_is_asked_next_is_answered_in_panels_and_on_the_map(site, studio):
    studio.get_by_label("Bands, km away").fill("50, 100")
    panel = answered(studio, site, "who", "Ask who they are")
    expect(panel.get_by_role("table", name="By distance from where the issue starts")).to_contain_text("farther than")
    expect(panel.locator(".lead")).to_contain_text("people, ")
    studio.get_by_label("As good: at most so much more, %").fill("4")
    panel = answered(studio, site, "others", "Ask for other answers")
    expect(panel).to_contain_text("Every region as good has it.")
    assert {"irreplaceable", "exchangeable"} <= set(studio.evaluate(KINDS))
    expect(studio.locator("[data-legend]")).to_contain_text("never in: no region as good has it")
    studio.locator("[data-map]").scroll_into_view_if_needed()
    site.keep(studio, "studio-others-map")
    panel.get_by_role("button", name="Show the result on the map again").press("Enter")
    assert studio.evaluate(KINDS) == []
    expect(studio.locator("[data-legend]")).to_contain_text("People affected per county")
    panel = answered(studio, site, "shapes", "Compare shapes")
    expect(panel.get_by_role("table", name="What each costs")).to_contain_text("Rounder")
    panel.get_by_role("button", name="Show on the map: Rounder").press("Enter")
    expect(studio.locator("[data-legend]")).not_to_contain_text("People affected per county")
    for kind in ("who", "others", "shapes"):
        studio.locator(f'[data-panel="{kind}"]').scroll_into_view_if_needed()
        site.keep(studio, f"studio-{kind}")
    assert overflow(studio) <= 0
    assert axe(studio) == []
    expect(panel.locator("[data-stale]")).to_be_hidden()
    derived(studio, lambda: studio.get_by_label("Distance, km").fill("120"))
    expect(panel.locator("[data-stale]")).to_be_visible()
    panel.get_by_role("button", name="Close this answer").press("Enter")
    expect(studio.locator('[data-panel="shapes"]')).to_have_count(0)
    expect(studio.get_by_role("button", name="Compare shapes")).to_be_focused()


def test_a_question_is_stopped_by_its_button_and_refused_beside_its_field(site, studio):
    studio.get_by_role("button", name="Ask for other answers").click()
    stop = studio.locator('[data-followup-stop="others"]')
    with studio.expect_response(re.compile(r"/studio/orders/[0-9a-f]+/stop$")):
        stop.click()
    expect(studio.locator('[data-followup-said="others"]')).to_contain_text("was stopped")
    expect(stop).to_be_hidden()
    studio.get_by_label("As good: at most so much more, %").fill("none")
    studio.get_by_role("button", name="Ask for other answers").click()
    expect(studio.locator("#wrong-within")).to_be_visible()
    assert work_off(site.store) == 0


@pytest.mark.parametrize("language", ["es", "fr"])
def test_answers_are_pages_of_their_own_without_a_script_and_fit_a_small_dark_screen(site, language):
    plain = site.context(who="ana", role=Role.ANALYST, width=SMALL, java_script_enabled=False)
    page = plain.new_page()
    addresses = []
    for kind in ("who", "others", "shapes"):
        page.goto(f"/studio?lang={language}")
        page.locator("#kind-radius").check()
        page.locator("#shapes").fill("30.69, -88.04\n\n33.75, -84.39")
        page.locator("form[data-studio] button.first").click()
        page.locator("#bands_km").fill("10, 25")
        page.locator(f"[data-followup={kind}]").click()
        page.wait_for_url(re.compile(r"/studio/questions/[0-9a-f]+\?draft=[0-9a-f]+$"))
        addresses.append(page.url)
    plain.close()
    work_off(site.store)
    context = site.context(who="ana", role=Role.ANALYST, width=SMALL, color_scheme="dark")
    page = context.new_page()
    for kind, address in zip(("who", "others", "shapes"), addresses, strict=True):
        page.goto(f"{address}&lang={language}")
        expect(page.locator(f"[data-answer={kind}]")).to_be_visible()
        assert overflow(page) <= 0
        assert axe(page) == []
        site.keep(page, f"question-{kind}-{language}")
    split = page.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name={"es": "Dividida", "fr": "Divisée"}[language])
    )
    expect(split.get_by_role("cell").first).to_have_text("2")
    context.close()


def test_back_from_an_answer_shows_the_result_again_without_a_script(site):
    plain = site.context(who="ana", role=Role.ANALYST, width=SMALL, java_script_enabled=False)
    page = plain.new_page()
    page.goto("/studio")
    page.locator("#kind-radius").check()
    page.locator("#shapes").fill("30.69, -88.04")
    page.locator("form[data-studio] button.first").click()
    page.wait_for_url(re.compile(r"/studio/drafts/[0-9a-f]{32}$"))
    said = page.locator("[data-said]").inner_text()
    assert "people affected" in said
    page.locator("#bands_km").fill("10, 25")
    page.locator("[data-followup=who]").click()
    page.wait_for_url(re.compile(r"/studio/questions/"))
    work_off(site.store)
    page.reload()
    expect(page.locator("[data-answer=who]")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-said]")).to_have_text(said)
    page.go_forward()
    page.get_by_role("link", name="Back to the studio").click()
    expect(page.locator("[data-said]")).to_have_text(said)
    expect(page.locator("#bands_km")).to_have_value("10, 25")
    site.keep(page, "studio-returned")
    plain.close()
