"""Answers to what an analyst asks next of a result, in no language yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from boundaries.profiles import own_groups, read_groups
from geopolity.arrays import BoolArray
from geopolity.errors import GeopolityError, RequestError
from geopolity.polity.derivation import Derivation
from geopolity.region import OnProgress, Progress
from maps.reports.exchange import KINDS, Exchanges
from maps.reports.shapes import shape_scene
from maps.scenes.scene import Scene
from maps.webmaps.live import outline_json
from services.derivation.alternatives import Question, alternatives_of
from services.derivation.derive import derive
from services.derivation.exchanges import exchanges_of
from services.derivation.opened_folder import as_opened
from services.derivation.profiled import Who, counting_columns, who_by, with_columns
from services.derivation.requests.followup import FollowUp
from services.derivation.requests.request import Request
from services.derivation.shapes import Shape, derived_shapes
from services.derivation.summary import Summary, summary
from services.derivation.terrain_cache import warm_display

GROUPS = "groups.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Other regions as good, and what each unit is worth.

    Attributes
    ----------
    dearer, differing
        Of each other region: by which share it costs more than the polity, and people on whose side it differs.
    places
        Places of the units of each kind in the layer; of those in no region as good, none.
    outline
        Of the polity, GeoJSON.
    """

    known: Exchanges
    dearer: tuple[float, ...]
    differing: tuple[int, ...]
    places: dict[str, list[int]]
    outline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Shapes of an issue; of each its picture, and its outline as GeoJSON."""

    shapes: tuple[Shape, ...]
    scenes: tuple[Scene, ...]
    outlines: tuple[str, ...]
    unsplit: GeopolityError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """An answer, the figures of the polity that was asked about, and its layer."""

    question: FollowUp
    figures: Summary
    layer: str
    answer: Who | Others | Compared


def followed(
    question: FollowUp, request: Request, home: Path, folder: Path, on_progress: OnProgress | None = None
) -> Followed:
    """Derive what is asked about with its full effort, and answer.

    Parameters
    ----------
    folder
        Where a table of groups is put to be read.
    """
    if question.kind == "shapes":
        return _shapes(question, request, home, on_progress)
    made = derive(request, home, _half(on_progress, 0)).derivation
    answer: Who | Others
    if question.kind == "who":
        answer = _who(question, made, folder)
    else:
        asked = Question(within=question.within)
        found = alternatives_of(as_opened(made), asked, _half(on_progress, 1))
        known = exchanges_of(found)
        answer = Others(
            known=known,
            dearer=tuple(other.cost / found.cost - 1 for other in found.alternatives),
            differing=tuple(other.people_differing for other in found.alternatives),
            places=_places(known),
            outline=_outline(made, _inside(made), home),
        )
    return Followed(question=question, figures=summary(made), layer=str(made.layer.name), answer=answer)


def _half(on_progress: OnProgress | None, number: int) -> OnProgress | None:
    if on_progress is None:
        return None
    return lambda progress: on_progress(Progress(phase=progress.phase, done=(number + progress.done) / 2))


def _who(question: FollowUp, made: Derivation, folder: Path) -> Who:
    units = with_columns(made)
    if not question.groups:
        return who_by(made, own_groups(counting_columns(made.layer), units), question.bands_km)
    file = folder / GROUPS
    file.write_text(question.groups + "\n", encoding="utf-8")
    try:
        groups = read_groups(file, units)
    except RequestError as error:
        raise type(error)(error.message, **_without_folder(error.facts, file)) from error
    return who_by(made, groups, question.bands_km)


def _without_folder(facts: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """Facts of an error about a file, which is of no name to who sent a table."""
    return {key: file.name if str(value) == str(file) else value for key, value in facts.items()}


def _places(known: Exchanges) -> dict[str, list[int]]:
    kinds = [kind for kind in KINDS if kind != "never in"]
    return {kind: [place for place, one in enumerate(known.units) if one.kind == kind] for kind in kinds}


def _shapes(question: FollowUp, request: Request, home: Path, on_progress: OnProgress | None) -> Followed:
    def told(progress: Progress) -> bool | None:
        return None if on_progress is None else on_progress(replace(progress, members=None))

    found = derived_shapes(request, home, pieces=question.pieces, on_progress=told)
    smallest = found.drawn[0][1]
    warm_display(smallest.layer, home)
    return Followed(
        question=question,
        figures=summary(smallest),
        layer=str(smallest.layer.name),
        answer=Compared(
            shapes=found.shapes,
            scenes=tuple(shape_scene(one, "") for _, one in found.drawn),
            outlines=tuple(_outline(one, _inside(one), home) for _, one in found.drawn),
            unsplit=found.unsplit,
        ),
    )


def _inside(made: Derivation) -> BoolArray:
    inside: BoolArray = made.units["inside"].to_numpy(dtype=np.bool_)
    return inside


def _outline(made: Derivation, inside: BoolArray, home: Path) -> str:
    warm_display(made.layer, home)
    return outline_json(made.layer, inside)
