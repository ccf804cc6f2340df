"""The public page of an assembly: who sits by term class, how the draw is checked, docket, votes, reviews, log."""

from __future__ import annotations

from dataclasses import dataclass

from maps.pages.citizen.questionnaire import SumLine
from maps.pages.layout import PageFrame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class TermClass:
    """Delegates whose terms end together."""

    number: int
    ends: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """One seat; the delegate appears by the pseudonym of the draw."""

    number: int
    pseudonym: str
    term_class: int
    starts: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLine:
    """The draw that filled the assembly; ``has_files`` where its bundle is on this server."""

    epoch: str
    frozen_at: str
    is_rehearsal: bool
    commitment: str
    roll_root: str
    randomness: str
    has_files: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLine:
    """A matter in one line."""

    matter_id: str
    title: str
    polity_id: str
    polity: str
    state: str
    filed_at: str
    hearing_until: str | None = None
    review_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyLine:
    """A vote that is closed; its sums are ``None`` where so few voted that they would tell who chose what.

    Attributes
    ----------
    quorum, voted
        How many of the electorate had to vote, and did.
    """

    vote: str
    closed_at: str
    electorate: int
    quorum: int
    voted: int
    yes: int | None
    no: int | None
    abstain: int | None
    outcome: str
    ballots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of the public log; ``facts`` as it stands there."""

    index: int
    kind: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyView:
    """What the page says; ``retired`` is the moment at which it ended, ``sums`` what was answered after service."""

    polity_id: str
    title: str
    eligible: int
    classes: tuple[TermClass, ...]
    seats: tuple[SeatLine, ...]
    alternates: int
    draw: DrawLine | None
    matters: tuple[MatterLine, ...]
    tallies: tuple[TallyLine, ...]
    sessions: tuple[str, ...]
    log: tuple[LogLine, ...]
    question: str = ""
    retired: str | None = None
    sums: tuple[SumLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """A stretch of the public log, the newest first, its latest signed root, and how many witnesses signed how much."""

    lines: tuple[LogLine, ...]
    size: int
    older: int | None
    root: str = ""
    signed_size: int = 0
    signed_at: str = ""
    witnesses: int = 0
    cosigned_size: int = 0
    cosigned_by: int = 0


def assembly_page(chrome: PageFrame, view: AssemblyView) -> str:
    """Write the page of an assembly."""
    return render("assembly.jinja", chrome, view=view)


def log_page(chrome: PageFrame, view: LogView) -> str:
    """Write a stretch of the public log."""
    return render("log.jinja", chrome, view=view)
