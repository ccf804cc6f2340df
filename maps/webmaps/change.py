"""What changed between two versions of a polity: units that joined, left and stayed, on a web map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import numpy as np
import shapely
from numpy.typing import NDArray

from maps.locale.texts import texts
from maps.scenes.display import display_layer, united
from maps.scenes.legend import Entry
from maps.scenes.overview import same_layer
from maps.scenes.palette import INK, JOINED, LAND, LEFT, POLITY, STAYED
from maps.webmaps.geojson import geojson
from maps.webmaps.page import MapPage, Overlay, PolityMap
from maps.webmaps.polity import source_line, whole_people

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

EN = texts("en")
_WORDS = ("outside both", "stayed", "joined", "left")
_FILLS = (LAND, STAYED, JOINED, "left")
_LISTED = 30


def diff_map(before: Derivation, after: Derivation) -> folium.Map:
    """Draw the change from one version of a polity to the next as a web map of one file.

    Raises
    ------
    LayersDifferError
        If the two versions stand on different layers.
    """
    same_layer([before, after])
    drawn = display_layer(after.layer)
    change = _change(before, after)
    one, many = (EN.units(after.layer.name, 1), EN.units(after.layer.name, 2))
    units = after.units
    held = drawn.units[change > 0]
    west, south, east, north = shapely.total_bounds(held)
    return PolityMap(
        MapPage(
            identity=f"{before.certificate.digest[:8]}{after.certificate.digest[:8]}",
            title=f"{after.issue.title}: {_title(change, one, many)}",
            lead=_lead(before, after, change),
            legend_title=f"Change per {one}",
            legend_note="",
            legend=(
                Entry(mark="outline", colour=INK, words="Polity before"),
                Entry(mark="polity", colour=POLITY, words="Polity now"),
                Entry(mark="fill", colour=JOINED, words="joined"),
                Entry(mark="left", colour=LEFT, words="left"),
                Entry(mark="fill", colour=STAYED, words="stayed"),
            ),
            overlays=(
                Overlay(name="Before", kind="outline", geometry=_outline(before), colour=INK),
                Overlay(name="Now", kind="polity", geometry=_outline(after)),
            ),
            extent=(float(west), float(south), float(east), float(north)),
            units=drawn,
            names=units["name"].astype(str).tolist(),
            fills=[_FILLS[kind] for kind in change],
            facts=[
                {"label": "Residents", "values": whole_people(units["population"])},
                {"label": "Change", "values": change.tolist(), "words": list(_WORDS)},
            ],
            source=source_line(after),
            table_caption=f"{many.capitalize()} that joined or left",
            table_header=(one.capitalize(), "Residents", "Change"),
            table=_table(after, change),
        )
    )


def _change(before: Derivation, after: Derivation) -> NDArray[np.int64]:
    """Place of each unit in ``_WORDS``."""
    was = before.units["inside"].to_numpy(dtype=np.bool_)
    now = after.units["inside"].to_numpy(dtype=np.bool_)
    return np.select([was & now, now, was], [1, 2, 3], default=0).astype(np.int64)


def _outline(derivation: Derivation) -> str:
    drawn = display_layer(derivation.layer)
    inside = derivation.units["inside"].to_numpy(dtype=np.bool_)
    return geojson(united(drawn.units[inside]), drawn.digits)


def _title(change: NDArray[np.int64], one: str, many: str) -> str:
    joined, left = int((change == 2).sum()), int((change == 3).sum())
    if not joined and not left:
        return f"no {one} joined or left"
    return f"{EN.number_of(joined, one, many)} joined, {EN.whole(left)} left, {EN.whole((change == 1).sum())} stayed"


def _lead(before: Derivation, after: Derivation, change: NDArray[np.int64]) -> str:
    residents = after.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    joined, left = residents[change == 2].sum(), residents[change == 3].sum()
    return (
        f"{EN.people(joined)} people live in what joined and {EN.people(left)} in what left; "
        f"the polity had {EN.people(before.population)} people and has {EN.people(after.population)}."
    )


def _table(after: Derivation, change: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """List changed units, most residents first."""
    units = after.units.assign(change=change)
    changed = units[units["change"] > 1].sort_values("population", ascending=False, kind="stable").head(_LISTED)
    columns = zip(changed["name"], changed["population"], changed["change"], strict=True)
    return [(str(name), EN.whole(residents), _WORDS[kind]) for name, residents, kind in columns]
