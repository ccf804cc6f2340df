"""The docket: what the assemblies deal with, one matter with all that may be read, and what a reader can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geopolity.docket.summons import LONGEST_PLEA, Excuse
from maps.locale.texts import Said, texts
from maps.pages.assembly import MatterLine, TallyLine
from maps.pages.layout import PageFrame, render
from maps.pages.proposals import ProposalLine, proposal_cards
from maps.pages.redline import Piece

HEARINGS = ("hearing", "hearing 2")
READY = ("ready", "ready 2")
VOTES = ("vote 1", "vote 2")
BEFORE_A_VOTE = ("filed", "admitted", *HEARINGS, "review", "remedy proposed", "remedy mandated")
DECIDED = ("closed", "in force", "rejected", "repealed", "sunset")
PETITIONERS = ("resident", "citizen", "delegate", "civil servant")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLine:
    """Evidence or testimony."""

    number: int
    kind: str
    at: str
    by: str
    text: str
    link: str | None
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    """A remedy that the civil service proposed."""

    author: str
    effect: str
    cost: str
    alternatives: tuple[str, ...]
    repeals: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LawVersion:
    """A version of a law: since when and until when it binds, and the matter that made it."""

    version: int
    since: str | None
    until: str | None
    matter_id: str | None
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """The key that a delegate's seat is opened with, and whether it was; empty where the roll commits to none."""

    pseudonym: str
    key: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterView:
    """A matter, all that may be read of it before voting, and where its reader stands.

    Attributes
    ----------
    law_text
        As it would be voted on: amended, once there is a remedy.
    changes
        The law before, with what the remedy removes and adds; empty without a remedy that amends.
    versions
        The law's history, the newest first.
    electorate, quorum, vote_ends
        How many may vote, how many of them must, and when the open vote ends; never how it stands.
    least_days
        Days that a vote lasts at least.
    may_vote, has_voted, is_seated
        Of the delegate who reads it.
    is_review_due
        Whether its day of review has come.
    is_sealed, vote_number
        Whether the open vote takes encrypted ballots, and which it is.
    own
        Key of the delegate who reads it.
    issue
        What the polity's issue asks.
    """

    line: MatterLine
    law: str
    law_text: str | None
    question: str
    harm: str
    petitioner: str
    brief: str
    heard: tuple[HeardLine, ...]
    remedy: RemedyView | None
    tallies: tuple[TallyLine, ...]
    changes: tuple[Piece, ...] = ()
    versions: tuple[LawVersion, ...] = ()
    sunset_at: str | None = None
    electorate: int = 0
    quorum: int = 0
    vote_ends: str = ""
    least_days: int = 3
    may_vote: bool = False
    has_voted: bool = False
    is_seated: bool = False
    is_review_due: bool = False
    is_sealed: bool = False
    vote_number: int = 0
    own: OwnKey | None = None
    today: str = ""
    issue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcuseRequest:
    """What a delegate asked the clerk; ``is_granted`` is ``None`` while it waits.

    Attributes
    ----------
    polity
        Title of the assembly's polity.
    ground
        From the closed list.
    text, reason
        What the delegate wrote, and what the clerk answered: for these two alone.
    """

    number: int
    polity: str
    delegate: str
    ground: str
    text: str
    asked_at: str
    is_appeal: bool
    is_granted: bool | None
    reason: str
    decided_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """Something that waits for a clerk: its kind is a word of the catalogue."""

    kind: str
    link: str
    title: str
    since: str
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DocketView:
    """Matters of all assemblies, open proposals, and what is due.

    ``requests``, ``acts`` and ``waiting`` are for the clerk and empty for everybody else.

    Attributes
    ----------
    answering, answer
        Request that the clerk could not decide so, and the reason as typed.
    """

    question: str
    open: tuple[MatterLine, ...]
    decided: tuple[MatterLine, ...]
    due: tuple[MatterLine, ...]
    assemblies: tuple[tuple[str, str], ...]
    proposals: tuple[ProposalLine, ...] = ()
    waiting: tuple[WaitingLine, ...] = ()
    requests: tuple[ExcuseRequest, ...] = ()
    acts: tuple[ActLine, ...] = ()
    answering: int = 0
    answer: str = ""
    done: str = ""
    error: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """What somebody filled in to raise a harm."""

    polity: str = ""
    petitioner: str = "resident"
    title: str = ""
    law: str = ""
    text: str = ""
    harm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """A delegate's receipt; nobody else has it."""

    vote: str
    tracker: str
    delegate: str
    salt: str
    nonce: str
    law_hash: str
    question_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSeat:
    """A seat that its reader holds, with the call to it."""

    polity_id: str
    title: str
    number: int
    ends: str
    pseudonym: str
    answer: str | None
    sent: str
    answer_by: str
    is_final: bool
    matters: tuple[MatterLine, ...]
    sessions: tuple[str, ...]
    requests: tuple[ExcuseRequest, ...]
    own: OwnKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAct:
    """What an office did about its reader's signing in: ``kind`` is ``link`` or ``unlink``, ``done_at`` none yet."""

    kind: str
    asked_by: str
    asked_at: str
    confirmed_by: str
    done_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """An act about a person or a matter that waits for a second person of the office."""

    number: int
    kind: str
    name: str
    asked_by: str
    asked_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPlea:
    """What a delegate typed to be excused from one assembly."""

    polity_id: str
    ground: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """What a delegate's page says; ``excuses`` and ``grounds`` are the closed lists.

    Attributes
    ----------
    left
        Requests that were granted for seats that are left now.
    provider, is_linked
        Host of the provider that people sign in with, if there is one; whether it signs this delegate in.
    acts
        Links that were made or asked for in its reader's name, and accounts that were ended, the newest first.
    typed
        What was typed into a form that was refused.
    """

    seats: tuple[ServiceSeat, ...]
    excuses: tuple[str, ...]
    grounds: tuple[str, ...]
    left: tuple[ExcuseRequest, ...] = ()
    provider: str = ""
    is_linked: bool = False
    acts: tuple[SignInAct, ...] = ()
    error: Said | None = None
    typed: TypedPlea | None = None


def docket_page(chrome: PageFrame, view: DocketView) -> str:
    """Write the docket of all assemblies."""
    cards = proposal_cards(texts(chrome.language), view.proposals)
    return render("docket.jinja", chrome, view=view, proposals=cards, excuses=tuple(Excuse), longest=LONGEST_PLEA)


def matter_page(chrome: PageFrame, view: MatterView, *, error: Said | None = None, megabytes: int = 20) -> str:
    """Write the page of a matter."""
    return render(
        "matter.jinja",
        chrome,
        view=view,
        state=view.line.state,
        error=error,
        megabytes=megabytes,
        hearings=HEARINGS,
        ready=READY,
        votes=VOTES,
        before=BEFORE_A_VOTE,
    )


def petition_page(
    chrome: PageFrame, polities: Sequence[tuple[str, str]], petition: Petition, *, error: Said | None = None
) -> str:
    """Write the form by which anybody raises a harm."""
    return render("petition.jinja", chrome, polities=polities, petition=petition, kinds=PETITIONERS, error=error)


def receipt_page(chrome: PageFrame, matter_id: str, receipt: ReceiptView) -> str:
    """Show a delegate the receipt, once."""
    return render("receipt.jinja", chrome, matter_id=matter_id, receipt=receipt)


def service_page(chrome: PageFrame, view: ServiceView) -> str:
    """Write a delegate's own page."""
    return render("service.jinja", chrome, view=view, longest=LONGEST_PLEA)
