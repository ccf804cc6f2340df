"""Conditions in the studio: by form without a script, and the routes that its script asks; beside the field, in Spanish too."""

from __future__ import annotations

import re

import pytest

from services.auth.roles import Role
from services.derivation.requests.spec import read_spec
from services.derivation.requests.typed_form import from_form
from services.settings import Settings
from tests.served import served
from tests.unit.services.test_studio import FORM

SAID = FORM | {"kind": "radius", "shapes": "30.69, -88.04", "distance_km": "150"}
CLARKE = "Clarke County, Alabama"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with served(Settings(home=tmp_path_factory.mktemp("studio") / "home", workers=1), worker=False) as it:
        yield it


@pytest.fixture
def analyst(running):
    return running.client(Role.ANALYST)


def posted(analyst, changes):
    form = {name: "true" if value is True else value for name, value in (SAID | changes).items() if value is not False}
    return analyst.post("/studio", data=form, headers={"Accept": "text/html"}, follow_redirects=True)


def test_a_form_without_a_script_keeps_to_its_conditions_and_says_so(analyst):
    page = posted(analyst, {"must": CLARKE, "at_most_units": "20", "pieces": "1"})
    assert page.status_code == 200
    assert "<li>Inside, as asked: Clarke County, Alabama.</li><li>At most 20 counties.</li>" in page.text.replace(
        "\xa0", " "
    )
    assert re.search(r"No connected region that does so (is|can be)", page.text)
    assert CLARKE in page.text
    assert "<details data-conditions open>" in page.text
    plain = posted(analyst, {})
    assert "<details data-conditions><summary>" in plain.text
    assert "<div data-kept-to hidden>" in plain.text


def test_what_is_refused_stands_beside_its_field_and_shows_no_result(analyst):
    page = posted(analyst, {"must_not": "Lake County"})
    assert page.status_code == 422
    assert re.search(r'<textarea id="must_not"[^>]* aria-invalid="true"', page.text)
    assert re.search(
        r'<p class="wrong" id="wrong-must_not" data-wrong="must_not">&#39;Lake County&#39; is the', page.text
    )
    assert '<p class="wrong" id="wrong-must" data-wrong="must" hidden>' in page.text
    assert "<figure>" not in page.text
    assert "There is no area to show" in page.text


def test_conditions_that_cannot_hold_together_are_the_engines_sentence(analyst):
    page = posted(analyst, {"must_not": CLARKE, "must": "01025"})
    assert page.status_code == 409
    said = re.search(r'data-wrong="conditions">([^<]+)<', page.text)
    assert said
    assert said[1].startswith("These constraints cannot hold together")
    assert "01025 inside; 01025 outside" in said[1]


def test_the_script_derives_what_the_form_says(analyst, running):
    conditions = {"must": CLARKE, "cut": "Mobile County, Alabama; Jackson County, Mississippi", "exclude_empty": True}
    read = analyst.post("/studio/conditions", json={"layer": "us-counties"} | conditions).json()
    assert read["asked"] == {"must": ["01025"], "cut": [["01097", "28059"]], "exclude_empty": True}
    assert read["texts"]["cut"] == "01097 28059  # Mobile County, Alabama – Jackson County, Mississippi"
    spec = from_form(SAID | conditions, running.settings.home)
    draft = spec.model_dump(mode="json", exclude_defaults=True, exclude={"must", "cut", "exclude_empty"})
    assert read_spec(draft | read["asked"]).canonical() == spec.canonical()
    made = analyst.post("/studio/derive", json=draft | read["asked"])
    assert made.status_code == 200
    assert [sentence.replace("\xa0", " ") for sentence in made.json()["conditions"]] == [
        "Inside, as asked: Clarke County, Alabama.",
        "Counties where nobody lives stay outside.",
        "Ways between neighbours that were cut: Mobile County, Alabama – Jackson County, Mississippi.",
    ]
    assert made.json()["proof"].startswith("No connected region that does so")


def test_a_refusal_names_its_field_to_the_script(analyst):
    draft = from_form(SAID, None).model_dump(mode="json", exclude_defaults=True)
    for path, body, field in (
        ("conditions", {"layer": "us-counties", "link": "01097 x"}, "link"),
        ("conditions", {"layer": "us-counties", "pieces": "many"}, "pieces"),
        ("derive", draft | {"cut": [["01097", "06075"]]}, "cut"),
        ("derive", draft | {"keep_together": "moon"}, "keep_together"),
        ("derive", draft | {"must": ["01097"], "must_not": ["01097"]}, "conditions"),
        ("crossed", {"layer": "us-counties", "line": [[x / 4, 31 + 17 * (x % 2)] for x in range(-480, -300)]}, "cut"),
    ):
        answer = analyst.post(f"/studio/{path}", json=body)
        assert (answer.status_code in {409, 422}, answer.json().get("field")) == (True, field), (path, answer.text)


def test_a_stroke_tells_the_neighbours_that_it_parts(analyst):
    stroke = {"layer": "us-counties", "line": [[-88.12, 30.85], [-87.7, 30.85]]}
    assert analyst.post("/studio/crossed", json=stroke).json() == {
        "pairs": [["01003", "01097"]],
        "lines": ["01003 01097  # Baldwin County, Alabama – Mobile County, Alabama"],
    }
    nowhere = analyst.post("/studio/crossed", json=stroke | {"line": [[0, 0], [1, 1]]})
    assert nowhere.json() == {"pairs": [], "lines": []}


@pytest.mark.parametrize(
    "body",
    [
        {"layer": "us-counties", "line": [[0, 0]]},
        {"layer": "us-counties", "line": [[0, 0], ["x", 1]]},
        {"layer": "us-counties", "line": [[0, 0], [1, 1]], "more": 1},
        {"layer": "moon", "line": [[0, 0], [1, 1]]},
    ],
)
def test_a_stroke_that_is_none_is_refused(analyst, body):
    assert analyst.post("/studio/crossed", json=body).status_code == 422


def test_only_analysts_ask(running):
    for path in ("conditions", "crossed"):
        assert running.client(Role.CLERK).post(f"/studio/{path}", json={}).status_code == 403
