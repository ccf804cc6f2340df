"""Open an issue: a TOML file that says what is asked, where it bites and what the polity should hold.

title = "Hurricane relief"
question = "…"
layer = "us-counties"
coverage = "0.9"

[footprint]
kind = "corridor"
…
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boundaries.conditions import conditions_from_table
from boundaries.footprints.kinds import footprint_from_table
from boundaries.issue_tables import COVERAGE, LAYER, issue_path, issue_table, text, yes_or_no
from geopolity.affected.footprint import Footprint
from geopolity.errors import RequestError
from geopolity.identifiers import IssueName, LayerName
from geopolity.polity.issue import Issue, IssueError

if TYPE_CHECKING:
    from geopolity.affected.spread import Spread


def open_issue(name_or_path: str | Path) -> Issue:
    """Open an issue by name or from a TOML file; files it names are looked for beside it.

    Raises
    ------
    RequestError
        If the file or a value in it is wrong; the sentence names it and the way out.
    """
    path = issue_path(name_or_path)
    table = issue_table(path)
    return issue_from_table(table, path, name=path.stem, footprint=footprint_from_table(table["footprint"], path))


def issue_from_table(table: Mapping[str, Any], path: Path, *, name: str, footprint: Footprint) -> Issue:
    """Issue from plain values, whoever wrote them; ``path`` is what the table is called.

    Raises
    ------
    RequestError
        If a value is not what it must be; the same sentence from a file, the command line, a program and the studio.
    """
    connector = table.get("connector_km")
    return Issue(
        name=IssueName(name),
        title=text(table, "title", path, name),
        question=text(table, "question", path, ""),
        footprint=footprint,
        layer=LayerName(text(table, "layer", path, LAYER)),
        coverage=_decimal(table.get("coverage", COVERAGE), path),
        smallest=table.get("smallest", "area"),
        connector_km=None if connector is None else _number(connector, "connector_km", path),
        compactness=_number(table.get("compactness", 0.0), "compactness", path),
        fill_holes=yes_or_no(table.get("fill_holes", False), "fill_holes", path),
        spread=_spread(table.get("spread"), path),
        conditions=conditions_from_table(table, path),
        bridge_km=_number(table.get("bridge_km", 0.0), "bridge_km", path),
        pieces=_count(table.get("pieces", 1), "pieces", path),
    )


def _spread(table: Any, path: Path) -> Spread | None:
    if table is None:
        return None
    from boundaries.spreads import spread_from_table  # noqa: PLC0415 - compiled kernels, only where asked for

    return spread_from_table(table, path)


def _decimal(value: Any, path: Path) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise IssueError(
            '{path}: coverage {value:quoted} is not a number; write a decimal such as "0.9".',
            path=path,
            value=value,
        ) from error


def _count(value: Any, key: str, path: Path) -> int:
    if not _number(value, key, path).is_integer():
        raise RequestError(
            "{path}: {key} {value:quoted} is no whole number; correct it.", path=path, key=key, value=value
        )
    return int(value)


def _number(value: Any, key: str, path: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RequestError(
            "{path}: {key} {value:quoted} is not a number; correct it.",
            path=path,
            key=key,
            value=value,
        )
    return float(value)
