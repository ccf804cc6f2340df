"""A place that a name may stand for, and what was found for a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from boundaries.gazetteer.spelling import letters
from geopolity.errors import RequestError

Kind = Literal["place", "county", "region", "country", "address"]


class PlaceError(RequestError):
    """The gazetteer knows no such postcode or place."""

    code = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A populated place, a US county, a region or a country; or a house.

    Attributes
    ----------
    id
        ``geonames:2886242``, ``county:17031``, ``region:US.MO``, ``country:FR``, ``post:Wolcott, VT``.
    region, country
        Names of the region (empty where there is none) and the country that it lies in.
    country_code
        ISO 3166 alpha-2.
    region_short
        Letters of the region; empty where there are none.
    lon, lat
        Its middle in degrees, good to a kilometre or two; a region's is that of its largest place.
    people
        People, as the source has them; 0 where it has none.
    units
        Ids of all units of ``us-counties`` that it lies in, as far as they are known.
    weight
        People, a tenth of them where the name is not its own: what decides the order.
    code
        Its postcode, where that was asked for.
    sure, how
        Of a house: how well it fits what was written, from 0 to 1, and where that is: its own ``point``, on a ``range``
        of numbers, ``between`` its neighbours, or only its ``street``.
    """

    id: str
    name: str
    kind: Kind = "place"
    region: str = ""
    country: str
    country_code: str
    region_short: str = ""
    lon: float
    lat: float
    people: int
    units: tuple[str, ...] = ()
    weight: float = 0.0
    code: str = ""
    sure: float | None = None
    how: str = ""

    @property
    def name_letters(self) -> str:
        """Letters of its name."""
        return letters(self.name)

    @property
    def title(self) -> str:
        """As a person would write it: ``Portland, ME``, ``Köln, Germany``."""
        if self.kind == "country":
            return self.name
        if self.kind == "county":
            return f"{self.name}, {self.region}"
        if self.kind == "region":
            return f"{self.name}, {self.country}"
        code = f" {self.code}" if self.code else ""
        near = self.region_short if self.country_code == "US" and self.region_short else self.country
        return f"{self.name}, {near}{code}"

    @property
    def full_title(self) -> str:
        """The same with region and country: what tells it from others of its name."""
        parts = [
            self.name,
            f"{self.region} {self.code}".strip() if self.kind == "address" else self.region,
            self.country,
        ]
        if self.kind == "region":
            parts = [self.name, self.country]
        return ", ".join(part for place, part in enumerate(parts) if part and part not in parts[:place])


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for a name.

    Attributes
    ----------
    places
        All places that it may stand for, the largest first; at least one.
    is_clear
        Whether the first is meant: the only one, or ten times as large as the next.
    read_as
        What was understood of a longer text; empty where it was all of it.
    is_near
        Whether nothing is spelt so, and these are spelt nearly so.
    """

    places: tuple[Place, ...]
    is_clear: bool
    read_as: str = ""
    is_near: bool = False
