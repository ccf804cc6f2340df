"""What a kept answer hangs on, without a service around it."""

from __future__ import annotations

import pytest

from services.api import kept_pages
from services.api.kept_pages import KeptPages


def _scope(**said):
    headers = [(name.encode(), value.encode()) for name, value in said.pop("headers", {}).items()]
    return {
        "type": "http",
        "method": "GET",
        "path": "/",
        "scheme": "http",
        "query_string": b"",
        "headers": headers,
    } | said


@pytest.fixture
def pages():
    return KeptPages(None, None, budget=1000, has_one_answer=lambda path: path != "/studio")


@pytest.mark.parametrize(
    "scope",
    [
        _scope(headers={"cookie": "geopolity_session=x"}),
        _scope(headers={"cookie": "language=es; geopolity_session=x"}),
        _scope(headers={"authorization": "Bearer gpk_x"}),
        _scope(headers={"range": "bytes=0-1"}),
        _scope(method="POST"),
        _scope(query_string=b"lang=es"),
        _scope(query_string=b"version=1&lang=es"),
        _scope(type="lifespan"),
        _scope(path="/studio"),
        _scope(path="/" + "x" * kept_pages.LONGEST),
        _scope(headers={"host": "x" * (kept_pages.LONGEST + 1)}),
    ],
)
def test_what_may_follow_from_who_asks_has_no_place_on_the_shelf(pages, scope):
    assert pages._key(scope) is None


def test_host_scheme_address_version_and_language_have_places_of_their_own(pages):
    scopes = [
        _scope(),
        _scope(headers={"host": "a"}),
        _scope(scheme="https"),
        _scope(path="/x"),
        _scope(query_string=b"version=2"),
        _scope(headers={"accept-language": "fr"}),
        _scope(headers={"cookie": "language=es"}),
    ]
    keys = [pages._key(scope) for scope in scopes]
    assert None not in keys
    assert len(set(keys)) == len(keys)


def test_languages_seen_do_not_pile_up(pages, monkeypatch):
    monkeypatch.setattr(kept_pages, "LANGUAGES_KEPT", 3)
    for number in range(10):
        pages._key(_scope(headers={"accept-language": f"x{number}"}))
    assert len(pages._languages) <= 3


def test_a_language_in_a_long_header_is_read_and_not_remembered(pages):
    long = {"accept-language": "fr, " + "x" * kept_pages.LONGEST}
    assert pages._key(_scope(headers=long))[-1] == "fr"
    assert pages._languages == {}
