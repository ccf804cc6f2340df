"""What costs is done apart: too much memory or time ends it, and nothing else."""

from __future__ import annotations

import os
import sqlite3
import time
from functools import partial

import pytest

from boundaries.errors import FileError
from boundaries.vectors.readers import read_vector
from geopolity.errors import RequestError
from services.confined import Confinement, TooCostly


def everything(megabytes):
    return len(bytearray(megabytes * 1_000_000))


def for_ever():
    time.sleep(600)


def wrong(value):
    raise RequestError("{value:quoted} is wrong.", value=value)


@pytest.fixture(scope="module")
def apart():
    apart = Confinement(2_000)
    yield apart
    apart.stop()


def test_what_is_done_apart_is_done_in_another_process(apart):
    assert apart.run(os.getpid) != os.getpid()


def leave(mark):
    with mark.open("a") as file:
        file.write(f"{os.getpid()}\n")


def test_who_is_expected_finds_the_process_ready(tmp_path):
    apart = Confinement(2_000)
    try:
        apart.expect(partial(leave, tmp_path / "ready"))
        assert f"{apart.run(os.getpid)}\n" == (tmp_path / "ready").read_text()
    finally:
        apart.stop()


def test_who_is_expected_again_or_after_a_request_finds_the_process_as_it_is(tmp_path):
    expected, asked = Confinement(2_000), Confinement(2_000)
    try:
        for _ in range(3):
            expected.expect(partial(leave, tmp_path / "once"))
        first = expected.run(os.getpid)
        expected.expect(partial(leave, tmp_path / "once"))
        assert expected.run(os.getpid) == first
        assert (tmp_path / "once").read_text() == f"{first}\n"
        asked.run(os.getpid)
        asked.expect(partial(leave, tmp_path / "never"))
        asked.run(os.getpid)
        assert not (tmp_path / "never").exists()
    finally:
        expected.stop()
        asked.stop()


def test_who_wants_more_memory_than_there_is_gets_a_sentence_and_the_next_is_served(apart):
    with pytest.raises(TooCostly, match="more than the 2,000 MB of memory"):
        apart.run(everything, 8_000)
    assert apart.run(everything, 1) == 1_000_000


def test_who_takes_longer_than_they_may_is_ended_and_the_next_is_served(apart):
    with pytest.raises(TooCostly, match="longer than the 1 seconds"):
        apart.run(for_ever, seconds=1.0)
    assert apart.run(everything, 1) == 1_000_000


def test_an_error_is_the_one_that_was_raised(apart):
    with pytest.raises(RequestError, match="'x' is wrong") as refused:
        apart.run(wrong, "x")
    assert refused.value.facts == {"value": "x"}


def test_a_geopackage_whose_layer_is_a_query_is_not_run(tmp_path):
    file = tmp_path / "bomb.gpkg"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT)")
        connection.execute("INSERT INTO gpkg_contents VALUES ('endless', 'features')")
        connection.execute(
            "CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
        )
    connection.close()
    with pytest.raises(FileError, match="holds the SQL view 'endless'"):
        read_vector(file)
