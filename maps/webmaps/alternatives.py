"""The map of what is irreplaceable: units that every good region has, some have, and none has, on one page."""

from __future__ import annotations

from dataclasses import dataclass

import folium
import numpy as np
import pandas as pd
import shapely

from geopolity.layers.layer import Layer
from maps.locale.texts import Texts, texts
from maps.reports.exchange import KIND_WORDS, KINDS, more_words
from maps.scenes.display import display_layer, united
from maps.scenes.legend import Entry
from maps.scenes.palette import LAND, OKABE_ITO, POLITY
from maps.webmaps.geojson import geojson
from maps.webmaps.page import MapPage, Overlay, PolityMap

EN = texts("en")
_FILLS = (OKABE_ITO[0], OKABE_ITO[5], OKABE_ITO[4], LAND)
_LISTED = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exchangeable:
    """What the map shows.

    Attributes
    ----------
    units
        By ``unit_id``, in the layer's order: ``name, inside, kind`` and ``at_least`` (cost, missing for never).
    cost
        Of the polity.
    measure
        What the cost is and was kept smallest.
    within
        Share of the cost up to which a region counts as as good.
    """

    title: str
    digest: str
    layer: Layer
    units: pd.DataFrame
    cost: int
    measure: str
    within: float
    others: int


def alternatives_map(answer: Exchangeable, t: Texts = EN) -> folium.Map:
    """Draw which units can be exchanged as a web map of one file."""
    drawn = display_layer(answer.layer)
    units = answer.units.reindex(answer.layer.units.index.astype(str))
    kind = units["kind"].map(KINDS.index).to_numpy(np.int64)
    inside = units["inside"].to_numpy(np.bool_)
    shown = drawn.units[(kind != KINDS.index("never in")) | inside]
    west, south, east, north = shapely.total_bounds(shown)
    one, many = t.units(answer.layer.name, 1), t.units(answer.layer.name, 2)
    dearer = units["at_least"] / answer.cost - 1
    return PolityMap(
        MapPage(
            t=t,
            identity=answer.digest[:12],
            title=t("{title}: what could be exchanged", title=answer.title),
            lead=_lead(answer, kind, t),
            legend_title=t(
                "Regions with at most {share} more {measure:more}",
                share=t.percent(answer.within),
                measure=answer.measure,
            ),
            legend_note="",
            legend=(
                Entry(mark="polity", colour=POLITY, words=t("the polity")),
                *(
                    Entry(mark="fill", colour=fill, words=t(word))
                    for fill, word in zip(_FILLS, KIND_WORDS, strict=True)
                ),
            ),
            overlays=(
                Overlay(name=t("Polity"), kind="polity", geometry=geojson(united(drawn.units[inside]), drawn.digits)),
            ),
            extent=(float(west), float(south), float(east), float(north)),
            units=drawn,
            names=units["name"].astype(str).tolist(),
            fills=[_FILLS[place] for place in kind],
            facts=[{"label": t("Exchange"), "values": kind.tolist(), "words": [t(word) for word in KIND_WORDS]}],
            source=t(
                "{layer}, {vintage}. {source}.",
                layer=answer.layer.title,
                vintage=answer.layer.vintage,
                source=answer.layer.source,
            ),
            table_caption=t("The {units} inside that cost most to do without", units=many),
            table_header=(one.capitalize(), t("Without it, at least")),
            table=_table(units[inside], dearer[inside], answer.measure, t),
        )
    )


def _lead(answer: Exchangeable, kind: np.ndarray, t: Texts) -> str:
    counts = [int((kind == place).sum()) for place in range(len(KINDS))]
    return t(
        "Among all regions with at most {share} more {measure:more} than this polity, {irreplaceable} are in every "
        "one, {exchangeable} in some, and {never} in none. {others} genuinely different ones were found.",
        measure=answer.measure,
        share=t.percent(answer.within),
        irreplaceable=t.unit_count(answer.layer.name, counts[0]),
        exchangeable=t.whole(counts[1]),
        never=t.whole(counts[3]),
        others=t.whole(answer.others),
    )


def _table(units: pd.DataFrame, dearer: pd.Series[float], measure: str, t: Texts) -> list[tuple[str, ...]]:
    """Units inside by how much more a region without them costs, those that none can do without first."""
    order = dearer.fillna(np.inf).sort_values(ascending=False, kind="stable").head(_LISTED)
    names = units["name"].reindex(order.index)
    return [
        (
            str(name),
            t("no region without it") if np.isinf(share) else more_words(float(share), measure, t),
        )
        for name, share in zip(names, order, strict=True)
    ]
