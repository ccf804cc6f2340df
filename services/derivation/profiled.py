"""Who is affected by the issue of a derivation folder: groups of people among them, and everywhere else."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from boundaries.profiles import Profiled, read_profile
from geopolity.layers.layer import Layer
from geopolity.polity.abridged import restored
from geopolity.polity.profile import Line, Median, Place, median, places_of, profile
from services.derivation.audit.rest import FILE as REST_FILE
from services.derivation.layers import Columns, layer_names, open_layer
from services.derivation.opened_folder import OpenedFolderError
from services.records import Json

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation


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


def who_of(derivation: Derivation, groups: Path) -> Who:
    """Profile the affected of a derivation, from columns of its layer or a table joined by id."""
    layer, units = derivation.layer, derivation.units
    asked = read_profile(groups, _beside(units, layer))
    parents = layer.units.get("parent")
    return _who(str(derivation.issue.name), asked, places_of(units, parents, _names(layer)), units)


def who_from(content: bytes) -> Who:
    """Read ``profile.json`` of a folder."""
    record = json.loads(content)
    return Who(
        issue=record["issue"],
        reference=record["reference"],
        lines=tuple(Line(**_read(one)) for one in record["lines"]),
        medians=tuple(Median(**_read(one)) for one in record["medians"]),
    )


def _read(record: Json) -> Json:
    return {key: math.nan if value is None else value for key, value in record.items()}


def _who(issue: str, asked: Profiled, places: list[Place], units: pd.DataFrame) -> Who:
    people = np.asarray(units["population"].astype(float), np.float64)
    return Who(
        issue=issue,
        lines=tuple(profile(asked.groups, places, people, asked.reference)),
        medians=tuple(median(brackets, place) for brackets in asked.medians for place in places),
        reference=asked.reference,
    )


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
    if (folder / REST_FILE).exists():
        units = _whole(units, layer, folder)
    asked = read_profile(groups, units if layer is None else _beside(units, layer))
    parents = None if layer is None or "parent" not in layer.units else layer.units["parent"].reindex(units.index)
    places = places_of(units, parents, _names(layer))
    return _who(str(problem.get("issue", "")), asked, places, units)


def _whole(units: pd.DataFrame, layer: Layer | None, folder: Path) -> pd.DataFrame:
    """All units of a very large layer, of which the folder lists those in reach."""
    if layer is None:
        raise OpenedFolderError(
            "{folder} lists the ground in reach of a very large layer alone; add that layer here, so that all of it "
            "can be compared.",
            folder=folder,
        )
    return restored(units, layer)


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
