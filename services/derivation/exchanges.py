"""What each unit is worth to a polity, kept beside its derivation, so that a page can say why a unit is in."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from maps.reports.exchange import Exchange, Exchanges
from services.derivation.audit.evidence import positive_number, whole_number
from services.derivation.folder import add_file
from services.records import as_json

if TYPE_CHECKING:
    from services.derivation.alternatives import Answer

FILE = "alternatives.json"


def exchange_of(row: Any, unit: str, cost: int, measure: str) -> Exchange:
    """A unit of an answer."""
    least, found = (float(row[name]) / cost - 1 for name in ("at_least", "found"))
    return Exchange(
        unit_id=unit,
        name=str(row["name"]),
        kind=str(row["kind"]),
        is_inside=bool(row["inside"]),
        least=None if math.isnan(least) else least,
        found=None if math.isnan(found) else found,
        measure=measure,
    )


def exchanges_of(answer: Answer) -> Exchanges:
    """Every unit of an answer."""
    rows = zip(answer.units.index.astype(str), answer.units.to_dict("records"), strict=True)
    return Exchanges(
        within=answer.within,
        measure=answer.measure,
        units=tuple(exchange_of(row, unit, answer.cost, answer.measure) for unit, row in rows),
    )


def content_of(answer: Answer) -> bytes:
    """The file: what ``alternatives --json`` prints, and which certificate it is about."""
    record = {"digest": answer.folder.region.certificate.digest, **as_json(answer)}
    return (json.dumps(as_json(record), ensure_ascii=False, sort_keys=True) + "\n").encode()


def keep_in(folder: Path, answer: Answer) -> None:
    """Put the file into the derivation's folder."""
    add_file(folder, FILE, content_of(answer))


def exchanges_from(content: bytes, units: pd.DataFrame, measure: str) -> Exchanges:
    """Read the file beside the table of units (``name, inside``) of its derivation, and what it kept smallest.

    Raises
    ------
    VerificationFailed
        If a cost or the share in it is no such number.
    """
    record = json.loads(content)
    cost, within = whole_number(record["cost"], "cost", file=FILE, least=1), record["within"]
    for unit in record["units"]:
        for key in ("without_at_least", "without_found"):
            if unit[key] is not None:
                whole_number(unit[key], key, file=FILE, least=1)
    table = units[["name", "inside"]].rename_axis("unit_id")
    said = pd.DataFrame(record["units"]).set_index("unit_id")
    said = said.rename(columns={"without_at_least": "at_least", "without_found": "found"})
    joined = table.join(said.astype({"at_least": float, "found": float}), how="inner")
    rows = zip(joined.index.astype(str), joined.to_dict("records"), strict=True)
    return Exchanges(
        within=positive_number(within, "within", file=FILE),
        measure=measure,
        units=tuple(exchange_of(row, unit, cost, measure) for unit, row in rows),
    )
