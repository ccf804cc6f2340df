"""One issue in four shapes: smallest, rounder, in several pieces, and split into one polity for each cluster.

Each shape is a folder that verifies; one table says what each costs, and what it means for who is a member.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor, log10
from pathlib import Path

import numpy as np
import pandas as pd

from boundaries.tables.formulas import defused
from geopolity.arrays import BoolArray
from geopolity.errors import NegativeAnswer, RequestError
from geopolity.polity.bridges import bridges_of
from geopolity.polity.clusters import clusters, of_cluster
from geopolity.polity.derivation import Derivation
from geopolity.region import OnProgress
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.reports.shapes import Drawn, shapes_html
from services.derivation.derive import Derived, derive_into
from services.derivation.extent import border_km, pieces
from services.derivation.folder import OutputFolderError, check_writable
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
class Shapes:
    """All shapes of an issue, and the page that shows them."""

    title: str
    shapes: tuple[Shape, ...]
    page: Path

    def as_json(self) -> Json:
        """What ``shapes --json`` prints."""
        return {"title": self.title, "shapes": [as_json(one) for one in self.shapes], "page": str(self.page)}


def split_into(  # noqa: PLR0913 - what, where to, and how it is said
    folder: Path,
    request: Request,
    home: Path,
    whole: Derivation,
    *,
    language: str = LANGUAGES[0],
    on_progress: OnProgress | None = None,
) -> list[tuple[Path, Derived]]:
    """One polity for each cluster of people affected, each in a folder of its own.

    Raises
    ------
    ShapesError
        If all of them are in one cluster, or in very many.
    """
    if request.issue.conditions.is_of_the_whole:
        raise ShapesError(
            "Units that are inside and limits are about one polity, and a split one is several; leave out --must and "
            "--at-most, or --split."
        )
    before = _parts_in(folder)
    n = len(whole.units)
    found = clusters(whole.units, whole.problem.edges[(whole.problem.edges < n).all(axis=1)])
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
        into = folder / f"part-{number}"
        made.append((into, derive_into(into, replace(request, issue=part), home, on_progress, language=language)[0]))
    _take_away(path for path in before if path not in {into for into, _ in made})
    return made


def shapes_of(  # noqa: PLR0913 - what, where to, and how it is said
    folder: Path,
    request: Request,
    home: Path,
    *,
    pieces: int | None = None,
    language: str = LANGUAGES[0],
    on_progress: OnProgress | None = None,
) -> Shapes:
    """Derive an issue in every shape that it can have; ``pieces`` is as many as there are clusters by default."""
    if request.issue.affects_everyone:
        raise ShapesError("The issue affects everyone, so its polity has one shape: the whole layer.")
    _check_new(folder)
    plain = replace(request.issue, compactness=0.0, pieces=1)

    def made(name: str, **wishes: float) -> Derived:
        asked = replace(request, issue=replace(plain, **wishes))  # type: ignore[arg-type]
        return derive_into(folder / name, asked, home, on_progress, language=language)[0]

    smallest = made("smallest").derivation
    weight = request.issue.compactness or _weight(smallest)
    found: list[tuple[str, list[Derivation], list[str]]] = [
        ("smallest", [smallest], ["smallest"]),
        ("rounder", [made("rounder", compactness=weight).derivation], ["rounder"]),
    ]
    try:
        parts = split_into(
            folder, replace(request, issue=plain), home, smallest, language=language, on_progress=on_progress
        )
    except (ShapesError, NegativeAnswer):
        parts = []
        _take_away(_parts_in(folder))
    most = pieces or max(len(parts), 2)
    found.append(("pieces", [made("pieces", pieces=most).derivation], ["pieces"]))
    if parts:
        found.append(("split", [one.derivation for _, one in parts], [into.name for into, _ in parts]))
    table = tuple(_shape(name, own, folders, smallest) for name, own, folders in found)
    return _written(folder, smallest, found, table, language)


def _parts_in(folder: Path) -> list[Path]:
    """Parts that an earlier run left in a folder; what is no derivation is refused."""
    parts = sorted(folder.glob("part-*")) if folder.is_dir() else []
    for part in parts:
        check_writable(part)
    return parts


def _take_away(parts: Iterable[Path]) -> None:
    """Remove parts of an earlier run: beside those of this one they would be taken for its own."""
    for part in parts:
        shutil.rmtree(part)


def _check_new(folder: Path) -> None:
    known = {"shapes.csv", "shapes.html", "smallest", "rounder", "pieces"}
    foreign = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    foreign = sorted(name for name in foreign if name not in known and not name.startswith("part-"))
    if foreign or (folder.exists() and not folder.is_dir()):
        raise OutputFolderError(
            "{folder} holds {name}, which is not part of a derivation, so it is left alone; give --out the name "
            "of a new folder.",
            folder=folder,
            name=foreign[0] if foreign else folder.name,
        )


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


def _shape(name: str, parts: list[Derivation], folders: list[str], smallest: Derivation) -> Shape:
    inside, before = _inside(parts), _inside([smallest])
    people = smallest.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    affected = smallest.units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    bridges = [bridges_of(one.units) for one in parts]
    contiguity = smallest.terrain.contiguity
    return Shape(
        shape=name,
        folders=folders,
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


def _written(
    folder: Path,
    smallest: Derivation,
    found: list[tuple[str, list[Derivation], list[str]]],
    table: tuple[Shape, ...],
    language: str,
) -> Shapes:
    """Write the table and the page beside the folders."""
    records = [as_json(one) | {"folders": " ".join(one.folders)} for one in table]
    defused(pd.DataFrame(records)).to_csv(folder / "shapes.csv", index=False, lineterminator="\n", encoding="utf-8")
    drawn = [Drawn(name, _whole(smallest, parts)) for name, parts, _ in found]
    html = shapes_html(smallest.issue.title, records, drawn, texts(language))
    (folder / "shapes.html").write_text(html, encoding="utf-8", newline="\n")
    return Shapes(title=smallest.issue.title, shapes=table, page=folder / "shapes.html")


def _whole(smallest: Derivation, parts: list[Derivation]) -> Derivation:
    """All polities of a shape as one picture."""
    if len(parts) == 1:
        return parts[0]
    return replace(smallest, units=smallest.units.assign(inside=_inside(parts)))
