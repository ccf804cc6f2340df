"""Run a simulation: the families, the years, the limits, and what turns the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from boundaries.society import open_parameters
from geopolity.errors import RequestError
from geopolity.society import Breaking, Parameters, World, breaking_points, lived
from services.derivation.open_layers import warm_layer
from services.society.frontier import FRONTIER_LEVELS, frontier_table
from services.society.polities import Family, family_table, polity_of, rederiver
from services.society.tables import breaking_table, growth_table, sensitivity_table

LAYER = "us-counties"
FAMILIES = (6, 60)
MOST_ISSUES, MOST_YEARS = 10_000, 100

OnStep = Callable[[str, float], None]


class SimulationError(RequestError):
    """A simulation that cannot be run as asked."""

    code = "simulation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What is simulated; families ascend, and the years are lived with the largest."""

    seed: int
    years: int = 30
    families: tuple[int, ...] = FAMILIES
    layer: str = LAYER
    parameters: Path | None = None
    workers: int = 2
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if not self.families or any(not 1 <= count <= MOST_ISSUES for count in self.families):
            raise SimulationError(
                "Families {families:list} cannot be simulated; give numbers from 1 to {most:count}, as 6,60.",
                families=[str(count) for count in self.families],
                most=MOST_ISSUES,
            )
        if not 1 <= self.years <= MOST_YEARS:
            raise SimulationError(
                "{years:exact} years cannot be simulated; give 1 to {most}.", years=self.years, most=MOST_YEARS
            )
        if self.seed < 0:
            raise SimulationError("Seed {seed:exact} is negative; give 0 or more.", seed=self.seed)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Simulated:
    """What a run found, as tables; see the columns in docs/reference/files.md.

    Attributes
    ----------
    units
        People, growth and state of every unit.
    polities
        The derived polities of the largest family.
    years
        One row a year, family, polity and figure.
    limits, growth, sensitivity, frontier
        Where limits break, how much of each is used by how many issues, what turns the answer, who has a say at each
        coverage.
    """

    simulation: Simulation
    parameters: Parameters
    layer_digest: str
    units: pd.DataFrame
    polities: pd.DataFrame
    years: pd.DataFrame
    limits: tuple[Breaking, ...]
    growth: pd.DataFrame
    sensitivity: pd.DataFrame
    frontier: pd.DataFrame

    @property
    def breaking(self) -> pd.DataFrame:
        """The limits as a table."""
        return breaking_table(self.limits)


def simulate(asked: Simulation, home: Path, on_step: OnStep | None = None) -> Simulated:
    """Run it. The same request gives the same tables, however many processes derive."""
    parameters = open_parameters(asked.parameters)
    largest = max(asked.families)
    family = Family(layer=asked.layer, count=largest, seed=asked.seed)

    def told(text: str) -> Callable[[int, int], None]:
        return lambda done, of: None if on_step is None else on_step(text, done / of)

    derived = partial(family_table, home=home, workers=asked.workers, scheduler=asked.scheduler)
    polities = derived(family, on_done=told("deriving polities"))
    layer = warm_layer(asked.layer, home)
    units = unit_table(layer.units)
    if not units["people"].sum() > 0:
        raise SimulationError(
            "Layer {layer} has no people, so there is nobody to simulate; give one with a population column.",
            layer=asked.layer,
        )
    world = world_of(units, polities)
    rows, again = [], rederiver(family, home)
    for count in sorted(set(asked.families)):
        part = world.with_polities([polity for polity in world.polities if polity.number < count])
        years = asked.years if count <= LIVED_LONG else 1
        for year in lived(part, parameters, years=years, seed=asked.seed, rederive=again):
            rows += [(year.year, count, row.polity, row.figure, row.value) for row in year.rows]
            told(f"living with {count} issues")(year.year + 1, years)
    prices = {
        level: derived(
            Family(layer=asked.layer, count=min(largest, 60), seed=asked.seed, coverage=level),
            on_done=told("pricing coverage"),
        )
        for level in map(Decimal, FRONTIER_LEVELS)
    }
    return Simulated(
        simulation=asked,
        parameters=parameters,
        layer_digest=layer.digest,
        units=units,
        polities=polities,
        years=pd.DataFrame(rows, columns=["year", "family", "polity", "figure", "value"]),
        limits=tuple(breaking_points(world, parameters)),
        growth=growth_table(world, parameters),
        sensitivity=sensitivity_table(world, parameters),
        frontier=frontier_table(prices),
    )


LIVED_LONG = 600
"""Larger families are lived for one year: their limits break before."""


def unit_table(units: pd.DataFrame) -> pd.DataFrame:
    """People, yearly growth and state of every unit of a layer."""
    people = np.nan_to_num(units["population"].to_numpy(dtype=float))
    parent = units["parent"].fillna("").astype(str) if "parent" in units else pd.Series("", index=units.index)
    growth = np.zeros(len(units))
    if "population_2016" in units:
        before = np.maximum(units["population_2016"].to_numpy(dtype=float), 1.0)
        growth = np.clip(np.maximum(people, 1.0) / before, 0.7, 1.4) ** (1 / 3) - 1
    return pd.DataFrame(
        {
            "unit_id": units.index.astype(str),
            "state": parent.to_numpy(dtype=str),
            "people": people,
            "growth": growth,
        }
    )


def world_of(units: pd.DataFrame, polities: pd.DataFrame) -> World:
    """Tables as a world; issues without a polity are left out."""
    there = polities[polities["failed"] == ""]
    return World(
        ids=tuple(units["unit_id"]),
        state=tuple(units["state"]),
        people=units["people"].to_numpy(dtype=float),
        growth=units["growth"].to_numpy(dtype=float),
        polities=tuple(polity_of(row) for row in there.to_dict("records")),
    )
