"""Who is in the lot: citizens of age with active consent who neither sit, nor cool down, nor have deferred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.assembly.burden import Ledger
from geopolity.messages import Message

Truth = TypeVar("Truth", bool, BoolArray)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances(Generic[Truth]):
    """What decides whether somebody is in the lot on a day: of one person, or of many as arrays.

    Attributes
    ----------
    consents
        An act of consent holds: given, not withdrawn, not a year ago.
    is_seated
        Holds a seat.
    is_free
        Neither cools down from service nor has deferred it (``Ledger.is_free``).
    """

    consents: Truth
    of_age: Truth
    is_seated: Truth
    is_free: Truth

    @property
    def in_the_lot(self) -> BoolArray:
        """Whether they are in the lot; an array of one value for one person."""
        able = np.logical_and(self.consents, self.of_age)
        return np.atleast_1d(able & np.logical_not(self.is_seated) & np.asarray(self.is_free))


def why_not(person: Circumstances[bool], ledger: Ledger) -> Message | None:
    """Why a person is not in the lot, in plain words; ``None`` if they are."""
    if not person.consents:
        return Message("no consent is active: consent is given for a year at a time")
    if not person.of_age:
        return Message("not of age")
    if person.is_seated:
        return Message("holds a seat, and nobody sits twice")
    return None if person.is_free else _rests(ledger)


def _rests(ledger: Ledger) -> Message:
    cool = ledger.cools_until() or date.min
    if ledger.deferred_until is not None and ledger.deferred_until >= cool:
        return Message("service is deferred until {day:day}", day=ledger.deferred_until)
    return Message("has served, and is not drawn again until {day:day}", day=cool)
