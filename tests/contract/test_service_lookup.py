"""Look-ups over HTTP say what the command line says, byte for byte, and see every change of the store."""

from __future__ import annotations

import json

import numpy as np
import pytest

from services.clock import today
from services.lookup.answer import lookup, lookup_unit
from services.lookup.current import CurrentLookup
from services.storage.polities import steps
from tests.contract.conftest import NOW, town
from tests.contract.test_lookup import _active, world  # noqa: F401 - a fixture
from tests.served import served


@pytest.fixture
def service(world, settings):  # noqa: F811
    with served(settings) as running:
        yield running


def _printed(record):
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def test_the_fast_path_says_what_the_command_line_says(world, opened):  # noqa: F811
    current = CurrentLookup(opened)
    assert current.quick(b"lon=0.5&lat=0.5") is None
    current.refresh()
    rng = np.random.default_rng(1)
    for lon, lat in rng.uniform([-0.5, -0.2], [3.5, 1.2], (200, 2)).round(6).tolist():
        assert current.quick(f"lon={lon}&lat={lat}".encode()) == _printed(lookup(lon, lat, today(), opened).as_json())


@pytest.mark.parametrize(
    "query", ["lon=1&lat=1&date=2026-06-01", "lat=0.5&lon=0.5", "lon=1_0&lat=0", "lon=nan&lat=0", ""]
)
def test_the_fast_path_leaves_what_is_not_usual(world, opened, query):  # noqa: F811
    current = CurrentLookup(opened)
    current.refresh()
    assert current.quick(query.encode()) is None


def test_every_way_to_ask_gives_the_same(service, opened):
    client = service.client()
    expected = _printed(lookup(0.5, 0.5, today(), opened).as_json())
    for answer in (
        client.get("/api/lookup?lon=0.5&lat=0.5"),
        client.get("/api/lookup?lat=0.5&lon=0.5"),
        client.get("/api/v1/lookup", params={"lon": 0.5, "lat": 0.5, "date": today()}),
        client.post("/api/lookup", json={"lon": 0.5, "lat": 0.5}),
    ):
        assert (answer.status_code, answer.content) == (200, expected)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_list_of_points_is_answered_in_its_order(service, opened):
    points = [{"lon": 0.5, "lat": 0.5}, {"lon": 9, "lat": 9}, {"lon": 1.5, "lat": 0.5, "date": "2027-01-01"}]
    found = service.client().post("/api/lookup", json=points).json()
    days = [today(), today(), "2027-01-01"]
    assert found == [lookup(p["lon"], p["lat"], day, opened).as_json() for p, day in zip(points, days, strict=True)]


def test_a_unit_and_a_layer_are_asked_for(service, opened):
    client = service.client()
    assert client.get("/api/lookup?unit=01&layer=town").json() == lookup_unit("01", today(), opened, "town").as_json()
    only = client.get("/api/lookup?lon=0.5&lat=0.5&layer=halves").json()
    assert [unit["layer"] for unit in only["units"]] == ["halves"]
    assert [polity["id"] for polity in only["polities"]] == ["lake"]


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("lon=500&lat=0", 422, "out of range"),
        ("lon=40&lat=170", 422, "swapped"),
        ("lon=x&lat=0", 422, "lon"),
        ("lon=1", 422, "Give one of"),
        ("lon=1&lat=1&unit=01", 422, "Give one of"),
        ("unit=99&layer=town", 404, "leading zeros"),
        ("postcode=nowhere", 404, "nowhere"),
        ("lon=1&lat=1&date=tomorrow", 422, "date"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(service, query, status, word):
    answer = service.client().get(f"/api/lookup?{query}")
    assert answer.status_code == status
    assert word in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_changes_is_seen_and_the_past_stays(world, opened):  # noqa: F811
    current = CurrentLookup(opened)
    current.refresh()
    before = current.on("2026-06-01").body(0.5, 0.5)
    assert not current.refresh()
    with world.writing() as session:
        _active(session, "hill", town().digest, {"01": 5.0}, now="2026-09-01T00:00:00Z")
    assert current.refresh()
    seen = json.loads(current.quick(b"lon=0.5&lat=0.5"))
    assert "hill" in {polity["id"] for polity in seen["polities"]}
    assert current.on("2026-06-01").body(0.5, 0.5) == before


def test_a_proposal_is_named_while_it_is_open(world, opened):  # noqa: F811
    from tests.contract.test_store import RIVER

    with world.writing() as session:
        row = steps.draft(session, RIVER, layer=town().digest, proposer="ann")
        steps.propose(session, row, days=30, now=NOW)
    current = CurrentLookup(opened)
    current.refresh()
    assert current.quick(b"lon=0.5&lat=0.5") == _printed(lookup(0.5, 0.5, today(), opened).as_json())
    assert json.loads(current.quick(b"lon=0.5&lat=0.5"))["proposals"]
