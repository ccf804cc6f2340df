"""Kept pages on both stores: as rendered, until the store changes, and never of somebody who signed in."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.api.kept_pages import Answer, Shelf
from services.auth.roles import Role
from services.docket import petitions
from tests.served import served

PAGES = (
    "/",
    "/polities",
    "/polities/river",
    "/assemblies/river",
    "/docket",
    "/log",
    "/polities.json",
    "/feeds/all.atom",
)


@pytest.fixture
def running(court):
    with served(court.settings, worker=False) as running:
        yield running


def _kept(running):
    """Answers that were given from memory, by the service's own count."""
    found = re.findall(r"geopolity_kept_answers_total\{.*?\} ([0-9.]+)", running.client().get("/metrics").text)
    return sum(map(float, found))


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_says_how_it_may_be_kept_and_is_not_sent_twice(running, path):
    client = running.client()
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=5, must-revalidate"
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(first.headers["Vary"].split(", "))
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == first.text
    assert plain.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_an_act_is_seen_by_the_next_reader(running, court):
    client = running.client()
    before = client.get("/docket")
    petition = {"polity_id": "river", "law": "weirs", "title": "Sluices", "harm": "No eels.", "petitioner": "resident"}
    matter = petitions.file_matter(petitions.Petition(**petition, text="Sluices stay shut."), court.store)
    petitions.admit(matter, court.store)
    after = client.get("/docket", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Sluices" in after.text
    assert "Sluices" not in before.text


def test_nothing_of_who_signed_in_is_kept_or_answered_from_what_is_kept(running):
    """Two readers of different roles and languages, before and after strangers saw the same pages."""
    clerk = running.client(Role.CLERK, name="klara-the-clerk", headers={"Accept-Language": "es"})
    delegate = running.client(Role.DELEGATE, name="d1", headers={"Accept-Language": "fr"})
    strangers = {language: running.client(headers={"Accept-Language": language}) for language in ("en", "es", "fr")}
    for _ in range(2):
        for path in ("/", "/polities/river", "/docket"):
            own = {"es": clerk.get(path), "fr": delegate.get(path)}
            public = {language: client.get(path) for language, client in strangers.items()}
            for language, answer in public.items():
                assert f'lang="{language}"' in answer.text
                assert "klara" not in answer.text
                assert "/console" not in answer.text
                assert "/sign-out" not in answer.text
            for language, answer in own.items():
                assert f'lang="{language}"' in answer.text
                assert "/sign-out" in answer.text
                assert answer.headers["Cache-Control"] == "no-store"
                assert "ETag" not in answer.headers
            assert "klara" in own["es"].text
            assert "klara" not in own["fr"].text


def test_a_session_with_the_etag_of_a_stranger_gets_its_own_page(running):
    tag = running.client().get("/docket").headers["ETag"]
    own = running.client(Role.CLERK, name="klara").get("/docket", headers={"If-None-Match": tag})
    assert own.status_code == 200
    assert "klara" in own.text


def test_the_language_of_the_cookie_comes_before_the_browsers(running):
    client = running.client(headers={"Accept-Language": "fr"})
    assert 'lang="fr"' in client.get("/").text
    assert 'lang="es"' in client.get("/", headers={"Cookie": "language=es"}).text
    assert 'lang="fr"' in client.get("/").text


def test_queries_and_other_hosts_are_not_answered_from_memory(running):
    client = running.client()
    client.get("/docket")
    before = _kept(running)
    assert client.get("/docket?anything=1").headers["Cache-Control"] == "no-store"
    assert client.get("/docket", headers={"Host": "elsewhere.example.org"}).status_code in {400, 421}
    assert _kept(running) == before
    client.get("/docket")
    assert _kept(running) == before + 1


def test_of_many_readers_at_once_one_has_the_page_made(running):
    def rendered():
        text = running.client().get("/metrics").text
        return float(
            re.search(r'geopolity_requests_total\{method="GET",route="/docket",status="200"\} ([0-9.]+)', text)[1]
        )

    running.client().get("/docket", headers={"Accept-Language": "es"})
    before = rendered()
    with ThreadPoolExecutor(12) as readers:
        texts = set(readers.map(lambda _: running.client().get("/docket").text, range(24)))
    assert len(texts) == 1
    assert rendered() == before + 1


def test_a_refusal_is_not_kept(running):
    client = running.client()
    for _ in range(2):
        answer = client.get("/polities/no-such-polity")
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_shelf_stays_within_its_budget_and_lets_the_oldest_go():
    def answer(size):
        return Answer((), 0.0, "/", b"", ([], b"p" * size), ([], b""), [])

    shelf = Shelf(100)
    for name in "abcdef":
        shelf.put(name, answer(20))
        shelf.find("a")
    assert shelf.size == 100
    assert list(shelf.answers) == ["c", "d", "e", "f", "a"]
    shelf.put("large", answer(60))
    assert "large" not in shelf.answers
    shelf.put("a", answer(10))
    assert shelf.size == 90
