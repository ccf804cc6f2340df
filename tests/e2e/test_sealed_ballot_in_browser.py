"""A delegate in a real browser: opens the seat with the words of the key, checks a ballot, casts another, one second each."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import expect

from geopolity.assembly.credential import public_half, words_of
from geopolity.ballots.ballot import check_ballot, read_ballot
from services.auth.roles import Role
from services.bootstrap import open_store
from services.cli.institutions.sealed import _head
from services.docket import decisions
from services.docket.sealed.casting import election_of
from services.settings import Settings
from services.storage.layers.census import keep_layer
from services.storage.tables import SealedBallotRow, SeatRow
from tests.contract.conftest import NOW, town
from tests.contract.court import constitute
from tests.contract.sealed_court import keyed_court, secret_of
from tests.served import served


@pytest.fixture
def house(tmp_path):
    settings = Settings(home=tmp_path / "home", workers=1)
    with open_store(settings).writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    found = keyed_court(constitute(open_store(settings), settings), tmp_path)
    matter_id = found.ready()
    found.keyed(matter_id)
    decisions.open_vote(matter_id, found.store)
    with found.store.writing() as session:  # the first delegate opens the seat in the browser
        seat = session.query(SeatRow).filter(SeatRow.pseudonym == "d1").one()
        seat.opened_by = seat.opened_at = None
    return found


def test_a_delegate_opens_the_seat_checks_a_ballot_and_casts_another(browser, house, tmp_path):
    with served(house.court.settings, worker=False) as service:
        context = browser.new_context()
        secret = service.session(Role.DELEGATE, name="d1")
        context.add_cookies([{"name": "geopolity_session", "value": secret, "url": service.url}])
        page = context.new_page()
        troubles = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{service.url}/service")
        page.get_by_role("button", name="Open my seat with my key").click()
        page.get_by_label("The 17 words of your key").first.fill(words_of(secret_of("d1")))
        page.get_by_role("button", name="Use these words").first.click()
        expect(page.get_by_role("button", name="Open my seat with my key")).to_have_count(0)
        page.goto(f"{service.url}/matters/river-1")
        slow = context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})  # a phone
        page.get_by_label("Yes, it allows for harm").check()
        began = time.monotonic()
        page.get_by_role("button", name="Encrypt my ballot").click()
        expect(page.locator("[data-digest]")).not_to_be_empty()
        assert time.monotonic() - began < 20
        page.get_by_role("button", name="Check this ballot").click()
        shown = page.get_by_label("What was encrypted, and how").input_value()
        (tmp_path / "challenged.json").write_text(shown)
        assert _audited(tmp_path / "challenged.json") == "yes"
        assert page.get_by_role("button", name="Sign and cast this ballot").is_hidden()
        page.get_by_label("No, it does not").check()
        page.get_by_role("button", name="Encrypt my ballot").click()
        page.get_by_role("button", name="Sign and cast this ballot").click()
        expect(page.get_by_text("Your ballot stands on the public board")).to_be_visible()
        receipt = page.locator("[data-receipt]").inner_text()
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy this receipt").click()
        expect(page.get_by_text("Copied; paste it where")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").endswith(receipt)
        page.get_by_role("link", name="Public log").first.click()
        expect(page.get_by_text("Keep the receipt first")).to_be_visible()  # and one is still here
        page.get_by_label("I have kept this receipt").check()
        page.get_by_role("link", name="Public log").first.click()
        expect(page).to_have_url(f"{service.url}/log")
        context.close()
    assert troubles == []
    with house.store.reading() as session:
        ((pseudonym, key, text),) = session.query(
            SealedBallotRow.pseudonym, SealedBallotRow.key, SealedBallotRow.ballot
        ).all()
    ballot = read_ballot(json.loads(text))
    assert (pseudonym, key, ballot.digest) == ("d1", public_half(secret_of("d1")), receipt)
    check_ballot(ballot, election_of(_head(tmp_path / "challenged.json")), key)


def _audited(file):
    from geopolity.ballots.ballot import challenged
    from geopolity.ballots.group import scalar

    record = json.loads(file.read_text())
    hidden = tuple(scalar(one) for one in record["hidden"])
    return challenged(read_ballot(record["ballot"]), election_of(record["head"]), hidden)
