"""A citizen's year, from an address to a seat that was served; told once and lived on every store."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from boundaries.addresses.files import open_addresses
from boundaries.addresses.gathered import streets_of
from maps.locale.texts import texts
from services.assemblies.jury_duty import schedule
from services.auth.roles import Role
from services.clock import after
from services.storage.people.citizens import find_citizen
from services.storage.places.streets import keep_streets
from services.storage.tables import MailAddressRow, NoticeRow, SeatRow
from services.telling.sending import run_telling
from tests.e2e.site import LARGE, POLITY, SMALL, TITLE, Site, axe, overflow

HOUSES = "number,street,city,region,postcode,country,lon,lat\n12,North Elm Street,Allentown,PA,18102,US,-75.48,40.61\n"
AFFECTED = "People affected: {affected}. The smallest polity that holds nine tenths of them: {units}, {people} people."
INVITED = "reference,unit_id,of_age\nFile 7,42077,yes\n"


@dataclass(frozen=True)
class Visit:
    """How somebody comes: in which language, how wide their screen is, with a pointer or by the keyboard alone."""

    language: str = "en"
    width: int = LARGE
    by_keyboard: bool = False

    def says(self, words: str) -> str:
        """A sentence of the product in this language, up to its first named value."""
        names = re.findall(r"{(\w+)", words)
        return texts(self.language)(words, **dict.fromkeys(names, "\0")).split("\0")[0].strip()

    def press(self, page: Page, words: str) -> None:
        """Press a button."""
        self.use(page.get_by_role("button", name=self.says(words), exact=True).first)

    def follow(self, page: Page, words: str) -> None:
        """Follow a link."""
        self.use(page.get_by_role("link", name=self.says(words)).first)

    def use(self, found: Locator) -> None:
        """Click it, or go to it and press Enter."""
        if self.by_keyboard:
            found.focus()
            found.press("Enter")
        else:
            found.click()

    def fill(self, page: Page, label: str, text: str) -> None:
        """Write into a field."""
        field = page.get_by_label(self.says(label), exact=True)
        if self.by_keyboard:
            field.focus()
            field.press("ControlOrMeta+a")
            page.keyboard.type(text)
        else:
            field.fill(text)


def citizens_year(site: Site, visit: Visit) -> None:
    """Find, sketch, be invited, consent by an own key, raise, be written to, be called, serve, and say how it was."""
    _houses(site)
    _find_and_sketch(site, visit, has_script=False)
    _find_and_sketch(site, visit, has_script=True)
    link, number = _invited(site, visit.width)
    page = _signed_in(site, visit, link)
    _consents(page, site, visit)
    _raises(page, site, visit)
    _is_written_to(page, site, visit)
    pseudonym = _seated(site, number)
    _serves(page, site, visit, number, pseudonym)
    _looks_right(page, site, visit)
    page.context.close()


def _houses(site: Site) -> None:
    file = site.settings.home / "houses.csv"
    file.write_text(HOUSES, encoding="utf-8")
    with open_addresses(file) as opened:
        keep_streets(site.store, file.name, opened.format, streets_of(opened.rows))


def _find_and_sketch(site: Site, visit: Visit, *, has_script: bool) -> None:
    context = site.context(width=visit.width, java_script_enabled=has_script, locale=visit.language)
    page = context.new_page()
    page.goto("/")
    visit.fill(page, "Address, postcode, place, or coordinates", "12 n elm st apt 4, allentown pa")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("2")
    expect(page.locator(".lead")).to_contain_text("12 North Elm Street, Allentown")
    expect(page.locator(".lead")).to_contain_text("Lehigh")
    assert "Elm" not in page.url
    visit.follow(page, "Sketch an issue")
    visit.fill(page, "What it is about, in a few words", "Dust of the quarry")
    visit.fill(page, "The question that should be decided", "How much dust may the quarry make?")
    visit.fill(page, "Places or corners, one a line", "Allentown, PA")
    visit.fill(page, "Distance, km", "20")
    visit.press(page, "See whom it affects")
    expect(page.locator("#found + .question, .question").first).to_contain_text("How much dust", timeout=120_000)
    expect(page.locator(".lead").nth(1)).to_contain_text(visit.says(AFFECTED))
    _is_sound(page, site, f"concern-tried-{visit.language}{'' if has_script else '-no-script'}", has_script=has_script)
    context.close()


def _invited(site: Site, width: int) -> tuple[str, str]:
    """Two clerks invite somebody by letter; the link and the number that are in it."""
    ann = site.context(who="ann", role=Role.CLERK, width=width).new_page()
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


def _signed_in(site: Site, visit: Visit, link: str) -> Page:
    page = site.context(width=visit.width, locale=visit.language).new_page()
    page.goto(link)
    visit.press(page, "Sign in now")
    page.goto("/citizenship")
    expect(page.locator(".lead")).to_contain_text(visit.says("You are a resident: you have not consented this year."))
    return page


def _consents(page: Page, site: Site, visit: Visit) -> None:
    citizen = visit.says("You are a citizen until {date}.")
    visit.press(page, "Make my key and consent for a year")
    words = page.locator("[data-show-words]")
    expect(words).to_have_text(re.compile(r"^([a-z]{5} ){16}[a-z]{5}$"))
    written = words.inner_text()
    expect(page.locator("[data-text]")).to_contain_text("geopolity consent 1")
    site.keep(page, f"citizenship-signing-{visit.language}")
    visit.press(page, "Sign and hand in")
    expect(page.locator(".lead")).to_contain_text(citizen)
    expect(page.locator("[data-credential]")).to_contain_text(visit.says("You hold the key {key}…."))
    page.evaluate("indexedDB.deleteDatabase('geopolity-credential')")
    page.reload()
    visit.press(page, "Withdraw my consent")
    visit.fill(page, "The 17 words of your key", written.replace(written[:5], "zzzzz", 1))
    visit.press(page, "Use these words")
    expect(page.locator("[data-said]")).to_contain_text(
        visit.says("These words are no key. Look at each of them again.")
    )
    visit.fill(page, "The 17 words of your key", written.upper())
    visit.press(page, "Use these words")
    expect(page.locator("[data-text]")).to_contain_text("geopolity withdrawal 1")
    visit.press(page, "Sign and hand in")
    expect(page.locator(".lead")).to_contain_text(visit.says("You are a resident: you have not consented this year."))
    visit.press(page, "Consent for a year, signed with my key")
    visit.press(page, "Sign and hand in")
    expect(page.locator(".lead")).to_contain_text(citizen)


def _raises(page: Page, site: Site, visit: Visit) -> None:
    page.goto("/concerns/new")
    visit.fill(page, "What it is about, in a few words", "Dust of the quarry")
    visit.fill(page, "Places or corners, one a line", "Allentown, PA")
    visit.press(page, "See whom it affects")
    visit.press(page, "Raise this issue in public")
    expect(page.locator("h1")).to_have_text("Dust of the quarry")
    expect(page.locator("main")).to_contain_text(visit.says("Fewer than {number} people support it so far."))
    address = page.url
    analyst = site.context(who="ana", role=Role.ANALYST, width=SMALL).new_page()
    analyst.goto(address)
    _is_sound(analyst, site, "concern")
    analyst.get_by_label("Reason, which everybody can read").fill("It bites beyond the county.")
    analyst.get_by_role("button", name="Adopt this issue").click()
    expect(analyst.locator("ol")).to_contain_text("It bites beyond the county.")
    analyst.context.close()


def _is_written_to(page: Page, site: Site, visit: Visit) -> None:
    page.goto("/citizenship")
    visit.fill(page, "Mail address", "dee@example.org")
    visit.press(page, "Send me a mail to confirm")
    expect(page.locator("main")).to_contain_text("dee@example.org")
    with site.store.reading() as session:
        secret = session.query(MailAddressRow).one().secret
    page.goto(f"/mail/confirm?token={secret}")
    visit.press(page, "Yes, write to it")
    expect(page.get_by_role("status")).to_contain_text(visit.says("This address is confirmed."))
    _is_sound(page, site, f"mail-{visit.language}")


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


def _serves(page: Page, site: Site, visit: Visit, number: str, pseudonym: str) -> None:
    page.goto("/citizenship")
    expect(page.locator("#service + .cards, #service ~ .cards").first).to_contain_text(TITLE)
    with page.expect_download() as got:
        visit.follow(page, "My sessions for a calendar (.ics)")
    assert b"BEGIN:VEVENT" in got.value.path().read_bytes()
    with page.expect_download() as got:
        visit.follow(page, "Download all that is known about me")
    assert number.encode() in got.value.path().read_bytes()
    delegate = site.context(who=pseudonym, role=Role.DELEGATE, width=visit.width, locale=visit.language).new_page()
    delegate.goto("/service")
    visit.press(delegate, "Take my seat")
    expect(delegate.locator("main")).to_contain_text(texts(visit.language).term("served", "accepted"))
    visit.follow(delegate, "Say how it was")
    for group in delegate.get_by_role("group").all():
        group.get_by_label("4").check()
    _is_sound(delegate, site, f"questionnaire-{visit.language}")
    visit.press(delegate, "Hand in my answers")
    expect(delegate.get_by_role("status")).to_contain_text(
        visit.says("Thank you. Your answers are kept without your name.")
    )
    delegate.context.close()


def _looks_right(page: Page, site: Site, visit: Visit) -> None:
    for name, path in {
        "citizenship": "/citizenship",
        "concerns": "/concerns",
        "sketch": "/concerns/new",
        "follow": "/mail/follow",
    }.items():
        page.goto(path)
        assert page.evaluate("document.documentElement.lang") == visit.language
        _is_sound(page, site, f"{name}-{visit.language}")


def _is_sound(page: Page, site: Site, name: str, *, has_script: bool = True) -> None:
    site.keep(page, name)
    assert overflow(page) <= 0, name
    if has_script:
        assert axe(page) == [], name
