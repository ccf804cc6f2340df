"""What an analyst asks next of a result: ordered in the queue, answered as a page, with a script and without."""

from __future__ import annotations

import html
import json
import os
import re
import time

import pytest

from services.auth.roles import Role
from services.derivation.open_layers import warm_layer
from services.derivation.requests import kept_forms
from services.jobs import followups, queue
from services.jobs.working import work_off
from tests.contract.town_service import ASKED

TYPED = {"bands_km": "", "groups": "", "within": "30", "most_pieces": ""}
FORM = {"layer": "town", "kind": "area", "shapes": "0.1, 0.1\n0.1, 1.4\n0.9, 1.4\n0.9, 0.1", "title": "My river"}


@pytest.fixture
def ann(service):
    return service.client(Role.ANALYST)


def ask(who, kind, asked=ASKED, **typed) -> dict:
    answer = who.post("/studio/questions", json={"kind": kind, "asked": asked} | TYPED | typed)
    assert answer.status_code == 202, answer.text
    return answer.json()


def page_of(who, job, language="en") -> str:
    answer = who.get(f"/studio/questions/{job['id']}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\xa0", " ")


def drawn(page) -> dict:
    return json.loads(re.search(r"data-answer-map>(.*?)</script>", page, re.DOTALL)[1])


def test_a_question_waits_in_the_one_queue_and_is_no_derivation(service, opened, ann):
    bob = service.client(Role.ANALYST, name="bob")
    first, second, his = ask(ann, "who", bands_km="10"), ask(ann, "others"), ask(bob, "shapes")
    assert [one["place"] for one in (first, second, his)] == [0, 1, 1]
    assert [queue.take(opened).job_id for _ in range(3)] == [one["id"] for one in (first, his, second)]
    assert ann.get("/api/v1/derivations").json()["items"] == []
    assert bob.get(f"/studio/questions/{first['id']}").status_code == 404


def test_who_is_affected_is_told_by_group_and_by_distance(opened, ann):
    ids = [str(unit) for unit in warm_layer("town", opened.home).units.index]
    table = "id,old,old_M\n" + "\n".join(f"{unit},{10 * (place + 1)},2" for place, unit in enumerate(ids))
    job = ask(ann, "who", bands_km="10, 20", groups=table)
    assert work_off(opened) == 1
    page = page_of(ann, job)
    assert '<div data-answer="who">' in page
    assert '<th scope="rowgroup" colspan="7"><bdi>old</bdi></th>' in page
    assert "old_M" not in page
    assert "farther than 20 km" in page
    assert "10–20 km away" in page
    assert "Qui ils sont" in page_of(ann, job, "fr")


def test_other_answers_say_of_each_unit_what_it_is_worth(opened, ann):
    job = ask(ann, "others")
    work_off(opened)
    page = page_of(ann, job)
    kinds = drawn(page)["kinds"]
    known = followups.answered(job["id"], opened).answer.known
    assert kinds.keys() == {"irreplaceable", "exchangeable", "open"}
    assert {kind: len(places) for kind, places in kinds.items()} == {
        kind: sum(one.kind == kind for one in known.units) for kind in kinds
    }
    assert sum(map(len, kinds.values())) > 0
    assert re.search(r"Among regions with at most 30(\.00)?\s?% more area: ", page)


def test_shapes_are_compared_with_what_each_costs(opened, ann):
    job = ask(ann, "shapes", most_pieces="2")
    work_off(opened)
    page = page_of(ann, job)
    assert [one["name"] for one in drawn(page)["outlines"]][:3] == ["Smallest", "Rounder", "In pieces"]
    assert page.count('role="img"') == len(drawn(page)["outlines"])
    assert "Rounder: " in page
    assert "in one cluster of neighbouring units" in page
    spanish = page_of(ann, job, "es")
    assert "Más redonda" in spanish


def test_what_is_typed_wrongly_is_refused_at_once_beside_its_field(ann):
    for kind, typed, field in (
        ("who", {"bands_km": "50, 25"}, "bands_km"),
        ("who", {"bands_km": "near"}, "bands_km"),
        ("who", {}, "bands_km"),
        ("others", {"within": "0"}, "within"),
        ("shapes", {"most_pieces": "1"}, "most_pieces"),
    ):
        answer = ann.post("/studio/questions", json={"kind": kind, "asked": ASKED} | TYPED | typed)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
        page = ann.post(f"/studio/questions/{kind}", data=FORM | TYPED | typed, headers={"Accept": "text/html"})
        assert re.search(rf'<p class="wrong" id="wrong-{field}" data-wrong="{field}">.', page.text), page.text


def test_a_question_that_is_stopped_has_no_answer(opened, ann):
    job = ask(ann, "others")
    lease = queue.lease_of(queue.take(opened))
    assert ann.post(f"/studio/orders/{job['id']}/stop").json()["status"] == "running"
    assert not queue.report(lease, opened, None)
    queue.finish(lease, opened)
    assert "This question was stopped" in page_of(ann, job)


def test_what_cannot_be_answered_is_said_in_the_readers_language(opened, ann):
    job = ask(ann, "who", groups="id,old\nnowhere,3")
    work_off(opened)
    page = page_of(ann, job)
    assert 'role="alert"' in page
    assert "No id of" in page
    assert str(opened.home) not in page


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("others", {"compactness": 5.0}, "Other answers weigh no borders yet"),
        ("others", {"footprint": {"kind": "everyone"}}, "there is no other answer"),
        ("shapes", {"footprint": {"kind": "everyone"}}, "its polity has one shape"),
    ],
)
def test_a_polity_without_other_answers_or_shapes_says_so(kind, changes, words, opened, ann):
    job = ask(ann, kind, ASKED | changes)
    work_off(opened)
    assert words in page_of(ann, job)


def test_the_form_alone_orders_stops_and_shows(opened, ann):
    sent = ann.post("/studio/questions/who", data=FORM | TYPED | {"bands_km": "10"}, follow_redirects=False)
    assert sent.status_code == 303
    waiting = ann.get(sent.headers["location"], headers={"Accept": "text/html"})
    assert waiting.headers["refresh"] == "3"
    assert "Stop this question" in waiting.text
    work_off(opened)
    done = ann.get(sent.headers["location"], headers={"Accept": "text/html"})
    assert "refresh" not in done.headers
    assert 'data-answer="who"' in done.text
    again = ann.post("/studio/questions/others", data=FORM | TYPED, follow_redirects=False)
    ann.post(again.headers["location"].replace("?", "/stop?"))
    assert "This question was stopped" in ann.get(again.headers["location"], headers={"Accept": "text/html"}).text


def test_only_the_latest_answers_are_kept(opened, ann, settings, monkeypatch):
    monkeypatch.setattr(followups, "KEPT", 1)
    first = ask(ann, "who", bands_km="10")
    work_off(opened)
    assert queue.job_folder(first["id"], settings.home).exists()
    ask(ann, "who", bands_km="10")
    assert ann.get(f"/studio/questions/{first['id']}").status_code == 404
    assert not queue.job_folder(first["id"], settings.home).exists()


def words_of(page) -> str:
    """What a page says, without its marks and data."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
    return html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL))


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_no_answer_names_a_flag_of_the_command_line(opened, ann, language):
    ids = [str(unit) for unit in warm_layer("town", opened.home).units.index]
    wishes = (
        {},
        {"must": ids[:1]},
        {"at_most_units": 20},
        {"compactness": 5.0},
        {"pieces": 2},
        {"bridge_km": 1.0},
        {"fill_holes": True},
        {"smallest": "units"},
    )
    jobs = []
    for wish in wishes:
        for kind, typed in (("who", {"bands_km": "10"}), ("others", {}), ("shapes", {})):
            answer = ann.post("/studio/questions", json={"kind": kind, "asked": ASKED | wish} | TYPED | typed)
            said = answer.json()
            jobs += [said] if answer.status_code == 202 else []
            assert "--" not in said.get("detail", ""), said
        work_off(opened)
        for job in jobs:
            assert "--" not in words_of(page_of(ann, job, language)), wish
        jobs.clear()


def test_why_a_polity_with_conditions_is_not_split_is_said_by_the_names_of_the_form(opened, ann):
    unit = str(warm_layer("town", opened.home).units.index[0])
    job = ask(ann, "shapes", ASKED | {"must": [unit]})
    work_off(opened)
    assert "Units that must be inside and limits are about one polity" in words_of(page_of(ann, job))


@pytest.mark.parametrize(
    ("smallest", "more", "least"),
    [
        ("area", "area", "smallest area"),
        ("population", "residents", "fewest residents"),
        ("units", "units", "fewest units"),
    ],
)
def test_other_answers_are_measured_by_what_was_kept_smallest(smallest, more, least, opened, ann):
    job = ask(ann, "others", ASKED | {"smallest": smallest})
    work_off(opened)
    said = " ".join(words_of(page_of(ann, job)).split())
    assert re.search(rf"Among regions with at most 30(\.00)?\s?% more {more}: ", said)
    assert f"About the polity of {least}, derived with full effort" in said
    assert "larger" not in said


def test_what_a_form_is_answered_with_has_an_address_and_answers_lead_back_to_it(opened, ann):
    sent = ann.post("/studio", data=FORM, follow_redirects=False)
    assert sent.status_code == 303
    result = sent.headers["location"]
    assert ann.post("/studio", data=FORM, follow_redirects=False).headers["location"] == result
    for _ in range(2):
        page = ann.get(result, headers={"Accept": "text/html"})
        assert (page.status_code, "My river" in page.text, "Units that matter most" in page.text) == (200, True, True)
    asked = ann.post("/studio/questions/who", data=FORM | TYPED | {"bands_km": "7"}, follow_redirects=False)
    answer = ann.get(asked.headers["location"], headers={"Accept": "text/html"}).text
    back = re.search(r'href="(/studio/drafts/[0-9a-f]{32})"', answer)[1]
    returned = ann.get(back, headers={"Accept": "text/html"})
    assert returned.status_code == 200
    assert 'name="bands_km" autocomplete="off" maxlength="100" value="7"' in returned.text


def test_a_form_is_kept_for_a_day_and_the_oldest_go_first(settings, opened, ann, monkeypatch):
    old = ann.post("/studio", data=FORM, follow_redirects=False).headers["location"]
    monkeypatch.setattr(kept_forms, "MOST_KEPT", 1)
    file = settings.home / "forms" / f"{old.rpartition('/')[2]}.json"
    os.utime(file, (time.time() - 60, time.time() - 60))
    ann.post("/studio", data=FORM | {"title": "Another"})
    gone = ann.get(old, headers={"Accept": "text/html"})
    assert (gone.status_code, "There is no draft" in gone.text, file.exists()) == (404, True, False)
    assert ann.get("/studio/drafts/..%2f..%2fkeys").status_code == 404
    kept = ann.post("/studio", data=FORM, follow_redirects=False).headers["location"]
    file = settings.home / "forms" / f"{kept.rpartition('/')[2]}.json"
    os.utime(file, (time.time() - 2 * 86_400,) * 2)
    monkeypatch.setattr(kept_forms, "MOST_KEPT", 10)
    ann.post("/studio", data=FORM | {"title": "A third"})
    assert not file.exists()
