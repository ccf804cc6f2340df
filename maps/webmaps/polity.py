"""The single-file web map of a polity: it opens from disk and asks no other machine for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import shapely
from numpy.typing import NDArray

from maps.locale.texts import Texts, texts
from maps.reports.findings import findings
from maps.scenes.display import DisplayLayer, united
from maps.scenes.legend import Entry, Mark, choropleth_entries, class_note
from maps.scenes.polity import bridge_outline, footprint_extent, fringe_outline, polity_classes, polity_fills
from maps.scenes.view import drawn_closely, in_view
from maps.webmaps.geojson import geojson
from maps.webmaps.page import MapPage, Overlay, PolityMap

if TYPE_CHECKING:
    import pandas as pd

    from geopolity.polity.derivation import Derivation

EN = texts("en")
_OUTLINE_PIXELS = 20_000
_OUTLINE_DIGITS = 4


def polity_map(derivation: Derivation, t: Texts = EN) -> folium.Map:
    """Draw a derivation as a web map of one file.

    Shows the footprint (hatched), the affected people of every unit in quantile classes, the polity's outline, a
    tooltip for each unit and a table that says the same. ``.save(path)`` writes a page that works from disk; in a
    notebook the value shows itself. Borders are simplified for display only.
    """
    said, derivation = findings(derivation, t), in_view(derivation)
    drawn = drawn_closely(derivation)
    units = derivation.units
    classes = polity_classes(derivation)
    one, many = (t.units(derivation.layer.name, 1), t.units(derivation.layer.name, 2))
    overlays = _overlays(derivation, drawn, t)
    main = said.main_units
    page = MapPage(
        t=t,
        identity=derivation.certificate.digest[:12],
        title=said.title,
        lead=said.headline,
        legend_title=t("People affected per {word}", word=one),
        legend_note=class_note(classes, t),
        legend=(*_overlay_entries(overlays, t), *choropleth_entries(classes, t)),
        overlays=overlays,
        extent=_extent(derivation, drawn),
        units=drawn,
        names=units["name"].astype(str).tolist(),
        fills=polity_fills(derivation).tolist(),
        facts=_facts(units, t),
        source=source_line(derivation, t),
        table_caption=t("The {number} {units} with most people affected", number=len(main), units=many),
        table_header=(one.capitalize(), t("People affected"), t("Inside")),
        table=[
            (str(name), t.whole(affected), t("yes" if inside else "no"))
            for name, affected, inside in zip(main["name"], main["affected"], main["inside"], strict=True)
        ],
        how=(
            *said.method,
            *said.limits,
            t("Certificate {digest}; check the folder with “{command}”.", digest=said.digest[:16], command=said.check),
        ),
    )
    return PolityMap(page)


def source_line(derivation: Derivation, t: Texts) -> str:
    """Where the ground of a map comes from."""
    layer = derivation.layer
    return t(
        "{layer}, {vintage}. {source}. Surroundings: Natural Earth.",
        layer=layer.title,
        vintage=layer.vintage,
        source=layer.source,
    )


def _overlays(derivation: Derivation, drawn: DisplayLayer, t: Texts) -> tuple[Overlay, ...]:
    polity = Overlay(name=t("Polity"), kind="polity", geometry=geojson(_outline(derivation, drawn), _OUTLINE_DIGITS))
    return (
        *_footprint(derivation, drawn, t),
        polity,
        *_apart("bridge", bridge_outline(derivation, drawn), t("Bridges of the polity"), drawn),
        *_apart("fringe", fringe_outline(derivation, drawn), t("Fringe of the polity"), drawn),
    )


def _outline(derivation: Derivation, drawn: DisplayLayer) -> shapely.Geometry:
    """Draw the published boundary, fine enough to fill some twenty screens; a huge one from the drawn units."""
    west, south, east, north = shapely.bounds(derivation.boundary)
    detail = np.hypot(east - west, north - south) / _OUTLINE_PIXELS
    if detail > drawn.tolerance / 2:
        return united(drawn.units[_inside(derivation)])
    return drawn.window(shapely.simplify(derivation.boundary, detail))


def _inside(derivation: Derivation) -> NDArray[np.bool_]:
    return derivation.units["inside"].to_numpy(dtype=np.bool_)


def _footprint(derivation: Derivation, drawn: DisplayLayer, t: Texts) -> tuple[Overlay, ...]:
    extent = footprint_extent(derivation)
    if extent is None:
        return ()
    shape = drawn.window(shapely.simplify(extent, drawn.detail_of(extent) / 2))
    return (Overlay(name=t("Footprint"), kind="footprint", geometry=geojson(shape, _OUTLINE_DIGITS)),)


def _apart(kind: Mark, outline: shapely.Geometry | None, name: str, drawn: DisplayLayer) -> tuple[Overlay, ...]:
    """Units of the polity that are drawn apart, where there are any."""
    return () if outline is None else (Overlay(name=name, kind=kind, geometry=geojson(outline, drawn.digits)),)


def _overlay_entries(overlays: tuple[Overlay, ...], t: Texts) -> tuple[Entry, ...]:
    words = {
        "polity": t("Polity: the area of people affected that decides"),
        "footprint": t("Footprint: where the issue bites"),
        "bridge": t("Bridges: inside only to connect those who are affected"),
        "fringe": t("Fringe: in some re-derivations inside, in others not"),
    }
    return tuple(Entry(mark=overlay.kind, colour=overlay.colour, words=words[overlay.kind]) for overlay in overlays)


def _extent(derivation: Derivation, drawn: DisplayLayer) -> tuple[float, float, float, float]:
    """Bound what the map opens on: the polity and its footprint."""
    footprint = footprint_extent(derivation)
    beyond = [] if footprint is None else [drawn.window(footprint)]
    west, south, east, north = shapely.total_bounds([*drawn.units[_inside(derivation)], *beyond])
    return (float(west), float(south), float(east), float(north))


def _facts(units: pd.DataFrame, t: Texts) -> list[dict[str, Any]]:
    """Gather what a tooltip says of each unit."""
    certainty, words = ["out", "fringe", "core"], [t("out"), t("fringe"), t("core")]
    unsure = (
        [{"label": t("Certainty"), "values": units["certainty"].map(certainty.index).tolist(), "words": words}]
        if "certainty" in units
        else []
    )
    return [
        {"label": t("Residents"), "values": whole_people(units["population"])},
        {
            "label": t("Affected"),
            "values": whole_people(units["affected"]),
            "low": whole_people(units["affected_low"]),
            "high": whole_people(units["affected_high"]),
        },
        *_sampling(units, t),
        {"label": t("In the polity"), "values": units["inside"].astype(int).tolist(), "words": [t("no"), t("yes")]},
        *unsure,
    ]


def _sampling(units: pd.DataFrame, t: Texts) -> list[dict[str, Any]]:
    """The part of each range that sampling has, where the layer has margins."""
    if "affected_sampling" not in units:
        return []
    return [{"label": t("± from sampling"), "values": whole_people(units["affected_sampling"])}]


def whole_people(column: pd.Series[float]) -> list[int | float | None]:
    """Whole people; one decimal below ten, so that few are not shown as none; None where unknown."""
    return [
        None if value != value else round(value) if value >= 10 or value == 0 else round(max(value, 0.1), 1)  # noqa: PLR0124
        for value in column.tolist()
    ]
