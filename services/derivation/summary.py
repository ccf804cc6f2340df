"""Key figures of a derivation: what a person is told first."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from geopolity.messages import Message
from geopolity.polity.bridges import bridges_of
from services.records import Json

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """How many units are certainly inside, and how many at times."""

    units_core: int
    units_fringe: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roundness:
    """Length of the border, km, and what borders add to the bound, as a share of what this one costs."""

    border_km: float
    border_tightness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    """Units inside only to connect: how many, who lives there, and how many of them are affected."""

    bridge_units: int
    bridge_population: int
    bridge_affected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Key figures of a derivation, as printed by ``derive --json`` and written beside the boundary.

    Attributes
    ----------
    roundness
        Where borders count.
    certainty
        Where core and fringe were told apart.
    connecting
        Where something was optimised.
    """

    issue: str
    title: str
    question: str
    layer: str
    units: int
    area_km2: float
    population: int
    affected_total: float
    affected_inside: float
    coverage_target: float
    coverage: float
    cost: int
    lower_bound: int
    gap: float
    optimal: bool
    method: str
    roundness: Roundness | None
    certainty: Certainty | None
    connecting: Connecting | None

    def as_json(self) -> Json:
        """All figures in one object, without those that do not apply."""
        parts = [part for part in (self.roundness, self.certainty, self.connecting) if part is not None]
        own = {one.name: getattr(self, one.name) for one in fields(self)[:-3]}
        return own | {key: value for part in parts for key, value in asdict(part).items()}


def summary(derivation: Derivation) -> Summary:
    """Key figures of a derivation."""
    certificate = derivation.certificate
    return Summary(
        issue=str(derivation.issue.name),
        title=derivation.issue.title,
        question=derivation.issue.question,
        layer=str(derivation.layer.name),
        units=int(derivation.units["inside"].sum()),
        area_km2=float(derivation.area_km2),
        population=round(derivation.population),
        affected_total=float(derivation.affected_total),
        affected_inside=float(derivation.affected_inside),
        coverage_target=float(certificate.coverage_target),
        coverage=float(derivation.coverage),
        cost=int(certificate.cost),
        lower_bound=int(certificate.lower_bound),
        gap=float(certificate.gap),
        optimal=bool(certificate.optimal),
        method=str(certificate.proof),
        roundness=_roundness(derivation),
        certainty=_certainty(derivation),
        connecting=_connecting(derivation),
    )


def _certainty(derivation: Derivation) -> Certainty | None:
    if "certainty" not in derivation.units:
        return None
    core, fringe = (int((derivation.units["certainty"] == kind).sum()) for kind in ("core", "fringe"))
    return Certainty(units_core=core, units_fringe=fringe)


def warnings_of(derivation: Derivation) -> tuple[Message, ...]:
    """What an analyst should look at before the polity is proposed."""
    if derivation.issue.affects_everyone:
        return ()
    warning = bridges_of(derivation.units).warning
    return () if warning is None else (warning,)


def _connecting(derivation: Derivation) -> Connecting | None:
    if derivation.issue.affects_everyone:
        return None
    found = bridges_of(derivation.units)
    return Connecting(
        bridge_units=found.units, bridge_population=round(found.people), bridge_affected=round(found.affected, 1)
    )


def _roundness(derivation: Derivation) -> Roundness | None:
    certificate, weighing = derivation.certificate, derivation.weighing
    if weighing is None or certificate.tightness is None:
        return None
    return Roundness(border_km=certificate.border / weighing.per_km, border_tightness=certificate.tightness)
