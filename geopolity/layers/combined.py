"""Several layers as one, their seams joined within a stated tolerance: issues that cross borders.

Layers drawn by different hands do not share vertices where they meet. Units of different layers become
neighbours when a stretch of one's outline, longer than twice the tolerance, runs within it of the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.geometry.crs import cylindrical, lonlat
from geopolity.geometry.zones import Zones
from geopolity.identifiers import LayerName
from geopolity.layers.connectors import local, within_reach
from geopolity.layers.ground import ground, meet
from geopolity.layers.layer import Layer, LayerError
from geopolity.messages import Message

SOURCE = "source_layer"
"""Column of a combined layer that says which layer each unit is from."""
MOSTLY = 0.5
METRES_PER_DEGREE = 111_000.0


class CombineError(LayerError):
    """Layers cannot be joined."""


def combined(layers: Sequence[Layer], *, seam_km: float) -> Layer:
    """Join layers into one in EPSG:4326; where they cover the same ground, the earlier one counts.

    A unit more than half covered by earlier layers is left out, and the notes say so (a country that comes
    again as its counties); smaller overlaps stay, and the notes say how large they are.

    Parameters
    ----------
    seam_km
        How far apart two layers may have drawn the same border, in km.
    """
    if len({layer.name for layer in layers}) < len(layers) or len(layers) < 2 or not seam_km > 0:
        names = ", ".join(layer.name for layer in layers)
        raise CombineError(
            "Layers {names} with a seam of {km:number} km: give two or more layers and a seam above 0 km.",
            names=names,
            km=seam_km,
        )
    joined, notes = _units(layers[0]), list(layers[0].notes)
    for layer in layers[1:]:
        added, said = _uncovered(layer, _layer(joined, layers[:1], seam_km, ()))
        joined = gpd.GeoDataFrame(pd.concat([joined, added]), crs=4326)
        notes += [*layer.notes, *said]
    return _layer(_named_apart(joined), layers, seam_km, tuple(notes))


def _units(layer: Layer) -> gpd.GeoDataFrame:
    shapes = lonlat(layer.units.geometry)
    table = pd.DataFrame(layer.units.drop(columns=layer.units.geometry.name)).assign(**{SOURCE: str(layer.name)})
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=4326)


def _uncovered(layer: Layer, earlier: Layer) -> tuple[gpd.GeoDataFrame, list[Message]]:
    units = _units(layer)
    zones = Zones(outlines=units.geometry.to_numpy(), intensity=np.ones(len(units)))
    met = meet(ground(earlier), zones)
    shared = np.bincount(met.zone, weights=met.area, minlength=len(units))
    area = shapely.area(cylindrical(units.geometry.to_numpy()))
    twice = shared > MOSTLY * area
    said = []
    if twice.any():
        said.append(
            Message(
                "{number:count} units of {layer} are covered by earlier layers and left out ({names:list}).",
                number=int(twice.sum()),
                layer=layer.name,
                names=units["name"].to_numpy()[twice][:5].tolist(),
            )
        )
    if shared[~twice].sum() > 0:
        said.append(
            Message(
                "{layer} overlaps earlier layers by {area:area}; people there count in both.",
                layer=layer.name,
                area=float(shared[~twice].sum()) / 1e6,
            )
        )
    return units[~twice], said


def _named_apart(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give ids the name of their layer in front where two layers use the same."""
    if units.index.is_unique:
        return units.sort_index()
    ids = units[SOURCE].astype(str) + ":" + units.index.astype(str)
    return units.set_index(pd.Index(ids, name="unit_id")).sort_index()


def _layer(units: gpd.GeoDataFrame, layers: Sequence[Layer], seam_km: float, notes: tuple[str | Message, ...]) -> Layer:
    def together(fact: str) -> str:
        return " + ".join(dict.fromkeys(str(getattr(layer, fact)) for layer in layers))

    return Layer(
        name=LayerName(together("name")),
        title=together("title"),
        vintage=together("vintage"),
        source=together("source"),
        licence=together("licence"),
        units=units.sort_index(),
        notes=notes,
        seam_km=seam_km,
    )


def seam_pairs(layer: Layer) -> tuple[IntArray, FloatArray]:
    """Neighbours across the seams of a combined layer, and how many km of border they share."""
    if not layer.seam_km or SOURCE not in layer.units:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    source = pd.factorize(layer.units[SOURCE])[0]
    shapes = lonlat(layer.units.geometry)
    first, second = within_reach(shapes, source.astype(np.int64), layer.seam_km)
    km = _running_km(shapes[first], shapes[second], layer.seam_km)
    meets = km > 2 * layer.seam_km  # around a corner, up to twice the seam is near without a border
    return np.column_stack([first, second])[meets], km[meets]


def _running_km(left: GeometryArray, right: GeometryArray, seam_km: float) -> FloatArray:
    """Length of the left outline within the seam of the right unit."""
    if len(left) == 0:
        return np.empty(0)
    centre = shapely.get_coordinates(shapely.point_on_surface(left))
    reach = 1000.0 * seam_km / METRES_PER_DEGREE
    here = local(left, centre)
    west, south, east, north = shapely.bounds(here).T
    window = shapely.box(west - 2 * reach, south - 2 * reach, east + 2 * reach, north + 2 * reach)
    near = shapely.intersection(shapely.make_valid(local(right, centre)), window)
    strip = shapely.buffer(near, reach, quad_segs=4)
    shared = shapely.intersection(shapely.boundary(here), strip)
    return np.asarray(shapely.length(shared) * METRES_PER_DEGREE / 1000.0)
