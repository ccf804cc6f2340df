"""An issue domain: the question people share, where it bites, and what "smallest" and "most" mean for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal, get_args

from geopolity.errors import RequestError
from geopolity.exports import later
from geopolity.identifiers import IssueName, LayerName
from geopolity.polity.conditions import NONE, Conditions

if TYPE_CHECKING:
    from geopolity.affected import footprint as footprints
    from geopolity.affected.footprint import Footprint
    from geopolity.affected.spread import Spread
else:
    footprints = later("geopolity.affected.footprint")

Objective = Literal["area", "population", "units"]
LONGEST_CONNECTOR_KM = 2_000.0
"""Longer than any strait that people cross as neighbours."""
MOST_PIECES = 50
"""More pieces than any polity could keep in sight."""
MOST_COMPACT = 1e6
"""A kilometre of border that counts as a million km² already outweighs everything else."""

DEAREST_BRIDGE = 1_000.0
"""A kilometre of bridge that counts as a thousand km² is avoided wherever it can be."""


class IssueError(RequestError):
    """An issue asks for something that no polity can be."""

    code = "issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What an analyst asks for.

    Attributes
    ----------
    coverage
        Share of all affected people the polity must hold, above one half and at most 1. A program may give any
        number or its text; it is kept as the decimal that is written, so 0.9 is nine tenths.
    smallest
        What is minimised: ``area``, ``population`` (fewest bystanders) or ``units``.
    connector_km
        Longest link over water that may join separate parts, in km; ``None`` allows none.
    compactness
        What a kilometre of border counts as, in km², people or units as ``smallest`` says; 0 leaves it out.
    spread
        Finer data on where in their units people live; ``None`` takes them as spread evenly.
    conditions
        What the polity has to keep to beside.
    pieces
        The most connected parts that the polity may be in.
    bridge_km
        What a kilometre through a bridge, a unit where hardly anybody is affected, counts as beside its area, in km².
    """

    name: IssueName
    title: str
    question: str
    footprint: Footprint
    layer: LayerName
    coverage: Decimal = Decimal("0.9")
    smallest: Objective = "area"
    connector_km: float | None = None
    compactness: float = 0.0
    fill_holes: bool = False
    spread: Spread | None = None
    conditions: Conditions = NONE
    pieces: int = 1
    bridge_km: float = 0.0

    @property
    def affects_everyone(self) -> bool:
        """The polity is the whole layer; nothing is optimised."""
        return isinstance(self.footprint, footprints.Everyone)

    def __post_init__(self) -> None:
        object.__setattr__(self, "coverage", _as_written(self.coverage))
        if not self.coverage.is_finite() or not Decimal("0.5") < self.coverage <= 1:
            raise IssueError(
                "Coverage {coverage:exact} is out of range: a polity holds most of the affected people, so "
                "give a share above 0.5 and at most 1, for example 0.9.",
                coverage=str(self.coverage),
                field="coverage",
            )
        if self.smallest not in get_args(Objective):
            raise IssueError(
                "Smallest by {smallest:quoted} is unknown; choose area, population or units.",
                smallest=self.smallest,
                field="smallest",
            )
        if self.connector_km is not None and not 0 <= self.connector_km <= LONGEST_CONNECTOR_KM:
            raise IssueError(
                "A connector of {length:exact} km is out of range; give a length from 0 to {longest:exact} km.",
                length=self.connector_km,
                longest=LONGEST_CONNECTOR_KM,
                field="connector_km",
            )
        if not 0 <= self.compactness <= MOST_COMPACT:
            raise IssueError(
                "A compactness of {compactness:exact} is out of range; give a number from 0 to {most:exact}.",
                compactness=self.compactness,
                most=MOST_COMPACT,
                field="compactness",
            )
        self._check_conditions()
        self._check_pieces()
        self._check_bridges()

    def _check_conditions(self) -> None:
        """Refuse conditions beside what they would contradict."""
        if self.conditions and self.affects_everyone:
            raise IssueError(
                "The issue affects everyone, so every unit is inside; leave the conditions out.", field="conditions"
            )
        if self.conditions and self.fill_holes:
            raise IssueError(
                "Enclosed units would be taken in whatever the conditions say; take no enclosed units in, or leave "
                "out the conditions.",
                field="fill_holes",
            )
        if self.compactness and (self.conditions.moves_edges or self.conditions.has_limits):
            raise IssueError(
                "Borders cannot count yet where ways are cut or made, or sizes limited; leave out that a km "
                "of border counts, or the ways cut, the ways made and the limits.",
                field="compactness",
            )

    def _check_pieces(self) -> None:
        """Refuse pieces beside what they would contradict, or are not bounded with yet."""
        if not 1 <= self.pieces <= MOST_PIECES:
            raise IssueError(
                "{pieces} pieces are out of range; give a number from 1 to {most}.",
                pieces=self.pieces,
                most=MOST_PIECES,
                field="pieces",
            )
        if self.pieces > 1 and (self.affects_everyone or self.compactness or self.fill_holes):
            raise IssueError(
                "Several pieces have no bound yet where borders count, enclosed units are taken in or everyone is "
                "affected; leave out the pieces, or that a km of border counts and that enclosed units are taken in.",
                field="pieces",
            )
        if self.pieces > 1 and self.conditions.has_limits:
            raise IssueError(
                "Several pieces have no bound yet where sizes are limited; leave out the pieces or the limits.",
                field="pieces",
            )

    def _check_bridges(self) -> None:
        """Refuse a price of bridges beside what it means nothing with, or is not bounded with yet."""
        if not 0 <= self.bridge_km <= DEAREST_BRIDGE:
            raise IssueError(
                "A price of {price:exact} km² a kilometre of bridge is out of range; give a number from 0 to "
                "{most:exact}.",
                price=self.bridge_km,
                most=DEAREST_BRIDGE,
                field="bridge_km",
            )
        if self.bridge_km and (self.smallest != "area" or self.affects_everyone):
            raise IssueError(
                "Bridges have a price in area, which has to be what is kept smallest; leave out the price, or minimise "
                "area.",
                field="bridge_km",
            )
        if self.bridge_km and self.compactness:
            raise IssueError(
                "Bridges have no price yet where borders count; leave out that a km of border counts, or that a km of "
                "bridge does.",
                field="bridge_km",
            )


def _as_written(share: object) -> Decimal:
    """The decimal that a number or a text is written as."""
    try:
        return Decimal(str(share))
    except InvalidOperation:
        raise IssueError(
            "Coverage {coverage:quoted} is not a number; give a share above 0.5 and at most 1, for example 0.9.",
            coverage=str(share),
        ) from None
