"""A citizen's year, from an address to a seat that was served; told once and lived on every store."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from boundaries.addresses.files import open_addresses
from boundaries.addresses.gathered import streets_of
from services.assemblies.jury_duty import schedule
from services.auth.roles import Role
from services.clock import after
from services.storage.people.citizens import find_citizen
from services.storage.places.streets import keep_streets
from services.storage.tables import MailAddressRow, NoticeRow, SeatRow
from services.telling.sending import run_telling
from tests.e2e.site import LARGE, POLITY, SMALL, TITLE, Site, axe, overflow

HOUSES = "number,street,city,region,postcode,country,lon,lat\n12,North Elm Street,Allentown,PA,18102,US,-75.48,40.61\n"
INVITED = "reference,unit_id,of_age\nFile 7,42077,yes\n"
LANGUAGES = ("en", "es", "fr")


def citizens_year(site: Site) -> None:
    """Find, sketch, be invited, consent by an own key, raise, be written to, be called, serve, and say how it was."""
    _houses(site)
    _find_and_sketch(site, width=SMALL, has_script=False)
    _find_and_sketch(site, width=LARGE, has_script=True)
    link, number = _invited(site)
    page = _signed_in(site, link)
    _consents(page, site)
    _raises(page, site)
    _is_written_to(page, site)
    pseudonym = _seated(site, number)
    _serves(page, site, number, pseudonym)
    _looks_right_in_every_language(page, site)
    page.context.close()


def _houses(site: Site) -> None:
    file = site.settings.home / "houses.csv"
    file.write_text(HOUSES, encoding="utf-8")
    with open_addresses(file) as opened:
        keep_streets(site.store, file.name, opened.format, streets_of(opened.rows))


def _find_and_sketch(site: Site, *, width: int, has_script: bool) -> None:
    context = site.context(width=width, java_script_enabled=has_script)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Address, postcode, place, or coordinates").fill("12 n elm st apt 4, allentown pa")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("You belong to 2 polities.")
    expect(page.locator(".lead")).to_contain_text("12 North Elm Street, Allentown")
    expect(page.locator(".lead")).to_contain_text("Lehigh County")
    assert "Elm" not in page.url
    page.get_by_role("link", name="Sketch an issue").click()
    page.get_by_label("What it is about, in a few words").fill("Dust of the quarry")
    page.get_by_label("The question that should be decided").fill("How much dust may the quarry make?")
    page.get_by_label("Places or corners, one a line").fill("Allentown, PA")
    page.get_by_label("Distance, km").fill("20")
    page.get_by_role("button", name="See whom it affects").click()
    expect(page.locator("#found + .question, .question").first).to_contain_text("How much dust")
    expect(page.locator(".lead").nth(1)).to_contain_text("People affected")
    _is_sound(page, site, f"concern-tried{'' if has_script else '-no-script'}", has_script=has_script)
    context.close()


def _invited(site: Site) -> tuple[str, str]:
    """Two clerks invite somebody by letter; the link and the number that are in it."""
    ann = site.context(who="ann", role=Role.CLERK).new_page()
    ann.goto("/console")
    ann.get_by_label("CSV with reference, unit_id, of_age", exact=True).set_input_files(
        {"name": "invited.csv", "mimeType": "text/csv", "buffer": INVITED.encode()}
    )
    ann.get_by_role("button", name="Ask for invitations").click()
    expect(ann.get_by_role("status").first).to_contain_text("waits")
    _is_sound(ann, site, "console")
    ann.context.close()
    bob = site.context(who="bob", role=Role.CLERK, accept_downloads=True).new_page()
    bob.goto("/console")
    with bob.expect_download() as got:
        bob.get_by_role("button", name="Confirm, and download letters and links").click()
    packed = zipfile.ZipFile(io.BytesIO(got.value.path().read_bytes()))
    bob.context.close()
    (row,) = csv.DictReader(io.StringIO(packed.read("invitations.csv").decode()))
    (site.shots / "letters.pdf").write_bytes(packed.read("letters.pdf"))
    return row["link"], row["citizen_id"]


def _signed_in(site: Site, link: str) -> Page:
    page = site.context().new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").first.click()
    page.goto("/citizenship")
    expect(page.locator(".lead")).to_contain_text("You are a resident")
    return page


def _consents(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Make my key and consent for a year").click()
    words = page.locator("[data-show-words]")
    expect(words).to_have_text(re.compile(r"^([a-z]{5} ){16}[a-z]{5}$"))
    written = words.inner_text()
    expect(page.locator("[data-text]")).to_contain_text("geopolity consent 1")
    site.keep(page, "citizenship-signing")
    page.get_by_role("button", name="Sign and hand in").click()
    expect(page.locator(".lead")).to_contain_text("You are a citizen until")
    expect(page.locator("[data-credential]")).to_contain_text("You hold the key")
    page.evaluate("indexedDB.deleteDatabase('geopolity-credential')")
    page.reload()
    page.get_by_role("button", name="Withdraw my consent").click()
    page.get_by_label("The 17 words of your key").fill(written.replace(written[:5], "zzzzz", 1))
    page.get_by_role("button", name="Use these words").click()
    expect(page.locator("[data-said]")).to_contain_text("These words are no key")
    page.get_by_label("The 17 words of your key").fill(written.upper())
    page.get_by_role("button", name="Use these words").click()
    expect(page.locator("[data-text]")).to_contain_text("geopolity withdrawal 1")
    page.get_by_role("button", name="Sign and hand in").click()
    expect(page.locator(".lead")).to_contain_text("You are a resident")
    page.get_by_role("button", name="Consent for a year, signed with my key").click()
    page.get_by_role("button", name="Sign and hand in").click()
    expect(page.locator(".lead")).to_contain_text("You are a citizen until")


def _raises(page: Page, site: Site) -> None:
    page.goto("/concerns/new")
    page.get_by_label("What it is about, in a few words").fill("Dust of the quarry")
    page.get_by_label("Places or corners, one a line").fill("Allentown, PA")
    page.get_by_role("button", name="See whom it affects").click()
    page.get_by_role("button", name="Raise this issue in public").click()
    expect(page.locator("h1")).to_have_text("Dust of the quarry")
    expect(page.locator("main")).to_contain_text("Fewer than 10 people support it")
    address = page.url
    analyst = site.context(who="ana", role=Role.ANALYST, width=SMALL).new_page()
    analyst.goto(address)
    _is_sound(analyst, site, "concern")
    analyst.get_by_label("Reason, which everybody can read").fill("It bites beyond the county.")
    analyst.get_by_role("button", name="Adopt this issue").click()
    expect(analyst.locator("ol")).to_contain_text("It bites beyond the county.")
    analyst.context.close()


def _is_written_to(page: Page, site: Site) -> None:
    page.goto("/citizenship")
    page.get_by_label("Mail address", exact=True).fill("dee@example.org")
    page.get_by_role("button", name="Send me a mail to confirm").click()
    expect(page.locator("main")).to_contain_text("waits for you to confirm it")
    with site.store.reading() as session:
        secret = session.query(MailAddressRow).one().secret
    page.goto(f"/mail/confirm?token={secret}")
    page.get_by_role("button", name="Yes, write to it").click()
    expect(page.get_by_role("status")).to_contain_text("This address is confirmed.")
    _is_sound(page, site, "mail")


def _seated(site: Site, number: str) -> str:
    """Put them on a seat by hand, for the lot itself has its own tests; the clerk summons."""
    with site.store.writing() as session:
        seat = session.query(SeatRow).filter(SeatRow.polity == POLITY, SeatRow.ended_at.is_(None)).first()
        seat.citizen, pseudonym = find_citizen(session, number).key, seat.pseudonym
    schedule(POLITY, date.fromisoformat(after(timedelta(days=20))[:10]), site.store)
    clerk = site.context(who="ann", role=Role.CLERK).new_page()
    clerk.goto("/console")
    card = clerk.locator(".card", has=clerk.get_by_role("heading", name=TITLE))
    card.get_by_role("button", name="Summon its delegates").click()
    expect(clerk.get_by_role("status").first).to_contain_text("delegates were summoned")
    clerk.context.close()
    run_telling(site.store, None)
    with site.store.reading() as session:
        assert [row.channel for row in session.query(NoticeRow).filter(NoticeRow.kind == "summons")] == ["mail"]
    return pseudonym


def _serves(page: Page, site: Site, number: str, pseudonym: str) -> None:
    page.goto("/citizenship")
    expect(page.locator("#service + .cards, #service ~ .cards").first).to_contain_text(TITLE)
    with page.expect_download() as got:
        page.get_by_role("link", name="My sessions for a calendar").click()
    assert b"BEGIN:VEVENT" in got.value.path().read_bytes()
    with page.expect_download() as got:
        page.get_by_role("link", name="Download all that is known about me").click()
    assert number.encode() in got.value.path().read_bytes()
    delegate = site.context(who=pseudonym, role=Role.DELEGATE).new_page()
    delegate.goto("/service")
    delegate.get_by_role("button", name="Take my seat").click()
    expect(delegate.locator("main")).to_contain_text("You took the seat.")
    delegate.get_by_role("link", name="Say how it was").click()
    for group in delegate.get_by_role("group").all():
        group.get_by_label("4").check()
    _is_sound(delegate, site, "questionnaire")
    delegate.get_by_role("button", name="Hand in my answers").click()
    expect(delegate.get_by_role("status")).to_contain_text("Thank you.")
    delegate.context.close()


def _looks_right_in_every_language(page: Page, site: Site) -> None:
    for language in LANGUAGES:
        for name, path in {
            "citizenship": "/citizenship",
            "concerns": "/concerns",
            "sketch": "/concerns/new",
            "follow": "/mail/follow",
        }.items():
            for width in (LARGE, SMALL):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"{path}?lang={language}")
                assert page.evaluate("document.documentElement.lang") == language
                _is_sound(page, site, f"{name}-{language}")
    page.goto("/citizenship?lang=en")


def _is_sound(page: Page, site: Site, name: str, *, has_script: bool = True) -> None:
    site.keep(page, name)
    assert overflow(page) <= 0, name
    if has_script:
        assert axe(page) == [], name
