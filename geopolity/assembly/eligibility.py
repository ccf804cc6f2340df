"""Who is in the lot: citizens of age with active consent who neither sit, nor cool down, nor have deferred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geopolity.assembly.burden import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides whether one person is in the lot on a day."""

    consents: tuple[tuple[date, date], ...]
    of_age: bool
    is_seated: bool
    ledger: Ledger


def why_not(person: Circumstances, day: date) -> str | None:
    """Why a person is not in the lot on a day, in plain words; ``None`` if they are."""
    if not any(given <= day < ends for given, ends in person.consents):
        return "no consent is active: consent is given for a year at a time"
    if not person.of_age:
        return "not of age"
    if person.is_seated:
        return "holds a seat, and nobody sits twice"
    if person.ledger.deferred_until is not None and day < person.ledger.deferred_until:
        return f"service is deferred until {person.ledger.deferred_until}"
    if not person.ledger.is_free(day):
        return f"has served, and is not drawn again until {person.ledger.cools_until()}"
    return None
