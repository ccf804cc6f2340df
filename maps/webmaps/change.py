"""What changed between two versions of a polity: units that joined, left and stayed, on a web map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import numpy as np
import shapely
from numpy.typing import NDArray

from maps.locale.texts import Texts, noop, texts
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
_WORDS = (noop("outside both"), noop("stayed"), noop("joined"), noop("left"))
_FILLS = (LAND, STAYED, JOINED, "left")
_LISTED = 30


def diff_map(before: Derivation, after: Derivation, t: Texts = EN) -> folium.Map:
    """Draw the change from one version of a polity to the next as a web map of one file.

    Raises
    ------
    LayersDifferError
        If the two versions stand on different layers.
    """
    same_layer([before, after])
    drawn = display_layer(after.layer)
    change = _change(before, after)
    one, many = (t.units(after.layer.name, 1), t.units(after.layer.name, 2))
    units = after.units
    held = drawn.units[change > 0]
    west, south, east, north = shapely.total_bounds(held)
    return PolityMap(
        MapPage(
            t=t,
            identity=f"{before.certificate.digest[:8]}{after.certificate.digest[:8]}",
            title=f"{after.issue.title}: {_title(change, after.layer.name, t)}",
            lead=_lead(before, after, change, t),
            legend_title=t("Change per {unit}", unit=one),
            legend_note="",
            legend=(
                Entry(mark="outline", colour=INK, words=t("Polity before")),
                Entry(mark="polity", colour=POLITY, words=t("Polity now")),
                Entry(mark="fill", colour=JOINED, words=t("joined")),
                Entry(mark="left", colour=LEFT, words=t("left")),
                Entry(mark="fill", colour=STAYED, words=t("stayed")),
            ),
            overlays=(
                Overlay(name=t("Before"), kind="outline", geometry=_outline(before), colour=INK),
                Overlay(name=t("Now"), kind="polity", geometry=_outline(after)),
            ),
            extent=(float(west), float(south), float(east), float(north)),
            units=drawn,
            names=units["name"].astype(str).tolist(),
            fills=[_FILLS[kind] for kind in change],
            facts=[
                {"label": t("Residents"), "values": whole_people(units["population"])},
                {"label": t("Change"), "values": change.tolist(), "words": [t(word) for word in _WORDS]},
            ],
            source=source_line(after, t),
            table_caption=t("{units} that joined or left", units=many.capitalize()),
            table_header=(one.capitalize(), t("Residents"), t("Change")),
            table=_table(after, change, t),
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


def _title(change: NDArray[np.int64], layer: str, t: Texts) -> str:
    joined, left = int((change == 2).sum()), int((change == 3).sum())
    if not joined and not left:
        return t("no {unit} joined or left", unit=t.units(layer, 1))
    return t(
        "{joined} joined, {left} left, {stayed} stayed",
        joined=t.unit_count(layer, joined),
        left=t.whole(left),
        stayed=t.whole((change == 1).sum()),
    )


def _lead(before: Derivation, after: Derivation, change: NDArray[np.int64], t: Texts) -> str:
    residents = after.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    joined, left = residents[change == 2].sum(), residents[change == 3].sum()
    return t(
        "{joined:of} people live in what joined and {left} in what left; the polity had {before:of} people and has "
        "{after}.",
        joined=t.people(joined),
        left=t.people(left),
        before=t.people(before.population),
        after=t.people(after.population),
    )


def _table(after: Derivation, change: NDArray[np.int64], t: Texts) -> list[tuple[str, ...]]:
    """List changed units, most residents first."""
    units = after.units.assign(change=change)
    changed = units[units["change"] > 1].sort_values("population", ascending=False, kind="stable").head(_LISTED)
    columns = zip(changed["name"], changed["population"], changed["change"], strict=True)
    return [(str(name), t.whole(residents), t(_WORDS[kind])) for name, residents, kind in columns]
