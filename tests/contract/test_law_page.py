"""The page of a law: how it stands, what each version changed, what led to it."""

from __future__ import annotations

from tests.contract.court import LAW, REMEDY
from tests.served import served


def test_a_law_shows_its_versions_votes_and_remedy(court, settings):
    matter = court.enacted()
    with served(settings, worker=False) as running:
        client = running.client()
        page = client.get(f"/laws/river/{LAW}").text
        for said in (
            "In force since",
            REMEDY.law,
            "<del>",
            "<ins>",
            "7 against 2",
            REMEDY.effect,
            "Effect",
            f"/matters/{matter}",
            "to be reviewed on",
        ):
            assert said in page, said
        assert f'href="/laws/river/{LAW}"' in client.get(f"/matters/{matter}").text


def test_a_law_that_binds_nowhere_says_so_and_an_unknown_one_is_not_found(court, settings):
    court.file()
    with served(settings, worker=False) as running:
        client = running.client()
        assert "No version of it is in force." in client.get(f"/laws/river/{LAW}").text
        assert client.get("/laws/river/nothing").status_code == 404
        assert client.get("/laws/nowhere/nothing").status_code == 404
