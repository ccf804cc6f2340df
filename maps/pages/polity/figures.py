"""A version in key figures, and the row of a unit that matters most."""

from __future__ import annotations

from typing import Any

from maps.locale.texts import Texts
from maps.pages.polity.view import Figures, PolityView, UnitLine
from maps.pages.polity.words import (
    unit_count,
)


def key_figures(t: Texts, view: PolityView) -> list[dict[str, str]]:
    """People affected, those covered, size, and the distance from the smallest possible."""
    one = view.figures
    precision = one.inside / one.population if one.population else 0.0
    asked = (
        t("{people} people inside", people=t.people(one.inside))
        if one.asked is None or one.is_whole
        else t("{people} people inside; asked for {asked}", people=t.people(one.inside), asked=t.percent(one.asked))
    )
    size = t(
        "{units}; {people} residents, {precision} of them affected",
        units=unit_count(t, view, one.units),
        people=t.people(one.population),
        precision=t.percent(precision, 0),
    )
    return [
        _figure(
            t("People affected"),
            t.people(one.affected),
            _range(t, one.low, one.high),
            t("inside and outside the polity"),
        ),
        _figure(t("Covered by the polity"), t.percent(one.coverage), _range(t, one.inside_low, one.inside_high), asked),
        _figure(t("Size"), t.area(one.area_km2), "", size),
        _proof(t, one),
    ]


def _proof(t: Texts, one: Figures) -> dict[str, str]:
    if one.is_whole:
        return _figure(
            t("Distance from the smallest possible"), t.percent(0, 0), "", t("whole layer, nothing was optimised")
        )
    note = t("proven: nothing smaller does") if one.gap <= 0 else t("at most")
    return _figure(t("Distance from the smallest possible"), t.gap(one.gap), "", note)


def _figure(label: str, value: str, range_: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "range": range_, "note": note}


def _range(t: Texts, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return t("no range was kept with this version")
    words = t.between(low, high)
    return t("range {range}", range=words) if words else ""


def unit_row(t: Texts, line: UnitLine, affected: float) -> dict[str, Any]:
    """A unit that matters most, as a row of the table."""
    has_range = line.low is not None and line.high is not None
    return {
        "name": line.name,
        "affected": t.whole(line.affected),
        "range": f"{t.whole(line.low or 0)}–{t.whole(line.high or 0)}" if has_range else "–",
        "share": t.percent(line.affected / affected) if affected else "–",
        "inside": t("yes") if line.is_inside else t("no"),
    }
