"""The page on what is protected from whom: who watches the log, who opens votes, and what each of them has done."""

from __future__ import annotations

from dataclasses import dataclass

from maps.pages.layout import PageFrame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessLine:
    """A witness of the log, by what its signatures are checked, and how many lines it has signed."""

    name: str
    vkey: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrusteeLine:
    """What a trustee has done in a vote: made a part of its key, confirmed it, opened a part of its sum."""

    name: str
    has_part: bool
    has_confirmed: bool
    has_opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedVoteLine:
    """A vote that no server reads, and its trustees; ``threshold`` of them open the sum of a closed board."""

    vote: str
    matter_id: str
    threshold: int
    is_open: bool
    is_closed: bool
    trustees: tuple[TrusteeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustView:
    """Who watches and who opens; ``log_key`` is what a witness needs to follow the log."""

    size: int
    log_key: str
    witnesses: tuple[WitnessLine, ...]
    votes: tuple[SealedVoteLine, ...]


def trust_page(chrome: PageFrame, view: TrustView) -> str:
    """Write the page on what is protected from whom."""
    return render("trust.jinja", chrome, view=view)
