"""Tables with one address a row: what publishers call their columns, and which are read of each format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Format = Literal["OpenAddresses", "NAD", "BAN", "TIGER", "CSV"]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns hold what: several of the number and street are joined, of the rest the first that is filled.

    Names are in small letters; those of ``whole`` are tried first, and hold all of the number or street.
    """

    format: Format
    number: Names
    street: Names
    whole_number: Names = ()
    whole_street: Names = ()
    place: Names
    region: Names = ()
    postcode: Names = ()
    country: Names = ()
    lon: Names = ("lon", "longitude", "lng", "long", "x")
    lat: Names = ("lat", "latitude", "y")
    fixed_country: str = ""


BAN = Columns(
    format="BAN",
    number=("numero", "rep"),
    street=("nom_voie",),
    place=("nom_commune",),
    postcode=("code_postal",),
    lon=("lon",),
    lat=("lat",),
    fixed_country="FR",
)
NAD = Columns(
    format="NAD",
    number=("addnum_pre", "add_number", "addnum_suf"),
    whole_number=("addno_full",),
    street=(
        *("stn_premod", "stn_predir", "stn_pretyp", "stn_presep", "st_premod", "st_predir", "st_pretyp", "st_presep"),
        *("streetname", "st_name"),
        *("stn_postyp", "stn_posdir", "stn_posmod", "st_postyp", "st_posdir", "st_posmod"),
    ),
    whole_street=("stnam_full",),
    place=("post_city", "post_comm", "inc_muni", "uninc_comm", "nbrhd_comm"),
    region=("state",),
    postcode=("zip_code",),
    lon=("longitude",),
    lat=("latitude",),
    fixed_country="US",
)
OPEN_ADDRESSES = Columns(
    format="OpenAddresses",
    number=("number",),
    street=("street",),
    place=("city", "district"),
    region=("region",),
    postcode=("postcode",),
    lon=("lon",),
    lat=("lat",),
)
PLAIN = Columns(
    format="CSV",
    number=("housenumber", "house_number", "addr:housenumber", "number", "house", "hausnummer", "numero", "no"),
    street=("street", "addr:street", "street_name", "road", "strasse", "straße", "rue", "calle", "via"),
    place=("city", "addr:city", "place", "town", "municipality", "locality", "ort", "ville", "commune", "municipio"),
    region=("region", "state", "province"),
    postcode=("postcode", "addr:postcode", "postal_code", "zip", "zipcode", "plz", "code_postal", "cp"),
    country=("country", "country_code"),
)
FIRST_OF = frozenset(("CSV",))
"""Formats whose names of the number and street are other words for one column, not parts of it."""


def columns_of(header: Sequence[str]) -> Columns | None:
    """How a table with these columns is read; ``None`` if it holds no addresses."""
    known = {name.strip().lower() for name in header}
    if {"numero", "nom_voie", "nom_commune"} <= known:
        return BAN
    if {"add_number", "addno_full"} & known and {"streetname", "st_name", "stnam_full"} & known:
        return NAD
    if {"number", "street", "city", "region", "postcode", "hash"} <= known:
        return OPEN_ADDRESSES
    return PLAIN if known & set(PLAIN.street) and known & set(PLAIN.number) else None


def places_in(columns: Columns, header: Sequence[str]) -> Mapping[str, list[int]]:
    """Where in a row each part is: the places of its columns, in the order in which they are read."""
    at = {name.strip().lower(): place for place, name in enumerate(header)}

    def found(names: Names) -> list[int]:
        return [at[name] for name in names if name in at]

    joined = {"number": found(columns.number), "street": found(columns.street)}
    if columns.format in FIRST_OF:
        joined = {part: places[:1] for part, places in joined.items()}
    whole = {"number": found(columns.whole_number), "street": found(columns.whole_street)}
    rest = {part: found(getattr(columns, part)) for part in ("place", "region", "postcode", "country", "lon", "lat")}
    return {part: whole[part] or joined[part] for part in joined} | rest
