"""Limits and sensitivities of a world as tables; a verifier makes them again from a folder's own data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

import pandas as pd

from geopolity.society import Breaking, Parameters, World, turned
from geopolity.society.breaking import LIMITS
from geopolity.society.steady import Steady, steady


def breaking_table(limits: Sequence[Breaking]) -> pd.DataFrame:
    """One row a limit: ``limit, domains`` (empty where it has none), ``figure, most, eases, where, holds``."""
    rows = [asdict(one) | {"where": " ".join(one.where), "holds": one.holds} for one in limits]
    return pd.DataFrame(rows).astype({"domains": "Int64"})


def growth_table(world: World, parameters: Parameters) -> pd.DataFrame:
    """How much of each limit is used with the first 1, 2, 5, 10, … issues: ``domains, limit, figure, used``."""
    most = len(world.polities)
    counts = sorted({*(step * 10**power for power in range(5) for step in (1, 2, 5) if step * 10**power < most), most})
    rows = []
    for count in counts:
        found = steady(world.with_polities(world.polities[:count]), parameters)
        for limit in LIMITS:
            figure = limit.figure(found)
            rows.append((count, limit.name, figure, figure / limit.most(parameters)))
    return pd.DataFrame(rows, columns=["domains", "limit", "figure", "used"])


def sensitivity_table(world: World, parameters: Parameters) -> pd.DataFrame:
    """One row a parameter and end of its range: what it is turned to, every steady figure, and the limits that flip."""
    rows = [
        {"parameter": one.name, "end": end, "value": getattr(parameters.by_name[one.name], end)}
        | asdict(found)
        | {"flips": " · ".join(one.flips)}
        for one in turned(world, parameters)
        for end, found in (("low", one.low), ("high", one.high))
    ]
    columns = ["parameter", "end", "value", *(one.name for one in fields(Steady)), "flips"]
    return pd.DataFrame(rows, columns=columns)
