"""A census layer: the atomic units of one source and vintage, checked once on entry."""

from __future__ import annotations

import hashlib
from copy import copy
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geopolity.arrays import BoolArray
from geopolity.errors import RequestError
from geopolity.identifiers import LayerName
from geopolity.layers.reading import Reading
from geopolity.messages import Message

BATCH = 4_096
"""So many shapes are written out at a time for the digest."""


class LayerError(RequestError):
    """A layer breaks the schema that every layer keeps."""

    code = "layer"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """Census units with their people, in id order.

    Attributes
    ----------
    units
        One row per unit, indexed by ``unit_id`` (unique strings, ascending), with the columns
        ``name`` (str), ``population`` (float64 people, NaN where unknown, never negative) and
        ``geometry`` (valid polygons in ``units.crs``). Further columns are attributes (counts or
        shares of the unit's people); ``parent`` if present is the id of the enclosing unit, and
        ``population_error``, where counts are estimates, the standard deviation of each (people).
    digest
        SHA-256 over ids, people and geometry: the layer's identity in every certificate.
    notes
        Sentences on what was guessed, repaired or joined when the layer was opened.
    reading
        How the file of units was read; none for a layer that travels with geopolity.
    seam_km
        For a combined layer, how far apart its parts may have drawn the same border; else 0.
    """

    name: LayerName
    title: str
    vintage: str
    source: str
    licence: str
    units: gpd.GeoDataFrame
    notes: tuple[str | Message, ...] = ()
    reading: Reading | None = None
    seam_km: float = 0.0
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        _check_schema(self.name, self.units)
        object.__setattr__(self, "digest", _digest(self.units, self.seam_km))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layer) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @classmethod
    def from_geodataframe(  # noqa: PLR0913 - which column is what, and what is said of the source
        cls,
        frame: gpd.GeoDataFrame,
        *,
        name: str,
        population: str = "population",
        unit_id: str | None = None,
        label: str | None = None,
        title: str = "",
        vintage: str = "",
        source: str = "",
        licence: str = "",
    ) -> Layer:
        """A layer from a GeoDataFrame; its other columns stay as attributes.

        Parameters
        ----------
        population, unit_id, label
            Columns with the people, the ids (the frame's index by default) and the names (the ids by default). Ids
            become text.

        Raises
        ------
        LayerError
            If a column is missing, or a value breaks the schema.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely.geometry import box
        >>> frame = gpd.GeoDataFrame({"people": [10, 20]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326)
        >>> Layer.from_geodataframe(frame, name="two", population="people").population
        30
        """
        columns = [one for one in (population, unit_id, label) if one is not None]
        missing = sorted(set(columns) - set(frame.columns))
        if missing:
            raise LayerError(
                "The frame has no column {column:quoted}; it has {columns:list}.",
                column=missing[0],
                columns=[str(one) for one in frame.columns],
            )
        ids = (frame.index if unit_id is None else frame[unit_id]).astype(str)
        names = ids if label is None else frame[label].astype(str)
        units = frame.drop(columns=columns)
        units = units if units.geometry.name == "geometry" else units.rename_geometry("geometry")
        units = units.assign(name=np.asarray(names, dtype=object), population=frame[population].astype(np.float64))
        units.index = pd.Index(np.asarray(ids, dtype=object), name="unit_id")
        return cls(
            name=LayerName(name),
            title=title or name,
            vintage=vintage,
            source=source,
            licence=licence,
            units=units.sort_index(),
        )

    def __len__(self) -> int:
        return len(self.units)

    def read_as(self, reading: Reading) -> Layer:
        """The same layer with what is known of how it was read; its digest, which knows none of it, stays."""
        read = copy(self)
        object.__setattr__(read, "reading", reading)
        object.__setattr__(read, "notes", reading.notes)
        return read

    @property
    def population(self) -> int:
        """People in the layer, missing counts left out, rounded to whole people."""
        return round(float(self.units["population"].sum()))


def dissolve(layer: Layer, mask: BoolArray) -> BaseGeometry:
    """Outline of the chosen units in the layer's own coordinate system, every border vertex kept."""
    chosen = layer.units.geometry.to_numpy()[mask]
    try:
        return shapely.coverage_union_all(chosen)
    except shapely.GEOSException:  # units that overlap are no coverage; a plain union is slower and right
        return shapely.union_all(chosen)


def _check_schema(name: str, units: gpd.GeoDataFrame) -> None:
    missing = {"name", "population", "geometry"} - set(units.columns)
    if missing:
        raise LayerError(
            "Layer {layer} lacks the columns {columns}; name them when opening it.",
            layer=name,
            columns=sorted(missing),
        )
    if units.crs is None:
        raise LayerError(
            "Layer {layer} has no coordinate system; give one with its EPSG code.",
            layer=name,
        )
    ids = units.index
    if not all(isinstance(unit_id, str) for unit_id in ids):
        raise LayerError(
            "Layer {layer} has unit ids that are not strings (first: {id:quoted}); read them as text.",
            layer=name,
            id=ids[0],
        )
    if not (ids.is_unique and ids.is_monotonic_increasing):
        repeated = ids[ids.duplicated()][:3].tolist()
        raise LayerError(
            "Layer {layer} needs unique unit ids in ascending order (repeated: {ids}).",
            layer=name,
            ids=repeated,
        )
    people = units["population"].to_numpy(dtype=float)
    if (people < 0).any():
        first = ids[int(np.argmax(people < 0))]
        raise LayerError(
            "Layer {layer} has a negative population in unit {unit}; correct it or leave it empty.",
            layer=name,
            unit=first,
        )


def _digest(units: gpd.GeoDataFrame, seam_km: float) -> str:
    sha = hashlib.sha256()
    sha.update("\n".join(units.index).encode())
    sha.update(units["population"].to_numpy(dtype="<f8").tobytes())
    sha.update(str(units.crs.to_string()).encode())
    if seam_km:
        sha.update(f"seam {seam_km!r}".encode())
    shapes = units.geometry.to_numpy()
    for begin in range(0, len(shapes), BATCH):
        for wkb in shapely.to_wkb(shapes[begin : begin + BATCH], byte_order=1):
            sha.update(wkb)
    return sha.hexdigest()
