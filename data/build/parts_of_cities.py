"""Which listed places are parts of a listed city, whose people are counted in both.

GeoNames lists boroughs and quarters beside their city, and the feature code PPLX, where it is known, says that a place
is a part but not of what. A city reaches as far as its people would at so many per km²; what lies within, has fewer
people, and still fits into the city's number, is a part of it: places marked as parts first of all, and seats of
administrations and places of no known kind. A country whose places still have more people than the country has is
asked again with cities half as dense.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geopolity.geometry.sphere import unit_vectors

SMALLEST_CITY = 20_000
DENSITIES = (8_000.0, 4_000.0, 2_000.0, 1_000.0, 500.0)
"""People per km² that cities are taken to have, one after the other."""
DENSITY_OF_MARKED = 1_000.0
FARTHEST_KM = 60.0
CITY_STATE_KM2 = 3_000.0
"""Countries smaller than this are taken as one, whatever divisions they have."""
EARTH_KM = 6371.0088
SEATS = ("", "PPLA", "PPLA2", "PPLA3", "PPLA4", "PPLA5")
KNOWN = {5128581: (5110302, 5133273, 5125771, 5110266, 5139568)}
"""New York City and its five boroughs, which lie farther apart than their people would."""


def parts_of_cities(places: pd.DataFrame, totals: pd.Series, areas_km2: pd.Series) -> pd.Series:
    """Id of the city that each place is part of, 0 for none.

    Parameters
    ----------
    places
        ``id, country, admin1, latitude, longitude, people, kind`` (GeoNames' feature code, empty where not known).
    totals, areas_km2
        People and km² by country.
    """
    people = places["people"].to_numpy(dtype=np.float64)
    country = places["country"]
    density = pd.Series(DENSITIES[0], index=sorted(country.unique()))
    for halved in DENSITIES:
        whole = _parts(places, country.map(density).to_numpy(), country.map(areas_km2).to_numpy() < CITY_STATE_KM2)
        own = people.copy()
        np.subtract.at(own, whole[whole >= 0], people[whole >= 0])
        counted = pd.Series(own).groupby(country.to_numpy()).sum()
        density[counted.index[counted > totals.reindex(counted.index)]] = halved / 2
    ids = places["id"].to_numpy()
    return pd.Series(np.where(whole >= 0, ids[whole], 0), index=places.index)


def _parts(places: pd.DataFrame, density: np.ndarray, one_division: np.ndarray) -> np.ndarray:
    people = places["people"].to_numpy(dtype=np.float64)
    city, part, km = _pairs(places, people)
    kind, country, division = (places[name].to_numpy() for name in ("kind", "country", "admin1"))
    marked = kind[part] == "PPLX"
    reach = np.where(marked, _reach(people[city], DENSITY_OF_MARKED), _reach(people[city], density[city]))
    near = (km <= reach) & (city != part) & (people[part] < people[city]) & (country[part] == country[city])
    near &= (division[part] == division[city]) | one_division[city]
    near &= marked | np.isin(kind[part], SEATS) | (density[city] < DENSITIES[0])
    return _fitting(people, city[near], part[near], _known(places["id"]))


def _pairs(places: pd.DataFrame, people: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every city with every place it could reach, and how far apart they are."""
    sites = unit_vectors(places[["longitude", "latitude"]].to_numpy(dtype=np.float64))
    cities = np.flatnonzero(people >= SMALLEST_CITY)
    reach = np.minimum(_reach(people[cities], DENSITIES[-1]), FARTHEST_KM)
    hits = cKDTree(sites).query_ball_point(sites[cities], 2 * np.sin(reach / EARTH_KM / 2))
    city, part = np.repeat(cities, [len(hit) for hit in hits]), np.concatenate([np.asarray(hit) for hit in hits])
    return city, part, 2 * EARTH_KM * np.arcsin(np.linalg.norm(sites[city] - sites[part], axis=1) / 2)


def _reach(people: np.ndarray, density: np.ndarray | float) -> np.ndarray:
    return np.minimum(np.sqrt(people / (np.pi * density)), FARTHEST_KM)


def _known(ids: pd.Series) -> dict[int, int]:
    place = pd.Series(np.arange(len(ids)), index=ids.to_numpy())
    return {int(place[part]): int(place[city]) for city, parts in KNOWN.items() for part in parts}


def _fitting(people: np.ndarray, city: np.ndarray, part: np.ndarray, known: dict[int, int]) -> np.ndarray:
    """Give each place, the largest first, to the smallest city around it that still has so many people left."""
    whole, room = np.full(len(people), -1), people.copy()
    for place, around in known.items():
        whole[place] = around
        room[around] -= people[place]
    for place, around in zip(
        *(array[np.lexsort((people[city], part, -people[part]))] for array in (part, city)), strict=True
    ):
        if whole[place] < 0 and room[around] >= people[place]:
            whole[place] = around
            room[around] -= people[place]
    return whole
