"""The console: everything that a clerk and an administrator do, done in the browser, on both homes."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pypdf
import pytest

from services.assemblies.seats import list_seats
from services.auth.roles import Role
from services.docket import questionnaire
from services.storage.publiclog import lines
from services.storage.tables import CitizenRow, InvitationsRow, SignInRow
from tests.contract.lottery import SIGNED, kinds
from tests.served import served

FORM = "reference,unit_id,of_age,sex\nA-1,01,yes,f\nA-2,02,,m\n"


@pytest.fixture
def office(people, clock, settings):
    """The service with 300 people and two polities; browsers of two clerks and an administrator."""
    with served(settings, worker=False) as running:
        yield (
            running,
            running.client(Role.CLERK, name="ann"),
            running.client(Role.CLERK, name="bob"),
            running.client(Role.ADMINISTRATOR, name="ada"),
        )


def _csv(text):
    return {"file": ("people.csv", text.encode(), "text/csv")}


def test_the_public_and_citizens_see_no_console(office):
    running, *_ = office
    assert running.client().get("/console").status_code == 401
    assert running.client(Role.CITIZEN).get("/console").status_code == 403


def test_people_are_registered_found_and_acted_on_by_two(office):
    running, ann, bob, _ = office
    page = ann.post("/console/people", data={"unit": "01", "of_age": "yes"}).text
    number = re.search(r'<p class="code">([0-9a-f]{32})</p>', page)[1]
    assert number in ann.get("/console", params={"citizen": number}).text
    assert ann.post("/console/people", data={"unit": "99"}).status_code == 422
    assert ann.get("/console", params={"citizen": "nobody"}).status_code == 404
    asked = ann.post(f"/console/people/{number}", data={"act": "move", "unit": "02"}).text
    act = re.search(r"/console/acts/(\d+)", asked)[1]
    assert ann.post(f"/console/acts/{act}").status_code == 409, "the same person does not confirm it"
    assert bob.post(f"/console/acts/{act}").status_code == 200
    with running.store.reading() as session:
        assert session.query(CitizenRow).filter(CitizenRow.citizen_id == number).one().home == "02"
    link = ann.post(f"/console/people/{number}", data={"act": "link"}).text
    act = re.search(r"/console/acts/(\d+)", link)[1]
    assert "/sign-in?token=" in bob.post(f"/console/acts/{act}").text


def test_many_are_registered_by_a_file(office):
    _, ann, *_ = office
    page = ann.post("/console/people/file", files=_csv("unit_id,of_age\n01,yes\n99,yes\n"))
    assert "Registered: 1; left out: 1." in page.text
    assert ann.post("/console/people/file", files=_csv("place\n01\n")).status_code == 422


def test_invitations_take_two_and_are_letters_with_links_that_let_in_once(office):
    running, ann, bob, _ = office
    asked = ann.post("/console/invitations", files=_csv(FORM)).text
    number = re.search(r"/console/invitations/(\d+)", asked)[1]
    assert ann.post(f"/console/invitations/{number}").status_code == 409
    answer = bob.post(f"/console/invitations/{number}")
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    rows = list(csv.DictReader(io.StringIO(packed.read("invitations.csv").decode())))
    pages = pypdf.PdfReader(io.BytesIO(packed.read("letters.pdf"))).pages
    assert [row["reference"] for row in rows] == ["A-1", "A-2"]
    assert len(pages) == 2
    assert rows[0]["link"].replace("/", "") in re.sub(r"[\s/]", "", pages[0].extract_text())
    guest = running.client(follow_redirects=True)
    path = rows[0]["link"].partition("/sign-in")[2]
    assert guest.get(f"/sign-in{path}").status_code == 200
    with running.store.reading() as session:
        assert session.query(InvitationsRow).one().rows == "[]", "the file is forgotten"
        assert session.query(SignInRow).filter(SignInRow.kind == "link").count() == 2
        told = b"".join(lines(session))
    assert b"A-1" not in told
    assert b"invitations made" in told
    assert bob.post(f"/console/invitations/{number}").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nAnn\n", "no column reference"),
        ("reference,unit_id\n,01\n", "Line 2 needs a reference"),
        ("reference,unit_id,of_age\nA,01,perhaps\n", "of_age as yes or no"),
        ("reference,unit_id\n", "give 1 to 2,000"),
        ("reference,unit_id\nA,99\n", "no unit"),
    ],
)
def test_a_file_of_invitations_that_cannot_be_read_says_why(office, text, said):
    _, ann, *_ = office
    answer = ann.post("/console/invitations", files=_csv(text))
    assert answer.status_code == 422
    assert said in answer.text


def test_the_lot_is_planned_frozen_rehearsed_drawn_and_summoned(office):
    running, ann, *_ = office
    assert "All seats can be filled" in ann.post("/console/plan").text
    assert "Drawn in epoch" in ann.post("/console/rehearse", data={"seed": "any words"}).text
    assert list_seats(running.store) == []
    frozen = ann.post("/console/freeze", data={"wait": "60", "seats": "12", "strata": "sex"}).text
    assert "is frozen, and the log says so" in frozen
    assert "The roll is frozen" in ann.get("/console").text
    assert ann.post("/console/freeze", data={"wait": "60"}).status_code == 409
    wrong = ann.post("/console/draw", files={"file": ("round.json", b'{"round": 1, "signature": "00"}')})
    assert wrong.status_code in {409, 422}
    page = ann.post("/console/draw", files={"file": ("round.json", json.dumps(SIGNED).encode())})
    assert "Drawn in epoch" in page.text
    assert len(list_seats(running.store)) == 24
    assert "12 delegates were summoned" in ann.post("/console/assemblies/river", data={"act": "summon"}).text
    assert "Called: 12; accepted: 0; not answered: 12" in ann.get("/console").text
    assert "Everybody answered in time" in ann.post("/console/assemblies/river", data={"act": "silent"}).text
    asked = ann.post("/console/assemblies/river", data={"act": "vacate", "seat": "1", "reason": "death"})
    assert (asked.status_code, "waits" in asked.text) == (200, True)
    assert (
        ann.post("/console/assemblies/river", data={"act": "vacate", "seat": "", "reason": "death"}).status_code == 422
    )


def test_a_frozen_roll_is_given_up_before_its_round(office, monkeypatch):
    running, ann, *_ = office
    ann.post("/console/freeze", data={"wait": "60"})
    answer = ann.post("/console/lapse")
    assert answer.status_code in {200, 409}, "a round that is out forbids it"
    if answer.status_code == 200:
        assert "is given up" in answer.text
        assert "draw given up" in kinds(running.store)


def test_a_polity_is_retired_by_who_is_sure(office):
    _, ann, *_ = office
    assert ann.post("/console/assemblies/river", data={"act": "retire"}).status_code == 422
    assert "waits" in ann.post("/console/assemblies/river", data={"act": "retire", "sure": "yes"}).text


def test_letters_are_printed_and_marked(office):
    running, ann, *_ = office
    ann.post("/console/freeze", data={"wait": "60", "seats": "12"})
    ann.post("/console/draw", files={"file": ("round.json", json.dumps(SIGNED).encode())})
    ann.post("/console/assemblies/river", data={"act": "summon"})
    from services.telling.sending import run_telling

    run_telling(running.store, None)
    assert "12 letters wait to be printed" in ann.get("/console").text
    pdf = ann.get("/console/letters.pdf").content
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 12
    assert "Letters on their way: 12." in ann.post("/console/letters").text
    assert "No letter waits." in ann.get("/console").text


def test_an_administrator_lets_offices_and_programs_in(office):
    _, ann, _, ada = office
    assert ann.post("/console/links", data={"name": "eve", "role": "clerk"}).status_code == 403
    assert "/sign-in?token=" in ada.post("/console/links", data={"name": "eve", "role": "clerk"}).text
    assert ada.post("/console/links", data={"name": "eve", "role": "citizen"}).status_code == 422
    page = ada.post("/console/keys", data={"name": "robot", "role": "analyst"}).text
    ended = re.search(r"/console/keys/([\w-]+)/end", page)[1]
    assert "The key is ended." in ada.post(f"/console/keys/{ended}/end").text


def test_answers_after_service_are_told_in_tens(court, settings):
    with served(settings, worker=False) as running:
        client = running.client(Role.DELEGATE, name="d1")
        assert "After service: River" in client.get("/service/questions/river").text
        whole = dict.fromkeys(questionnaire.QUESTIONS["delegate"], 4)
        assert client.post("/service/questions/river", data=whole | {"time": 9}).status_code == 422
        assert "Thank you" in client.post("/service/questions/river", data=whole).text
        assert client.post("/service/questions/river", data=whole).status_code == 409
        assert (
            running.client(Role.DELEGATE, name="stranger").post("/service/questions/river", data=whole).status_code
            == 409
        )
        organiser = running.client(Role.CLERK, name="ann")
        fewer = dict.fromkeys(questionnaire.QUESTIONS["organiser"], 5)
        assert organiser.post("/service/questions/river", data=fewer).status_code == 200
        assert "What those who served say" not in client.get("/assemblies/river").text
        for number in range(2, 10):
            questionnaire.reply("river", f"d{number}", whole, court.store, part="delegate")
        assert questionnaire.sums("river", court.store) == [], "nine are not told"


def test_the_eleventh_answer_is_not_told_before_the_twentieth(court):
    from services.storage.tables import ReplyRow

    with court.store.writing() as session:
        for number in range(11):
            answers = json.dumps(dict.fromkeys(questionnaire.QUESTIONS["delegate"], 2 if number < 10 else 5))
            session.add(
                ReplyRow(
                    key=str(number), polity="river", year=2026, part="delegate", batch=number // 10, answers=answers
                )
            )
    told = questionnaire.sums("river", court.store)
    assert {one.counts for one in told} == {(0, 10, 0, 0, 0)}
    assert {one.mean for one in told} == {2.0}
