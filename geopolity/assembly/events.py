"""What happens between two draws: vacancies and who takes over, by one table of rules.

Every step returns the assembly after it and an event for the log; nothing is ever redrawn quietly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from geopolity.assembly.seats import Alternate, Assembly, Seat, SeatRefused
from geopolity.errors import RequestError

SPECIAL_EPOCH = Fraction(1, 6)
"""If more than this part of the seats goes at once, a special epoch is drawn instead of calling alternates."""


class ReasonError(RequestError):
    """A reason to leave a seat that is not in the closed list."""

    code = "reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a reason empties a seat.

    Attributes
    ----------
    finishes_vote
        The holder finishes a vote that is open; the seat ends when it closes.
    replaced
        The next alternate takes the remaining term and its class.
    keeps_place
        The holder comes back to the lot, owing the rest of the service (a deferral).
    """

    finishes_vote: bool
    replaced: bool
    keeps_place: bool = False


RULES = {
    "lapse of consent": Rule(finishes_vote=False, replaced=True),
    "death": Rule(finishes_vote=False, replaced=True),
    "incapacity": Rule(finishes_vote=False, replaced=True),
    "moved away": Rule(finishes_vote=True, replaced=True),
    "boundary moved away": Rule(finishes_vote=True, replaced=True),
    "deferral": Rule(finishes_vote=False, replaced=True, keeps_place=True),
    "default": Rule(finishes_vote=False, replaced=True, keeps_place=True),
    "excused": Rule(finishes_vote=False, replaced=True),
    "no response": Rule(finishes_vote=False, replaced=True),
    "double membership": Rule(finishes_vote=False, replaced=True),
    "term over": Rule(finishes_vote=True, replaced=False),
    "polity ended": Rule(finishes_vote=False, replaced=False),
}
"""The closed list of reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacated:
    """A seat was left; ``successor`` took it, or nobody where no alternate is left or none is due."""

    polity_id: str
    number: int
    term_class: int
    reason: str
    day: date
    holder: str
    successor: str | None

    @property
    def facts(self) -> dict[str, str | int | None]:
        """What the public log says: pseudonyms of the epoch, no personal text."""
        return {
            "polity": self.polity_id,
            "seat": self.number,
            "class": self.term_class,
            "reason": self.reason,
            "day": self.day.isoformat(),
            "holder": self.holder,
            "successor": self.successor,
        }


def rule_of(reason: str) -> Rule:
    """Rule for a reason."""
    if reason not in RULES:
        raise ReasonError(
            "{reason:quoted} is no reason to leave a seat; there are {reasons:list}.",
            reason=reason,
            reasons=list(RULES),
        )
    return RULES[reason]


def vacated(
    assembly: Assembly, number: int, *, reason: str, day: date, vote_open: bool = False
) -> tuple[Assembly, Vacated]:
    """Empty a seat; where the rule says so the next alternate takes the remaining term and class.

    Raises
    ------
    SeatRefused
        If nobody holds the seat, its term is over already, or the holder must finish an open vote first.
    ReasonError
        If the reason is not in the closed list.
    """
    rule, seat = rule_of(reason), assembly.seat(number)
    if rule.finishes_vote and vote_open:
        raise SeatRefused(
            "The holder of seat {number} of {polity} finishes the open vote; vacate it then.",
            number=number,
            polity=assembly.polity_id,
        )
    if not seat.starts <= day:
        raise SeatRefused(
            "Seat {number} of {polity} is held from {starts:moment}; {day:moment} is before.",
            number=number,
            polity=assembly.polity_id,
            starts=seat.starts,
            day=day,
        )
    rest = tuple(other for other in assembly.seats if other.number != number)
    next_up = next_alternate(assembly, seat.pool) if rule.replaced and day < seat.ends else None
    event = Vacated(
        polity_id=assembly.polity_id,
        number=number,
        term_class=seat.term_class,
        reason=reason,
        day=day,
        holder=seat.holder,
        successor=next_up.holder if next_up else None,
    )
    if next_up is None:
        return replace(assembly, seats=rest), event
    taken = Seat(
        number=number,
        holder=next_up.holder,
        pool=next_up.pool,
        term_class=seat.term_class,
        starts=day,
        ends=seat.ends,
    )
    left = tuple(alternate for alternate in assembly.alternates if alternate != next_up)
    seats = tuple(sorted((*rest, taken), key=lambda held: held.number))
    return replace(assembly, seats=seats, alternates=left), event


def next_alternate(assembly: Assembly, pool: str) -> Alternate | None:
    """Who is called next: the first of the pool that the seat was drawn from, else the first of all."""
    return min(assembly.alternates, key=lambda alternate: (alternate.pool != pool, alternate.rank), default=None)


def needs_special_epoch(assembly: Assembly, leaving: int) -> bool:
    """Whether so many seats going at once are drawn anew instead of being filled one by one."""
    return Fraction(leaving, assembly.size) > SPECIAL_EPOCH
