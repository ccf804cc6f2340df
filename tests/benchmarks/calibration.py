"""How often the nominal 90 % interval holds the truth: fitted on one half of the states and boroughs, checked on the other.

Truth is known where a unit's people are the sum of finer points: US block groups in counties, 50 m cells in New
York's neighbourhoods. ``./run python -m tests.benchmarks.calibration`` repeats the fit behind the constants of
``geopolity.affected.interval``, both ways round.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries import open_layer
from geopolity.affected import interval
from geopolity.affected.footprint import Corridor, Footprint, Radius
from geopolity.affected.overlay import measured
from geopolity.affected.pieces import Pieces
from geopolity.geometry.crs import cylindrical, lonlat
from geopolity.geometry.interpolation import first_holding
from geopolity.identifiers import LayerName
from geopolity.layers.ground import ground
from geopolity.layers.layer import Layer

LAYERS = Path(os.environ.get("GEOPOLITY_SHARED", "shared")) / "layers"
FEET_PER_M = 3.280833333
SAMPLES = 500
RADII_KM = {"counties": (8.0, 250.0), "neighbourhoods": (0.3, 6.0)}
WANTED = 0.90


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A layer whose units' people are the sum of finer points.

    ``fitted`` says which units the constants may be fitted on; the others are there to check them.
    """

    layer: Layer
    points: np.ndarray
    unit: np.ndarray
    people: np.ndarray
    fitted: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A random footprint over a layer: its pieces, the true people affected in each unit, and where it is centred."""

    pieces: Pieces
    true: np.ndarray
    unit: int


@dataclass(frozen=True, kw_only=True)
class Held:
    """How often the interval held the truth: per unit whose count is unsure, and in total."""

    units: np.ndarray
    totals: np.ndarray

    def __str__(self) -> str:
        return (
            f"{self.units.mean():.3f} of {len(self.units)} units, {self.totals.mean():.3f} of {len(self.totals)} totals"
        )


def counties() -> Truth:
    groups = pd.read_csv(LAYERS / "us_blockgroups_2020" / "us_blockgroup_cenpop2020.csv.gz")
    points = shapely.points(groups["lon"].to_numpy(), groups["lat"].to_numpy())
    units = open_layer("us-counties").units
    return _truth(units, points, groups["pop2020"].to_numpy(dtype=float), units["parent"])


def neighbourhoods() -> Truth:
    units = gpd.read_parquet(LAYERS / "nyc_2023" / "nyc_nta_2023.parquet")
    ids = pd.Index([f"{number:03d}" for number in range(len(units))], name="unit_id")
    borough = units["nta"].str[:2].set_axis(ids)
    units = gpd.GeoDataFrame({"name": ids}, index=ids, geometry=units.geometry.to_numpy(), crs=units.crs)
    cells = pd.read_parquet(LAYERS / "nyc_2023" / "nyc_popgrid_50m_2020.parquet")
    side = 50 * FEET_PER_M
    centres = gpd.GeoSeries(gpd.points_from_xy((cells["ix"] + 0.5) * side, (cells["iy"] + 0.5) * side), crs=2263)
    return _truth(units, lonlat(centres), cells["pop"].to_numpy(dtype=float), borough)


def _truth(units: gpd.GeoDataFrame, points: np.ndarray, people: np.ndarray, region: pd.Series) -> Truth:
    empty = units[["name", "geometry"]].assign(population=0.0)
    place = first_holding(cylindrical(points), ground(_layer(empty)).geometry)
    inside = place >= 0
    counted = np.bincount(place[inside], weights=people[inside], minlength=len(units))
    regions = np.sort(region.unique())
    chosen = np.random.default_rng(20261125).permutation(regions)[: (len(regions) + 1) // 2]
    return Truth(
        layer=_layer(empty.assign(population=counted)),
        points=points[inside],
        unit=place[inside],
        people=people[inside],
        fitted=region.isin(chosen).to_numpy(),
    )


def _layer(units: gpd.GeoDataFrame) -> Layer:
    return Layer(name=LayerName("truth"), title="", vintage="", source="", licence="", units=units)


def samples(known: Truth, radii_km: tuple[float, float], count: int = SAMPLES, seed: int = 7) -> list[Sample]:
    """Random circles and corridors over a layer whose truth is known."""
    random, tree, found = np.random.default_rng(seed), shapely.STRtree(known.points), []
    for number in range(count):
        drawn, unit = _footprint(number, known, radii_km, random)
        zones = drawn.zones()
        zone, point = tree.query(zones.geometry, predicate="intersects")
        bitten = known.people[point] * zones.intensity[zone]
        true = np.bincount(known.unit[point], weights=bitten, minlength=len(known.layer))
        pieces = measured(drawn, known.layer)
        if len(pieces.unit):
            found.append(Sample(pieces=pieces, true=true, unit=unit))
    return found


def _footprint(
    number: int, known: Truth, radii_km: tuple[float, float], random: np.random.Generator
) -> tuple[Footprint, int]:
    radius = float(np.exp(random.uniform(*np.log(radii_km))))
    weights = known.people / known.people.sum() if number % 2 else None
    place = random.choice(len(known.points), p=weights)
    centre = shapely.get_coordinates(known.points[place])[0] + random.normal(size=2) * radius / 111
    if number % 3 == 0:
        track = np.cumsum(random.normal(size=(6, 2)), axis=0) * radius / 40 + centre
        line = gpd.GeoSeries([shapely.LineString(track)], crs=4326)
        return Corridor(lines=line, distance_km=radius / 2), int(known.unit[place])
    point = gpd.GeoSeries([shapely.Point(centre)], crs=4326)
    decay = "linear" if number % 3 == 1 else "step"
    return Radius(points=point, distance_km=radius, decay=decay), int(known.unit[place])


def held(drawn: Sequence[Sample], known: Truth, part: np.ndarray) -> Held:
    """How often the interval holds: units in a part of the layer, and totals of footprints centred there."""
    units, totals = [], []
    people = known.layer.units["population"].to_numpy(dtype=float)
    for sample in drawn:
        found = interval.unit_interval(sample.pieces, known.layer)
        unsure = (found.high - found.low > 1e-6 * found.high) & part
        units.append(((found.low - 1e-6 <= sample.true) & (sample.true <= found.high + 1e-6))[unsure])
        if part[sample.unit]:
            total = interval.total_interval(found, people)
            totals.append(total.low <= sample.true.sum() <= total.high)
    return Held(units=np.concatenate(units), totals=np.array(totals))


def fit(constant: str, span: tuple[float, float], reached: Callable[[], float], *, falls: bool) -> float:
    """Value of a constant of ``geopolity.affected.interval`` at which the wanted share holds, by bisection; it is put back."""
    before, (low, high) = getattr(interval, constant), span
    for _ in range(9):
        middle = (low * high) ** 0.5
        setattr(interval, constant, middle)
        low, high = (middle, high) if (reached() > WANTED) == falls else (low, middle)
    setattr(interval, constant, before)
    return (low * high) ** 0.5


CONSTANTS = ("PLACES_IN_THE_COUNTRY", "PLACES_IN_THE_CITY", "TOGETHER_IN_THE_COUNTRY", "TOGETHER_IN_THE_CITY")


def two_fold() -> list[tuple[str, Held, dict[str, float]]]:
    """Fit on each half and check on the other: (what was checked, how often it held, the constants fitted)."""
    known = {"counties": counties(), "neighbourhoods": neighbourhoods()}
    drawn = {name: samples(truth, RADII_KM[name]) for name, truth in known.items()}
    before = {name: getattr(interval, name) for name in CONSTANTS}
    rows = []
    for half, other in (("first", "second"), ("second", "first")):
        parts = {name: truth.fitted if half == "first" else ~truth.fitted for name, truth in known.items()}
        fitted = _fitted(known, drawn, parts)
        for name, truth in known.items():
            rows.append(
                (f"{name}, fitted on the {half} half, checked on the {other}", fitted, name, ~parts[name], truth)
            )
        for name, value in before.items():
            setattr(interval, name, value)
    found = []
    for title, fitted, name, part, truth in rows:
        for constant, value in fitted.items():
            setattr(interval, constant, value)
        found.append((title, held(drawn[name], truth, part), fitted))
    for name, value in before.items():
        setattr(interval, name, value)
    return found


def _fitted(known: dict[str, Truth], drawn: dict[str, list[Sample]], parts: dict[str, np.ndarray]) -> dict[str, float]:
    """Fit the constants to parts of the layers; they stay set."""

    def share(name: str, what: str) -> float:
        return float(getattr(held(drawn[name], known[name], parts[name]), what).mean())

    for place, name in (("COUNTRY", "counties"), ("CITY", "neighbourhoods")):
        for constant, span, what in (("PLACES", (1.0, 100.0), "units"), ("TOGETHER", (0.3, 3.0), "totals")):
            title = f"{constant}_IN_THE_{place}"
            reached = partial(share, name, what)
            setattr(interval, title, fit(title, span, reached, falls=constant == "PLACES"))
    return {name: getattr(interval, name) for name in CONSTANTS}


if __name__ == "__main__":
    for title, found, fitted in two_fold():
        print(f"{title}: {found}; " + ", ".join(f"{name} {value:.2f}" for name, value in fitted.items()))
