"""The assembly beside the people: delegates of a group, what fair lots seat, and its share of polity and affected."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geopolity.polity.profile import Line
from geopolity.publiclog.disclosure import LEAST
from geopolity.sortition.likeness import Range
from maps.locale.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelLine:
    """A group in an assembly; what could point at somebody is ``None``.

    Attributes
    ----------
    people
        Of the group in this assembly's lot.
    fair
        Delegates of the group in fair lots.
    inside, affected
        The group among the people of the polity, and among the affected.
    """

    group: str
    people: int | None
    delegates: int | None
    fair: Range | None
    inside: Line
    affected: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """An assembly in groups."""

    polity: str
    seats: int
    lines: tuple[PanelLine, ...]


def panel_rows(panel: Panel, t: Texts) -> list[dict[str, str]]:
    """Rows of the table of an assembly."""
    return [_row(line, panel.seats, t) for line in panel.lines]


def _row(line: PanelLine, seats: int, t: Texts) -> dict[str, str]:
    few = t("not told")
    fair = line.fair
    return {
        "group": line.group,
        "people": few if line.people is None else t.whole(line.people),
        "delegates": few if line.delegates is None else t.whole(line.delegates),
        "fair": "–" if fair is None else f"{t.whole(fair.low)}–{t.whole(fair.high)}",
        "expected": "" if fair is None else t("expected {number}", number=t.fixed(fair.expected, 1)),
        "inside": _seats_of(line.inside, seats, t),
        "inside_share": _share(line.inside, t),
        "affected": _seats_of(line.affected, seats, t),
        "affected_share": _share(line.affected, t),
    }


def _seats_of(line: Line, seats: int, t: Texts) -> str:
    """How many seats a group had, were they handed out by its share."""
    return t.fixed(seats * line.share, 1) if math.isfinite(line.share) else "–"


def _share(line: Line, t: Texts) -> str:
    if not math.isfinite(line.share):
        return ""
    return f"{t.percent(line.share)} ({t.percent(line.low)}–{t.percent(line.high)})"


def panel_notes(panels: tuple[Panel, ...], t: Texts) -> list[str]:
    """How the table is read, and which assemblies are unlike their people for another reason than chance."""
    said = [
        t(
            "Nine fair lots in ten seat a number in the range, were everybody in the lot as likely to be drawn; quotas "
            "make the true range narrower. Beside it stand the seats that each group had by its share of the polity's "
            "people, and of the affected, as the polity's derivation counted them."
        )
    ]
    if any(line.fair is None for panel in panels for line in panel.lines):
        said.append(
            t(
                "Not told: fewer than {number} people or delegates, or a number by which fewer could be found.",
                number=LEAST,
            )
        )
    unlike = [
        (line, panel) for panel in panels for line in panel.lines if line.fair is not None and _is_unlike(line, panel)
    ]
    if unlike:
        groups = dict.fromkeys(line.group for line, _ in unlike)
        said.append(
            t(
                "Not by chance: people in the lot are unlike the people of their polity in {groups}. The lot seats who "
                "is registered and has agreed; ask more of those who are missing.",
                groups=t.listed(groups),
            )
        )
    return said


def _is_unlike(line: PanelLine, panel: Panel) -> bool:
    """Whether what the polity's share asks for lies outside of what fair lots seat."""
    low, high = panel.seats * line.inside.low, panel.seats * line.inside.high
    return line.fair is not None and math.isfinite(low) and (high < line.fair.low or low > line.fair.high)
