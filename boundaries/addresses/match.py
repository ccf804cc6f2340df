"""How well a kept street, and a house in it, fit what somebody wrote: from 0 to 1, by weighed words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from boundaries.addresses.address import SCALE, Range, leading
from boundaries.addresses.along import along, between
from boundaries.addresses.words import street_words, weight
from boundaries.addresses.written import Numbering, Written
from boundaries.gazetteer.areas import areas_named, by_codes

How = Literal["point", "range", "between", "street"]
LOSS: Mapping[How, float] = {"point": 0.0, "range": 0.05, "between": 0.12, "street": 0.35}
"""What is lost where no file has the very house."""
STREET, REST, CODE, AREA = 0.6, 0.45, 0.2, 0.3
"""What is lost where all of the street is missing, all of the rest does not fit, or code or region contradict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A street by its words, as it is searched."""

    key: int
    street: tuple[str, ...]
    place: frozenset[str]
    region: str
    country: str
    postcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Houses:
    """Houses of a street: labels, points in parts of a degree, and numbers along lines."""

    numbers: Sequence[str]
    points: npt.NDArray[np.int32]
    ranges: Sequence[Range] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A place in a street that fits.

    Attributes
    ----------
    how
        Whether it is the house's own point, on a line of numbers, between its neighbours, or the street's middle.
    """

    key: int
    number: str
    how: How
    sure: float
    lon: float
    lat: float


def names_fit(written: Written, street: Named, spelt: Mapping[str, AbstractSet[str]]) -> float:
    """How well the words fit, whatever the number; ``spelt`` says what words were taken for."""
    ways = [frozenset[int](), *(one.at for one in written.numberings)]
    return max(_words_fit(written, street, spelt, at) for at in ways)


def fits(written: Written, street: Named, houses: Houses, spelt: Mapping[str, AbstractSet[str]]) -> Fit | None:
    """The best place in a street for what was written; ``None`` where nobody lives in it."""
    found = [
        _placed(numbering, street, houses, _words_fit(written, street, spelt, numbering.at) - 0.01 * place)
        for place, numbering in enumerate(written.numberings)
    ]
    if not written.numberings:
        found = [_middle(street, houses, _words_fit(written, street, spelt, frozenset()))]
    known = [one for one in found if one is not None]
    return max(known, key=lambda one: one.sure, default=None)


def _placed(numbering: Numbering, street: Named, houses: Houses, sure: float) -> Fit | None:
    for place, one in enumerate(houses.numbers):
        if one == numbering.label:
            lon, lat = houses.points[place] / SCALE
            return _fit(street, numbering.label, "point", sure, (float(lon), float(lat)))
    number = leading(numbering.label)
    if number is not None:
        if (spot := along(number, houses.ranges)) is not None:
            return _fit(street, numbering.label, "range", sure, spot)
        if (spot := between(number, houses.numbers, houses.points)) is not None:
            return _fit(street, numbering.label, "between", sure, spot)
    return _middle(street, houses, sure)


def _middle(street: Named, houses: Houses, sure: float) -> Fit | None:
    if len(houses.points):
        middle = np.median(houses.points, axis=0)
        nearest = houses.points[np.abs(houses.points - middle).sum(axis=1).argmin()] / SCALE
        return _fit(street, "", "street", sure, (float(nearest[0]), float(nearest[1])))
    if houses.ranges:
        line = houses.ranges[len(houses.ranges) // 2].line
        return _fit(street, "", "street", sure, line[len(line) // 2])
    return None


def _fit(street: Named, number: str, how: How, sure: float, spot: tuple[float, float]) -> Fit:
    kept = round(max(sure - LOSS[how], 0.0), 3)
    return Fit(key=street.key, number=number, how=how, sure=kept, lon=round(spot[0], 7), lat=round(spot[1], 7))


def _words_fit(
    written: Written, street: Named, spelt: Mapping[str, AbstractSet[str]], number: AbstractSet[int]
) -> float:
    open_words = {place: word for place, word in enumerate(written.words) if place not in number}
    lost = found = 0.0
    for wanted in street.street:
        place = _which(wanted, (one for one in open_words.items()), spelt)
        if place is None:
            lost += weight(wanted)
            continue
        written_as = open_words.pop(place)
        found += weight(wanted) if written_as.text == wanted else 0.85 * weight(wanted)
        lost += 0.0 if written_as.text == wanted else 0.15 * weight(wanted)
    sure = 1.0 - STREET * lost / max(lost + found, 0.01)
    around = street.place | _area_words(street.country, street.region)
    left = [word for word in open_words.values() if not _is_said(word.text, around, street, spelt)]
    total = sum(word.weight for word in written.words) or 1.0
    sure -= REST * sum(word.weight * (0.2 if word.is_area else 1.0) for word in left if not word.is_number) / total
    sure -= sum(CODE / 2 for word in left if word.is_number)
    return sure - _contradiction(written, street)


def _which(wanted: str, words: Iterable[tuple[int, object]], spelt: Mapping[str, AbstractSet[str]]) -> int | None:
    near = None
    for place, word in words:
        text = getattr(word, "text", "")
        if text == wanted:
            return place
        if near is None and wanted in spelt.get(text, ()):
            near = place
    return near


def _is_said(text: str, around: AbstractSet[str], street: Named, spelt: Mapping[str, AbstractSet[str]]) -> bool:
    return text in around or text == street.postcode.lower() or bool(spelt.get(text, frozenset()) & street.place)


def _contradiction(written: Written, street: Named) -> float:
    """What is lost where another region or country is named than the street's."""
    regions = [area for area in written.areas if area.admin1]
    nations = [area.country for area in written.areas if not area.admin1]
    if street.country and street.region and regions and not nations:
        own = {street.region.lower(), *_area_words(street.country, street.region)}
        same = any(
            area.country == street.country and {area.short.lower(), *street_words(area.name)} & own for area in regions
        )
        return 0.0 if same else AREA
    if nations and not regions:
        return 0.0 if street.country in nations else AREA
    return 0.0


@lru_cache(maxsize=10_000)
def _area_words(country: str, region: str) -> frozenset[str]:
    """Words of a street's region and country, as they may be written."""
    names = [region]
    names += [area.name for area in areas_named(region) if area.country == country] if region else []
    nation = by_codes(country)
    names += [country, nation.name] if nation else [country]
    return frozenset(word for name in names for word in street_words(name))
