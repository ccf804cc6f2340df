"""A delegate asks to be excused: the clerk decides, the alternate sits, and the words stay between the two."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from geopolity.docket.summons import ExcuseError, SummonsRefused
from services.assemblies import jury_duty
from services.assemblies.citizens import erase_citizen
from services.assemblies.excuses import ask_excuse, decide_request, own_requests, waiting_requests
from services.auth.roles import Role
from services.storage.offices.summonses import UnknownSummonsError
from tests.contract.read_back import logged
from tests.served import served

PLEA = {"delegate": "d2", "ground": "lives abroad", "text": "I moved to Oslo."}


def test_a_delegate_asks_and_a_granted_request_goes_the_way_of_any_excuse(court):
    jury_duty.send_summonses("river", court.store, at="2026-01-01T00:00:00Z")
    for delegate in court.delegates:
        if delegate != "d2":
            jury_duty.accept_summons("river", delegate, court.store)
    number = ask_excuse("river", "d2", "lives abroad", "I moved to Oslo.", court.store)
    with pytest.raises(SummonsRefused, match="asked already"):
        ask_excuse("river", "d2", "incapacity", "Ill as well.", court.store)
    (waiting,) = waiting_requests(court.store)
    assert (waiting.request, waiting.text, waiting.is_appeal) == (number, "I moved to Oslo.", False)
    assert jury_duty.mark_silent("river", court.store) == []  # who asked is not silent
    assert decide_request(number, court.store, is_granted=True, reason="Enjoy.").answer == "excused"
    assert court.sitting()[2] == "a1"
    assert waiting_requests(court.store) == []
    assert [(one.granted, one.reason) for one in own_requests("d2", court.store)] == [(True, "Enjoy.")]
    log = logged(court.store)
    assert not any(word in json.dumps(log) for word in ("Oslo", "abroad", "Enjoy"))
    answers = [line["facts"] for line in log if line["kind"] == "seat summons answered"]
    assert answers[-1] == {"polity": "river", "pseudonym": "d2", "answer": "excused"}


def test_a_refusal_says_why_and_is_appealed_once(court):
    jury_duty.send_summonses("river", court.store)
    first = ask_excuse("river", "d1", "incapacity", "My back.", court.store)
    with pytest.raises(ExcuseError, match="A refusal needs its reason"):
        decide_request(first, court.store, is_granted=False, reason=" ")
    decide_request(first, court.store, is_granted=False, reason="Sessions are online.")
    with pytest.raises(SummonsRefused, match="decided already"):
        decide_request(first, court.store, is_granted=True)
    appeal = ask_excuse("river", "d1", "incapacity", "I cannot sit.", court.store)
    assert waiting_requests(court.store)[0].is_appeal
    assert decide_request(appeal, court.store, is_granted=False, reason="As before.").is_final
    with pytest.raises(SummonsRefused, match="it is final"):
        ask_excuse("river", "d1", "incapacity", "Once more.", court.store)
    jury_duty.accept_summons("river", "d1", court.store)


def test_who_takes_the_seat_or_is_erased_asks_no_more(court):
    jury_duty.send_summonses("river", court.store)
    ask_excuse("river", "d1", "incapacity", "My back.", court.store)
    jury_duty.accept_summons("river", "d1", court.store)
    assert waiting_requests(court.store) == []
    with pytest.raises(SummonsRefused, match="not declined"):
        ask_excuse("river", "d1", "incapacity", "After all.", court.store)
    ask_excuse("river", "d2", "incapacity", "My heart.", court.store)
    erase_citizen(court.citizen("d2"), court.store)
    assert own_requests("d2", court.store) == []
    with pytest.raises(UnknownSummonsError, match="does not sit"):
        ask_excuse("river", "nobody", "incapacity", "Me too.", court.store)


def test_of_fifty_requests_at_once_one_is_kept(court):
    jury_duty.send_summonses("river", court.store)

    def attempt(_):
        try:
            return ask_excuse("river", "d1", "incapacity", "My back.", court.store)
        except SummonsRefused:
            return None

    with ThreadPoolExecutor(8) as pool:
        kept = [number for number in pool.map(attempt, range(50)) if number is not None]
    assert len(kept) == 1 == len(waiting_requests(court.store))


def test_over_the_interface_a_delegate_asks_for_nobody_else(court):
    jury_duty.send_summonses("river", court.store)
    asked = "/api/v1/assemblies/river/summonses/requests"
    with served(court.settings, worker=False) as running:
        mine, clerk = running.client(Role.DELEGATE, name="d2"), running.client(Role.CLERK, name="carl")
        assert mine.post(asked, json=PLEA | {"delegate": "d1"}).status_code == 403
        assert mine.post(asked, json=PLEA | {"ground": "no time"}).json()["code"] == "excuse"
        number = mine.post(asked, json=PLEA).json()["request"]
        assert mine.get("/api/v1/assemblies/summonses/requests").status_code == 403
        assert [one["delegate"] for one in clerk.get("/api/v1/assemblies/summonses/requests").json()] == ["d2"]
        decide = f"/api/v1/assemblies/summonses/requests/{number}/decide"
        assert clerk.post(decide, json={"granted": False}).status_code == 422
        assert clerk.post(decide, json={"granted": True}).json() == {"answer": "excused", "final": False}
        assert (
            clerk.post(decide.replace(f"/{number}/", "/99/"), json={"granted": True}).json()["code"]
            == "unknown-request"
        )
        assert mine.get("/api/v1/assemblies/summonses/requests/mine").json()[0]["granted"] is True


def test_only_the_clerk_and_the_delegate_read_the_words(court):
    jury_duty.send_summonses("river", court.store)
    ask_excuse("river", "d2", "lives abroad", "I moved to Oslo.", court.store)
    with served(court.settings, worker=False) as running:
        readers = {
            "public": running.client(),
            "analyst": running.client(Role.ANALYST),
            "delegate": running.client(Role.DELEGATE, name="d1"),
            "own": running.client(Role.DELEGATE, name="d2"),
            "clerk": running.client(Role.CLERK, name="carl"),
        }
        pages = ("/docket", "/service", "/log", "/assemblies/river", "/api/v1/log/entries")
        read = {name for name, client in readers.items() if any("Oslo" in client.get(page).text for page in pages)}
    assert read == {"own", "clerk"}


def test_what_was_typed_survives_a_refused_form(court):
    jury_duty.send_summonses("river", court.store)
    with served(court.settings, worker=False) as running:
        mine, clerk = running.client(Role.DELEGATE, name="d2"), running.client(Role.CLERK, name="carl")
        refused = mine.post("/service/river/ask", data={"ground": "lives abroad", "text": "Oslo " * 300})
        assert (refused.status_code, "Oslo Oslo" in refused.text) == (422, True)
        assert '<option value="lives abroad" selected>' in refused.text
        odd = mine.post("/service/river/ask", data={"ground": "lives abroad", "text": "Oslo\x00\r\nNorway"})
        assert odd.status_code == 303
        (one,) = waiting_requests(court.store)
        assert one.text == "Oslo\nNorway"
        answered = clerk.post(f"/docket/requests/{one.request}", data={"decision": "refuse", "reason": ""})
        assert answered.status_code == 422
        assert "Oslo" in answered.text
