"""A law before an assembly: what it binds to, how far it has come, and its next step.

Every function takes a matter and returns the matter after one step; a step that its guard forbids is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from geopolity.docket.hearing import Hearing
from geopolity.docket.remedy import Remedy
from geopolity.docket.states import BEFORE_VOTE, State, Step, StepRefused, rule
from geopolity.docket.tally import Tally, outcome
from geopolity.errors import RequestError
from geopolity.messages import Message

REVIEW_DAYS = 2192
"""A decision is looked at again after six years, unless the matter says otherwise."""


class Petitioner(StrEnum):
    """Who may raise a harm."""

    RESIDENT = "resident"
    CITIZEN = "citizen"
    DELEGATE = "delegate"
    CIVIL_SERVANT = "civil servant"
    REVIEW = "review timer"


class MatterError(RequestError):
    """A matter that cannot be."""

    code = "matter"


def law_hash(text: str) -> str:
    """SHA-256 of a law's text: what ballots bind to."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One law before one assembly.

    Attributes
    ----------
    law, law_hash
        Identity of the law, and the hash of the text that the next vote is about.
    electorate
        Pseudonyms of the delegates who may vote, frozen when the hearing closed; ``None`` until then.
    votes
        How many votes were opened so far; each has its own name.
    returns
        How often the assembly sent a remedy back.
    harm_declared
        Whether the first vote of this round declared harm.
    left
        State that a stayed matter left.
    """

    matter_id: str
    polity_id: str
    law: str
    law_hash: str
    state: State = State.FILED
    hearing: Hearing | None = None
    electorate: frozenset[str] | None = None
    remedy: Remedy | None = None
    votes: int = 0
    returns: int = 0
    harm_declared: bool = False
    review_at: date | None = None
    sunset_at: date | None = None
    left: State | None = None

    def __post_init__(self) -> None:
        if self.state in {State.CLOSED, State.IN_FORCE} and self.review_at is None:
            raise MatterError(
                "Matter {matter} is {state:state} and has no day of review; every decision has.",
                matter=self.matter_id,
                state=self.state,
            )
        if (self.state is State.STAYED) != (self.left is not None):
            raise MatterError(
                "Matter {matter} is stayed exactly while it knows which state it left.",
                matter=self.matter_id,
            )
        if self.state in BEFORE_VOTE and not self.electorate:
            raise MatterError(
                "Matter {matter} votes without an electorate.",
                matter=self.matter_id,
            )

    @property
    def vote_id(self) -> str:
        """Name of the vote that is open or was last: ballots of another one do not count."""
        return f"{self.matter_id}/{self.votes}"

    @property
    def is_voting(self) -> bool:
        """Whether a vote is open."""
        return self.state in BEFORE_VOTE

    def stepped(self, step: Step, **changes: Any) -> Matter:
        """Return the matter after a step of the table; what the step's guard asks has been checked."""
        return replace(self, state=rule(self.state, step).to, **changes)


def admitted(matter: Matter, petitioner: Petitioner, allowed: frozenset[Petitioner]) -> Matter:
    """Admit a petition that the configured rule allows."""
    if petitioner not in allowed:
        raise StepRefused(
            "A {petitioner:petitioner} may not raise a harm here; the admission rule names {names:petitioner}.",
            petitioner=petitioner,
            names=sorted(allowed),
        )
    return matter.stepped(Step.ADMIT)


def rejected(matter: Matter) -> Matter:
    """Reject a petition."""
    return matter.stepped(Step.REJECT)


def heard(matter: Matter, *, until: date, day: date) -> Matter:
    """Open a hearing on a day; it can close from another day on."""
    hearing = Hearing(since=day, until=until)
    hearing.check_within(until)
    return matter.stepped(Step.HEAR, hearing=hearing, electorate=None)


def extended(matter: Matter, *, until: date) -> Matter:
    """Put off the end of the hearing."""
    hearing = _hearing(matter, Step.EXTEND)
    hearing.check_later(until)
    return matter.stepped(Step.EXTEND, hearing=replace(hearing, until=until))


def shortened(matter: Matter, *, until: date, day: date) -> Matter:
    """Bring the end of the hearing forward, with notice."""
    hearing = _hearing(matter, Step.SHORTEN)
    hearing.check_sooner(until, day)
    return matter.stepped(Step.SHORTEN, hearing=replace(hearing, until=until))


def readied(matter: Matter, electorate: frozenset[str], *, day: date) -> Matter:
    """Close the hearing: the electorate is frozen, and so is the law."""
    _hearing(matter, Step.CLOSE_HEARING).check_over(day)
    return matter.stepped(Step.CLOSE_HEARING, electorate=electorate)


def vote_opened(matter: Matter) -> Matter:
    """Open the vote."""
    after = rule(matter.state, Step.OPEN_VOTE)
    if not matter.electorate:
        raise StepRefused(
            "Matter {matter} has an empty electorate; {guard:guard}.",
            matter=matter.matter_id,
            guard=after.guard,
        )
    return matter.stepped(Step.OPEN_VOTE, votes=matter.votes + 1)


def vote_closed(matter: Matter, count: Tally, *, day: date, review_at: date | None = None) -> Matter:
    """Close the vote: the count alone says what follows.

    Parameters
    ----------
    review_at
        Day of the next review where no harm was found; six years on by default.
    """
    step = outcome(count, matter.state)
    rule(matter.state, step)
    frozen = len(matter.electorate or ())
    if count.electorate != frozen:
        raise MatterError(
            "The count is of {count} electors, and {frozen} were frozen.",
            count=count.electorate,
            frozen=frozen,
        )
    match step:
        case Step.FIND_NO_HARM:
            return matter.stepped(step, review_at=_review(review_at, day), harm_declared=False)
        case Step.DECLARE_HARM:
            return matter.stepped(step, harm_declared=True, remedy=None)
        case Step.RETURN_REMEDY:
            return matter.stepped(step, returns=matter.returns + 1, remedy=None)
    return matter.stepped(step)


def remedied(matter: Matter, remedy: Remedy) -> Matter:
    """Take a complete proposal of the civil service; the next vote is about the law as amended."""
    after = matter.stepped(Step.PROPOSE_REMEDY, remedy=remedy, law_hash=law_hash(remedy.law))
    if not matter.harm_declared:
        raise StepRefused(
            "No harm was declared in matter {matter}, so there is no mandate for a remedy.",
            matter=matter.matter_id,
        )
    return after


def enacted(matter: Matter, *, day: date, review_at: date | None = None, sunset_at: date | None = None) -> Matter:
    """Put the approved law into force, with its day of review and, where it has one, its last day."""
    rule(matter.state, Step.TAKE_EFFECT)
    if sunset_at is not None and sunset_at <= day:
        raise StepRefused(
            "The law would end on {ends:moment}, and it begins on {begins:moment}; give a later last day.",
            ends=sunset_at,
            begins=day,
        )
    return matter.stepped(Step.TAKE_EFFECT, review_at=_review(review_at, day), sunset_at=sunset_at)


def reviewed(matter: Matter, *, day: date) -> Matter:
    """Begin the review that is due."""
    after = matter.stepped(Step.BEGIN_REVIEW, harm_declared=False, remedy=None)
    if matter.review_at is None or day < matter.review_at:
        raise StepRefused(
            "Matter {matter} is reviewed on {day:moment}, not before.",
            matter=matter.matter_id,
            day=matter.review_at,
        )
    return after


def repealed(matter: Matter, by: Matter) -> Matter:
    """End a law in force, since another matter with two votes enacted its repeal."""
    after = matter.stepped(Step.REPEAL)
    if by.state is not State.ENACTED or by.remedy is None or not by.remedy.repeals or not _is_same_law(by, matter):
        raise StepRefused(
            "Matter {matter} has not enacted a repeal of {law}.",
            matter=by.matter_id,
            law=matter.law,
        )
    return after


def _is_same_law(one: Matter, other: Matter) -> bool:
    """Whether two matters are about one law: the same name in the same polity."""
    return (one.polity_id, one.law) == (other.polity_id, other.law)


def expired(matter: Matter, *, day: date) -> Matter:
    """End a law on its last day."""
    after = matter.stepped(Step.EXPIRE)
    if matter.sunset_at is None or day < matter.sunset_at:
        raise StepRefused(
            "The law of matter {matter} does not end before {day:moment}.",
            matter=matter.matter_id,
            day=matter.sunset_at or Message("a repeal"),
        )
    return after


def stayed(matter: Matter) -> Matter:
    """Stay a matter whose polity split, merged, moved or ended; an open vote is void."""
    return matter.stepped(Step.STAY, left=BEFORE_VOTE.get(matter.state, matter.state), electorate=None)


def resumed(matter: Matter, electorate: frozenset[str], *, polity_id: str | None = None) -> Matter:
    """Take a stayed matter up where it was left, in its polity or the one it was routed to.

    An electorate that had been frozen is frozen anew.
    """
    if matter.state is not State.STAYED or matter.left is None:
        raise StepRefused(
            "A matter that is '{state:state}' cannot resume; only a stayed one does.",
            state=matter.state,
        )
    frozen = electorate if matter.left in BEFORE_VOTE.values() else None
    polity = polity_id or matter.polity_id
    return replace(matter, state=matter.left, left=None, electorate=frozen, polity_id=polity)


def voided(matter: Matter, electorate: frozenset[str]) -> Matter:
    """Void the open vote, and freeze the electorate anew."""
    return matter.stepped(Step.VOID, electorate=electorate)


def _hearing(matter: Matter, step: Step) -> Hearing:
    rule(matter.state, step)
    assert matter.hearing is not None
    return matter.hearing


def _review(review_at: date | None, day: date) -> date:
    found = review_at or day + timedelta(days=REVIEW_DAYS)
    if found <= day:
        raise StepRefused(
            "A review on {day:moment} is not after {today:moment}; give a later day.",
            day=found,
            today=day,
        )
    return found
