"""The embedded places of the world with all their names, bisected by their letters; opened once in a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from boundaries.embedded import data_folder
from boundaries.gazetteer.spelling import letters
from geopolity.arrays import FloatArray, IntArray

LAST = "\U0010ffff"
"""After every letter."""
NAMES_A_PLACE = 8
"""Names of one place that may begin alike, at most, for as many places to be found as are asked for."""
OTHER = 0.1
"""How much less a name weighs that is not the place's own: Rome is not Lomé."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorldPlaces:
    """Populated places and their names.

    Attributes
    ----------
    ids, countries, regions, lon, lat, people
        (m,) of each place: GeoNames id, ISO 3166 alpha-2, GeoNames' code of the region, degrees, people.
    names
        (n,) all names: the m places' own, then the others.
    owner
        (n,) row of the place that each name is of.
    order
        (n,) positions of names in the order of their letters.
    weight
        (n,) people of the place that each name is of, in the order of letters; a tenth of them where it is not the
        place's own name.
    own_weight
        The same, a hundredth of them.
    """

    ids: IntArray
    countries: np.ndarray
    regions: np.ndarray
    lon: FloatArray
    lat: FloatArray
    people: IntArray
    names: pa.StringArray
    owner: IntArray
    order: IntArray
    weight: FloatArray
    own_weight: FloatArray

    def called(self, key: str) -> list[tuple[int, float]]:
        """Places that have a name of these letters, each by its row and weight, the heaviest first."""
        start = self._bisect(key)
        if start == len(self.order) or self._letters_at(start) != key:
            return []
        end = self._bisect(key + "\0", start)
        return [(row, weight) for row, weight, _ in self._heaviest(np.arange(start, end), self.weight)]

    def beginning(self, key: str, most: int) -> list[tuple[int, float, str]]:
        """The heaviest places that have a name beginning with these letters, and that name."""
        start, end = self._bisect(key), self._bisect(key + LAST)
        # most names in Latin letters are in languages that the reader does not write
        weight = self.own_weight if key.isascii() else self.weight
        enough = most * NAMES_A_PLACE
        places = np.arange(start, end)
        if end - start > enough:
            places = np.sort(start + np.argpartition(-weight[start:end], enough)[:enough])
        found = self._heaviest(places, weight)[:most]
        return [(row, share, str(self.names[int(self.order[at])].as_py())) for row, share, at in found]

    def row_of(self, place_id: int) -> int:
        """Row of a place by its GeoNames id, -1 if there is none."""
        at = int(np.searchsorted(self.ids, place_id))
        return at if at < len(self.ids) and self.ids[at] == place_id else -1

    def name(self, row: int) -> str:
        """A place's own name."""
        return str(self.names[row].as_py())

    def largest_in(self, country: str, region: str = "") -> int:
        """Row of the largest place of a country or region, -1 if there is none."""
        rows = np.flatnonzero((self.countries == country) & ((self.regions == region) | (region == "")))
        return int(rows[np.argmax(self.people[rows])]) if len(rows) else -1

    def _bisect(self, key: str, low: int = 0) -> int:
        high = len(self.order)
        while low < high:
            middle = (low + high) // 2
            if self._letters_at(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def _letters_at(self, place: int) -> str:
        return letters(self.names[int(self.order[place])].as_py())

    def _heaviest(self, places: IntArray, weight: FloatArray) -> list[tuple[int, float, int]]:
        found: dict[int, tuple[int, float, int]] = {}
        for at in places[np.argsort(-weight[places], kind="stable")]:
            row = int(self.owner[self.order[at]])
            found.setdefault(row, (row, float(weight[at]), int(at)))
        return list(found.values())


@lru_cache(maxsize=1)
def world_places() -> WorldPlaces:
    """The embedded places; an eighth of a second when they are first asked for."""
    folder = data_folder() / "world-places"
    columns = ["id", "name", "country", "admin1", "latitude", "longitude", "people"]
    main = pq.read_table(folder / "places.parquet", columns=columns)
    others = pq.read_table(folder / "alternates.parquet")
    columns_of = {name: main[name].to_numpy() for name in columns}
    rows = np.searchsorted(columns_of["id"], others["id"].to_numpy())
    owner = np.concatenate([np.arange(len(main)), rows])
    names = [chunk for one in (main, others) for chunk in one["name"].chunks]
    order = pq.read_table(folder / "order.parquet")["position"].to_numpy()
    people = columns_of["people"][owner[order]].astype(np.float64)
    is_own = order < len(main)
    return WorldPlaces(
        ids=columns_of["id"],
        countries=columns_of["country"],
        regions=columns_of["admin1"],
        lon=columns_of["longitude"].astype(np.float64).round(5),
        lat=columns_of["latitude"].astype(np.float64).round(5),
        people=columns_of["people"],
        names=pa.chunked_array(names).combine_chunks(),
        owner=owner,
        order=order,
        weight=people * np.where(is_own, 1.0, OTHER),
        own_weight=people * np.where(is_own, 1.0, OTHER**2),
    )
