"""From an issue and a layer to a polity, how it compares and changes, and who belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.polity.change import Change, change_since
    from geopolity.polity.derivation import Derivation, derive_polity
    from geopolity.polity.issue import Issue, IssueError
    from geopolity.polity.membership import MembershipError, Memberships, memberships
    from geopolity.polity.stability import with_stability
    from geopolity.polity.terrain import Terrain, survey

__all__ = [
    "Change",
    "Derivation",
    "Issue",
    "IssueError",
    "MembershipError",
    "Memberships",
    "Terrain",
    "change_since",
    "derive_polity",
    "memberships",
    "survey",
    "with_stability",
]

__getattr__ = lazily(
    __name__,
    {
        "Change": "change",
        "Derivation": "derivation",
        "Issue": "issue",
        "IssueError": "issue",
        "MembershipError": "membership",
        "Memberships": "membership",
        "Terrain": "terrain",
        "change_since": "change",
        "derive_polity": "derivation",
        "memberships": "membership",
        "survey": "terrain",
        "with_stability": "stability",
    },
)
