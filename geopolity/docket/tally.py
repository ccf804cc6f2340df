"""When harm is declared and when a remedy is approved: majorities of yes and no, over a quorum of two thirds.

Abstentions count for the turnout. A tie, or no valid ballot, decides nothing in favour of change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geopolity.docket.ballot import Choice
from geopolity.docket.states import State, Step
from geopolity.errors import RequestError

QUORUM = (2, 3)
"""At least this part of the delegates who are seated and not recused must vote."""


class TallyError(RequestError):
    """A count that cannot be: more ballots than electors, or less than none."""

    code = "tally"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The count of one vote; ``electorate`` was frozen before it opened."""

    yes: int
    no: int
    abstain: int
    electorate: int

    def __post_init__(self) -> None:
        if min(self.yes, self.no, self.abstain, self.electorate) < 0 or self.cast > self.electorate:
            raise TallyError(
                "{cast} ballots of {electorate} electors cannot be; count again.",
                cast=self.cast,
                electorate=self.electorate,
            )

    @property
    def cast(self) -> int:
        """Ballots, abstentions among them."""
        return self.yes + self.no + self.abstain

    @property
    def has_quorum(self) -> bool:
        """Whether two thirds of the electorate voted; an empty electorate never has."""
        return self.electorate > 0 and self.cast >= quorum(self.electorate)

    @property
    def declares_harm(self) -> bool:
        """Vote 1: more than half of yes and no say that the law allows for harm."""
        return self.has_quorum and 2 * self.yes > self.yes + self.no

    @property
    def approves_remedy(self) -> bool:
        """Vote 2, the same question of the amended law: more than half of yes and no say that it does not."""
        return self.has_quorum and 2 * self.no > self.yes + self.no


def quorum(electorate: int) -> int:
    """How many of an electorate must vote: two thirds, rounded up."""
    part, whole = QUORUM
    return -(-part * electorate // whole)


def tally(choices: Iterable[Choice], electorate: int) -> Tally:
    """Count ballots; their order cannot matter."""
    found = list(choices)
    yes, no, abstain = (found.count(choice) for choice in (Choice.YES, Choice.NO, Choice.ABSTAIN))
    return Tally(yes=yes, no=no, abstain=abstain, electorate=electorate)


def outcome(count: Tally, state: State) -> Step:
    """Step that a matter takes when its vote closes with a count."""
    if not count.has_quorum:
        return Step.MISS_QUORUM
    if state is State.VOTE1:
        return Step.DECLARE_HARM if count.declares_harm else Step.FIND_NO_HARM
    return Step.APPROVE if count.approves_remedy else Step.RETURN_REMEDY
