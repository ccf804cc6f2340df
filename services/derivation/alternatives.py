"""Other answers than a derivation's: regions as good, and how indispensable each unit is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geopolity.region import Progress
from geopolity.region.alternatives.in_pieces import indispensable_in_pieces, others_in_pieces
from geopolity.region.alternatives.indispensable import indispensable
from geopolity.region.alternatives.others import Asked, others
from geopolity.region.alternatives.prices import NEVER, dearest_of
from geopolity.region.engine import OnProgress
from services.derivation.audit.evidence import minimised
from services.derivation.opened_folder import Opened, opened
from services.records import Json

CLASSES = ("irreplaceable", "exchangeable", "open", "never in")
"""Inside every region within the tolerance; in some and out of others; not known; in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A region that is nearly as good, certified by the bound of the same problem.

    Attributes
    ----------
    inside
        Ids of its units.
    people_differing, area_differing
        People, and share of the polity's cost, on whose side it differs from the polity.
    """

    cost: int
    lower_bound: int
    gap: float
    inside: list[str]
    people_differing: int
    cost_differing: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What ``alternatives`` found.

    Attributes
    ----------
    units
        By ``unit_id``: ``name``, ``inside``, ``kind`` (one of ``CLASSES``), and ``at_least`` and ``found``, the cost
        of a region without the unit (with it, where it is outside): proven and found; missing where there is none.
    """

    folder: Opened
    within: float
    alternatives: tuple[Alternative, ...]
    units: pd.DataFrame

    @property
    def cost(self) -> int:
        """Cost of the polity."""
        return self.folder.region.certificate.cost

    @property
    def measure(self) -> str:
        """What was kept smallest."""
        return minimised(self.folder.record)

    def counts(self) -> dict[str, int]:
        """Units of each kind."""
        return {kind: int((self.units["kind"] == kind).sum()) for kind in CLASSES}

    def as_json(self) -> Json:
        """What ``alternatives --json`` prints."""
        costs = self.units[["at_least", "found"]].astype(object).where(self.units[["at_least", "found"]].notna(), None)
        rows = zip(self.units.index, self.units["kind"], costs["at_least"], costs["found"], strict=True)
        return {
            "cost": self.cost,
            "lower_bound": self.folder.region.certificate.lower_bound,
            "within": self.within,
            "alternatives": list(self.alternatives),
            "units": [
                {
                    "unit_id": str(unit),
                    "kind": kind,
                    "without_at_least": None if least is None else int(least),
                    "without_found": None if found is None else int(found),
                }
                for unit, kind, least, found in rows
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which other regions count: how much dearer, how many, how different, by shares of cost and people."""

    within: float = 0.01
    count: int = 10
    differ: float = 0.02
    seed: int = 0


def alternatives(folder: Path, question: Question, on_progress: OnProgress | None = None) -> Answer:
    """Find other regions of a derivation folder, and what each unit is worth to it."""
    return alternatives_of(opened(folder), question, on_progress)


def alternatives_of(found: Opened, question: Question, on_progress: OnProgress | None = None) -> Answer:
    """Find other regions of a problem, and what each unit is worth to its polity."""

    def told(done: float) -> bool | None:
        return None if on_progress is None else on_progress(Progress(phase="exchanging", done=0.9 * done))

    in_pieces = found.problem.pieces > 1
    worth_of, others_of = (indispensable_in_pieces, others_in_pieces) if in_pieces else (indispensable, others)
    dearest = dearest_of(found.region.certificate.cost, question.within)
    worth = worth_of(found.problem, found.region, dearest, seed=question.seed, report=told)
    n = len(found.units)
    people = np.zeros(len(found.problem))
    people[:n] = found.units["population"].astype(float).fillna(0.0).to_numpy()
    weights = np.array([people, found.problem.cost.astype(float)])
    asked = Asked(dearest=dearest, count=question.count, differ=question.differ, weights=weights)
    regions = others_of(found.problem, found.region, asked, worth.regions, question.seed)
    bound, best = found.region.certificate.lower_bound, found.region.members
    ids = found.units.index.astype(str).to_numpy()
    listed = tuple(
        Alternative(
            cost=other.cost,
            lower_bound=bound,
            gap=(other.cost - bound) / bound,
            inside=ids[other.members[:n]].tolist(),
            people_differing=round(float(people[other.members != best].sum())),
            cost_differing=int(found.problem.cost[other.members != best].sum()),
        )
        for other in regions
    )
    table = found.units[["name", "population", "inside"]].assign(
        at_least=_known(worth.at_least[:n]), found=_known(worth.found[:n])
    )
    table = table.assign(kind=_kinds(table, dearest))
    return Answer(folder=found, within=question.within, alternatives=listed, units=table)


def _known(costs: np.ndarray) -> np.ndarray:
    known: np.ndarray = np.where(costs >= NEVER, np.nan, costs)
    return known


def _kinds(table: pd.DataFrame, dearest: int) -> np.ndarray:
    """Kind of each unit, by what is proven and what was found."""
    settled = table["at_least"].isna() | (table["at_least"] > dearest)
    inside = table["inside"].astype(bool)
    kinds: np.ndarray = np.select(
        [settled & inside, settled, table["found"] <= dearest], ["irreplaceable", "never in", "exchangeable"], "open"
    )
    return kinds
