"""The three days of the product in a real browser, with the keyboard, without a script, and every page before axe."""

import pytest
from playwright.sync_api import expect

from services.assemblies.excuses import ask_excuse
from services.assemblies.jury_duty import send_summonses
from services.auth.roles import Principal, Role
from services.auth.sessions import new_link
from services.derivation.requests.spec import read_spec
from services.jobs import queue
from services.jobs.working import work_off
from services.storage.offices.seats import active_seats
from tests.e2e.days import analyst_day, assembly_day, citizen_day, tab_to
from tests.e2e.site import LARGE, POLITY, ROOT, SMALL, Site, axe, copied, opened, overflow, shared_home

PUBLIC = {
    "home": "/",
    "lookup": "/lookup",
    "unit": "/lookup?unit=42077&layer=us-counties",
    "polities": "/polities",
    "polity": f"/polities/{POLITY}",
    "whole-layer": f"/polities/{ROOT}?lang=es",
    "no-proposal": f"/polities/{POLITY}/proposal",
    "assembly": f"/assemblies/{POLITY}",
    "docket": "/docket",
    "petition": "/matters/new",
    "log": "/log",
    "trust": "/trust",
}


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory, request):
    settings = copied(shared_home(tmp_path_factory, request.config), tmp_path_factory.mktemp("served") / "home")
    with opened(settings) as address:
        shots = request.config.cache.mkdir("screenshots")
        yield Site(settings=settings, address=address, browser=browser, shots=shots)


@pytest.fixture(autouse=True)
def nothing_odd(site):
    """No page asked another server, broke a policy or threw."""
    yield
    site.no_troubles("status of 4")


@pytest.mark.parametrize("width", [LARGE, SMALL])
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_a_citizens_day(site, width, has_script):
    citizen_day(site, width=width, has_script=has_script)


def test_an_analysts_day(site):
    analyst_day(site, name="Smoke over the valley")


def test_an_assemblys_day(site):
    assembly_day(site)


def test_an_analysts_day_by_keyboard_alone_at_320_pixels(site):
    context = site.context(who="ana", role=Role.ANALYST, width=SMALL)
    page = context.new_page()
    page.goto("/studio")
    page.locator("[data-map][data-ready]").wait_for(timeout=120_000)
    page.locator("#kind-area").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#kind-radius")).to_be_checked()
    page.get_by_label("Corners, one a line: latitude, longitude").focus()
    page.keyboard.type("Allentown, PA")
    page.get_by_label("Distance, km").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("60")
    tab_to(page, "Find the smallest area")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("people affected", timeout=120_000)
    assert "# Allentown, PA" in page.get_by_label("Corners, one a line: latitude, longitude").input_value()
    tab_to(page, "Why?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-why]")).to_contain_text("residents ×")
    assert overflow(page) <= 0
    site.keep(page, "studio-keyboard")
    assert axe(page) == []
    context.close()


def test_the_studio_without_webgl_answers_with_a_picture_and_a_table(site):
    context = site.context(who="ana", role=Role.ANALYST, java_script_enabled=False)
    page = context.new_page()
    page.goto("/studio")
    page.get_by_label("Place and radius").check()
    page.get_by_label("Corners, one a line: latitude, longitude").fill("40.6, -75.5")
    page.get_by_role("button", name="Find the smallest area").click()
    expect(page.locator("[data-said]")).to_contain_text("people affected", timeout=120_000)
    assert page.locator(".picture svg").count() == 1
    assert page.locator("tbody tr").count() >= 3
    page.get_by_label("What is it about?").fill("Dust over Allentown")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("alert")).to_contain_text("Read what to know before trusting this")
    page.get_by_label("I have read what to know before trusting this").first.check()
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("status")).to_contain_text("Deriving with full effort")
    site.keep(page, "order")
    assert overflow(page) <= 0
    work_off(site.store)
    page.get_by_role("link", name="See the proposal").click(timeout=30_000)  # the page came again by itself
    expect(page.locator("h1")).to_contain_text("version 1 is proposed")
    page.goto("/studio")
    page.get_by_label("Place and radius").check()
    page.get_by_label("Corners, one a line: latitude, longitude").fill("Atlantis, PA")
    page.get_by_role("button", name="Find the smallest area").click()
    expect(page.get_by_role("alert")).to_contain_text("No place called 'Atlantis' is known")
    context.close()


def test_a_drawing_survives_the_end_of_the_session(site):
    context = site.context(who="ana", role=Role.ANALYST)
    page = context.new_page()
    page.goto("/studio")
    page.locator("[data-map][data-ready]").wait_for(timeout=120_000)
    context.clear_cookies()
    page.get_by_label("Corners, one a line: latitude, longitude").fill("41, -76\n41, -75\n40, -75")
    expect(page.get_by_role("alert").first).to_contain_text(
        "Your session has ended. The drawing is kept", timeout=30_000
    )
    secret = site.context(who="ana", role=Role.ANALYST)
    context.add_cookies(secret.cookies())
    page.goto("/studio")
    expect(page.locator("[data-restored]")).to_contain_text("is back")
    assert page.get_by_label("Corners, one a line: latitude, longitude").input_value().startswith("41, -76")
    secret.close()
    context.close()


def test_a_mistake_is_one_sentence_beside_the_box(site):
    context = site.context(java_script_enabled=False)
    page = context.new_page()
    for typed, said in (
        ("", "Type an address, a postcode, a place or coordinates first."),
        ("Qwzxvkpt", "No place called 'Qwzxvkpt' is known"),
        ("00000", "The postcode 00000 is not known here"),
        ("95, 200", "latitude"),
    ):
        page.goto("/lookup")
        page.get_by_label("Address, postcode, place, or coordinates").fill(typed)
        page.get_by_role("button", name="Find my polities").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
        assert typed not in page.url or not typed
    context.close()


@pytest.mark.parametrize("width", [LARGE, SMALL])
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_homonyms_are_offered_and_one_is_chosen(site, width, has_script):
    context = site.context(width=width, java_script_enabled=has_script)
    page = context.new_page()
    page.goto("/lookup")
    page.get_by_label("Address, postcode, place, or coordinates").fill("Springfield")
    page.get_by_role("button", name="Find my polities").click()
    expect(
        page.get_by_role("heading", name="Several places are called 'Springfield'. Which one do you mean?")
    ).to_be_visible()
    expect(page.get_by_text("more have this name. Add the region or the country to narrow it.")).to_be_visible()
    if has_script:
        assert overflow(page) <= 0
        assert axe(page) == []
        site.keep(page, f"choices-{width}")
    page.get_by_role("button", name="Springfield Massachusetts, United States").click()
    expect(page.get_by_text("Springfield, MA")).not_to_have_count(0)
    assert "Springfield" not in page.url
    context.close()


@pytest.mark.parametrize("width", [LARGE, SMALL])
def test_places_are_completed_by_keyboard_while_one_types(site, width):
    context = site.context(width=width)
    page = context.new_page()
    page.goto("/")
    box = page.get_by_role("combobox", name="Address, postcode, place, or coordinates")
    box.press_sequentially("bosto")
    expect(page.get_by_role("option").first).to_contain_text("Boston, MA")
    assert overflow(page) <= 0
    assert axe(page) == []
    site.keep(page, f"completions-{width}")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    box.press_sequentially("n, ma")
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Boston, MA")
    box.press("Enter")
    expect(page).to_have_url(f"{site.address.rstrip('/')}/lookup")
    expect(page.get_by_text("Boston, MA")).not_to_have_count(0)
    context.close()


def test_a_delegate_signs_in_by_a_link_that_a_scanner_opened_before(site):
    with site.store.reading() as session:
        delegate = active_seats(session, ROOT)[-1].pseudonym
    link = f"/sign-in?token={new_link(Principal(name=delegate, roles=frozenset({Role.DELEGATE})), site.store)}"
    scanner = site.context().new_page()
    scanner.goto(link)
    scanner.context.close()
    for options in ({"width": LARGE}, {"width": SMALL, "java_script_enabled": False}):
        context = site.context(**options)
        page = context.new_page()
        page.goto(link)
        expect(page.locator(".lead")).to_have_text("This link signs you in, once, as delegate.")
        assert overflow(page) <= 0
        if options["width"] == LARGE:
            assert axe(page) == []
        site.keep(page, "sign-in")
        if options["width"] == SMALL:
            tab_to(page, "Sign in now")
            page.keyboard.press("Enter")
            expect(page.locator("h1")).to_have_text("Your service")
            assert page.url.endswith("/service")
        context.close()


def test_the_live_map_opens_on_demand(site):
    context = site.context()
    page = context.new_page()
    page.goto(f"/polities/{POLITY}")
    page.get_by_role("button", name="Open the live map").click()
    page.locator(".live[data-ready]").wait_for(timeout=60_000)
    assert axe(page) == []
    site.keep(page, "live-map")
    context.close()


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_pass_axe_and_reflow(site, name):
    for width in (LARGE, SMALL):
        context = site.context(width=width)
        page = context.new_page()
        assert page.goto(PUBLIC[name]).status == 200
        assert axe(page) == []
        assert overflow(page) <= 0
        assert page.locator("h1").count() == 1
        site.keep(page, name)
        context.close()


def test_the_citizens_page_and_the_frame_for_other_sites_say_who_would_decide_without_the_polity(site):
    context = site.context()
    page = context.new_page()
    for address in (PUBLIC["unit"], f"/embed/polity/{POLITY}"):
        page.goto(address)
        expect(page.get_by_text("If Pennsylvania alone decides").first).to_contain_text("have no say")
    context.close()


def test_pages_of_office_pass_axe_and_reflow(site):
    with site.store.reading() as session:
        delegate, asks = (seat.pseudonym for seat in active_seats(session, ROOT)[:2])
    send_summonses(ROOT, site.store)
    ask_excuse(ROOT, asks, "lives abroad", "I moved to Oslo.", site.store)
    visits = [("ana", Role.ANALYST, "/studio"), ("carla", Role.CLERK, "/docket"), (delegate, Role.DELEGATE, "/service")]
    asked = read_spec({"title": "Dust", "layer": "us-counties", "footprint": {"kind": "everyone"}})
    order = queue.submit(asked, site.store, by="ana", propose_days=30).id
    visits += [(asks, Role.DELEGATE, "/service?lang=es"), ("ana", Role.ANALYST, f"/studio/orders/{order}?lang=es")]
    for who, role, address in visits:
        context = site.context(who=who, role=role, width=SMALL, color_scheme="dark")
        page = context.new_page()
        page.goto(address)
        assert axe(page) == []
        assert overflow(page) <= 0
        site.keep(page, f"{role}-dark".replace(" ", "-"))
        context.close()
    queue.cancel(order, site.store)
