"""Re-check the folder of a simulation: its digests, and its tables made again from its own units and polities."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from geopolity.errors import GeopolityError
from geopolity.messages import Message
from geopolity.society import breaking_points
from geopolity.society.parameters import Parameters, parameters_of
from geopolity.society.world import World
from services.derivation.audit.evidence import VerificationFailed
from services.society.folder import MANIFEST, PARAMETERS, RUN, SOCIETY, TABLES, digests
from services.society.run import world_of
from services.society.tables import breaking_table, growth_table, sensitivity_table

SUMS = ("person_days", "serving", "called")
ROUNDING = 1e-9


def audit_society(folder: Path) -> Iterator[Message]:
    """What holds of a simulation, a sentence each.

    Raises
    ------
    VerificationFailed
        At the first fact that does not hold.
    """
    try:
        yield from _facts(folder)
    except (OSError, ValueError, KeyError, TypeError, GeopolityError) as error:
        if isinstance(error, VerificationFailed):
            raise
        raise VerificationFailed(
            "The simulation in {folder} is refused: {reason}.", folder=folder, reason=str(error).rstrip(".")
        ) from error


def _facts(folder: Path) -> Iterator[Message]:
    stated = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    found = digests(folder)
    for name in sorted(set(stated) | set(found)):
        if stated.get(name) != found.get(name):
            raise VerificationFailed("{file} is not the file that the manifest names.", file=name)
    yield Message("All {number} files are as the manifest says.", number=len(found))
    run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    parameters = parameters_of(json.loads((folder / PARAMETERS).read_text(encoding="utf-8")))
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    world = world_of(tables["units"], tables["polities"])
    yield from _recomputed(tables, world, parameters)
    years = pd.read_parquet(folder / SOCIETY)
    _check_sums(years, world, parameters)
    yield Message(
        "Calls, seats and days of {years} years add up over {polities} polities.",
        years=int(years["year"].max()) + 1,
        polities=len(world.polities),
    )
    yield Message("The seed is {seed}, announced in the folder.", seed=run["seed"])


def _recomputed(tables: dict[str, pd.DataFrame], world: World, parameters: Parameters) -> Iterator[Message]:
    again = {
        "breaking": breaking_table(breaking_points(world, parameters)),
        "growth": growth_table(world, parameters),
        "sensitivity": sensitivity_table(world, parameters),
    }
    for name, table in again.items():
        if not _same(tables[name], table):
            raise VerificationFailed(
                "{file} does not follow from units, polities and parameters.", file=f"{name}.parquet"
            )
    yield Message("Limits, growth and sensitivity follow from units, polities and parameters.")


def _same(stated: pd.DataFrame, made: pd.DataFrame) -> bool:
    try:
        pd.testing.assert_frame_equal(stated, made, check_dtype=False, rtol=ROUNDING, atol=ROUNDING)
    except AssertionError:
        return False
    return True


def _check_sums(years: pd.DataFrame, world: World, parameters: Parameters) -> None:
    own = years[years["polity"] != ""].groupby(["family", "year", "figure"])["value"].sum()
    whole = years[years["polity"] == ""].set_index(["family", "year", "figure"])["value"]
    for family, year in sorted({(row[0], row[1]) for row in whole.index}):
        adults = whole[family, year, "people"] * parameters["adults"]
        sums = {name: float(own[family, year, name]) for name in SUMS}
        expected = {
            "called": sums["called"] / adults,
            "serving": sums["serving"] / adults,
            "person_days": sums["person_days"] + sums["called"] * parameters["screening_days"],
        }
        for name, value in expected.items():
            if not np.isclose(whole[family, year, name], value, rtol=1e-6):
                raise VerificationFailed(
                    "{figure} of year {year} is {stated:exact}, but the polities' rows give {made:exact}.",
                    figure=name,
                    year=year,
                    stated=float(whole[family, year, name]),
                    made=value,
                )
    del world
