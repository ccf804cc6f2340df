"""The console of clerks and administrators: people, invitations, the lot, seats, polities, letters, links and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import Said
from maps.pages.layout import PageFrame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCounts:
    """How many people there are, and how they stand; made-up ones apart."""

    registered: int
    made_up: int
    consenting: int
    own_keys: int
    office_keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person, by number."""

    citizen_id: str
    standing: str
    until: str
    home: str
    key_made_by: str
    polities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochLine:
    """The frozen roll that waits for its draw.

    Attributes
    ----------
    due_at
        When the round of drand comes that was named at the freeze.
    is_due
        Whether it has come.
    """

    epoch: str
    frozen_at: str
    round: int
    due_at: str
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """Seats that a polity can staff, from how many people."""

    polity_id: str
    seats: int
    eligible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What can be staffed, and what to change where it cannot."""

    lines: tuple[PlanLine, ...]
    people: int
    is_feasible: bool
    advice: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyRow:
    """A polity with its assembly: who sits, who stands by, who was called and has answered."""

    polity_id: str
    title: str
    seats: int
    alternates: int
    called: int
    accepted: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """Something that waits for a second person."""

    number: int
    kind: str
    name: str
    asked_by: str
    asked_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationsLine:
    """Invitations that wait for a second person."""

    number: int
    people: int
    asked_by: str
    asked_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationLine:
    """Somebody who registered themselves; one person of the office has seen their proof."""

    code: str
    unit_id: str
    checked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A program's key."""

    key_id: str
    name: str
    roles: str
    ends_at: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleView:
    """Everything that the console says."""

    people: PeopleCounts
    epoch: EpochLine | None
    assemblies: tuple[AssemblyRow, ...]
    acts: tuple[ActRow, ...]
    invitations: tuple[InvitationsLine, ...]
    letters: int
    mails: int
    waiting: int
    keys: tuple[KeyLine, ...]
    registrations: tuple[RegistrationLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSaid:
    """What came of the last act: a sentence, a secret link, a person, a plan, a refusal."""

    done: str = ""
    link: str = ""
    error: Said | None = None
    person: PersonLine | None = None
    plan: PlanView | None = None


def console_page(
    chrome: PageFrame,
    view: ConsoleView,
    said: ConsoleSaid,
    *,
    grounds: Sequence[str] = (),
    roles: Sequence[str] = (),
) -> str:
    """Write the console; ``grounds`` are hardships of the closed list, ``roles`` those of offices."""
    return render("console.jinja", chrome, view=view, said=said, grounds=grounds, roles=roles)
