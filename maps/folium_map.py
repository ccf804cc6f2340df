"""The single-file web map: a folium map that opens from disk and asks no other machine for anything."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import branca.element
import folium
import jinja2
import numpy as np
import shapely
from numpy.typing import NDArray

from geopolity.findings import findings
from geopolity.prose import exact, unit_words
from maps.assets import PAGES, asset_path, data_uri, inline_script, inline_style
from maps.display import DisplayLayer, display_layer
from maps.geojson import geojson, geojson_each
from maps.legend import Entry, choropleth_entries, class_note
from maps.palette import POLITY
from maps.polity_scene import footprint_extent, polity_classes, polity_fills

if TYPE_CHECKING:
    import pandas as pd

    from geopolity.derivation import Derivation

_OUTLINE_PIXELS = 20_000
_OUTLINE_DIGITS = 4
_CORE_SHARE = 0.9

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(PAGES), autoescape=jinja2.select_autoescape(default=True), undefined=jinja2.StrictUndefined
)
_environment.globals.update(inline_script=inline_script, inline_style=inline_style, data_uri=data_uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """One layer above the units that a reader can switch off."""

    name: str
    kind: str
    geometry: str
    colour: str = POLITY


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """What the page around the map says, and what the map draws; texts are plain, never HTML."""

    identity: str
    title: str
    lead: str
    legend_title: str
    legend_note: str
    legend: tuple[Entry, ...]
    overlays: tuple[Overlay, ...]
    extent: tuple[float, float, float, float]
    units: DisplayLayer
    unit_ids: list[str]
    names: list[str]
    fills: list[str]
    facts: list[dict[str, Any]]
    source: str
    table_caption: str
    table_header: tuple[str, ...]
    table: list[tuple[str, ...]]
    how: tuple[str, ...] = ()
    parts: dict[str, str] = field(default_factory=dict)


class OfflinePage(branca.element.Figure):  # type: ignore[misc]
    """Root of a saved map: an HTML document with its language, title and viewport."""

    _template = _environment.get_template("map_document.jinja")


class PolityMap(folium.Map):  # type: ignore[misc]
    """A folium map whose page is this project's own and whose scripts travel inside the file.

    Further folium layers can be added to it; what they fetch is their own affair.
    """

    _template = _environment.get_template("map_page.jinja")

    def __init__(self, page: MapPage) -> None:
        west, south, east, north = page.extent
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
        )
        self._id = page.identity
        self.default_js = []
        self.default_css = []
        self.page = page
        self.data = _script_safe(_data(page))
        document = OfflinePage(title=html.escape(page.title), height="640px")
        document.add_child(self)


def polity_map(derivation: Derivation) -> folium.Map:
    """Draw a derivation as a web map of one file.

    Shows the footprint (hatched), the affected people of every unit in quantile classes, the polity's outline, a
    tooltip for each unit and a table that says the same. ``.save(path)`` writes a page that works from disk; in a
    notebook the value shows itself. Borders are simplified for display only.
    """
    drawn = display_layer(derivation.layer)
    units = derivation.units
    classes = polity_classes(derivation)
    said = findings(derivation)
    one, many = unit_words(derivation.layer.name)
    overlays = _overlays(derivation, drawn)
    main = said.main_units
    page = MapPage(
        identity=derivation.certificate.digest[:12],
        title=said.title,
        lead=said.headline,
        legend_title=f"People affected per {one}",
        legend_note=class_note(classes),
        legend=(*_overlay_entries(overlays), *choropleth_entries(classes)),
        overlays=overlays,
        extent=_extent(derivation, drawn),
        units=drawn,
        unit_ids=units.index.tolist(),
        names=units["name"].astype(str).tolist(),
        fills=polity_fills(derivation).tolist(),
        facts=_facts(units),
        source=f"{derivation.layer.title}, {derivation.layer.vintage}. {derivation.layer.source}. Surroundings: Natural Earth.",
        table_caption=f"The {len(main)} {many} with most people affected",
        table_header=(one.capitalize(), "People affected", "Inside"),
        table=[
            (str(name), exact(affected), "yes" if inside else "no")
            for name, affected, inside in zip(main["name"], main["affected"], main["inside"], strict=True)
        ],
        how=(*said.method, *said.limits, f"Certificate {said.digest[:16]}; check the folder with “{said.check}”."),
    )
    return PolityMap(page)


def _overlays(derivation: Derivation, drawn: DisplayLayer) -> tuple[Overlay, ...]:
    polity = Overlay(name="Polity", kind="polity", geometry=geojson(_outline(derivation, drawn), _OUTLINE_DIGITS))
    return (*_footprint(derivation, drawn), polity, *_fringe(derivation, drawn))


def _outline(derivation: Derivation, drawn: DisplayLayer) -> shapely.Geometry:
    """The published boundary down to a pixel when it fills some twenty screens; that of the drawn units if they do."""
    west, south, east, north = shapely.bounds(derivation.boundary)
    detail = np.hypot(east - west, north - south) / _OUTLINE_PIXELS
    if detail > drawn.tolerance / 2:
        return shapely.coverage_union_all(drawn.units[_inside(derivation)])
    return drawn.window(shapely.simplify(derivation.boundary, detail))


def _inside(derivation: Derivation) -> NDArray[np.bool_]:
    return derivation.units["inside"].to_numpy(dtype=np.bool_)


def _footprint(derivation: Derivation, drawn: DisplayLayer) -> tuple[Overlay, ...]:
    extent = footprint_extent(derivation)
    if extent is None:
        return ()
    shape = drawn.window(shapely.simplify(extent, drawn.tolerance / 2))
    return (Overlay(name="Footprint", kind="footprint", geometry=geojson(shape, drawn.digits)),)


def _fringe(derivation: Derivation, drawn: DisplayLayer) -> tuple[Overlay, ...]:
    """Units that are inside in fewer than nine of ten re-derivations, where the derivation says so."""
    units = derivation.units
    if "stability" not in units.columns:
        return ()
    fringe = (units["inside"] & (units["stability"] < _CORE_SHARE)).to_numpy()
    if not fringe.any():
        return ()
    outline = shapely.coverage_union_all(drawn.units[fringe])
    return (Overlay(name="Fringe of the polity", kind="fringe", geometry=geojson(outline, drawn.digits)),)


def _overlay_entries(overlays: tuple[Overlay, ...]) -> tuple[Entry, ...]:
    words = {
        "polity": "Polity: the area of people affected that decides",
        "footprint": "Footprint: where the issue bites",
        "fringe": "Fringe: in the polity, but not certainly",
    }
    return tuple(
        Entry(mark=overlay.kind, colour=overlay.colour, words=words[overlay.kind])  # type: ignore[arg-type]
        for overlay in overlays
    )


def _extent(derivation: Derivation, drawn: DisplayLayer) -> tuple[float, float, float, float]:
    """What the map opens on: the polity and its footprint."""
    footprint = footprint_extent(derivation)
    beyond = [] if footprint is None else [drawn.window(footprint)]
    west, south, east, north = shapely.total_bounds([*drawn.units[_inside(derivation)], *beyond])
    return (float(west), float(south), float(east), float(north))


def _facts(units: pd.DataFrame) -> list[dict[str, Any]]:
    """What a tooltip says of each unit."""
    return [
        {"label": "Residents", "values": _whole(units["population"])},
        {
            "label": "Affected",
            "values": _whole(units["affected"]),
            "low": _whole(units["affected_low"]),
            "high": _whole(units["affected_high"]),
        },
        {"label": "In the polity", "values": units["inside"].astype(int).tolist(), "words": ["no", "yes"]},
    ]


def _whole(column: pd.Series[float]) -> list[int | float | None]:
    """Whole people; one decimal below ten, so that few are not shown as none; None where unknown."""
    return [
        None if value != value else round(value) if value >= 10 or value == 0 else round(max(value, 0.1), 1)  # noqa: PLR0124
        for value in column.tolist()
    ]


def _data(page: MapPage) -> str:
    """JSON that the page's script reads: geometry as GeoJSON, one entry per unit in every list."""
    drawn = page.units
    digits = drawn.digits
    fills = sorted(set(page.fills))
    place = {fill: index for index, fill in enumerate(fills)}
    parts = {
        "extent": json.dumps(page.extent),
        "around": f"[{','.join(geojson_each(drawn.around, 2))}]",
        "units": f"[{','.join(geojson_each(drawn.units, digits))}]",
        "parents": geojson(drawn.parents, digits),
        "labels": json.dumps([[label.text, round(label.lat, 3), round(label.lon, 3), round(label.size, 2)] for label in drawn.labels]),
        "names": json.dumps(page.names),
        "fills": json.dumps(fills),
        "fill_of": json.dumps([place[fill] for fill in page.fills]),
        "facts": json.dumps(page.facts),
        "overlays": "["
        + ",".join(
            f'{{"name":{json.dumps(overlay.name)},"kind":"{overlay.kind}","colour":"{overlay.colour}","geometry":{overlay.geometry}}}'
            for overlay in page.overlays
        )
        + "]",
    }
    return "{" + ",".join(f'"{name}":{text}' for name, text in parts.items()) + "}"


def _script_safe(text: str) -> str:
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def manifest() -> dict[str, Any]:
    """The vendored files with version, licence and checksum."""
    loaded: dict[str, Any] = json.loads(asset_path("manifest.json").read_text(encoding="utf-8"))
    return loaded
