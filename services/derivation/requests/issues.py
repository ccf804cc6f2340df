"""List, show and add issues; make one from a footprint file alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boundaries import issue_tables
from boundaries.issue_tables import IssueHead
from geopolity.errors import RequestError
from geopolity.exports import later
from geopolity.identifiers import IssueName, LayerName
from geopolity.polity.issue import Issue
from services.whole import write_whole

if TYPE_CHECKING:
    from boundaries import issues as source
    from boundaries.footprints import files as footprints
    from geopolity.affected.decay import Decay
    from geopolity.affected.footprint import Footprint
else:
    source, footprints = later("boundaries.issues"), later("boundaries.footprints.files")

DEFAULT_LAYER = LayerName("us-counties")


class IssueNameError(RequestError):
    """An issue is to be added under a name that is taken."""

    code = "issue-name"


class IssueChoiceError(RequestError):
    """The command names no issue, or two."""

    code = "issue-choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class FootprintFile:
    """A footprint given on the command line instead of an issue.

    Attributes
    ----------
    paths
        Vector files, rasters, TOML tables, ``everyone``, ``units=ID,ID`` or ``attribute=COLUMN``.
    mix
        What several together are: union, max, intersection or product.
    buffer_km
        Distance around lines and points, km.
    decay
        How intensity falls with distance: step, linear, exponential or gaussian.
    weight_column
        Column of the file that holds the intensity of each shape.
    reading
        What else is said about how the files are read or their values taken: see ``boundaries.footprints.files.Said``.
    """

    paths: Sequence[str]
    mix: footprints.MixName = "union"
    buffer_km: float | None = None
    decay: Decay = "step"
    weight_column: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)


def issue_names(home: Path) -> list[str]:
    """Names of all issues: embedded ones, then added ones."""
    return [*issue_tables.issue_names(), *sorted(path.stem for path in _folder(home).glob("*.toml"))]


def open_issue(name: str, home: Path) -> Issue:
    """Open an issue by its name, embedded or added, or from a TOML file."""
    return source.open_issue(_where(name, home))


def _where(name: str, home: Path) -> str:
    added = _folder(home) / f"{name}.toml"
    is_added = name not in issue_tables.issue_names() and Path(name).name == name and added.exists()
    return str(added) if is_added else name


def issue_heads(home: Path) -> list[IssueHead]:
    """What stands at the head of every issue, embedded or added."""
    return [issue_tables.issue_head(_where(name, home)) for name in issue_names(home)]


def add_issue(file: Path, home: Path) -> Issue:
    """Check a TOML file and keep it under ``GEOPOLITY_HOME/issues``."""
    issue = source.open_issue(str(file))
    if file.stem in issue_names(home):
        raise IssueNameError(
            "An issue named {issue:quoted} is already there; rename {file} and add it again.",
            issue=file.stem,
            file=file.name,
        )
    folder = _folder(home)
    write_whole(folder / f"{file.stem}.toml", file.read_bytes())
    return issue


def issue_of_footprint(footprint: FootprintFile) -> Issue:
    """Make an issue from a footprint alone, with the usual settings, on us-counties."""
    name = " ".join(Path(path).stem.replace("=", " ") for path in footprint.paths)
    return Issue(
        name=IssueName(name),
        title=name.replace("-", " ").replace("_", " ").capitalize(),
        question=f"Who is affected by {name}?",
        footprint=_shape(footprint),
        layer=DEFAULT_LAYER,
    )


def choose_issue(name: str | Issue | None, footprint: FootprintFile | None, home: Path) -> Issue:
    """Return the issue of that name or of that footprint; exactly one must be given."""
    if (name is None) == (footprint is None):
        raise IssueChoiceError(
            "Say what to derive: either --issue NAME|FILE.toml or --footprint FILE|everyone, not both; "
            "`geopolity issue list` prints the names."
            if name
            else "Say what to derive: either --issue NAME|FILE.toml or --footprint FILE|everyone, not neither; "
            "`geopolity issue list` prints the names.",
        )
    if name is None:
        return issue_of_footprint(footprint)  # type: ignore[arg-type]
    return open_issue(name, home) if isinstance(name, str) else name


def with_changes(issue: Issue, changes: Mapping[str, Any]) -> Issue:
    """Return the issue with the settings that were given; ``None`` keeps the issue's own."""
    given = {key: value for key, value in changes.items() if value is not None}
    given |= {"conditions": issue.conditions.with_changes(given.pop("conditions", {}))}
    if "coverage" in given:
        given["coverage"] = Decimal(str(given["coverage"]))
    return dataclasses.replace(issue, **given)


def _shape(footprint: FootprintFile) -> Footprint:
    given = {key: getattr(footprint, key) for key in ("buffer_km", "decay", "weight_column")}
    return footprints.open_footprints(footprint.paths, footprint.mix, **given, **footprint.reading)


def _folder(home: Path) -> Path:
    return home / "issues"
