"""A derivation folder, opened again as the problem that it answers and the region that it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geopolity.arrays import BoolArray, IntArray
from geopolity.errors import RequestError
from geopolity.polity.abridged import LARGEST_PUBLISHED
from geopolity.region import Constraints, Limit, Region, RegionProblem
from geopolity.region.certificate import Method, Proof, certify
from services.derivation.audit.evidence import (
    UNREADABLE,
    Evidence,
    positive_number,
    read_evidence,
    unreadable,
    whole_number,
)
from services.derivation.audit.rest import FILE as REST_FILE
from services.records import Json
from services.verifiers.check_bound import unpacked

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation


class OpenedFolderError(RequestError):
    """A folder is no derivation, or one that cannot be asked this."""

    code = "opened-folder"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """What a folder holds.

    Attributes
    ----------
    units
        By ``unit_id``: ``name, population, affected, cost, inside``, and whatever else the table has.
    problem, region
        Vertices are the units, then connectors.
    """

    units: pd.DataFrame
    problem: RegionProblem
    region: Region
    record: Json


def title_of(issue: str) -> str:
    """A title from an issue's name, for a folder holds no other: ``hurricane-relief`` is *Hurricane relief*."""
    return issue.replace("-", " ").capitalize()


def opened(folder: Path) -> Opened:
    """Open a folder.

    Raises
    ------
    OpenedFolderError
        If it is no derivation folder, its polity is the whole layer, or borders count in it.
    VerificationFailed
        If something in it is not what it has to be; the sentence names the file and the value.
    """
    if not (folder / "problem.json").exists():
        raise OpenedFolderError(
            "{folder} is no folder of a derivation; give one that `derive --out` wrote.", folder=folder
        )
    try:
        return _opened(folder)
    except UNREADABLE as error:
        raise unreadable(folder, error) from error


def as_opened(derivation: Derivation) -> Opened:
    """A derivation that has no folder, as the problem that it answers.

    Raises
    ------
    OpenedFolderError
        If its polity is the whole layer, borders count in it, or the layer is very large.
    """
    if derivation.issue.affects_everyone:
        raise OpenedFolderError(
            "The issue affects everyone, so its polity is the whole layer; there is no other answer."
        )
    if derivation.border is not None:
        raise OpenedFolderError("Other answers weigh no borders yet; leave “Rounder” empty and ask again.")
    if len(derivation.layer) > LARGEST_PUBLISHED:
        raise OpenedFolderError(
            "{layer} has {units:count} units; other answers need a layer of at most {most:count}.",
            layer=derivation.layer.title,
            units=len(derivation.layer),
            most=LARGEST_PUBLISHED,
        )
    return Opened(
        units=derivation.units,
        problem=derivation.problem,
        region=derivation.region,
        record=derivation.problem_record,
    )


def _opened(folder: Path) -> Opened:
    evidence = read_evidence(folder)
    if evidence.everyone:
        raise OpenedFolderError("{folder} holds the whole layer; there is no other answer.", folder=folder)
    if evidence.rounded:
        raise OpenedFolderError(
            "{folder} was derived with --compactness; other answers weigh no borders yet, so derive it without.",
            folder=folder,
        )
    if (folder / REST_FILE).exists():
        raise OpenedFolderError(
            "{folder} lists the ground in reach of a very large layer alone; other answers need a layer of at most "
            "{most:count} units.",
            folder=folder,
            most=LARGEST_PUBLISHED,
        )
    units = pd.read_parquet(folder / "units.parquet")
    problem = _problem(evidence, units)
    members = np.array([vertex.inside for vertex in evidence.vertices.values()])
    stated = evidence.certificate
    cost = int(problem.cost[members].sum())
    bound = whole_number(stated.get("lower_bound"), "lower_bound", least=1, most=cost)
    region = certify(problem, members, bound, Proof(Method.BRANCH_AND_BOUND))
    region = replace(region, jump=_jump(folder, problem) if evidence.pieces > 1 else 0)
    if region.certificate.digest != stated["digest"]:
        raise OpenedFolderError("{folder} does not hold together; `geopolity verify` says why.", folder=folder)
    return Opened(units=units, problem=problem, region=region, record=evidence.problem)


def _problem(evidence: Evidence, units: pd.DataFrame) -> RegionProblem:
    names = list(evidence.vertices)
    place = {name: number for number, name in enumerate(names)}
    vertices = evidence.vertices.values()
    stated = evidence.problem.get("constraints")
    return RegionProblem(
        cost=np.array([vertex.cost for vertex in vertices]),
        affected=np.array([vertex.affected for vertex in vertices]),
        edges=np.array([(place[one], place[other]) for one, other in evidence.edges], np.int64).reshape(-1, 2),
        coverage=Decimal(evidence.problem["coverage_target"]),
        ids=names,
        affected_unit=evidence.person,
        constraints=None if stated is None else _constraints(stated, place, units, len(names)),
        pieces=evidence.pieces,
    )


def _jump(folder: Path, problem: RegionProblem) -> int:
    """The price of a piece where the region is bounded, at most what all units cost; none where there is no proof."""
    file = folder / "proof.json.gz"
    if not file.exists():
        return 0
    try:
        stated = unpacked(file).get("jump")
    except UNREADABLE as error:
        raise unreadable(file, error) from error
    return whole_number(stated, "jump", file=file.name, most=max(2, int(problem.cost.sum())))


def _constraints(stated: Json, place: dict[str, int], units: pd.DataFrame, n: int) -> Constraints:
    def at(names: list[str]) -> IntArray:
        return np.array(sorted(place[name] for name in names), np.int64)

    people = units["population"].astype(float)
    nobody: BoolArray = (people == 0).to_numpy() & bool(stated.get("exclude_empty"))
    most = stated.get("at_most", {})
    held: dict[str, Callable[[], IntArray]] = {
        "units": lambda: np.ones(len(units), np.int64),
        "area": lambda: units["area"].to_numpy(np.int64),
        "population": lambda: np.rint(people.fillna(0.0).to_numpy(np.float64)).astype(np.int64),
    }
    limits = [
        Limit(kind=kind, weights=np.pad(weights(), (0, n - len(units))), most=_most(kind, most))
        for kind, weights in held.items()
        if kind in most
    ]
    return Constraints(
        must=at(stated.get("must", [])),
        must_not=at(stated.get("must_not", [])),
        empty=np.flatnonzero(nobody),
        together=tuple(at(group) for group in stated.get("keep_together", {}).get("groups", [])),
        cut=np.array([at(pair) for pair in stated.get("cut", [])], np.int64).reshape(-1, 2),
        limits=tuple(limits),
        record=stated,
    )


def _most(kind: str, most: Json) -> int:
    stated = positive_number(most[kind], f"constraints.at_most.{kind}")
    if kind == "area":
        unit = positive_number(most.get("area_unit"), "constraints.at_most.area_unit")
        return max(1, int(stated * 1e6 // unit))
    return int(stated)
