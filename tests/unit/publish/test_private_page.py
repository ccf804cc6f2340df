"""The service's own private look-up: one index for everybody, kept by its name."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from tests.served import served
from tests.site_store import town_store


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with served(town_store(tmp_path_factory.mktemp("home"))) as running:
        yield running.client()


def test_the_page_names_an_index_that_may_be_kept_for_ever(client):
    page = client.get("/lookup/private").text
    address = re.search(r'data-private="([^"]+)"', page)[1]
    answer = client.get(address)
    assert "immutable" in answer.headers["cache-control"]
    plain = gzip.decompress(answer.content)
    head = json.loads(plain[4 : 4 + int.from_bytes(plain[:4], "little")])
    assert [polity["id"] for polity in head["layers"][0]["polities"]] == ["coast", "river"]


def test_the_worker_keeps_files_that_are_there(client):
    script = client.get("/lookup/private-worker.js").text
    kept = json.loads(re.match(r"const KEPT = (.*);\n", script)[1])
    assert [client.get(file).status_code for file in kept["files"]] == [200] * len(kept["files"])
