"""The call to serve: like jury duty, it is excused by a closed list, and appealed, but not declined.

Putting service off for hardship is a deferral, and the ledger of service keeps it (``geopolity.assembly.burden``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from geopolity.errors import NegativeAnswer, RequestError

ANSWER_DAYS = 30
LONGEST_PLEA = 1_000
"""Most characters of what a delegate or the clerk writes about an excuse."""


class Excuse(StrEnum):
    """The closed list of what frees from this call for good."""

    INCAPACITY = "incapacity"
    SOLE_CARER = "sole carer of a dependant"
    SERVES = "serves elsewhere by lot"
    ABROAD = "lives abroad"


class Answer(StrEnum):
    """What became of a summons."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    EXCUSED = "excused"
    REFUSED = "excuse refused"
    SILENT = "no response"


class ExcuseError(RequestError):
    """A reason that is not in the closed list, or words about it that are missing or too many."""

    code = "excuse"


class SummonsRefused(NegativeAnswer):
    """A summons cannot be answered in this way."""

    code = "summons-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons:
    """A call to one seat; ``is_final`` once an appeal was decided."""

    polity_id: str
    pseudonym: str
    sent: date
    answer: Answer = Answer.WAITING
    excuse: Excuse | None = None
    is_final: bool = False

    @property
    def answer_by(self) -> date:
        """Last day to answer."""
        return self.sent + timedelta(days=ANSWER_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plea:
    """What a delegate asks the clerk: an excuse of the closed list, and a few words that are for the clerk alone."""

    excuse: Excuse
    text: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.text.strip()) <= LONGEST_PLEA:
            raise ExcuseError(
                "What you tell the clerk has {given:count} characters; write 1 to {most:count}.",
                given=len(self.text.strip()),
                most=LONGEST_PLEA,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the clerk decides of an excuse; ``reason`` is told to the delegate, and a request is not refused without."""

    excuse: Excuse
    is_granted: bool
    reason: str = ""


def excuse_of(word: str) -> Excuse:
    """Read an excuse.

    Raises
    ------
    ExcuseError
        If it is not in the closed list.
    """
    try:
        return Excuse(word.strip().lower())
    except ValueError as error:
        raise ExcuseError(
            "{word:quoted} is no excuse; the closed list is: {excuses:excuse}.",
            word=word,
            excuses=list(Excuse),
        ) from error


def accepted(summons: Summons) -> Summons:
    """Take the seat; after a refused excuse too."""
    if summons.answer not in {Answer.WAITING, Answer.REFUSED}:
        raise _answered(summons)
    return replace(summons, answer=Answer.ACCEPTED)


def deferred(summons: Summons) -> Summons:
    """Note that the ledger granted a deferral."""
    _waits(summons)
    return replace(summons, answer=Answer.DEFERRED)


def asked(summons: Summons) -> Summons:
    """Return a summons that its delegate may ask to be excused from, or whose refusal may be appealed.

    Raises
    ------
    SummonsRefused
        If it was answered otherwise, or the appeal was decided.
    """
    if summons.answer is Answer.REFUSED:
        _not_final(summons)
    else:
        _waits(summons)
    return summons


def decided(summons: Summons, excuse: Excuse, *, is_granted: bool) -> Summons:
    """Decide an excuse, or the appeal against a refusal, which is final."""
    if summons.answer is Answer.REFUSED:
        _not_final(summons)
        summons = replace(summons, is_final=True)
    else:
        _waits(summons)
    return replace(summons, answer=Answer.EXCUSED if is_granted else Answer.REFUSED, excuse=excuse)


def silent(summons: Summons, *, day: date) -> Summons:
    """Mark a summons that nobody answered in time: the alternate is called, and service stays owed."""
    _waits(summons)
    if day <= summons.answer_by:
        raise SummonsRefused(
            "The summons can be answered until {until:moment}.",
            until=summons.answer_by,
        )
    return replace(summons, answer=Answer.SILENT)


def _not_final(summons: Summons) -> None:
    if summons.is_final:
        raise SummonsRefused("The appeal was decided, and it is final: the seat is to be taken.")


def _waits(summons: Summons) -> None:
    if summons.answer is not Answer.WAITING:
        raise _answered(summons)


def _answered(summons: Summons) -> SummonsRefused:
    return SummonsRefused(
        "The summons was answered ('{answer:answer}'); service is a duty and is not declined.",
        answer=summons.answer,
    )
