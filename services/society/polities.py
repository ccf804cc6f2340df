"""Polities of a family of issues, derived for real, a batch at a time: what was done before a kill is not done again.

Batches lie under ``GEOPOLITY_HOME/cache/society``, named by everything that they are made of.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geopolity.arrays import FloatArray
from geopolity.errors import NegativeAnswer
from geopolity.layers.layer import Layer
from geopolity.polity.derivation import Derivation, derive_polity
from geopolity.polity.record import ENGINE
from geopolity.region import RegionProblem, derive
from geopolity.society import Domain, Ground, Polity, constituencies, domain_issue, domains
from geopolity.society.families import COVERAGE
from services.cluster import spread_out
from services.derivation.layers import build
from services.derivation.open_layers import warm_layer
from services.derivation.terrain_cache import terrain_of

if TYPE_CHECKING:
    from geopolity.polity.terrain import Terrain

BATCH = 60
"""Issues derived and kept together: a quarter of a minute."""
PEOPLE_UNITS = 100
"""People are counted in hundredths, as the engine counts them."""
VERSION = 1
"""Changes with the distributions of the families, or what a batch holds."""

OnDone = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What is derived: a layer, how many issues of which seed, and at which coverage."""

    layer: str
    count: int
    seed: int
    coverage: Decimal = COVERAGE


def family_table(
    family: Family, home: Path, *, workers: int, scheduler: str | None = None, on_done: OnDone | None = None
) -> pd.DataFrame:
    """Table of a family's polities, one row an issue in their order, as ``polities.parquet`` holds it.

    With a ``scheduler`` the workers of its dask cluster derive. ``failed`` says why an issue has no polity; its other
    columns are empty.
    """
    build([family.layer], home)
    digest = warm_layer(family.layer, home).digest
    terrain_of(warm_layer(family.layer, home), home)
    numbers = range(-(-family.count // BATCH))
    files = {number: _file(family, number, digest, home) for number in numbers}
    missing = [number for number in numbers if not files[number].exists()]
    for done, number in enumerate(_made(family, missing, home, workers, scheduler), 1):
        if on_done is not None:
            on_done(len(numbers) - len(missing) + done, len(numbers))
        del number
    whole = pd.concat([pd.read_parquet(file) for file in files.values()], ignore_index=True)
    return whole.iloc[: family.count].reset_index(drop=True)


def _made(family: Family, missing: list[int], home: Path, workers: int, scheduler: str | None) -> Iterator[int]:
    """Numbers of batches as they are made; workers of a cluster share this home's folder."""
    make = partial(_make_numbered, family=family, home=home.resolve())
    return spread_out(make, missing, workers=workers, scheduler=scheduler)


def _make_numbered(number: int, family: Family, home: Path) -> int:
    return make_batch(family, number, home)


def make_batch(family: Family, number: int, home: Path) -> int:
    """Derive one batch and keep it; returns its number."""
    layer = warm_layer(family.layer, home)
    terrain = terrain_of(layer, home)
    asked = domains(Ground.of(layer, terrain), _end(family, number), family.seed)[number * BATCH :]
    rows = [_row(domain, layer, terrain, family.coverage) for domain in asked]
    file = _file(family, number, layer.digest, home)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    pd.DataFrame(rows).to_parquet(draft, compression="zstd")
    draft.replace(file)
    return number


def rederiver(family: Family, home: Path, *, is_gentle: bool = True) -> Callable[[Polity, FloatArray], Polity]:
    """A way to derive a polity anew for other people, who live as evenly as before; near its old boundary if gentle."""
    layer = warm_layer(family.layer, home)
    terrain = terrain_of(layer, home)
    asked = domains(Ground.of(layer, terrain), family.count, family.seed)

    @cache
    def problem_of(number: int) -> RegionProblem:
        issue = domain_issue(asked[number], layer.name, family.coverage)
        return derive_polity(issue, layer, terrain=terrain, effort="interactive").problem

    def again(polity: Polity, people: FloatArray) -> Polity:
        first = problem_of(polity.number)
        affected, inside = np.zeros(len(first)), np.zeros(len(first), np.bool_)
        affected[polity.touched] = polity.affected * people[polity.touched]
        inside[polity.units] = True
        inside[len(layer) :] = True  # connectors cost little; one that is no longer needed is dropped
        problem = first.but(affected=np.round(affected * PEOPLE_UNITS), affected_unit=1 / Decimal(PEOPLE_UNITS))
        region = derive(problem, "interactive", previous=inside if is_gentle else None)
        return dataclasses.replace(
            polity,
            units=np.flatnonzero(region.members[: len(layer)]),
            coverage=region.certificate.coverage,
            gap=region.certificate.gap,
        )

    return again


def _row(domain: Domain, layer: Layer, terrain: Terrain, coverage: Decimal) -> dict[str, Any]:
    issue = domain_issue(domain, layer.name, coverage)
    try:
        derivation = derive_polity(issue, layer, terrain=terrain, effort="interactive")
    except NegativeAnswer as refused:
        return _head(domain) | _NOTHING | {"failed": str(refused)}
    return _derived(domain, derivation) | {
        "says": json.dumps(
            [asdict(one.say) | {"name": one.name, "label": one.label} for one in constituencies(derivation)]
        )
    }


_NOTHING: dict[str, Any] = {
    "units": np.empty(0, np.int64),
    "touched": np.empty(0, np.int64),
    "affected": np.empty(0),
    "coverage": np.nan,
    "gap": np.nan,
    "coverage_target": np.nan,
    "says": "[]",
}


def _head(domain: Domain) -> dict[str, Any]:
    return {"number": domain.number, "name": str(domain.name), "kind": domain.kind}


def _derived(domain: Domain, derivation: Derivation) -> dict[str, Any]:
    units = derivation.units
    people = np.nan_to_num(units["population"].to_numpy(dtype=float))
    affected = units["affected"].to_numpy(dtype=float)
    touched = np.flatnonzero(affected > 0)
    return _head(domain) | {
        "units": np.flatnonzero(units["inside"].to_numpy(dtype=bool)),
        "touched": touched,
        "affected": affected[touched] / np.maximum(people[touched], 1e-9),
        "coverage": float(derivation.coverage),
        "gap": float(derivation.certificate.gap),
        "coverage_target": float(derivation.certificate.coverage_target),
        "says": "[]",
        "failed": "",
    }


def polity_of(row: Any) -> Polity:
    """A row of the table as a polity."""
    return Polity(
        number=int(row["number"]),
        name=str(row["name"]),
        kind=str(row["kind"]),
        units=np.asarray(row["units"], np.int64),
        touched=np.asarray(row["touched"], np.int64),
        affected=np.asarray(row["affected"], float),
        coverage=float(row["coverage"]),
        gap=float(row["gap"]),
        coverage_target=float(row["coverage_target"]),
    )


def _file(family: Family, number: int, layer_digest: str, home: Path) -> Path:
    made_of = f"{VERSION} {ENGINE} {layer_digest} {family.seed} {family.coverage} {BATCH}"
    name = hashlib.sha256(made_of.encode()).hexdigest()[:24]
    folder = home / "cache" / "society" / name
    whole = folder / f"{number:05d}.parquet"
    short = _end(family, number) - number * BATCH
    return whole if short == BATCH or whole.exists() else folder / f"{number:05d}-first-{short}.parquet"


def _end(family: Family, number: int) -> int:
    """First issue after a batch; the last batch of a family may be short."""
    return min((number + 1) * BATCH, family.count)
