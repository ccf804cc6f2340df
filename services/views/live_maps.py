"""Feed live maps from the store: the ground of a layer, a version of a polity, all polities in force."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from maps.scenes.overview import COUNTS, Region, hues
from maps.scenes.palette import LAND, POLITY
from maps.webmaps.live import base_json, outline_json, shape_json, units_json
from services.clock import now
from services.derivation.layers import ready_names
from services.derivation.open_layers import warm_layer
from services.lookup.index import open_lookup_index
from services.polities.published import published
from services.records import Json
from services.storage.layers.census import UnknownLayerError, find_layer
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import LayerRow
from services.views.base_map import ground, mask
from services.views.polity import Drawn, version_of


def ground_json(digest: str, part: str, store: Store) -> str:
    """GeoJSON of a layer's ``units``, or the ``base`` around them; of a kept layer, or one that is known by name.

    Raises
    ------
    UnknownLayerError
        If no layer has the digest.
    """
    write = units_json if part == "units" else base_json
    with store.reading() as session:
        row = session.get(LayerRow, digest)
        if row is not None:
            return write(ground(session, row, store.home))
    for name in ready_names(store.home):
        layer = warm_layer(name, store.home, drawing=True)
        if layer.digest == digest:
            return write(layer)
    raise UnknownLayerError(
        "No layer here has the digest {digest}…",
        digest=digest[:16],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A region's border as lines of the layer, its colour and name, and whether it is tinted inside."""

    colour: str
    words: str
    shape: Json
    tint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFeed:
    """What a live map draws over its ground: which units in which colours, outlines, and a footprint.

    Units in the colour of land are left out.
    """

    ground: str
    colours: list[str]
    units: list[int]
    class_of: list[int]
    values: list[float]
    outlines: list[Outline]
    footprint: Json | None


def polity_json(polity_id: str, store: Store, version: int | None = None) -> MapFeed:
    """Give fills, outline and footprint of a version, by the places of units in its layer."""
    with store.reading() as session:
        row = versions.find(session, polity_id, version)
        title = row.title
        layer = ground(session, session.get_one(LayerRow, row.layer), store.home)
        drawn = version_of(
            Drawn(session=session, store=store, row=row, layer=layer, derivation=published(session, row))
        )
    outline = Outline(colour=POLITY, words=title, shape=json.loads(outline_json(layer, drawn.inside)), tint=True)
    footprint = json.loads(shape_json(layer, drawn.footprint))
    return _feed(layer.digest, drawn.fills, drawn.affected, outlines=[outline], footprint=footprint)


def national_json(store: Store) -> MapFeed:
    """Give counts of polities as fills, and the outlines of those that are not the whole layer."""
    with store.reading() as session:
        row = find_layer(session)
        layer = ground(session, row, store.home)
        index = open_lookup_index(session, store.home, now())
        regions = [
            Region(words=one.row.title, inside=mask(layer, list(one.affected)))
            for one in index.polities.get(row.digest, {}).values()
        ]
    counts = np.array([region.inside for region in regions]).sum(axis=0) if regions else np.zeros(len(layer), np.int64)
    fills = np.array(COUNTS)[np.minimum(counts, len(COUNTS) - 1)]
    outlines = [
        Outline(colour=colour, words=region.words, shape=json.loads(outline_json(layer, region.inside)), tint=False)
        for region, colour in zip(regions, hues(regions), strict=True)
        if colour
    ]
    return _feed(layer.digest, fills, counts, outlines=outlines, footprint=None)


def _feed(
    digest: str, fills: np.ndarray, values: np.ndarray, *, outlines: list[Outline], footprint: Json | None
) -> MapFeed:
    filled = np.flatnonzero(fills != LAND)
    colours = sorted(set(fills[filled].tolist()))
    place = {colour: number for number, colour in enumerate(colours)}
    return MapFeed(
        ground=digest,
        colours=colours,
        units=filled.tolist(),
        class_of=[place[colour] for colour in fills[filled].tolist()],
        values=np.round(np.nan_to_num(values[filled].astype(np.float64)), 1).tolist(),
        outlines=outlines,
        footprint=footprint,
    )
