"""A web map of one file as a value: what its page says, what it draws, and the folium map made of both."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

import branca.element
import folium

from maps import documents
from maps.assets import data_uri, inline_script, inline_style
from maps.locale.scripts import MAP
from maps.locale.texts import Texts
from maps.scenes.display import DisplayLayer
from maps.scenes.legend import Entry, Mark
from maps.scenes.palette import POLITY
from maps.webmaps.geojson import geojson, geojson_each

_environment = documents.environment(
    trims=False, inline_script=inline_script, inline_style=inline_style, data_uri=data_uri
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """One layer above the units that a reader can switch off."""

    name: str
    kind: Mark
    geometry: str
    colour: str = POLITY


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """What the page around the map says, and what the map draws; texts are plain, never HTML."""

    t: Texts
    identity: str
    title: str
    lead: str
    legend_title: str
    legend_note: str
    legend: tuple[Entry, ...]
    overlays: tuple[Overlay, ...]
    extent: tuple[float, float, float, float]
    units: DisplayLayer
    names: list[str]
    fills: list[str]
    facts: list[dict[str, Any]]
    source: str
    table_caption: str
    table_header: tuple[str, ...]
    table: list[tuple[str, ...]]
    how: tuple[str, ...] = ()


class OfflinePage(branca.element.Figure):  # type: ignore[misc]
    """Root of a saved map: an HTML document with its language, title and viewport."""

    _template = _environment.get_template("webmaps/map_document.jinja")


class PolityMap(folium.Map):  # type: ignore[misc]
    """A folium map whose page is this project's own and whose scripts travel inside the file.

    Further folium layers can be added to it; what they fetch is their own affair.
    """

    _template = _environment.get_template("webmaps/map_page.jinja")

    def __init__(self, page: MapPage) -> None:
        west, south, east, north = page.extent
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
        )
        self._id = page.identity
        self.default_js: list[tuple[str, str]] = []
        self.default_css: list[tuple[str, str]] = []
        self.page = page
        self.data = _script_safe(_data(page))
        document = OfflinePage(title=html.escape(page.title), height="640px")
        document.language = page.t.language
        document.add_child(self)


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
        "labels": json.dumps(
            [[label.text, round(label.lat, 3), round(label.lon, 3), round(label.size, 2)] for label in drawn.labels]
        ),
        "names": json.dumps(page.names),
        "fills": json.dumps(fills),
        "fill_of": json.dumps([place[fill] for fill in page.fills]),
        "facts": json.dumps(page.facts),
        "words": json.dumps(page.t.words(MAP) | {"mark": page.t.as_given(".")}),
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
