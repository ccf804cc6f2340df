"""Two bases of a polity: everybody is taxed for its geographic public goods, citizens alone are in the lottery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """How many people of a polity are bound by what.

    Attributes
    ----------
    taxed
        Everybody at home there, citizens and residents.
    in_lottery
        Citizens: consent is what puts a person into the lottery, and into social insurance.
    """

    polity_id: str
    taxed: int
    in_lottery: int

    @property
    def residents(self) -> int:
        """People who only pay for the common ground."""
        return self.taxed - self.in_lottery


def bases(polity_id: str, are_citizens: Iterable[bool]) -> Bases:
    """Count a roll, given for each person whether their consent holds."""
    found = [bool(is_citizen) for is_citizen in are_citizens]
    return Bases(polity_id=polity_id, taxed=len(found), in_lottery=sum(found))
