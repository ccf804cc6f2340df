"""Issues that citizens raise: sketched by anybody, raised and supported by citizens, decided by analysts; in public."""

from __future__ import annotations

import json
import re

import pytest

from services.assemblies.citizens import erase_citizen
from services.auth.roles import Role
from services.concerns import raising
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.publiclog import lines
from services.storage.tables import ConcernRow, ConcernSupportRow

CORNERS = "0.1, 0.1\n0.1, 0.9\n0.9, 0.9\n0.9, 0.1"
SKETCH = {
    "kind": "area",
    "shapes": CORNERS,
    "distance_km": "5",
    "title": "Noise of the mill",
    "question": "Who stops it?",
}


def _people(store, homes):
    with store.writing() as session:
        return citizens.register(
            session, find_layer(session), [Newcomer(unit_id=home) for home in homes], now="2026-01-01T00:00:00Z"
        )


def _sketched(**other):
    known = {"title": "Noise", "question": "", "sketch": {}, "layer": "", "reach": ("01",), "figures": {}}
    return raising.Sketched(**known | other)


def test_anybody_tries_a_sketch_and_nothing_is_kept(service):
    answer = service.client().post("/concerns/new", data=SKETCH)
    assert answer.status_code == 200
    assert "People affected: 640" in answer.text
    assert "<svg" in answer.text
    assert "To raise it, sign in as a citizen" in answer.text
    with service.store.reading() as session:
        assert session.query(ConcernRow).count() == 0


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"shapes": ""}, "Nothing is drawn yet"),
        ({"shapes": "0.1, 0.1"}, "has no inside"),
        ({"shapes": "Nowhereville-on-Sea"}, "No place called"),
        ({"kind": "radius", "shapes": "50, 50", "distance_km": "1"}, 'role="alert"'),
        ({"kind": "radius", "distance_km": "far"}, "give a number"),
    ],
)
def test_a_sketch_that_makes_no_sense_says_why_and_keeps_what_was_written(service, other, said):
    answer = service.client().post("/concerns/new", data=SKETCH | other)
    assert answer.status_code in {404, 409, 422}
    assert said in answer.text
    assert "Noise of the mill" in answer.text


def test_a_citizen_raises_an_issue_others_support_it_and_an_analyst_decides_in_public(service):
    ann, bob, cy = _people(service.store, ["01", "01", "02"])
    client = service.client(Role.CITIZEN, name=ann, follow_redirects=True)
    page = client.post("/concerns", data=SKETCH)
    assert page.status_code == 200
    number = int(re.search(r"/concerns/(\d+)$", str(page.url))[1])
    assert "Who stops it?" in page.text
    assert "Fewer than 10 people support it" in page.text
    for name in (bob, cy, bob):
        assert (
            service.client(Role.CITIZEN, name=name, follow_redirects=True)
            .post(f"/concerns/{number}/support")
            .status_code
            == 200
        )
    with service.store.reading() as session:
        near = {row.citizen: row.is_near for row in session.query(ConcernSupportRow)}
    assert sorted(near.values()) == [False, True, True], "who lives in its area, and who does not"
    analyst = service.client(Role.ANALYST, follow_redirects=True)
    assert "Open it in the studio" in analyst.get(f"/concerns/{number}").text
    refused = analyst.post(f"/concerns/{number}/decide", data=SKETCH | {"decision": "adopt", "reason": ""})
    assert (refused.status_code, "Give a reason" in refused.text) == (422, True)
    wider = SKETCH | {
        "title": "Noise of both mills",
        "shapes": CORNERS.replace("0.9", "1.5"),
        "reason": "There are two.",
    }
    assert analyst.post(f"/concerns/{number}/decide", data=wider | {"decision": "improve"}).status_code == 200
    done = analyst.post(f"/concerns/{number}/decide", data=SKETCH | {"decision": "adopt", "reason": "It bites."})
    for said in (
        "raised by a citizen",
        "improved by an analyst",
        "There are two.",
        "adopted by an analyst",
        "It bites.",
    ):
        assert said in done.text, said
    assert service.client(Role.CITIZEN, name=bob).post(f"/concerns/{number}/support").status_code == 409
    with service.store.reading() as session:
        kinds = [json.loads(line)["kind"] for line in lines(session)]
        told = b"".join(lines(session))
    assert [kind for kind in kinds if kind.startswith("issue ")] == ["issue raised", "issue improved", "issue adopted"]
    assert b"mill" not in told, "the log holds commitments to what people wrote"
    assert ann not in service.client().get(f"/concerns/{number}").text
    assert "Noise of both mills" in service.client().get("/concerns").text


def test_small_numbers_of_supporters_are_not_told():
    from maps.locale.texts import texts
    from maps.pages.citizen.concern import ConcernLine, support_words

    def said(near, elsewhere):
        line = ConcernLine(
            number=1, title="", question="", state="gathering", raised_at="", near=near, elsewhere=elsewhere,
            affected=0, population=0, units=1,
        )  # fmt: skip
        return support_words(texts("en"), line)

    assert said(9, 0) == "Fewer than 10 people support it so far."
    assert said(12, 3) == "15 people support it."
    assert said(12, 10) == "22 people support it; 12 of them live in its area."


def test_nobody_raises_more_than_three_at_once_and_who_is_forgotten_supports_nothing(service):
    store = service.store
    (ann,) = _people(store, ["01"])
    with store.reading() as session:
        digest = find_layer(session).digest
    for _ in range(3):
        number = raising.raise_concern(_sketched(layer=digest), ann, store)
    with pytest.raises(raising.ConcernRefused, match="3 issues that nobody decided yet"):
        raising.raise_concern(_sketched(layer=digest), ann, store)
    raising.decline(number, store, reason="It is one of three.")
    with pytest.raises(raising.ConcernRefused, match="decided already"):
        raising.adopt(number, store, reason="After all.")
    erase_citizen(ann, store)
    with store.reading() as session:
        assert session.query(ConcernSupportRow).count() == 0
        assert {row.raised_by for row in session.query(ConcernRow)} == {None}


def test_what_is_too_little_is_said():
    with pytest.raises(raising.ConcernError, match="title of 3 to 200"):
        _sketched(title="  ")
    with pytest.raises(raising.ConcernError, match="Nobody is affected"):
        _sketched(reach=())


def test_an_issue_that_is_not_there_is_not_found(service):
    assert service.client().get("/concerns/77").status_code == 404
