"""Proposals that anybody may object to, what waits for a clerk, feeds and calendars: parsed by other libraries."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, timedelta

import feedparser
import pandas as pd
import pytest
import vobject

from services.auth.roles import Role
from services.clock import after, now, read
from services.polities.lifecycle import object_to_polity, retire_polity
from services.storage.polities import steps
from tests.contract.conftest import town
from tests.contract.court import OLD, REMEDY
from tests.contract.test_lookup import fringed  # noqa: F401 - a fixture
from tests.contract.test_store import RIVER
from tests.served import served

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def proposed(fringed):  # noqa: F811
    """Dam, in force in A, is proposed anew for B and C; open for thirty days from now."""
    with fringed.writing() as session:
        members = pd.Series({"02": 150.0, "03": 1.0})
        proposal = replace(RIVER, issue="dam", title="Dam", question="How high?", members=members, population=2020)
        row = steps.draft(session, proposal, layer=town().digest, proposer="ann")
        steps.propose(session, row, days=30, now=now())
    return fringed


def _text(running, path, *who, **headers):
    answer = running.client(*who, headers=HTML | headers).get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


@pytest.mark.parametrize("page", ["/", "/polities", "/docket"])
def test_open_proposals_are_listed_with_change_days_map_and_a_button(proposed, settings, page):
    with served(settings, worker=False) as running:
        said = _text(running, page)
    assert "How high?" in said
    assert "would join. 1 unit with 1,000 people would leave." in said
    assert "2 units with 2,020 people" in said
    assert "30 days are left to object" in said
    assert 'href="/polities/dam/proposal#object"' in said
    assert 'href="/polities/dam/proposal#map"' in said


def test_what_waits_is_told_to_the_clerk_alone(proposed, settings):
    object_to_polity("dam", proposed, by="eve", text="Too high.")
    with served(settings, worker=False) as running:
        assert "objections to be answered: 1" in _text(running, "/docket", Role.CLERK)
        assert "objections to be answered" not in _text(running, "/docket")


def test_feeds_are_atom_and_name_what_was_done(proposed, settings):
    with served(settings, worker=False) as running:
        client = running.client(headers={"Accept-Language": "en"})
        feeds = {
            path: client.get(path)
            for path in ("/feeds/all.atom", "/polities/road/feed.atom", "/feeds/place.atom?unit=02&layer=town")
        }
    for answer in feeds.values():
        assert answer.headers["content-type"].startswith("application/atom+xml")
        parsed = feedparser.parse(answer.content)
        assert not parsed.bozo
        assert parsed.version == "atom10"
        assert len({entry.id for entry in parsed.entries}) == len(parsed.entries) > 0
        assert all(entry.updated.endswith("Z") for entry in parsed.entries)
    everything = feedparser.parse(feeds["/feeds/all.atom"].content)
    assert everything.entries[0].title == "Dam: polity proposed"
    assert everything.entries[0].link.endswith("/polities/dam/proposal")
    assert everything.entries[0].updated[:10] == now()[:10]
    assert {
        entry.title.partition(":")[0] for entry in feedparser.parse(feeds["/polities/road/feed.atom"].content).entries
    } == {"Road"}
    place = feedparser.parse(feeds["/feeds/place.atom?unit=02&layer=town"].content)
    assert place.feed.title == "geopolity: B"
    assert {entry.title.partition(":")[0] for entry in place.entries} == {"Dam", "Road"}


def test_calendars_hold_the_last_day_to_object(proposed, settings):
    with served(settings, worker=False) as running:
        client = running.client(headers={"Accept-Language": "es"})
        answer = client.get("/feeds/all.ics")
        other = client.get("/polities/road/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    parsed = vobject.readOne(answer.text)
    (event,) = parsed.vevent_list
    assert event.summary.value == "Último día para objetar: Dam"
    last = read(after(timedelta(days=30))).date()
    assert (event.dtstart.value, event.dtend.value) == (last, last + timedelta(days=1))
    assert isinstance(event.dtstart.value, date)
    assert event.url.value.endswith("/polities/dam/proposal")
    assert "vevent" not in vobject.readOne(other.text).contents


@pytest.mark.parametrize("path", ["/polities/moon/feed.atom", "/matters/moon/calendar.ics", "/feeds/place.ics?unit=99"])
def test_what_is_not_there_cannot_be_followed(proposed, settings, path):
    with served(settings, worker=False) as running:
        assert running.client().get(path).status_code == 404


def test_the_citizens_page_says_who_is_affected_outside_and_which_units_are_bridges(proposed, settings):
    with served(settings, worker=False) as running:
        here = _text(running, "/lookup?unit=02&layer=town")
        polity = _text(running, "/polities/dam")
        road = _text(running, "/polities/road")
    assert "B is a bridge between A and C; people affected in it: 1 of 2,000." in here
    assert "Affected here, but not inside" in here
    assert "B is outside; people affected there: 150 of 2,000." in here
    assert "93.8% of all people affected without it" in here
    assert 'href="/polities/dam/proposal"' in here
    assert '<p class="question">Why?</p>' in polity
    assert "Outside, 150 people in 1 unit are affected; most of them in B." in polity
    assert "connect those who are affected: 1 unit, with 0.6 affected; among them B." in road


def test_only_embeds_may_be_framed_and_they_ask_nothing_of_others(proposed, settings):
    with served(settings, worker=False) as running:
        client = running.client(headers=HTML)
        for path in ("/embed/lookup", "/embed/polity/dam"):
            answer = client.get(path)
            assert "frame-ancestors *" in answer.headers["content-security-policy"]
            assert "x-frame-options" not in answer.headers
            assert "set-cookie" not in answer.headers
            assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
        for path in ("/", "/lookup", "/polities/dam", "/polities/dam/proposal", "/docket"):
            answer = client.get(path)
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-frame-options"] == "DENY"


def test_oembed_gives_the_frame_of_a_page_and_nothing_for_others(proposed, settings):
    with served(settings, worker=False) as running:
        client = running.client(headers=HTML)
        root = str(client.base_url).rstrip("/")
        page = client.get("/polities/dam").text
        named = re.search(r'application/json\+oembed" href="([^"]+)"', page)
        assert named is not None
        said = client.get(html.unescape(named[1])).json()
        assert (said["version"], said["type"], said["title"]) == ("1.0", "rich", "Dam")
        assert f'src="{root}/embed/polity/dam"' in said["html"]
        small = client.get("/oembed", params={"url": f"{root}/lookup", "maxwidth": 200}).json()
        assert (small["width"], small["height"]) == (200, 320)
        for other in ("https://elsewhere.example/polities/dam", f"{root}/docket", f"{root}/polities/moon"):
            assert client.get("/oembed", params={"url": other}).status_code == 404


def test_a_matter_shows_what_changed_in_the_law_and_by_which_votes(court):
    matter_id = court.enacted()
    with served(court.settings, worker=False) as running:
        said = _text(running, f"/matters/{matter_id}")
        calendar = running.client().get(f"/matters/{matter_id}/calendar.ics").text
        acts = feedparser.parse(running.client().get(f"/matters/{matter_id}/feed.atom").content)
    redline = re.search(r'id="redline">(.*?)</p>', said)
    assert redline is not None
    before = re.sub(r"<ins>.*?</ins>|</?del>", "", redline[1])
    after_ = re.sub(r"<del>.*?</del>|</?ins>", "", redline[1])
    assert " ".join(html.unescape(before).split()) == " ".join(OLD.split())
    assert " ".join(html.unescape(after_).split()) == " ".join(REMEDY.law.split())
    assert said.count("Quorum: 6 of 9 delegates had to vote, and 9 did.") == 2
    assert "in force since" in said
    assert 'href="/polities/river"' in said
    (review,) = vobject.readOne(calendar).vevent_list
    assert review.summary.value.startswith("Review: ")
    assert {"law in force", "matter filed"} <= {entry.title.rpartition(": ")[2] for entry in acts.entries}


def test_seats_of_a_rehearsal_are_never_told_as_delegates(court):
    with served(court.settings, worker=False) as running:
        assembly = _text(running, "/assemblies/river")
        polity = _text(running, "/polities/river")
        here = _text(running, "/lookup?unit=01&layer=town")
    assert "What stands here is a rehearsal." in assembly
    assert "9 made-up people fill the seats" in assembly
    assert "A rehearsal has put made-up people on its seats" in polity
    assert "Not drawn yet; a rehearsal has put made-up people on its seats" in here
    for page in (assembly, polity, here):
        assert "drawn by lot sit" not in page
        assert "delegates, drawn by lot" not in page


def test_a_retired_polity_says_so_first(fringed, settings):  # noqa: F811
    retire_polity("dam", fringed)
    with served(settings, worker=False) as running:
        assert "This polity was retired on" in _text(running, "/polities/dam")
        assert "This polity was retired on" in _text(running, "/assemblies/dam")
        assert "This polity was retired on" not in _text(running, "/polities/road")
