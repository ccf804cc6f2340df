"""Who is affected by the issue of a derivation folder: groups of people among them, and everywhere else."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.profiles import Profiled, read_profile
from geopolity.affected.bands import Bands, bands_of
from geopolity.affected.footprint import Area, Footprint
from geopolity.layers.layer import Layer
from geopolity.polity.abridged import restored
from geopolity.polity.issue import Issue
from geopolity.polity.profile import Band, Line, Median, Place, banded, counted, median, places_of, profile
from services.derivation.audit.rest import FILE as REST_FILE
from services.derivation.layers import Columns, layer_names, open_layer
from services.derivation.opened_folder import OpenedFolderError
from services.records import Json

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

NO_GROUPS = frozenset({"name", "population", "geometry", "parent", "parent_name", "state_name"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Lines of a profile, group by group, and medians.

    Attributes
    ----------
    reference
        Kind of the place that shares are compared with.
    bands
        Bands of distance from where the issue starts, where they were asked for.
    """

    issue: str
    lines: tuple[Line, ...]
    medians: tuple[Median, ...]
    reference: str
    bands: tuple[Band, ...] = ()

    def as_json(self) -> Json:
        """What ``profile --json`` prints: NaN is written as null."""
        return {
            "issue": self.issue,
            "reference": self.reference,
            "lines": [_plain(asdict(line)) for line in self.lines],
            "medians": [_plain(asdict(one)) for one in self.medians],
        } | ({"bands": [asdict(one) for one in self.bands]} if self.bands else {})


def who_of(derivation: Derivation, groups: Path, bands_km: tuple[float, ...] = ()) -> Who:
    """Profile the affected of a derivation, from columns of its layer or a table joined by id."""
    return who_by(derivation, read_profile(groups, with_columns(derivation)), bands_km)


def with_columns(derivation: Derivation) -> pd.DataFrame:
    """The units of a derivation with the columns of its layer."""
    return _beside(derivation.units, derivation.layer)


def counting_columns(layer: Layer) -> tuple[str, ...]:
    """Columns that count people: numbers, whole or not, never above the residents by much."""
    people = layer.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    found = []
    for column in layer.units.columns:
        if column in NO_GROUPS or not pd.api.types.is_numeric_dtype(layer.units[column]):
            continue
        counts = layer.units[column].fillna(0.0).to_numpy(dtype=np.float64)
        if counts.min(initial=0) >= 0 and (counts <= people * 1.001 + 1).mean() > 0.99 and counts.max(initial=0) > 1:
            found.append(str(column))
    return tuple(found)


def who_by(derivation: Derivation, asked: Profiled, bands_km: tuple[float, ...] = ()) -> Who:
    """Profile the affected of a derivation by groups that were read."""
    layer, units = derivation.layer, derivation.units
    places = places_of(units, layer.units.get("parent"), _names(layer))
    bands = _bands(derivation.issue.footprint, layer, units, bands_km)
    return _who(str(derivation.issue.name), asked, places, units, bands)


def who_from(content: bytes) -> Who:
    """Read ``profile.json`` of a folder."""
    record = json.loads(content)
    return Who(
        issue=record["issue"],
        reference=record["reference"],
        bands=tuple(Band(**one) for one in record.get("bands", ())),
        lines=tuple(Line(**_read(one)) for one in record["lines"]),
        medians=tuple(Median(**_read(one)) for one in record["medians"]),
    )


def _read(record: Json) -> Json:
    return {key: math.nan if value is None else value for key, value in record.items()}


def _who(issue: str, asked: Profiled, places: list[Place], units: pd.DataFrame, bands: Bands | None) -> Who:
    people = np.asarray(units["population"].astype(float), np.float64)
    places = places if bands is None else [*places, *banded(bands)]
    return Who(
        issue=issue,
        lines=tuple(profile(asked.groups, places, people, asked.reference)),
        medians=tuple(median(brackets, place) for brackets in asked.medians for place in places),
        reference=asked.reference,
        bands=() if bands is None else tuple(counted(bands, people)),
    )


def who(folder: Path, groups: Path, home: Path, *, bands_km: tuple[float, ...] = (), issue: Issue | None = None) -> Who:
    """Profile the affected of a derivation folder; its layer is opened where it is known here.

    Parameters
    ----------
    issue
        What the folder was derived for; without it, bands of distance are around the footprint as the folder draws it.
    """
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
    bands = None
    if bands_km:
        bands = _bands(_start(folder, issue, problem), _known(layer, problem, folder), units, bands_km)
    return _who(str(problem.get("issue", "")), asked, places, units, bands)


def _start(folder: Path, issue: Issue | None, problem: Json) -> Footprint:
    """What bands of distance lie around: the issue's footprint, or what the folder draws of it."""
    drawn = folder / "footprint.geojson"
    if issue is None and drawn.exists():
        return Area(shapes=gpd.read_file(drawn).geometry)
    if issue is None:
        raise OpenedFolderError("{folder} draws no footprint; give the --issue that it was derived for.", folder=folder)
    if issue.footprint.digest != problem["footprint"]["digest"]:
        raise OpenedFolderError(
            "{folder} was derived for another footprint than that of {issue}; give its own --issue, or none.",
            folder=folder,
            issue=issue.name,
        )
    return issue.footprint


def _known(layer: Layer | None, problem: Json, folder: Path) -> Layer:
    if layer is None:
        raise OpenedFolderError(
            "Bands of distance need the layer {layer} of {folder}, which is not known here; add it.",
            layer=problem["layer"]["name"],
            folder=folder,
        )
    return layer


def _bands(footprint: Footprint, layer: Layer, units: pd.DataFrame, bands_km: tuple[float, ...]) -> Bands | None:
    """Bands of the units of a table, which may be in another order than the layer's."""
    if not bands_km:
        return None
    affected = np.asarray(units["affected"].astype(float).reindex(layer.units.index), np.float64)
    found = bands_of(footprint, layer, bands_km, affected)
    at = layer.units.index.get_indexer(units.index)
    return replace(found, share=found.share[:, at], margin=found.margin[:, at], affected=found.affected[:, at])


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
