"""One issue in several shapes: a table, a picture of each, and what each means for who is a member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maps.assets import inline_style
from maps.documents import environment
from maps.locale.texts import Texts, noop, texts
from maps.scenes.polity import polity_scene
from maps.scenes.svg import svg

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation
    from maps.scenes.scene import Scene

EN = texts("en")
NAMES = {
    "smallest": noop("Smallest"),
    "rounder": noop("Rounder"),
    "pieces": noop("In pieces"),
    "split": noop("Split"),
}
_environment = environment(inline_style=inline_style)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A shape and what is drawn of it."""

    name: str
    derivation: Derivation


def shapes_html(title: str, shapes: Sequence[Mapping[str, Any]], drawn: Sequence[Drawn], t: Texts = EN) -> str:
    """Write table and pictures as one page that needs nothing else; ``shapes`` are the smallest first, then others."""
    return _environment.get_template("reports/shapes.jinja").render(
        t=t,
        title=title,
        headline=shape_words(shapes[0], shapes[1], t),
        rows=shape_rows(shapes, t),
        pictures=[(t(NAMES[one.name]), _picture(one, title, t)) for one in drawn],
        sentences=[shape_words(shapes[0], one, t) for one in shapes[1:]],
    )


def shape_rows(shapes: Sequence[Mapping[str, Any]], t: Texts) -> list[tuple[str, list[str]]]:
    """Name and cells of each shape, in the order of the table's columns."""
    return [(t(NAMES[one["shape"]]), _row(one, t)) for one in shapes]


def shape_words(smallest: Mapping[str, Any], other: Mapping[str, Any], t: Texts) -> str:
    """What a shape costs and brings beside the smallest, in a sentence."""
    name = t(NAMES[other["shape"]])
    joining, leaving = other["people_joining"], other["people_leaving"]
    bridged, before = other["bridge_population"], smallest["bridge_population"]
    if not joining and not leaving and other["area_km2"] == smallest["area_km2"]:
        return t("{shape}: the same as the smallest.", shape=name)
    changed = t(
        "{shape}: area {area}, border {border}; {joining} more people are members, {leaving} are members no more.",
        shape=name,
        area=_change(other["area_km2"], smallest["area_km2"], t),
        border=_change(other["border_km"], smallest["border_km"], t),
        joining=t.people(joining),
        leaving=t.people(leaving),
    )
    if not bridged and not before:
        return changed
    bridges = t(
        "In bridges live {bridged} people instead of {before}.", bridged=t.people(bridged), before=t.people(before)
    )
    return f"{changed} {bridges}"


def _change(now: float, before: float, t: Texts) -> str:
    share = now / before - 1 if before else 0.0
    return f"{'+' if share >= 0 else '−'}{t.percent(abs(share))}"


def _row(one: Mapping[str, Any], t: Texts) -> list[str]:
    return [
        t.whole(one["polities"]),
        t.whole(one["pieces"]),
        t.whole(one["units"]),
        t.rounded(one["area_km2"]),
        t.rounded(one["border_km"]),
        t.people(one["population"]),
        t.percent(one["coverage"]),
        t.people(one["bridge_population"]),
        t.gap(one["gap"]) if one["gap"] > 0 else t("proven"),
    ]


def _picture(one: Drawn, title: str, t: Texts) -> str:
    return svg(shape_scene(one.derivation, f"{title}: {t(NAMES[one.name])}"), name=f"shape-{one.name}")


def shape_scene(derivation: Derivation, words: str) -> Scene:
    """A shape as a picture; the words stand in for it."""
    return polity_scene(derivation, title=words, description=words, width=300.0, heights=(0.45, 1.0))
