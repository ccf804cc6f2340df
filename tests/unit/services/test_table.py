from __future__ import annotations

from services.cli.printing import table


def test_text_stands_left_and_numbers_right():
    assert table(["Issue", "Units"], [["coast", 1234], ["river", 7]]).splitlines() == [
        "Issue  Units",
        "─────  ─────",
        "coast  1,234",
        "river      7",
    ]


def test_what_is_not_known_is_a_dash():
    assert table(["a", "b"], [["x", None]]).splitlines()[-1].endswith("–")
