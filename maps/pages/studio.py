"""The analyst's studio: a form that derives without a script, and what the script on the page needs to be live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geopolity.messages import Message
from geopolity.polity.issue import MOST_PIECES
from maps.locale.scripts import STUDIO
from maps.locale.texts import Said, texts
from maps.pages.followup import KINDS as FOLLOWUPS
from maps.pages.layout import PageFrame, render
from maps.reports.counted import CountedFigure
from maps.scenes.palette import ACCENT, FIELD, INK, JOINED, LAND, LEFT, MUTED, OKABE_ITO, PAPER, POLITY

KINDS = ("area", "radius", "corridor", "upload", "units")
DECAYS = ("step", "linear", "exponential", "gaussian")
CONDITIONS = (
    *("must", "must_not", "keep_together", "exclude_empty", "cut", "link", "pieces", "compactness", "bridge_km"),
    *("at_most_units", "at_most_area_km2", "at_most_population"),
)
"""Fields of the form that a polity has to keep to, or that shape it."""
SMALLEST = ("area", "population", "units")
_BOX = {"x": 1, "y": 1, "width": 22, "height": 14}
_WIDE = {"x": 2, "y": 2, "width": 20, "height": 12}
_INKED: Mapping[str, str | float] = {"stroke": INK, "stroke-width": 2}
MARKS: Mapping[str, tuple[tuple[str, Mapping[str, str | float]], ...]] = {
    "polity": (("rect", {**_WIDE, "fill": POLITY, "fill-opacity": 0.12, "stroke": POLITY, "stroke-width": 3}),),
    "footprint": (
        ("rect", {**_BOX, "fill": PAPER, "stroke": INK}),
        ("path", {"d": "M2 14L10 2M9 14L17 2M16 14L22 5", "stroke": INK}),
    ),
    "class": (("rect", {**_BOX, "stroke": FIELD}),),
    "nobody": (("rect", {**_BOX, "fill": LAND, "stroke": FIELD}),),
    "must": (("rect", {**_BOX, "fill": PAPER, "stroke": INK}), ("path", {"d": "M12 4V12M8 8H16", **_INKED})),
    "must_not": (("rect", {**_BOX, "fill": PAPER, "stroke": INK}), ("path", {"d": "M9 5L15 11M15 5L9 11", **_INKED})),
    "outlined": (("rect", {**_WIDE, "fill": PAPER, "stroke": POLITY, "stroke-width": 3}),),
    "shared": (("rect", {**_BOX, "fill": POLITY, "fill-opacity": 0.16, "stroke": FIELD}),),
    "some": (
        ("rect", {**_BOX, "fill": PAPER, "stroke": FIELD}),
        *(("circle", {"cx": x, "cy": y, "r": 1.8, "fill": LEFT}) for x in (5, 12, 19) for y in (5, 11)),
    ),
    "alone": (
        ("rect", {**_BOX, "fill": PAPER, "stroke": FIELD}),
        ("path", {"d": "M2 14L10 2M9 14L17 2M16 14L22 5", "stroke": JOINED, "stroke-width": 3}),
    ),
    "irreplaceable": (("rect", {**_BOX, "fill": OKABE_ITO[0], "stroke": FIELD}),),
    "exchangeable": (
        ("rect", {**_BOX, "fill": PAPER, "stroke": FIELD}),
        ("path", {"d": "M2 14L10 2M9 14L17 2M16 14L22 5", "stroke": OKABE_ITO[1], "stroke-width": 3}),
    ),
    "open": (
        ("rect", {**_BOX, "fill": PAPER, "stroke": FIELD}),
        *(("circle", {"cx": x, "cy": y, "r": 1.8, "fill": MUTED}) for x in (5, 12, 19) for y in (5, 11)),
    ),
    "cut": (
        ("path", {"d": "M1 8H23", "stroke": INK, "stroke-width": 5}),
        ("path", {"d": "M1 8H23", "stroke": PAPER, "stroke-width": 2.5, "stroke-dasharray": "3 3"}),
    ),
}
"""Marks of the live map's legend, in a box of 24 × 16: SVG elements and their attributes; a class gets its own fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioLayer:
    """A layer that can be derived on.

    Attributes
    ----------
    size
        How many units it has.
    columns, groups
        Those that count people, and those that several units share.
    """

    name: str
    title: str
    vintage: str
    digest: str
    size: int
    columns: tuple[str, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is refused, and the field of the form that it is about, if it is about one."""

    said: Said
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioResult:
    """What a derivation without a script shows: figures and lines of them, what is proven, kept to, picture, units."""

    figures: Mapping[str, Any]
    proof: str
    lines: tuple[CountedFigure, ...]
    conditions: tuple[str, ...]
    picture: str
    units: tuple[tuple[str, float, bool], ...]
    notes: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioView:
    """What the page is made of; ``form`` is what was sent, to be shown again."""

    layers: tuple[StudioLayer, ...]
    form: Mapping[str, Any] = field(default_factory=dict)
    error: Wrong | None = None
    result: StudioResult | None = None

    @property
    def is_about_conditions(self) -> bool:
        """Whether a condition was typed, or one is refused."""
        typed = any(str(self.form.get(name) or "").strip() not in {"", "False"} for name in CONDITIONS)
        return typed or (self.error is not None and self.error.field in {*CONDITIONS, "conditions"})


def studio_page(chrome: PageFrame, view: StudioView) -> str:
    """Write the studio."""
    t = texts(chrome.language)
    layer = next((one for one in view.layers if one.name == view.form.get("layer")), view.layers[0])
    return render(
        "studio.jinja",
        chrome,
        view=view,
        layer=layer,
        form=view.form,
        kinds=KINDS,
        decays=DECAYS,
        smallest=SMALLEST,
        most_pieces=MOST_PIECES,
        followups=FOLLOWUPS,
        are_conditions_open=view.is_about_conditions,
        sentence=_sentence(chrome.language, view.result, layer),
        script={
            "language": chrome.language,
            "guide": "/guide/" if chrome.has_guide else "",
            "texts": t.words(STUDIO),
            "numbers": {"few": t("fewer than 1"), "km2": "km²"},
            "words": {one.name: [t.units(one.name, 1), t.units(one.name, 2)] for one in view.layers},
            "layers": {
                one.name: {
                    "digest": one.digest,
                    "title": one.title,
                    "vintage": one.vintage,
                    "units": one.size,
                    "columns": one.columns,
                    "groups": one.groups,
                }
                for one in view.layers
            },
            "colours": {
                "irreplaceable": OKABE_ITO[0],
                "exchangeable": OKABE_ITO[1],
                "open": MUTED,
                "polity": POLITY,
                "joined": JOINED,
                "left": LEFT,
                "pen": ACCENT,
                "ink": INK,
                "paper": PAPER,
            },
            "marks": MARKS,
        },
    )


def order_page(chrome: PageFrame, order: Mapping[str, Any]) -> str:
    """Write where an ordered proposal stands; ``order`` is the job's record, its problem in the reader's language."""
    problem = order["problem"]
    said = None if problem is None else Said(text=problem["detail"], language=problem["language"])
    done = (order["progress"] or {}).get("done", 0.0) if order["status"] == "running" else 0.0
    return render("order.jinja", chrome, order=order, problem=said, done=done)


def _sentence(language: str, result: StudioResult | None, layer: StudioLayer) -> str:
    if result is None:
        return ""
    t, said = texts(language), result.figures
    return t(
        "{units} {words} hold {coverage} of the {affected} people affected. {proof}",
        units=t.whole(said["units"]),
        words=t.units(layer.name, said["units"]),
        coverage=t.percent(said["coverage"]),
        affected=t.people(said["affected"]),
        proof=result.proof,
    )
