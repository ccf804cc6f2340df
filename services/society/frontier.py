"""Who has a say at each coverage: exclusion against over-inclusion, for the polity and what it can be compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

FRONTIER_LEVELS = ("0.55", "0.7", "0.8", "0.9", "0.95", "1")
COLUMNS = [
    *("coverage", "polity", "kind", "constituency", "label", "members", "excluded"),
    *("exclusion", "exclusion_low", "exclusion_high"),
    *("over_inclusion", "over_inclusion_low", "over_inclusion_high"),
]


def frontier_table(tables: Mapping[Decimal, pd.DataFrame]) -> pd.DataFrame:
    """One row a coverage, polity and constituency; columns ``COLUMNS``. Issues that affect everyone are left out."""
    rows = [
        _row(float(level), record, one)
        for level, table in tables.items()
        for record in table[(table["failed"] == "") & (table["kind"] != "everyone")].to_dict("index").values()
        for one in json.loads(record["says"])
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(level: float, record: Mapping[Any, Any], one: Mapping[str, object]) -> dict[str, object]:
    ranges = {
        f"{name}{end}": one[name]["value" if not end else end[1:]]  # type: ignore[index]
        for name in ("exclusion", "over_inclusion")
        for end in ("", "_low", "_high")
    }
    return {
        "coverage": level,
        "polity": record["name"],
        "kind": record["kind"],
        "constituency": one["name"],
        "label": one["label"],
        "members": one["members"],
        "excluded": one["excluded"],
        **ranges,
    }


def medians(frontier: pd.DataFrame) -> pd.DataFrame:
    """Middle exclusion and over-inclusion of each constituency at each coverage."""
    return frontier.groupby(["constituency", "coverage"], as_index=False)[["exclusion", "over_inclusion"]].median()


def losing(frontier: pd.DataFrame, coverage: float = 0.9) -> list[str]:
    """Polities that are the worse line.

    A state, or a group of states, leaves out no more of the affected and takes in no more others, and less of one.
    """
    at = frontier[frontier["coverage"] == coverage].set_index(["polity", "constituency"])
    names = []
    for name in at.index.get_level_values(0).unique():
        own = at.loc[(name, "polity")]
        for other in ("state", "states"):
            if (name, other) not in at.index:
                continue
            theirs = at.loc[(name, other)]
            no_worse = theirs["exclusion"] <= own["exclusion"] and theirs["over_inclusion"] <= own["over_inclusion"]
            if no_worse and (theirs["exclusion"], theirs["over_inclusion"]) != (
                own["exclusion"],
                own["over_inclusion"],
            ):
                names.append(str(name))
                break
    return names
