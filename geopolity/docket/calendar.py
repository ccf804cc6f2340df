"""How often an assembly meets: rarely, but at least once in a while, and never more than its members can bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from geopolity.errors import NegativeAnswer, RequestError

YEAR = timedelta(days=365)


class CalendarError(RequestError):
    """A calendar whose floor and cap contradict each other."""

    code = "calendar"


class SessionRefused(NegativeAnswer):
    """A session would be more than the members can bear."""

    code = "session-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Bounds of an assembly's year.

    Attributes
    ----------
    longest_gap
        Days between two sessions, at most.
    most_days
        Session days in any 365 days, at most: the cap on each delegate's load.
    """

    longest_gap: int = 183
    most_days: int = 12

    def __post_init__(self) -> None:
        if self.longest_gap < 1 or self.most_days < 1 or self.most_days * self.longest_gap < YEAR.days:
            raise CalendarError(
                "With at most {days} days a year, sessions cannot be {gap} days apart at most; raise one of the two.",
                days=self.most_days,
                gap=self.longest_gap,
            )

    def added(self, sessions: Sequence[date], day: date) -> tuple[date, ...]:
        """Sessions with one more, in order.

        Raises
        ------
        SessionRefused
            If some year around it would have too many.
        """
        after = tuple(sorted({*sessions, day}))
        for first in after:
            held = sum(first <= other < first + YEAR for other in after)
            if held > self.most_days:
                raise SessionRefused(
                    "A session on {day:moment} would make {held} days in the year from {first:moment}, and {most} "
                    "is the most; choose a later day.",
                    day=day,
                    held=held,
                    first=first,
                    most=self.most_days,
                )
        return after

    def due(self, sessions: Sequence[date], since: date) -> date:
        """Day by which the next session must be held, counted from the last one, or from the assembly's first day."""
        return max([since, *sessions]) + timedelta(days=self.longest_gap)

    def load(self, sessions: Sequence[date], day: date) -> int:
        """Session days in the 365 days up to a day."""
        return sum(day - YEAR < other <= day for other in sessions)
