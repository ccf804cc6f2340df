"""Addresses that no file has, asked of a geocoder: a process on this machine that speaks each protocol."""

from __future__ import annotations

import dataclasses
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from boundaries.gazetteer.place import PlaceError
from services.lookup import geocoder
from services.lookup.geocoder import GeocoderError
from services.lookup.named import lookup_address, lookup_text
from tests.contract.town_service import serving_town
from tests.served import served

DAY = "2026-06-01"
KINDS = {"nominatim": "/search", "photon": "/api", "pelias": "/v1/search"}


@pytest.fixture(scope="module")
def peer():
    """Address of the running geocoder, without the path."""
    program = Path(__file__).with_name("geocoding_peer.py")
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as process:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


@pytest.fixture
def asking(store, peer, monkeypatch):
    """The town's store, which asks a geocoder; nobody is left alone from before."""
    monkeypatch.setattr(geocoder, "_left_alone", {})
    return lambda kind: dataclasses.replace(store, geocoder=peer + KINDS[kind])


@pytest.mark.parametrize("kind", ["nominatim", "photon"])
def test_a_house_that_it_finds_is_answered_with_its_unit(asking, kind):
    found = lookup_text("7 Long Lane, Bville", DAY, asking(kind)).as_json()
    assert [unit["unit_id"] for unit in found["units"]] == ["02"]
    assert (found["how"], found["point"]) == ("geocoder", {"lon": 1.5, "lat": 0.5})
    assert "Long Lane" in found["place"]
    assert lookup_address("7 Long Lane, Bville", DAY, asking(kind)).as_json() == found


def test_several_that_it_finds_are_choices_taken_by_their_point(asking):
    found = lookup_text("7 Long Lane", DAY, asking("pelias")).as_json()
    assert [one["name"] for one in found["choices"]] == ["7 Long Lane, Bville, France", "7 Long Lane, Aville, France"]
    assert [one["sure"] for one in found["choices"]] == [0.95, 0.93]
    assert [
        unit["unit_id"] for unit in lookup_text(found["choices"][1]["id"], DAY, asking("pelias")).as_json()["units"]
    ] == ["01"]


@pytest.mark.parametrize("text", ["0.5, 1.5", "Köln", "05680", "Portland, ME"])
def test_points_postcodes_and_places_are_never_sent(asking, text, monkeypatch):
    monkeypatch.setattr(geocoder.httpx, "get", lambda *_, **__: pytest.fail("it was sent"))
    lookup_text(text, DAY, asking("nominatim"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7 busy Lane", "asked too often"),
        ("7 broken Lane", "it answered 500"),
        ("7 garbled Lane", "none of a geocoder"),
        ("7 slow Lane", "took too long"),
    ],
)
def test_what_fails_is_said_with_the_way_out(asking, text, said, monkeypatch):
    monkeypatch.setattr(geocoder, "SECONDS", 0.5)
    with pytest.raises(GeocoderError, match=rf"127\.0\.0\.1.*{said}.*give a postcode"):
        lookup_text(text, DAY, asking("nominatim"))


def test_one_that_cannot_be_reached_leaves_the_answer_for_the_town(store):
    away = dataclasses.replace(store, geocoder="http://127.0.0.1:9/search")
    assert lookup_text("7 Long Lane, Wolcott, VT 05680", DAY, away).place["note"] == "geocoder-away"


def test_where_it_says_that_it_is_asked_too_often_it_is_left_alone(asking, monkeypatch):
    with pytest.raises(GeocoderError):
        lookup_text("7 busy Lane", DAY, asking("nominatim"))
    monkeypatch.setattr(geocoder.httpx, "get", lambda *_, **__: pytest.fail("it was asked again"))
    with pytest.raises(GeocoderError, match="asked too often"):
        lookup_text("8 Long Lane", DAY, asking("nominatim"))


def test_what_it_does_not_know_is_said_as_without_it(asking):
    with pytest.raises(PlaceError):
        lookup_text("7 nothing zzzz Lane", DAY, asking("nominatim"))


def test_nothing_that_was_typed_is_logged(asking, caplog):
    with caplog.at_level(logging.DEBUG):
        lookup_text("7 Long Lane, Bville", DAY, asking("nominatim"))
        with pytest.raises(GeocoderError) as caught:
            lookup_text("7 broken Lane", DAY, asking("nominatim"))
    assert "Long" not in caplog.text
    assert caught.value.__cause__ is None


def test_the_page_says_where_an_address_is_sent_before_it_is(store, settings, peer, monkeypatch):
    monkeypatch.setattr(geocoder, "_left_alone", {})
    with serving_town(dataclasses.replace(settings, geocoder_url=peer + "/search")) as running:
        asked = running.client().get("/lookup").text
        assert "An address that is not known here is sent to 127.0.0.1" in asked
        answer = running.client().post("/lookup", data={"q": "7 Long Lane, Bville"}).text
        assert re.search(r"<h1>You belong to", answer)
        assert "which was sent it" in answer
    with served(settings, worker=False) as running:
        assert "is sent to" not in running.client().get("/lookup").text
