"""Each attack that the threats page names has the tests that the page says, and each of those is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs/explanation/threats.md"
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if "`test_" in line]
TESTS = {
    name
    for file in HERE.rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_the_page_names_every_attack():
    assert len(ROWS) >= 35
    tables = re.findall(
        r"^\|(?!---).*\|$", PAGE.read_text(encoding="utf-8").partition("## What was done")[2], re.MULTILINE
    )
    heads = [line for line in tables if line.endswith("| test |")]
    assert len(tables) - len(heads) == len(ROWS)  # no row without a test


@pytest.mark.parametrize("row", ROWS, ids=[re.sub(r"\W+", "-", row.split("|")[1].strip()) for row in ROWS])
def test_each_attack_is_a_test_by_name(row):
    named = set(re.findall(r"`(test_\w+)`", row))
    assert named <= TESTS, named - TESTS
