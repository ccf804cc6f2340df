"""A citizen's own page: all that is known, consent with and without a key, moving, receipts, service, being forgotten."""

from __future__ import annotations

import re
from datetime import date, timedelta

import icalendar
import pytest

from geopolity.assembly import credential
from maps.locale.texts import texts
from maps.pages.citizen.citizenship import chance_words
from services.assemblies import draws
from services.assemblies.citizens import show_citizen
from services.assemblies.jury_duty import schedule, send_summonses
from services.assemblies.planning import LotRequest
from services.assemblies.published_draws import bundle_folder
from services.auth.roles import Role
from services.clock import after
from services.concerns import raising
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer, find_citizen
from services.storage.tables import CitizenRow, MailAddressRow, PetitionAuthorRow, SeatRow
from services.telling.sending import run_telling
from tests.contract.lottery import signed
from tests.served import served

SECRET = bytes(range(32))


@pytest.fixture
def own(court, settings):
    """A citizen's browser, and their number: the first delegate of the court."""
    with served(settings, worker=False) as running:
        number = court.citizen("d1")
        yield running.client(Role.CITIZEN, name=number, follow_redirects=True), number, running


def test_the_page_says_who_one_is_and_what_follows_from_it(own):
    client, number, _ = own
    page = client.get("/citizenship").text
    for said in (
        "You are a citizen until",
        number,
        "River",
        "My service",
        "The service knows no name",
        "power over the law",
    ):
        assert said in page, said
    assert client.get("/").text.count("/citizenship") == 1, "the page is in the navigation"


def test_a_petition_is_found_by_who_filed_it_and_goes_with_them(own, court):
    client, number, running = own
    filed = {"polity": "river", "law": "weirs", "title": "Weirs", "harm": "No fish.", "text": "Weirs are high."}
    anonymous = running.client(follow_redirects=True)
    assert anonymous.post("/matters/new", data=filed | {"law": "nets", "title": "Nets"}).status_code == 200
    assert client.post("/matters/new", data=filed).status_code == 200
    page = client.get("/citizenship").text
    assert re.search(r'<a href="/matters/river-\d+">Weirs</a><br><span class="small muted">petition, .* filed<', page)
    assert ">Nets<" not in page
    (own_one,) = client.get("/citizenship/data.json").json()["petitions"]
    assert own_one["matter"].startswith("river-")
    assert number not in anonymous.get(f"/matters/{own_one['matter']}").text
    with court.store.writing() as session:
        citizens.erase(session, find_citizen(session, number), now=after(timedelta()))
        assert session.query(PetitionAuthorRow).count() == 0


def test_nobody_else_sees_it(own):
    _, _, running = own
    assert running.client().get("/citizenship").status_code == 401
    assert running.client(Role.CLERK).get("/citizenship").status_code == 403


def test_all_that_is_known_is_downloaded(own, court):
    client, number, _ = own
    send_summonses("river", court.store)
    run_telling(court.store, None)
    client.post("/citizenship/mail", data={"address": "dee@example.org"})
    with court.store.reading() as session:
        digest = find_layer(session).digest
    said = raising.Sketched(
        title="Noise",
        question="",
        sketch={},
        layer=digest,
        reach=("01",),
        figures={"affected": 1.0, "population": 2.0, "units": 1},
    )
    raising.raise_concern(said, number, court.store)
    answer = client.get("/citizenship/data.json")
    assert answer.headers["content-disposition"].startswith("attachment")
    known = answer.json()
    assert known["citizen"]["citizen_id"] == number
    assert [
        len(known[part]) for part in ("consents", "seats", "summonses", "mail_addresses", "notices", "issues_raised")
    ] == [1, 1, 1, 1, 2, 1]
    page = client.get("/citizenship").text
    assert "issue that I raised" in page
    assert "summons: by letter" in page


def test_consent_without_a_key_is_given_and_withdrawn_by_form(own, court):
    client, number, _ = own
    assert "You are a resident" in client.post("/citizenship/withdraw").text
    assert show_citizen(number, court.store).standing == "resident"
    assert "You are a citizen until" in client.post("/citizenship/consent").text
    assert show_citizen(number, court.store).standing == "citizen"


def test_a_key_signs_what_the_page_shows(own, court):
    client, number, _ = own
    key = credential.public_half(SECRET)
    text = client.get(f"/api/v1/citizens/{number}/consent/statement", params={"key": key}).json()["statement"]
    done = credential.signed(text, SECRET)
    body = {"statement": text, "key": key, "signature": done.signature}
    assert client.post(f"/api/v1/citizens/{number}/consent", json=body).status_code == 200
    page = client.get("/citizenship").text
    assert f"You hold the key {key[:16]}" in page
    assert "Without a key" not in page
    assert show_citizen(number, court.store).key_made_by == "own"


def test_moving_takes_a_place_and_keeps_only_its_unit(own, court):
    client, number, _ = own
    assert client.post("/citizenship/home", data={"place": "0.5, 1.5"}).status_code == 200
    with court.store.reading() as session:
        assert find_citizen(session, number).home == "02"
    refused = client.post("/citizenship/home", data={"place": "Nowhereville"})
    assert (refused.status_code, "No place called" in refused.text) == (404, True)


def test_an_address_waits_to_be_confirmed_and_is_forgotten_on_demand(own, court):
    client, _, _ = own
    assert "waits for you to confirm it" in client.post("/citizenship/mail", data={"address": "dee@example.org"}).text
    assert client.post("/citizenship/mail", data={"address": "dee"}).status_code == 422
    assert "By letter" in client.post("/citizenship/mail/forget").text
    with court.store.reading() as session:
        assert session.query(MailAddressRow).count() == 0


def test_sessions_are_a_calendar_that_others_read(own, court):
    client, _, _ = own
    day = date.fromisoformat(after(timedelta(days=20))[:10])
    schedule("river", day, court.store)
    found = icalendar.Calendar.from_ical(client.get("/citizenship/service.ics").content)
    (event,) = found.walk("VEVENT")
    assert event.decoded("dtstart") == day
    assert "River" in str(event["summary"])


def test_a_receipt_is_checked_against_the_published_draw_and_the_log(people, clock, settings, tmp_path):
    opened = draws.open_epoch(LotRequest(levels=("sex",), seats=12), people)
    draws.draw_assemblies(signed(tmp_path), bundle_folder(settings.home), people)
    with people.reading() as session:
        seat = session.query(SeatRow).filter(SeatRow.polity == "river").first()
        drawn = session.get_one(CitizenRow, seat.citizen).citizen_id
        seated = {row.citizen for row in session.query(SeatRow)}
        other = session.query(CitizenRow).filter(CitizenRow.key.not_in(seated)).first().citizen_id
    with served(settings, worker=False) as running:
        client = running.client(Role.CITIZEN, name=drawn)
        assert "You were drawn as a delegate of River" in client.get("/citizenship").text
        page = client.post(f"/citizenship/check/{opened.epoch}").text
        assert "The public log holds the root of this roll in line" in page
        assert re.search(r'class="note" role="status"', page)
        odds = re.search(r"This year: 1 in ([\d,.]+)\.", page)
        assert odds
        missed = running.client(Role.CITIZEN, name=other).post(f"/citizenship/check/{opened.epoch}").text
        assert "The public log holds the root" in missed
        assert running.client(Role.CITIZEN, name=other).post("/citizenship/check/none").status_code == 404


def test_who_is_on_no_roll_is_told_so(own, court):
    client, _, _ = own
    refused = client.post("/citizenship/check/test")
    assert refused.status_code == 404
    assert "is not on the roll" in refused.text


def test_to_be_forgotten_needs_to_be_sure(own, court):
    client, number, _ = own
    client.post("/citizenship/erase", data={})
    assert show_citizen(number, court.store).home.id
    client.post("/citizenship/erase", data={"sure": "yes"})
    with court.store.reading() as session:
        assert session.query(CitizenRow).filter(CitizenRow.citizen_id == number).one().erased_at


def test_a_citizen_below_age_is_told_why_not(own, court):
    _, _, running = own
    with court.store.writing() as session:
        (young,) = citizens.register(
            session, find_layer(session), [Newcomer(unit_id="01", is_of_age=False)], now=after(timedelta())
        )
    client = running.client(Role.CITIZEN, name=young)
    refused = client.post("/citizenship/consent")
    assert (refused.status_code, "minimum age" in refused.text) == (409, True)
    assert "no consent is active" in client.get("/citizenship").text


def test_chances_are_of_a_year_and_of_a_life():
    t = texts("en")
    assert chance_words(t, 0, 0) == ("No assembly was drawn yet.", "")
    assert chance_words(t, 150, 25_000) == ("This year: 1 in 1,000.", "Over a life: 5.8%.")
    assert chance_words(t, 12, 1)[0] == "This year: 1 in 1."
