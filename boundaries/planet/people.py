"""People of each place, everybody once: parts out of their city, others around all places, excess scaled down.

Five rules, in this order; every step keeps each country's total:

1. What a city has in parts that are listed beside it is subtracted from it.
2. What is left of such a city is spread over its own ground and that of its parts.
3. Where a country's places have more people than the country, all of them are scaled down.
4. Where they have fewer, they are left as they are; the others live around all places of the country.
5. Both 2 and 4 go by how much ground is near: people thin out with the distance from a place, by e for every
   ``THINNING_KM`` in a city, and for every tenth of the usual distance between the country's places in the country.

The tenth was fitted to block groups of the United States and communes of France: spreading them by area
would put a quarter more people into wrong places two degrees wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geopolity.arrays import FloatArray, IntArray

THINNING_KM = 5.0
TENTH = 0.1
OFF_IN_TOWNS, OFF_AROUND = 1.0, 1.4
"""How far people of towns and around them are off, as a part of them: see ``./run bench places:interval``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Census:
    """People of places, and what was done to each country's.

    Attributes
    ----------
    people
        By place, in the places' order: ``listed`` (people of towns, after rules 1 to 3), ``around`` (after rule 4)
        their sum, ``population``, and its standard deviation, ``error``.
    countries
        By country: ``people`` (the total), ``places``, ``as_listed`` (people of all places as GeoNames has them),
        ``parts`` (counted twice there), ``scaled`` (what rule 3 multiplied by, 1 where nothing was done) and
        ``around`` (people that rule 4 spread).
    """

    people: pd.DataFrame
    countries: pd.DataFrame


def counted_once(places: pd.DataFrame, area_km2: FloatArray, totals: pd.Series) -> Census:
    """Count the people of each place.

    Parameters
    ----------
    places
        ``id, country, people, part_of`` (id of the city it is part of, 0 for none).
    area_km2
        Ground of each place, km².
    totals
        People by country.
    """
    listed = places["people"].to_numpy(dtype=np.float64)
    whole = _positions(places)
    own = _without_parts(listed, whole)
    towns = _rest_spread(own, whole, _near_km2(area_km2, THINNING_KM))
    country, code = np.unique(places["country"].to_numpy(dtype=str), return_inverse=True)
    total = totals.reindex(country).to_numpy(dtype=np.float64)
    sums = np.bincount(code, weights=towns, minlength=len(country))
    scaled = np.minimum(1.0, np.divide(total, sums, out=np.ones(len(country)), where=sums > 0))
    left = total - sums * scaled
    near = _near_km2(area_km2, _thinning(area_km2, code, len(country))[code])
    share = near / np.bincount(code, weights=near, minlength=len(country))[code]
    people = pd.DataFrame({"listed": towns * scaled[code], "around": left[code] * share}, index=places.index)
    record = {
        "people": total,
        "places": np.bincount(code, minlength=len(country)),
        "as_listed": np.bincount(code, weights=listed, minlength=len(country)),
        "parts": np.bincount(code, weights=listed - own, minlength=len(country)),
        "scaled": scaled,
        "around": left,
    }
    error = np.hypot(OFF_IN_TOWNS * people["listed"], OFF_AROUND * people["around"])
    return Census(
        people=people.assign(population=people["listed"] + people["around"], error=error),
        countries=pd.DataFrame(record, index=pd.Index(country, name="country")),
    )


def _positions(places: pd.DataFrame) -> IntArray:
    """Position of the city that each place is part of, -1 for none."""
    position = pd.Series(np.arange(len(places)), index=places["id"].to_numpy())
    return position.reindex(places["part_of"].to_numpy()).fillna(-1).to_numpy(dtype=np.int64)


def _without_parts(people: FloatArray, whole: IntArray) -> FloatArray:
    part = whole >= 0
    return np.asarray(people - np.bincount(whole[part], weights=people[part], minlength=len(people)))


def _rest_spread(own: FloatArray, whole: IntArray, near: FloatArray) -> FloatArray:
    """Rest of each city that has parts over itself and its parts, by the ground that each has near."""
    part = np.flatnonzero(whole >= 0)
    cities = np.unique(whole[part])
    member = np.concatenate([part, cities])
    city = np.concatenate([whole[part], cities])
    weight = near[member] / np.bincount(city, weights=near[member], minlength=len(own))[city]
    kept = own.copy()
    kept[cities] = 0.0
    return np.asarray(kept + np.bincount(member, weights=own[city] * weight, minlength=len(own)))


def _thinning(area_km2: FloatArray, code: IntArray, size: int) -> FloatArray:
    """A tenth of the usual distance between the places of each country, km."""
    area = np.bincount(code, weights=area_km2, minlength=size)
    return np.asarray(TENTH * np.sqrt(area / np.bincount(code, minlength=size)))


def _near_km2(area_km2: FloatArray, thinning_km: FloatArray | float) -> FloatArray:
    """Ground of a round cell, each km² counting e times less for every so many km from its middle."""
    radius = np.sqrt(area_km2 / np.pi) / thinning_km
    return np.asarray(2 * np.pi * thinning_km**2 * (1 - (1 + radius) * np.exp(-radius)))
