"""When a vote may close, and how much is told of it: no sum where so few voted that it would tell who chose what."""

from __future__ import annotations

from geopolity.docket.ballot import LEAST_PUBLISHED
from geopolity.docket.states import StepRefused
from geopolity.docket.tally import Tally
from geopolity.errors import RequestError

LEAST_DAYS = 3
"""Days that a vote lasts at least; whoever runs the service may ask for more, and never for fewer."""
MOST_DAYS = 365


class VoteLengthError(RequestError):
    """A vote is to last too short or too long."""

    code = "vote-length"


def length(days: int | None, *, least: int = LEAST_DAYS) -> int:
    """Days that a vote is to last, the least by default.

    Raises
    ------
    VoteLengthError
        If they are fewer than the least, or more than a year.
    """
    found = least if days is None else days
    if not max(least, LEAST_DAYS) <= found <= MOST_DAYS:
        raise VoteLengthError(
            "A vote of {days:count} days is not held here; give {least} to {most} days.",
            days=found,
            least=max(least, LEAST_DAYS),
            most=MOST_DAYS,
        )
    return found


def check_over(vote: str, *, ends_at: str, now: str, voted: int, electorate: int) -> None:
    """Refuse to close a vote before its stated end, unless everybody has voted.

    Raises
    ------
    StepRefused
        Saying when it ends, and nothing of how many voted.
    """
    if now < ends_at and voted < electorate:
        raise StepRefused(
            "{vote} is open until {end:moment}; it closes earlier only once everybody has voted.",
            vote=vote,
            end=ends_at,
        )


def disclosed(count: Tally) -> Tally | None:
    """The count as it may be told; ``None`` below the quorum or five ballots, where only the outcome is."""
    return count if count.has_quorum and count.cast >= LEAST_PUBLISHED else None
