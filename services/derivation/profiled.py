"""Who is affected by the issue of a derivation folder: groups of people among them, and everywhere else."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from boundaries.profiles import read_profile
from geopolity.layers.layer import Layer
from geopolity.polity.profile import Line, Median, median, places_of, profile
from services.derivation.layers import Columns, layer_names, open_layer
from services.derivation.opened_folder import OpenedFolderError
from services.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Lines of a profile, group by group, and medians.

    Attributes
    ----------
    reference
        Kind of the place that shares are compared with.
    """

    issue: str
    lines: tuple[Line, ...]
    medians: tuple[Median, ...]
    reference: str

    def as_json(self) -> Json:
        """What ``profile --json`` prints: NaN is written as null."""
        return {
            "issue": self.issue,
            "reference": self.reference,
            "lines": [_plain(asdict(line)) for line in self.lines],
            "medians": [_plain(asdict(one)) for one in self.medians],
        }


def who(folder: Path, groups: Path, home: Path) -> Who:
    """Profile the affected of a derivation folder; its layer is opened where it is known here."""
    from services.derivation.audit.evidence import read_json  # noqa: PLC0415

    if not (folder / "problem.json").exists():
        raise OpenedFolderError(
            "{folder} is no folder of a derivation; give one that `derive --out` wrote.", folder=folder
        )
    problem = read_json(folder / "problem.json")
    units = pd.read_parquet(folder / "units.parquet")
    layer = _layer(problem["layer"], home)
    asked = read_profile(groups, units if layer is None else _beside(units, layer))
    parents = None if layer is None or "parent" not in layer.units else layer.units["parent"].reindex(units.index)
    places = places_of(units, parents, _names(layer))
    people = np.asarray(units["population"].astype(float), np.float64)
    return Who(
        issue=str(problem.get("issue", "")),
        lines=tuple(profile(asked.groups, places, people, asked.reference)),
        medians=tuple(median(brackets, place) for brackets in asked.medians for place in places),
        reference=asked.reference,
    )


def _layer(stated: Json, home: Path) -> Layer | None:
    """The layer of a folder, if this machine has it."""
    if stated["name"] not in layer_names(home):
        return None
    layer = open_layer([str(stated["name"])], Columns(), home)
    return layer if layer.digest == stated["digest"] else None


def _beside(units: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    """The units' table with the layer's own columns."""
    more = layer.units.drop(columns=[*{*units.columns, "geometry"} & {*layer.units.columns}])
    return units.join(pd.DataFrame(more))


def _names(layer: Layer | None) -> dict[str, str]:
    """Names of enclosing units, where the layer has them."""
    if layer is None or not {"parent", "state_name"} <= set(layer.units.columns):
        return {}
    pairs = layer.units[["parent", "state_name"]].dropna().drop_duplicates("parent")
    return dict(zip(pairs["parent"].astype(str), pairs["state_name"].astype(str), strict=True))


def _plain(record: Json) -> Json:
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in record.items()}
