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

import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boundaries.conditions import conditions_from_table
from boundaries.embedded import data_folder, names
from boundaries.errors import FileError
from boundaries.footprints.kinds import footprint_from_table
from boundaries.paths import existing_file
from geopolity.affected.footprint import Footprint
from geopolity.errors import RequestError
from geopolity.identifiers import IssueName, LayerName
from geopolity.polity.conditions import KEYS as CONDITIONS
from geopolity.polity.issue import Issue, IssueError

if TYPE_CHECKING:
    from geopolity.affected.spread import Spread

KEYS = {
    "title",
    "question",
    "layer",
    "coverage",
    "smallest",
    "connector_km",
    "compactness",
    "fill_holes",
    "footprint",
    "spread",
    *CONDITIONS,
}


def issue_names() -> list[str]:
    """Names of the issues that travel with geopolity."""
    return names(data_folder() / "issues", ".toml")


def open_issue(name_or_path: str | Path) -> Issue:
    """Open an issue by name or from a TOML file; files it names are looked for beside it.

    Raises
    ------
    RequestError
        If the file or a value in it is wrong; the sentence names it and the way out.
    """
    path = Path(name_or_path)
    if str(name_or_path) in issue_names():
        path = data_folder() / "issues" / f"{name_or_path}.toml"
    elif not path.suffix and not path.exists():
        raise FileError(
            "There is no issue {issue:quoted}; choose one of {issues:list} or name a .toml file.",
            issue=str(name_or_path),
            issues=list(issue_names()),
        )
    table = _table(existing_file(path))
    return issue_from_table(table, path, name=path.stem, footprint=footprint_from_table(table["footprint"], path))


def _table(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(
            "{path} is not TOML ({reason}); see the files in data/issues for examples.",
            path=path,
            reason=str(error),
        ) from error
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise IssueError(
            "{path} has the unknown key {key:quoted}; the keys are {keys:list}.",
            path=path,
            key=unknown[0],
            keys=sorted(KEYS),
        )
    if "footprint" not in table:
        raise IssueError(
            "{path} has no [footprint] table; add one that says where the issue bites.",
            path=path,
        )
    return table


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
        title=str(table.get("title", name)),
        question=str(table.get("question", "")),
        footprint=footprint,
        layer=LayerName(str(table.get("layer", "us-counties"))),
        coverage=_decimal(table.get("coverage", "0.9"), path),
        smallest=table.get("smallest", "area"),
        connector_km=None if connector is None else _number(connector, "connector_km", path),
        compactness=_number(table.get("compactness", 0.0), "compactness", path),
        fill_holes=bool(table.get("fill_holes", False)),
        spread=_spread(table.get("spread"), path),
        conditions=conditions_from_table(table, path),
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


def _number(value: Any, key: str, path: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RequestError(
            "{path}: {key} {value:quoted} is not a number; correct it.",
            path=path,
            key=key,
            value=value,
        )
    return float(value)
