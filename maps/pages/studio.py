"""The analyst's studio: a form that derives without a script, and what the script on the page needs to be live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maps.pages.layout import Chrome, render
from maps.scenes.palette import ACCENT, FIELD, INK, JOINED, LAND, LEFT, PAPER, POLITY
from maps.texts import texts
from maps.texts.refusals import Said

KINDS = ("area", "radius", "corridor", "upload", "units")
DECAYS = ("step", "linear", "exponential", "gaussian")
SMALLEST = ("area", "population", "units")
_BOX = {"x": 1, "y": 1, "width": 22, "height": 14}
_WIDE = {"x": 2, "y": 2, "width": 20, "height": 12}
MARKS: Mapping[str, tuple[tuple[str, Mapping[str, str | float]], ...]] = {
    "polity": (("rect", {**_WIDE, "fill": POLITY, "fill-opacity": 0.12, "stroke": POLITY, "stroke-width": 3}),),
    "footprint": (
        ("rect", {**_BOX, "fill": PAPER, "stroke": INK}),
        ("path", {"d": "M2 14L10 2M9 14L17 2M16 14L22 5", "stroke": INK}),
    ),
    "class": (("rect", {**_BOX, "stroke": FIELD}),),
    "nobody": (("rect", {**_BOX, "fill": LAND, "stroke": FIELD}),),
}
"""Marks of the live map's legend, in a box of 24 × 16: SVG elements and their attributes; a class gets its own fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioLayer:
    """A layer that can be derived on; ``columns`` count people."""

    name: str
    title: str
    vintage: str
    digest: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioResult:
    """What a derivation without a script shows: a sentence's numbers, figures, picture, units."""

    figures: Mapping[str, Any]
    picture: str
    units: tuple[tuple[str, float, bool], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioView:
    """What the page is made of; ``form`` is what was sent, to be shown again."""

    layers: tuple[StudioLayer, ...]
    form: Mapping[str, Any] = field(default_factory=dict)
    error: Said | None = None
    result: StudioResult | None = None


def studio_page(chrome: Chrome, view: StudioView) -> str:
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
        figures=_figures(chrome.language, view.result),
        sentence=_sentence(chrome.language, view.result, layer),
        script={
            "language": chrome.language,
            "texts": t.part_of("studio."),
            "numbers": t.part_of("number."),
            "words": {one.name: [t.units(one.name, 1), t.units(one.name, 2)] for one in view.layers},
            "layers": {
                one.name: {"digest": one.digest, "title": one.title, "vintage": one.vintage, "columns": one.columns}
                for one in view.layers
            },
            "colours": {"polity": POLITY, "joined": JOINED, "left": LEFT, "pen": ACCENT},
            "marks": MARKS,
        },
    )


def order_page(chrome: Chrome, order: Mapping[str, Any]) -> str:
    """Write where an ordered proposal stands; ``order`` is the job's record, its problem in the reader's language."""
    problem = order["problem"]
    said = None if problem is None else Said(text=problem["detail"], language=problem["language"])
    done = (order["progress"] or {}).get("done", 0.0) if order["status"] == "running" else 0.0
    return render("order.jinja", chrome, order=order, problem=said, done=done)


def _sentence(language: str, result: StudioResult | None, layer: StudioLayer) -> str:
    if result is None:
        return ""
    t, said = texts(language), result.figures
    proof = (
        t("studio.answer_proven")
        if said["gap"] <= 0
        else t("studio.answer_gap", gap=t.gap(said["gap"] / (1 + said["gap"])))
    )
    return t(
        "studio.answer",
        units=t.whole(said["units"]),
        words=t.units(layer.name, said["units"]),
        coverage=t.percent(said["coverage"]),
        affected=t.people(said["affected"]),
        proof=proof,
    )


def _figures(language: str, result: StudioResult | None) -> list[tuple[str, str, str]]:
    if result is None:
        return []
    t, said = texts(language), result.figures
    low, high = t.people(said["affected_low"]), t.people(said["affected_high"])
    return [
        (t("studio.fig_affected"), t.people(said["affected"]), t("studio.range", low=low, high=high)),
        (t("studio.fig_coverage"), t.percent(said["coverage"]), ""),
        (t("studio.fig_population"), t.people(said["population"]), ""),
        (t("studio.fig_precision"), t.percent(said["precision"], 0), t("studio.fig_precision_note")),
        (t("studio.fig_area"), f"{t.rounded(said['area_km2'])} {t('number.km2')}", ""),
        (t("studio.fig_units"), t.whole(said["units"]), ""),
        (
            t("studio.fig_gap"),
            t.gap(said["gap"]),
            t("studio.fig_gap_proven") if said["gap"] <= 0 else t("studio.fig_gap_note"),
        ),
        (t("studio.fig_time"), f"{said['seconds'] * 1000:.0f} ms", t("studio.fig_time_note")),
    ]
