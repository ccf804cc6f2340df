"""Texts that are as long as anybody likes: each is read once, not again from each of its letters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.footprints.events import DAY, NUMBERED
from boundaries.tables.encoding import _WORD

LONG = 200_000
"""Letters: tried from each of them again, they would take hours."""
PLAIN = {
    "numbered": re.compile(rf"[-_. ]*(?:v|adv|version|advisory)?[-_. ]*((?<![0-9]){DAY}|\d+[a-z]?)$", re.ASCII),
    "word": re.compile(r"[^\W\d_]*[^\x00-\x7f]+[^\W\d_]*[^\x00-\x7f]*"),
}
"""The same patterns as a person would first write them."""


@pytest.mark.parametrize("again", [" ", "-", " v", "adv", "1", "2026-01-02", "1z", "_."])
def test_a_name_of_whatever_length_has_its_version_found_or_none(again):
    assert NUMBERED.search(again * (LONG // len(again)) + "!") is None


@pytest.mark.parametrize("again", ["a", "é", "é€", "a1", "aé "])
def test_a_word_of_whatever_length_is_found(again):
    text = "é " + again * (LONG // len(again))
    found = "".join(_WORD.findall(text))
    assert [letter for letter in text if not letter.isascii()] == [letter for letter in found if not letter.isascii()]


PARTS = ["-", " ", ".", "_", "v", "adv", "1", "23", "2026-01-02", "t", "10", "a", "é", "€", "я"]


@given(st.lists(st.sampled_from(PARTS), max_size=10).map("".join))
def test_what_is_found_is_what_the_plain_patterns_find(text):
    for pattern, plain in ((NUMBERED, PLAIN["numbered"]), (_WORD, PLAIN["word"])):
        assert [(one.span(), one.groups()) for one in pattern.finditer(text)] == [
            (one.span(), one.groups()) for one in plain.finditer(text)
        ]
