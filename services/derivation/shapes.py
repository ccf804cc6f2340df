"""One issue in four shapes: smallest, rounder, in several pieces, and split into one polity for each cluster.

What each costs, and what it means for who is a member; ``shape_folders`` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import floor, log10
from pathlib import Path

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.errors import GeopolityError, NegativeAnswer, RequestError
from geopolity.polity.bridges import bridges_of
from geopolity.polity.clusters import clusters, of_cluster
from geopolity.polity.derivation import Derivation
from geopolity.region import OnProgress
from services.derivation.derive import derive
from services.derivation.extent import border_km, pieces
from services.derivation.requests.request import Request
from services.records import Json, as_json

MOST_PARTS = 12
"""Clusters that a polity is split into at most."""


class ShapesError(RequestError):
    """An issue cannot be shown in several shapes."""

    code = "shapes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one shape comes to.

    Attributes
    ----------
    shape
        ``smallest``, ``rounder``, ``pieces`` or ``split``.
    polities
        How many there are, each with its own certificate.
    gap
        The largest of theirs.
    people_joining, people_leaving
        Residents who are members, and who are not, unlike in the smallest.
    """

    shape: str
    folders: list[str]
    polities: int
    pieces: int
    units: int
    area_km2: float
    border_km: float
    population: int
    affected_inside: float
    coverage: float
    bridge_units: int
    bridge_population: int
    cost: int
    lower_bound: int
    gap: float
    compactness: float
    people_joining: int
    people_leaving: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundShapes:
    """All shapes of an issue, and each as one picture.

    Attributes
    ----------
    unsplit
        Why there is no split one; ``None`` where there is.
    """

    title: str
    shapes: tuple[Shape, ...]
    drawn: tuple[tuple[str, Derivation], ...]
    unsplit: GeopolityError | None

    def records(self) -> list[Json]:
        """A row a shape."""
        return [as_json(one) for one in self.shapes]


Made = Callable[[str, Request, tuple[float, float]], Derivation]
"""Derives a request, under a name, from one share of all the work to another."""


def parts_of(request: Request, whole: Derivation) -> list[Request]:
    """A request for each cluster of people affected.

    Raises
    ------
    ShapesError
        If all of them are in one cluster, or in very many.
    """
    if request.issue.conditions.is_of_the_whole:
        raise ShapesError(
            "Units that must be inside and limits are about one polity, and a split one is several; to have it split, "
            "leave out those units and the limits."
        )
    n = len(whole.units)
    found = clusters(whole.units, whole.problem.edges[(whole.problem.edges < n).all(axis=1)])
    if len(found) == 1:
        raise ShapesError("The people affected are in one cluster of neighbouring units, so there is nothing to split.")
    if not 1 < len(found) <= MOST_PARTS:
        raise ShapesError(
            "The people affected are in {number:count} clusters of neighbouring units with one in a hundred of them or "
            "more; a polity is split into 2 to {most}.",
            number=len(found),
            most=MOST_PARTS,
        )
    made = []
    for number, ids in enumerate(found, 1):
        heaviest = whole.units.loc[ids].sort_values("affected", ascending=False, kind="stable").iloc[0]
        part = of_cluster(request.issue, number, ids, str(heaviest["name"]))
        made.append(replace(request, issue=part))
    return made


def derived_shapes(
    request: Request, home: Path, *, pieces: int | None = None, on_progress: OnProgress | None = None
) -> FoundShapes:
    """Derive an issue in every shape that it can have, and write nothing."""

    def made(_: str, asked: Request, ends: tuple[float, float]) -> Derivation:
        return derive(asked, home, part_of_work(on_progress, *ends)).derivation

    return found_shapes(request, made, pieces=pieces)


def found_shapes(request: Request, made: Made, *, pieces: int | None = None) -> FoundShapes:
    """Derive an issue in every shape that it can have, the smallest first.

    Parameters
    ----------
    made
        Derives a request, under a name, in a part of all the work: from one share of it to another.

    Raises
    ------
    ShapesError
        If the issue affects everyone.
    """
    if request.issue.affects_everyone:
        raise ShapesError("The issue affects everyone, so its polity has one shape: the whole layer.")
    plain = replace(request, issue=replace(request.issue, compactness=0.0, pieces=1))
    smallest = made("smallest", plain, (0.0, 0.25))
    weight = request.issue.compactness or _weight(smallest)
    round_one = replace(plain, issue=replace(plain.issue, compactness=weight))
    found = [("smallest", [smallest]), ("rounder", [made("rounder", round_one, (0.25, 0.5))])]
    parts, refused = _split(plain, smallest, made)
    in_pieces = replace(plain, issue=replace(plain.issue, pieces=pieces or max(len(parts), 2)))
    found.append(("pieces", [made("pieces", in_pieces, (0.75, 1.0))]))
    if parts:
        found.append(("split", parts))
    return FoundShapes(
        title=request.issue.title,
        shapes=tuple(_shape(name, own, smallest) for name, own in found),
        drawn=tuple((name, _whole(smallest, own)) for name, own in found),
        unsplit=refused,
    )


def _split(
    request: Request, smallest: Derivation, made: Made
) -> tuple[list[Derivation], ShapesError | NegativeAnswer | None]:
    """One polity for each cluster, or why there are none."""
    try:
        asked = parts_of(request, smallest)
        step = 0.25 / len(asked)
        return [
            made(f"part-{number + 1}", one, (0.5 + number * step, 0.5 + (number + 1) * step))
            for number, one in enumerate(asked)
        ], None
    except (ShapesError, NegativeAnswer) as error:
        return [], error


def part_of_work(on_progress: OnProgress | None, low: float, high: float) -> OnProgress | None:
    """Told as a part of all the work."""
    if on_progress is None:
        return None
    return lambda progress: on_progress(replace(progress, done=low + (high - low) * progress.done))


def _weight(smallest: Derivation) -> float:
    """What a kilometre of border counts as by default, one digit: as much as one encloses in the smallest."""
    km = _border_km(smallest)
    held = {"area": smallest.area_km2, "population": smallest.population, "units": len(smallest.units)}
    wanted = held[smallest.issue.smallest] / max(km, 1e-9)
    digits = 10.0 ** floor(log10(max(wanted, 1e-6)))
    return float(round(wanted / digits) * digits)


def _inside(parts: Sequence[Derivation]) -> BoolArray:
    inside: BoolArray = np.any([one.units["inside"].to_numpy(dtype=np.bool_) for one in parts], axis=0)
    return inside


def _shape(name: str, parts: list[Derivation], smallest: Derivation) -> Shape:
    inside, before = _inside(parts), _inside([smallest])
    people = smallest.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    affected = smallest.units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    bridges = [bridges_of(one.units) for one in parts]
    contiguity = smallest.terrain.contiguity
    return Shape(
        shape=name,
        folders=[f"part-{number}" for number in range(1, len(parts) + 1)] if name == "split" else [name],
        polities=len(parts),
        pieces=pieces(contiguity.edges, inside),
        units=int(inside.sum()),
        area_km2=smallest.terrain.km2(inside),
        border_km=sum(_border_km(one) for one in parts),
        population=round(float(people[inside].sum())),
        affected_inside=float(affected[inside].sum()),
        coverage=float(affected[inside].sum() / smallest.affected_total),
        bridge_units=sum(one.units for one in bridges),
        bridge_population=round(sum(one.people for one in bridges)),
        cost=sum(one.certificate.cost for one in parts),
        lower_bound=sum(one.certificate.lower_bound for one in parts),
        gap=max(one.certificate.gap for one in parts),
        compactness=parts[0].issue.compactness,
        people_joining=round(float(people[inside & ~before].sum())),
        people_leaving=round(float(people[before & ~inside].sum())),
    )


def _border_km(derivation: Derivation) -> float:
    return border_km(derivation.layer, derivation.terrain.contiguity, _inside([derivation]))


def _whole(smallest: Derivation, parts: list[Derivation]) -> Derivation:
    """All polities of a shape as one picture."""
    if len(parts) == 1:
        return parts[0]
    return replace(smallest, units=smallest.units.assign(inside=_inside(parts)))
