"""An assembly: numbered seats with their classes and terms, and the alternates who stand by, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from geopolity.assembly.terms import first_term_ends, term_class, term_ends
from geopolity.errors import NegativeAnswer, RequestError

MOST_SEATS = 150


class AssemblyError(RequestError):
    """An assembly that cannot be: too many seats, a number or a person twice."""

    code = "assembly"


class SeatRefused(NegativeAnswer):
    """A seat cannot be taken or left in this way."""

    code = "seat-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat and who holds it.

    Attributes
    ----------
    number
        From 1; it stays with the seat whoever holds it, and so does its class.
    holder
        Pseudonym of the epoch, or any other name of the person that is not personal.
    pool
        Pool the seat was drawn from; an alternate of the same pool is called first.
    starts, ends
        First day of the holder, and first day no longer in the term.
    """

    number: int
    holder: str
    pool: str
    term_class: int
    starts: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise AssemblyError(
                "Seat {number} would end on {ends:moment}, before it starts on {starts:moment}.",
                number=self.number,
                ends=self.ends,
                starts=self.starts,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """Somebody who stands by, by rank."""

    rank: int
    holder: str
    pool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """One assembly (or chamber) on a day: seats that are held, and alternates not called yet.

    Attributes
    ----------
    size
        Seats it has, held or empty.
    """

    polity_id: str
    size: int
    seats: tuple[Seat, ...] = ()
    alternates: tuple[Alternate, ...] = ()

    def __post_init__(self) -> None:
        numbers, people = [seat.number for seat in self.seats], [seat.holder for seat in self.seats]
        if not 1 <= self.size <= MOST_SEATS:
            raise AssemblyError(
                "{polity} cannot have {size} seats; an assembly has 1 to {most}.",
                polity=self.polity_id,
                size=self.size,
                most=MOST_SEATS,
            )
        if len(set(numbers)) != len(numbers) or not set(numbers) <= {*range(1, self.size + 1)}:
            raise AssemblyError(
                "{polity} has seats 1 to {size}, each once; {numbers} were given.",
                polity=self.polity_id,
                size=self.size,
                numbers=sorted(numbers),
            )
        people += [alternate.holder for alternate in self.alternates]
        if len(set(people)) != len(people):
            raise AssemblyError(
                "Somebody has two places in {polity}; a person has one.",
                polity=self.polity_id,
            )

    @property
    def empty(self) -> tuple[int, ...]:
        """Numbers of the seats that nobody holds."""
        return tuple(sorted({*range(1, self.size + 1)} - {seat.number for seat in self.seats}))

    def seat(self, number: int) -> Seat:
        """Return the seat with a number, if it is held."""
        for seat in self.seats:
            if seat.number == number:
                return seat
        raise SeatRefused(
            "Nobody holds seat {number} of {polity}; seats run from 1 to {size}.",
            number=number,
            polity=self.polity_id,
            size=self.size,
        )


def constituted(polity_id: str, called: Iterable[tuple[str, str, int, str]], *, start: date) -> Assembly:
    """Make a new assembly of those drawn: classes are dealt out by rank, first terms last one year to six.

    Parameters
    ----------
    called
        ``(pseudonym, pool, rank, kind)`` with kind ``delegate`` or ``alternate``.
    """
    delegates, alternates = _by_kind(called)
    seats = tuple(
        Seat(
            number=rank,
            holder=holder,
            pool=pool,
            term_class=term_class(rank),
            starts=start,
            ends=first_term_ends(start, term_class(rank)),
        )
        for rank, holder, pool in delegates
    )
    return Assembly(polity_id=polity_id, size=len(seats), seats=seats, alternates=alternates)


def ending(assembly: Assembly, day: date) -> tuple[Seat, ...]:
    """Seats whose term is over on a day."""
    return tuple(seat for seat in assembly.seats if seat.ends <= day)


def renewed(assembly: Assembly, called: Iterable[tuple[str, str, int, str]], *, start: date) -> Assembly:
    """Let terms that are over end, and seat those drawn on the empty seats for a full term, in the order of ranks.

    A seat keeps its number and class. Alternates of the earlier draw step back: those of the new one stand by.
    """
    delegates, alternates = _by_kind(called)
    left = tuple(seat for seat in assembly.seats if seat.ends > start)
    empty = replace(assembly, seats=left, alternates=()).empty
    if len(delegates) > len(empty):
        raise SeatRefused(
            "{drawn:count} delegates were drawn for {empty:count} empty seats of {polity}.",
            drawn=len(delegates),
            empty=len(empty),
            polity=assembly.polity_id,
        )
    seats = tuple(
        Seat(
            number=number,
            holder=holder,
            pool=pool,
            term_class=term_class(number),
            starts=start,
            ends=term_ends(start),
        )
        for number, (_, holder, pool) in zip(empty, delegates, strict=False)
    )
    return replace(assembly, seats=_in_order(left + seats), alternates=alternates)


def _in_order(seats: Sequence[Seat]) -> tuple[Seat, ...]:
    return tuple(sorted(seats, key=lambda seat: seat.number))


def _by_kind(
    called: Iterable[tuple[str, str, int, str]],
) -> tuple[list[tuple[int, str, str]], tuple[Alternate, ...]]:
    rows = sorted(called, key=lambda row: row[2])
    delegates = [(rank, holder, pool) for holder, pool, rank, kind in rows if kind == "delegate"]
    alternates = (
        Alternate(rank=rank, holder=holder, pool=pool) for holder, pool, rank, kind in rows if kind != "delegate"
    )
    return delegates, tuple(alternates)
