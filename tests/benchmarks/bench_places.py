"""How well world-places counts people: in random circles in the United States and France, where finer counts are known.

``accuracy`` compares what each layer says of the people in 3,000 circles with block groups (2020) and communes (2021).
``interval`` fits the errors of the layer's own counts on one half of the states and regions and checks them on the other.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from boundaries import open_layer
from boundaries.planet import people as counting
from geopolity.affected import interval
from geopolity.affected.footprint import Radius
from geopolity.affected.overlay import measured
from geopolity.affected.pieces import Pieces
from geopolity.geometry.sphere import unit_vectors
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer
from services.derivation.layers import Columns
from services.derivation.layers import open_layer as open_known
from services.settings import read_settings

LAYERS = Path(os.environ.get("GEOPOLITY_SHARED", "shared")) / "layers"
RADII_KM = (10.0, 50.0, 200.0)
CIRCLES = 500
"""In each of the two countries, for each radius."""
CLASSES = ((0.0, "under 10"), (10.0, "10 to 100"), (100.0, "100 to 1,000"), (1000.0, "over 1,000"))
WANTED = 0.9


@dataclass(frozen=True, kw_only=True, eq=False)
class Country:
    """A country whose people are known finely, with the layers that are to be judged.

    ``truth`` are points and their people; ``part`` says of each cell whether it is in the first half.
    """

    name: str
    points: np.ndarray
    people: np.ndarray
    cells: Layer
    coarse: dict[str, Layer]
    part: np.ndarray
    total: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Circle:
    """A circle, the people in it, and what it covers of each cell."""

    lon: float
    lat: float
    km: float
    true: float
    pieces: Pieces
    centre: int


def run() -> str:
    return "\n\n".join(part() for part in PARTS.values())


@lru_cache
def countries() -> tuple[Country, Country]:
    places = open_known(["world-places"], Columns(), read_settings().home)
    return _united_states(places), _france(places)


def _united_states(places: Layer) -> Country:
    groups = pd.read_csv(LAYERS / "us_blockgroups_2020" / "us_blockgroup_cenpop2020.csv.gz", dtype={"ST": str})
    groups = groups[~groups["ST"].isin(["PR", "AK", "HI", "72", "02", "15"])]
    units = places.units[(places.units["parent"] == "US") & places.units["longitude"].between(-130, -60)]
    counties = open_layer("us-counties").units
    counties = counties[~counties["parent"].isin(["02", "15"])]
    return _country(
        "United States",
        groups[["lon", "lat"]].to_numpy(),
        groups["pop2020"].to_numpy(dtype=float),
        units,
        {"us-counties": counties, "world-countries": open_layer("world-countries").units.loc[["USA"]]},
        "state",
    )


def _france(places: Layer) -> Country:
    communes = gpd.read_parquet(LAYERS / "fr_communes_2021" / "fr_communes_2021.parquet")
    spots = communes.geometry.to_crs(4326).representative_point()
    units = places.units[(places.units["parent"] == "FR")]
    nation = open_layer("world-countries").units.loc[["FRA"]]
    nation = nation.assign(geometry=shapely.intersection(nation.geometry.to_numpy(), shapely.box(-6, 41, 10, 52)))
    return _country(
        "France",
        np.column_stack([spots.x, spots.y]),
        communes["PMUN"].to_numpy(dtype=float),
        units,
        {"world-countries": nation},
        "region",
    )


def _country(
    name: str,
    points: np.ndarray,
    people: np.ndarray,
    units: gpd.GeoDataFrame,
    coarse: dict[str, gpd.GeoDataFrame],
    _: str,
) -> Country:
    """Layers scaled to the true total, so that the year of a census is no error of theirs."""
    total = people.sum()
    scaled = {
        key: _layer(frame.assign(population=frame["population"] * total / frame["population"].sum()))
        for key, frame in coarse.items()
    }
    factor = total / units["population"].sum()
    columns = ["population", "town_people", "population_error"]
    cells = _layer(units.assign(**{column: units[column] * factor for column in columns}))
    tile = np.floor(units[["longitude", "latitude"]].to_numpy() / 3).astype(np.int64)
    half = np.random.default_rng(11).random(100_000)[(tile[:, 0] + 200) * 100 + tile[:, 1]] < 0.5
    return Country(name=name, points=points, people=people, cells=cells, coarse=scaled, part=half, total=total)


def _layer(units: gpd.GeoDataFrame) -> Layer:
    return Layer(name=LayerName("judged"), title="", vintage="", source="", licence="", units=units)


@lru_cache
def circles(km: float) -> list[tuple[Country, list[Circle]]]:
    return [(country, _circles(country, km, seed)) for seed, country in enumerate(countries())]


def _circles(country: Country, km: float, seed: int) -> list[Circle]:
    """Half of them around people, half around ground."""
    random = np.random.default_rng([seed, int(km)])
    tree = cKDTree(unit_vectors(country.points))
    frame = country.cells.units
    sites = frame[["longitude", "latitude"]].to_numpy()
    area = interval.ground(country.cells).area
    found: list[Circle] = []
    while len(found) < CIRCLES:
        ground = len(found) % 2 == 0
        weight = area if ground else frame["population"].to_numpy()
        cell = random.choice(len(sites), p=weight / weight.sum())
        spread = np.sqrt(area[cell]) / 111_000 / 3
        lon, lat = sites[cell] + random.normal(size=2) * spread
        near = tree.query_ball_point(unit_vectors(np.array([[lon, lat]]))[0], 2 * np.sin(km / 6371.0088 / 2))
        true = float(country.people[near].sum())
        if true > 0:
            found.append(
                Circle(lon=lon, lat=lat, km=km, true=true, pieces=_pieces(lon, lat, km, country.cells), centre=cell)
            )
    return found


def _pieces(lon: float, lat: float, km: float, layer: Layer) -> Pieces:
    return measured(Radius(points=gpd.GeoSeries([shapely.Point(lon, lat)], crs=4326), distance_km=km), layer)


# ── accuracy ────────────────────────────────────────────────────────────────────────────────────────────────


def accuracy() -> str:
    rows = []
    for km in RADII_KM:
        table = pd.concat([_errors(country, drawn) for country, drawn in circles(km)])
        for start, label in CLASSES:
            some = table[table["class"] == start]
            if len(some) >= 10:
                rows.append([f"{km:.0f} km", label, str(len(some)), *(_said(some[way]) for way in WAYS)])
        rows.append([f"{km:.0f} km", "all", str(len(table)), *(_said(table[way]) for way in WAYS)])
    header = ["circle", "people per km²", "circles", *WAYS]
    lines = ["| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows)]
    return (
        "### Accuracy: people in random circles\n\n"
        "Median of how far the count is off, as a part of the true count, and in brackets how far nine in ten are off at "
        "most. Truth: block groups of the United States (48 states, 2020) and communes of France (2021), half of the "
        "circles around people, half around ground. Every layer is scaled to the country's true total; us-counties is judged in the United States alone. *+ places*: the "
        "layer's people spread as the places are.\n\n" + "\n".join(lines)
    )


WAYS = ("world-countries", "world-countries + places", "us-counties", "us-counties + places", "world-places")


def _errors(country: Country, drawn: list[Circle]) -> pd.DataFrame:
    sites = country.cells.units[["longitude", "latitude"]].to_numpy()
    held = country.cells.units["population"].to_numpy()
    tree = cKDTree(unit_vectors(sites))
    home = {key: _home(layer, sites) for key, layer in country.coarse.items()}
    rows = []
    for circle in drawn:
        near = tree.query_ball_point(
            unit_vectors(np.array([[circle.lon, circle.lat]]))[0], 2 * np.sin(circle.km / 6371.0088 / 2)
        )
        said = {"world-places": _even(circle.pieces, country.cells)}
        for key, layer in country.coarse.items():
            people = layer.units["population"].to_numpy()
            said[key] = _even(_pieces(circle.lon, circle.lat, circle.km, layer), layer)
            unit = home[key]
            whole = np.bincount(unit[unit >= 0], weights=held[unit >= 0], minlength=len(layer))
            inside = np.bincount(unit[near][unit[near] >= 0], weights=held[near][unit[near] >= 0], minlength=len(layer))
            said[f"{key} + places"] = float(
                (people * np.divide(inside, whole, out=np.zeros(len(whole)), where=whole > 0)).sum()
            )
        density = circle.true / (np.pi * circle.km**2)
        start = max(start for start, _ in CLASSES if density >= start)
        rows.append({"class": start} | {way: abs(value - circle.true) / circle.true for way, value in said.items()})
    return pd.DataFrame(rows).reindex(columns=["class", *WAYS])


def _home(layer: Layer, sites: np.ndarray) -> np.ndarray:
    unit = np.full(len(sites), -1)
    site, found = shapely.STRtree(layer.units.geometry.to_numpy()).query(shapely.points(sites), predicate="intersects")
    unit[site] = found
    return unit


def _even(pieces: Pieces, layer: Layer) -> float:
    return float(np.nansum(pieces.mean(len(layer)) * layer.units["population"].to_numpy()))


def _said(errors: pd.Series) -> str:
    known = errors.dropna()
    return "–" if known.empty else f"{100 * known.median():.0f} % ({100 * known.quantile(0.9):.0f} %)"


# ── interval ────────────────────────────────────────────────────────────────────────────────────────────────


def intervals() -> str:
    rows = []
    for half in (True, False):
        fitted = _fitted(half)
        for country in countries():
            units, totals = _held(country, country.part != half, fitted)
            rows.append(
                [
                    f"{country.name}, fitted on the {'first' if half else 'second'} half",
                    *(f"{value:.2f}" for value in fitted),
                    f"{units:.3f}",
                    f"{totals:.3f}",
                ]
            )
    used = (counting.OFF_IN_TOWNS, counting.OFF_AROUND, interval.COUNTS_TOGETHER)
    for country in countries():
        for half in (True, False):
            units, totals = _held(country, country.part == half, used)
            label = f"{country.name}, {'first' if half else 'second'} half, **as in use**"
            rows.append([label, *(f"{value:.2f}" for value in used), f"{units:.3f}", f"{totals:.3f}"])
    header = ["checked on the other half", "off in towns", "off around", "together", "units held", "totals held"]
    lines = ["| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows)]
    return (
        "### Interval: how often the nominal 90 % hold\n\n"
        "Halves are tiles of 3° × 3°, taken by lot. *Units*: cells whole; *totals*: the circles above. "
        "What is in use was rounded up from both.\n\n" + "\n".join(lines)
    )


def _true_of_cells(country: Country) -> np.ndarray:
    place, unit = shapely.STRtree(country.cells.units.geometry.to_numpy()).query(
        shapely.points(country.points), predicate="intersects"
    )
    return np.bincount(unit, weights=country.people[place], minlength=len(country.cells))


def _fitted(half: bool) -> tuple[float, float, float]:
    """Errors of towns, of people around them, and the widening of totals, from one half."""
    town, around = (_off(half, mostly_town=kind) for kind in (True, False))
    together = _bisect(
        lambda value: np.mean([_held(c, c.part == half, (town, around, value))[1] for c in countries()]), 0.2, 20.0
    )
    return town, around, together


def _off(half: bool, *, mostly_town: bool) -> float:
    def held(value: float) -> float:
        inside = []
        for country in countries():
            units = country.cells.units
            share = units["town_people"] / units["population"]
            some = ((share > 0.7) if mostly_town else (share < 0.3)).to_numpy() & (country.part == half)
            inside.append(_units_held(country, some, (value, value)))
        return float(np.mean(np.concatenate(inside)))

    return _bisect(held, 0.05, 20.0)


def _bisect(held: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(12):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if held(middle) > WANTED else (middle, high)
    return (low * high) ** 0.5


def _with_errors(country: Country, town: float, around: float) -> Layer:
    units = country.cells.units
    error = np.hypot(town * units["town_people"], around * (units["population"] - units["town_people"]))
    return dataclasses.replace(country.cells, units=units.assign(population_error=error))


def _units_held(country: Country, some: np.ndarray, off: tuple[float, float]) -> np.ndarray:
    units = country.cells.units
    people = units["population"].to_numpy()
    error = np.hypot(off[0] * units["town_people"], off[1] * (people - units["town_people"])).to_numpy()
    factor = np.exp(interval.NORMAL * np.sqrt(np.log1p((error / people) ** 2)))
    true = _true(country)
    return ((people / factor <= true) & (true <= people * factor))[some]


@lru_cache
def _true(country: Country) -> np.ndarray:
    return _true_of_cells(country)


def _held(country: Country, some: np.ndarray, fitted: tuple[float, float, float]) -> tuple[float, float]:
    """Share of cells, and of circles centred in them, whose interval holds the truth."""
    before, interval.COUNTS_TOGETHER = interval.COUNTS_TOGETHER, fitted[2]
    layer = _with_errors(country, *fitted[:2])
    people = layer.units["population"].to_numpy()
    totals = []
    for km in RADII_KM:
        for known, drawn in circles(km):
            if known is country:
                for circle in drawn:
                    if some[circle.centre]:
                        total = interval.total_interval(interval.unit_interval(circle.pieces, layer), people)
                        totals.append(total.low <= circle.true <= total.high)
    interval.COUNTS_TOGETHER = before
    return float(_units_held(country, some, fitted[:2]).mean()), float(np.mean(totals))


PARTS = {"accuracy": accuracy, "interval": intervals}
