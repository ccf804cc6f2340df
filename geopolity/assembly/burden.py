"""What service a person has done, for life: who may be drawn again, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from geopolity.assembly.terms import COOL_DOWN_YEARS, months_later
from geopolity.errors import NegativeAnswer

MOST_DEFERRED_MONTHS = 12
GROUNDS = ("birth or adoption", "care for a relative", "illness", "training or examination", "loss of a home or job")
"""Closed list of hardships; a refusal can be appealed."""


class DeferralRefused(NegativeAnswer):
    """Service cannot be deferred in this way."""

    code = "deferral-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Time in one seat: from ``start`` until the day before ``end``."""

    polity_id: str
    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One person's service and deferral, for life."""

    services: tuple[Service, ...] = ()
    deferred_until: date | None = None
    deferrals: int = 0

    @property
    def days(self) -> int:
        """Days served in all seats."""
        return sum((service.end - service.start).days for service in self.services)

    def cools_until(self) -> date | None:
        """Day from which the person may be drawn again: as long after a service as it lasted, at most six years."""
        if not self.services:
            return None
        last = max(self.services, key=lambda service: service.end)
        rest = min(12 * COOL_DOWN_YEARS, -(-(last.end - last.start).days * 12 // 365))
        return months_later(last.end, rest)

    def is_free(self, day: date) -> bool:
        """Whether neither cool-down nor deferral keeps the person out of the lot."""
        cool = self.cools_until()
        return (cool is None or cool <= day) and (self.deferred_until is None or self.deferred_until <= day)


def served(ledger: Ledger, service: Service) -> Ledger:
    """Add a service that ended, with credit for the time served."""
    return replace(ledger, services=(*ledger.services, service))


def deferred(ledger: Ledger, *, grounds: str, start: date, until: date) -> Ledger:
    """Defer service, once, by at most twelve months, on grounds from the closed list.

    Raises
    ------
    DeferralRefused
        If any of these does not hold; the sentence says which, and how to appeal.
    """
    if grounds not in GROUNDS:
        raise DeferralRefused(
            "{ground:quoted} is no ground for deferral; there are {grounds:ground}. Appeal to the clerk.",
            ground=grounds,
            grounds=list(GROUNDS),
        )
    if ledger.deferrals:
        raise DeferralRefused("Service was deferred once already, and once is the most; appeal to the clerk.")
    if not start < until <= months_later(start, MOST_DEFERRED_MONTHS):
        last = months_later(start, MOST_DEFERRED_MONTHS)
        raise DeferralRefused(
            "Service can be deferred from {start:moment} until {last:moment} at most, not until {until:moment}.",
            start=start,
            last=last,
            until=until,
        )
    return replace(ledger, deferred_until=until, deferrals=1)
