"""Files of issues as tables: which there are, and what stands at the head of each; no footprint is opened."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boundaries.embedded import data_folder, names
from boundaries.errors import FileError
from boundaries.paths import existing_file
from geopolity.polity.conditions import KEYS as CONDITIONS
from geopolity.polity.issue import IssueError

LAYER, COVERAGE = "us-counties", "0.9"
"""What an issue is derived on, and how much of it the polity holds, where its file says nothing."""
SETTINGS = {
    "title",
    "question",
    "layer",
    "coverage",
    "smallest",
    "connector_km",
    "compactness",
    "fill_holes",
    "pieces",
    "bridge_km",
    *CONDITIONS,
}
"""What may be said of an issue beside where it bites, in a file, a row or a request."""
KEYS = {*SETTINGS, "footprint", "spread"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueHead:
    """An issue by its name, without its footprint."""

    name: str
    title: str
    layer: str
    coverage: str


def issue_names() -> list[str]:
    """Names of the issues that travel with geopolity."""
    return names(data_folder() / "issues", ".toml")


def issue_path(name_or_path: str | Path) -> Path:
    """Where the file of an issue is, by its name or path."""
    path = Path(name_or_path)
    if str(name_or_path) in issue_names():
        path = data_folder() / "issues" / f"{name_or_path}.toml"
    elif not path.suffix and not path.exists():
        raise FileError(
            "There is no issue {issue:quoted}; choose one of {issues:list} or name a .toml file.",
            issue=str(name_or_path),
            issues=list(issue_names()),
        )
    return path


def issue_head(name_or_path: str | Path) -> IssueHead:
    """What stands at the head of an issue."""
    path = issue_path(name_or_path)
    table = issue_table(path)
    return IssueHead(
        name=path.stem,
        title=text(table, "title", path, path.stem),
        layer=text(table, "layer", path, LAYER),
        coverage=str(table.get("coverage", COVERAGE)),
    )


def issue_table(path: Path) -> dict[str, Any]:
    """What an issue's file says, its keys checked."""
    try:
        table = tomllib.loads(existing_file(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(
            "{path} is not TOML ({reason}); see the files in data/issues for examples.",
            path=path,
            reason=str(error),
        ) from error
    check_keys(table, path)
    if "footprint" not in table:
        raise IssueError(
            "{path} has no [footprint] table; add one that says where the issue bites.",
            path=path,
        )
    return table


def check_keys(table: Iterable[str], path: Path) -> None:
    """Refuse what no issue says: a misspelt setting would be left out silently."""
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise IssueError(
            "{path} has the unknown key {key:quoted}; the keys are {keys:list}.",
            path=path,
            key=unknown[0],
            keys=sorted(KEYS),
        )


def text(table: Mapping[str, Any], key: str, path: Path, usual: str) -> str:
    """A setting that is text; a number in its place may be an id that lost its zeros."""
    value = usual if table.get(key) is None else table[key]
    if not isinstance(value, str):
        raise IssueError(
            "{path}: {key} {value:quoted} is no text; write it in quotes.", path=path, key=key, value=value
        )
    return value


def yes_or_no(value: Any, key: str, path: Path) -> bool:
    """A setting that is true or false; a word in quotes is neither, and ``"no"`` would count as yes."""
    if not isinstance(value, bool):
        raise IssueError(
            "{path}: {key} {value:quoted} is neither true nor false; write one of them, without quotes.",
            path=path,
            key=key,
            value=value,
        )
    return value
