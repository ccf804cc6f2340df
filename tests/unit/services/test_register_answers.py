"""Answers of a register file: trimmed, one spelling, and none where the cell is blank."""

from __future__ import annotations

import pandas as pd

from services.assemblies.citizens import tidy


def test_a_blank_is_no_answer_and_capitals_and_blanks_make_no_strata() -> None:
    table = pd.DataFrame(
        {"unit_id": [" a ", "A", "a", "a"], "age": ["18-29", None, "30-44 ", "30-44"], "sex": ["f", "m", "F", "f "]}
    )
    tidied = tidy(table)
    assert tidied["age"].tolist() == ["18-29", "", "30-44", "30-44"]
    assert tidied["sex"].tolist() == ["f", "m", "f", "f"]
    assert tidied["unit_id"].tolist() == ["a", "A", "a", "a"]
