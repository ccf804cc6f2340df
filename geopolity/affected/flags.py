"""What a reader should know about a count before trusting it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geopolity.affected.footprint import Area, Footprint, Raster
from geopolity.affected.mixed import parts_of
from geopolity.affected.overlay import MOST_CELLS, covered_m2
from geopolity.affected.pieces import Pieces
from geopolity.layers.ground import ground
from geopolity.layers.layer import Layer
from geopolity.messages import Message

OUTSIDE_WORTH_SAYING = 0.01
SAID = 5
"""Units named in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A stable code and a sentence."""

    code: str
    sentence: Message


def flags(footprint: Footprint, pieces: Pieces, layer: Layer) -> tuple[Flag, ...]:
    """What to know of a footprint laid over a layer."""
    found = (
        *_read(footprint),
        _mended(footprint),
        _averaged(footprint),
        *_ground_flags(footprint, pieces, layer),
        *_missing(pieces, layer),
    )
    return tuple(flag for flag in found if flag is not None)


def _read(footprint: Footprint) -> list[Flag]:
    """What was said when the footprint's files were read."""
    notes = dict.fromkeys(note for part in parts_of(footprint) for note in part.notes)
    return [Flag(code="footprint-reading", sentence=note) for note in notes]


def _mended(footprint: Footprint) -> Flag | None:
    areas = [part for part in parts_of(footprint) if isinstance(part, Area)]
    count = sum(area.mended for area in areas)
    if count == 0:
        return None
    return Flag(
        code="footprint-mended",
        sentence=Message(
            "{number:count} polygons of the footprint crossed themselves and were mended; check them on the map.",
            number=count,
        ),
    )


def _averaged(footprint: Footprint) -> Flag | None:
    cells = [part.grid.size for part in parts_of(footprint) if isinstance(part, Raster)]
    if max(cells, default=0) <= MOST_CELLS:
        return None
    sentence = Message(
        "The raster has {cells:count} cells; what varies inside a unit enters by its mean, spread, least and most.",
        cells=max(cells),
    )
    return Flag(code="raster-averaged", sentence=sentence)


def _ground_flags(footprint: Footprint, pieces: Pieces, layer: Layer) -> tuple[Flag | None, ...]:
    size = covered_m2(footprint)
    if size is None or len(pieces.unit) == 0:
        return ()
    areas = ground(layer).area
    return (
        _smaller(size, float(np.median(areas[np.unique(pieces.unit)]))),
        _outside(1 - float((pieces.share * areas[pieces.unit]).sum()) / size),
    )


def _smaller(size: float, typical: float) -> Flag | None:
    if size >= typical:
        return None
    return Flag(
        code="footprint-smaller-than-units",
        sentence=Message(
            "The footprint ({size:area}) is smaller than the units under it (typically {typical:area}), so the count "
            "rests on people being spread evenly; a finer layer or a population raster would tell more.",
            size=size / 1e6,
            typical=typical / 1e6,
        ),
    )


def _outside(share: float) -> Flag | None:
    if share < OUTSIDE_WORTH_SAYING:
        return None
    return Flag(
        code="footprint-partly-outside",
        sentence=Message(
            "{share:percent} of the footprint's area lies outside the layer (sea, or land it does not cover); people "
            "there are not counted.",
            share=round(share, 2),
        ),
    )


def _missing(pieces: Pieces, layer: Layer) -> tuple[Flag | None, ...]:
    bitten = np.unique(pieces.unit[~(pieces.intensity == 0)])
    uncounted = layer.units.index[bitten[layer.units["population"].isna().to_numpy()[bitten]]]
    unknown = layer.units.index[np.unique(pieces.unit[np.isnan(pieces.intensity)])].difference(uncounted)
    return (
        _some(
            "population-missing",
            "{number:count} units under the footprint have no population count ({units:list}); they are left out, not "
            "counted as 0.",
            uncounted,
        ),
        _some(
            "attribute-missing",
            "{number:count} units under the footprint have no value of the attribute ({units:list}); they are left "
            "out, not counted as 0.",
            unknown,
        ),
    )


def evenly(units: pd.Index[str]) -> tuple[Flag, ...]:
    """In which units the finer data placed nobody, so that their people were taken as spread evenly."""
    flag = _some(
        "spread-unknown",
        "The finer data places nobody in {number:count} units ({units:list}); their people are taken as spread evenly.",
        units,
    )
    return () if flag is None else (flag,)


def _some(code: str, sentence: str, units: pd.Index[str]) -> Flag | None:
    if len(units) == 0:
        return None
    named = [*units[:SAID], *(["…"] if len(units) > SAID else [])]
    return Flag(code=code, sentence=Message(sentence, number=len(units), units=named))
