"""The three days of the product, from the first click to the last; each is told once and lived on every store."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from geopolity.docket.hearing import LEAST
from services.assemblies.jury_duty import send_summonses
from services.auth.roles import Role
from services.demo import cut_short
from services.docket import decisions
from services.jobs.working import work_off
from services.polities.shown import list_polities
from services.storage.offices.seats import active_seats
from tests.e2e.site import POLITY, SMALL, TITLE, Site, overflow

OLD = "Smelters may emit lead all year round."
NEW = "Smelters may emit no lead within 30 km of a school."


def citizen_day(site: Site, *, width: int, has_script: bool) -> None:
    """A postcode that straddles, the county chosen, why, the polity, its assembly, and the same in Spanish."""
    context = site.context(width=width, java_script_enabled=has_script)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Address, postcode, place, or coordinates").fill("12 Elm Street, 18015")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("2 polities")
    assert page.url.endswith("/lookup")
    choose = page.get_by_role("button", name=re.compile("I live in Lehigh County"))
    if choose.count():
        choose.click()
        expect(page.locator("h1")).to_contain_text("Lehigh County, Pennsylvania belongs to 2 polities.")
    card = page.locator(".card", has=page.get_by_role("heading", name=TITLE))
    expect(card).to_contain_text(re.compile("of the people in .* are affected"))
    expect(card).to_contain_text("How sure")
    expect(card).to_contain_text("Not drawn yet; a rehearsal has put made-up people on its seats")
    site.keep(page, f"citizen{'' if has_script else '-no-script'}")
    card.get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".lead")).to_contain_text("counties and")
    page.get_by_role("link", name="See the assembly, its docket and its votes").click()
    expect(page.locator(".lead")).to_contain_text("What stands here is a rehearsal.")
    page.get_by_role("link", name="Español").click()
    expect(page.locator("h1")).to_contain_text("Asamblea de")
    page.goto("/lookup")
    expect(page.locator("h1")).to_have_text("¿A qué politias pertenece usted?")
    context.close()


def analyst_day(site: Site, *, name: str) -> None:
    """Draw with the pointer, ask for another coverage, ask why, compare, propose; the public sees it and objects."""
    context = site.context(who="ana", role=Role.ANALYST)
    page = context.new_page()
    page.goto("/studio")
    page.locator("[data-map][data-ready]").wait_for(timeout=120_000)
    page.get_by_role("button", name="Draw on the map").click()
    stroke(page, [(0.60, 0.30), (0.78, 0.34), (0.76, 0.62), (0.62, 0.60)])
    said = page.locator("[data-said]")
    expect(said).to_contain_text("hold 90.0", timeout=120_000)
    before = page.get_by_label("Corners, one a line: latitude, longitude").input_value()
    assert len(before.splitlines()) == 4
    page.get_by_label("Share of the affected to cover, %", exact=True).last.fill("80")
    expect(said).to_contain_text("hold 80.", timeout=60_000)
    page.get_by_role("button", name=re.compile("^Why")).first.click()
    expect(page.locator("[data-why]")).to_contain_text("residents ×")
    page.get_by_role("button", name="Keep this result to compare").click()
    expect(page.locator("[data-compared-said]")).to_contain_text("what differs from A stands beside it")
    page.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("hold 90.", timeout=60_000)
    expect(page.locator("[data-compared-said]")).to_contain_text("Only in B")
    with page.expect_response(f"**/studio/versions/{POLITY}/1"):
        page.locator("[data-compare]").select_option(f"{POLITY}/1")
    expect(page.locator("[data-compared-maps] figure", has_text=f"{TITLE}, version 1").locator("svg")).to_be_visible()
    page.get_by_role("button", name="Remove: B").click()
    page.get_by_role("button", name="Show the curve").click()
    expect(page.locator("[data-curve-plot] tbody tr")).to_have_count(10, timeout=120_000)
    page.get_by_label("What is it about?").fill(name)
    page.get_by_label("The question people share").fill("Who is harmed by the smoke?")
    page.get_by_label("I have read what to know before trusting this").check()
    site.keep(page, "studio")
    with page.expect_response("**/studio/publish"):
        page.get_by_role("button", name="Propose version 1").click()
    expect(page.locator("[data-published]")).to_contain_text("Deriving with full effort")
    work_off(site.store)
    page.get_by_role("link", name="See the proposal").click(timeout=180_000)
    expect(page.locator("h1")).to_contain_text("version 1 is proposed")
    context.close()
    _object(site, name)


def _object(site: Site, name: str) -> None:
    polity = next(one.id for one in list_polities(site.store) if one.title == name)
    context = site.context(width=SMALL, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/polities/{polity}/proposal")
    page.get_by_label("Your name, or what you want to be called").fill("a neighbour")
    page.get_by_label("What is wrong with this boundary, and for whom?").fill("Our valley lies in the smoke too.")
    page.get_by_role("button", name="Object to version 1").click()
    expect(page.get_by_role("status")).to_contain_text("Your objection is recorded")
    site.keep(page, "proposal")
    context.close()
    clerk = site.context(who="carla", role=Role.CLERK).new_page()
    clerk.goto(f"/polities/{polity}/proposal")
    clerk.get_by_label(re.compile("^Answer to objection")).fill("The smoke there is below the threshold.")
    clerk.get_by_role("button", name="Answer in public").click()
    expect(clerk.locator("blockquote")).to_contain_text("below the threshold")
    clerk.get_by_role("button", name="Bring version 1 into force").click()
    expect(clerk.get_by_role("alert")).to_contain_text("is open to objections until")
    clerk.context.close()


def stroke(page: Page, corners: list[tuple[float, float]]) -> None:
    """Click corners on the map, and the first again to close the shape."""
    box = page.locator("[data-map]").bounding_box()
    for x, y in [*corners, corners[0]]:
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(120)


def assembly_day(site: Site) -> None:
    """From a harm raised to a law in force: public, clerk, delegates and civil servant, each in their own browser."""
    pseudonyms = _summoned(site)
    clerk = site.context(who="carla", role=Role.CLERK).new_page()
    address = _raise_harm(site)
    _press(clerk, address, "Admit to the docket")
    _hear(site, clerk, address, "Does the smoke do harm?", "Lead in children's blood doubled.")
    site.keep(clerk, "matter-clerk")
    _vote(site, clerk, address, pseudonyms, "yes")
    expect(clerk.locator(".lead")).to_contain_text("harm declared")
    _remedy(site, address)
    _hear(
        site,
        clerk,
        address,
        "Emissions would stop near schools. Does that still do harm?",
        "The amended law was costed.",
    )
    _vote(site, clerk, address, pseudonyms, "no")
    _press(clerk, address, "Put the law as amended into force")
    expect(clerk.locator(".lead")).to_contain_text("in force")
    expect(clerk.locator(".law").first).to_have_text(NEW)
    site.keep(clerk, "matter-in-force")
    clerk.goto("/docket")
    expect(clerk.locator("main")).to_contain_text("No review is due today.")
    clerk.context.close()


def _summoned(site: Site) -> list[str]:
    """Call the delegates; the first takes the seat by keyboard alone."""
    send_summonses(POLITY, site.store)
    with site.store.reading() as session:
        pseudonyms = [seat.pseudonym for seat in active_seats(session, POLITY)]
    context = site.context(who=pseudonyms[0], role=Role.DELEGATE, width=SMALL)
    page = context.new_page()
    page.goto("/service")
    expect(page.locator(".lead")).to_contain_text(f"You sit in the assembly of {TITLE}")
    site.keep(page, "service")
    tab_to(page, "Take my seat")
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text("You took the seat.")
    context.close()
    return _excused(site, pseudonyms)


def _excused(site: Site, pseudonyms: list[str]) -> list[str]:
    """The last asks to be excused, is refused, appeals and is heard, without a script; the next in line sits instead."""
    context = site.context(who=pseudonyms[-1], role=Role.DELEGATE, width=SMALL, java_script_enabled=False)
    page = context.new_page()
    clerk = site.context(who="carla", role=Role.CLERK, width=SMALL, java_script_enabled=False).new_page()
    for words, reason, decision in (
        ("I moved to Oslo.", "Until when? Please say.", "Refuse it"),
        ("For good, since May.", "Go well.", "Grant it"),
    ):
        page.goto("/service")
        page.get_by_label("Ground, from the closed list").first.select_option("lives abroad")
        page.get_by_label("Why it holds for you, in a few words").fill(words)
        page.get_by_role("button", name="Ask the clerk to excuse me").click()
        expect(page.locator(".note").first).to_contain_text("the clerk has not decided yet")
        assert overflow(page) <= 0
        site.keep(page, "service-asked")
        clerk.goto("/docket")
        expect(clerk.locator("blockquote")).to_have_text(words)
        clerk.get_by_label("Your reason").fill(reason)
        assert overflow(clerk) <= 0
        site.keep(clerk, "docket-clerk-request")
        clerk.get_by_role("button", name=decision).first.click()
        expect(clerk.get_by_role("status")).to_contain_text("excused")
        page.reload()
        expect(page.locator(".note").first).to_contain_text(reason)
    expect(page.locator(".note").first).to_contain_text(f"You are excused from the assembly of {TITLE}")
    site.keep(page, "service-excused")
    context.close()
    clerk.context.close()
    with site.store.reading() as session:
        sitting = [seat.pseudonym for seat in active_seats(session, POLITY)]
    assert len(sitting) == len(pseudonyms)
    assert pseudonyms[-1] not in sitting
    return sitting


def _raise_harm(site: Site) -> str:
    context = site.context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/matters/new?polity={POLITY}")
    page.get_by_label("What it is about, in a few words").fill("Lead near schools")
    page.get_by_label("Who is harmed, and how").fill("Children near the smelters breathe lead.")
    page.get_by_label("Short name of the law").fill("smelter-limits")
    page.get_by_label("Text of the law, if the docket does not know it yet").fill(OLD)
    page.get_by_role("button", name="Raise this harm").click()
    expect(page.locator("h1")).to_have_text("Lead near schools")
    address = page.url
    context.close()
    return address


def _hear(site: Site, clerk: Page, address: str, brief: str, evidence: str) -> None:
    clerk.goto(address)
    clerk.get_by_label("Open at least until").fill((datetime.now(UTC).date() + LEAST).isoformat())
    clerk.get_by_role("button", name="Open the hearing").click()
    cut_short.hearing(address.rpartition("/")[2], site.store)
    clerk.get_by_label("What it shows, in plain words").fill(evidence)
    clerk.get_by_label("Who it comes from").fill("health office")
    clerk.get_by_label(re.compile("^File, at most")).set_input_files(
        {"name": "blood<lead>.html", "mimeType": "text/html", "buffer": b"<script>alert(1)</script>"}
    )
    clerk.get_by_role("button", name="Add evidence").click()
    expect(clerk.locator("article")).to_contain_text(evidence)
    clerk.get_by_label("The brief in plain words").fill(brief)
    clerk.get_by_role("button", name="Keep the brief").click()
    expect(clerk.locator("article")).to_contain_text(brief)
    clerk.get_by_role("button", name="Close the hearing and freeze electorate and law").click()
    expect(clerk.locator(".lead")).to_contain_text("ready for the")


def _vote(site: Site, clerk: Page, address: str, pseudonyms: list[str], word: str) -> None:
    """Open, cast one ballot by keyboard and the others as a program would, close; the receipt is in the list."""
    _press(clerk, address, "Open the vote")
    matter_id = address.rpartition("/")[2]
    context = site.context(who=pseudonyms[0], role=Role.DELEGATE, width=SMALL)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("group", name="Does the law allow for harm?")).to_be_visible()
    site.keep(page, "ballot")
    page.get_by_label("Yes, it allows for harm" if word == "yes" else "No, it does not").focus()
    page.keyboard.press("Space")
    tab_to(page, "Cast my ballot")
    page.keyboard.press("Enter")
    tracker = page.locator("[data-tracker]").inner_text()
    site.keep(page, "receipt")
    page.get_by_role("link", name="Back to the matter").click()
    expect(page.locator("[data-kept-said]")).to_contain_text("Keep the receipt first")
    page.get_by_label("I have kept this receipt").check()
    page.get_by_role("link", name="Back to the matter").click()
    expect(page.get_by_role("status")).to_contain_text("You have voted.")
    context.close()
    other = "no" if word == "yes" else "yes"
    for place, pseudonym in enumerate(pseudonyms[1:]):
        decisions.cast(matter_id, pseudonym, other if place == 0 else word, site.store)
    clerk.goto(address)
    expect(clerk.locator("main")).to_contain_text(f"of {len(pseudonyms)} delegates must vote")
    assert "yes, " not in clerk.locator("article").inner_text().partition("Votes")[2].partition("closed")[0]
    clerk.get_by_role("button", name="Close the vote, count and publish").click()
    clerk.locator("summary", has_text="Published ballots").first.click()
    expect(clerk.locator("details", has_text=tracker).first).to_contain_text(tracker)


def _remedy(site: Site, address: str) -> None:
    context = site.context(who="clean air office", role=Role.CIVIL_SERVANT)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("The law as amended, word for word").fill(NEW)
    page.get_by_label("What it changes, and for whom").fill("Children near schools breathe no lead.")
    page.get_by_label("What it costs, and who pays").fill("3 million a year, paid by the smelters.")
    page.get_by_label("What else was weighed, one alternative a line").fill("Filters: dearer.\nMoving schools: slower.")
    site.keep(page, "remedy")
    page.get_by_role("button", name="Propose this remedy").click()
    expect(page.locator(".lead")).to_contain_text("remedy proposed")
    context.close()


def _press(page: Page, address: str, button: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=button, exact=True).click()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the element that says just these words has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent || ''").strip() == words:
            return
    raise AssertionError(f"{words!r} is not reached with the keyboard")
