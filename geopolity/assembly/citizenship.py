"""Citizen or resident: who consents each year takes part, who does not only pays for the common ground.

Consent is an explicit act that holds for a year from the moment it is given, in UTC; nothing renews it but another act.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from geopolity.errors import NegativeAnswer

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
LEAST_HOME = 500
"""A home has at least so many people, so that it points at nobody."""


class ConsentRefused(NegativeAnswer):
    """Consent cannot be given or withdrawn."""

    code = "consent-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One act of consent; all times are ISO 8601 text in UTC."""

    given_at: str
    expires_at: str
    withdrawn_at: str | None = None

    def holds(self, moment: str) -> bool:
        """Whether it is given, not withdrawn and not expired at a moment."""
        end = min(self.expires_at, self.withdrawn_at or self.expires_at)
        return self.given_at <= moment < end


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person is at one moment, and what follows from it.

    Attributes
    ----------
    expires_at
        When consent ends unless it is given again; ``None`` for a resident.
    """

    is_citizen: bool
    expires_at: str | None
    entitlements: tuple[str, ...]
    obligations: tuple[str, ...]

    @property
    def word(self) -> str:
        """``citizen`` or ``resident``."""
        return "citizen" if self.is_citizen else "resident"


def one_year_after(moment: str) -> str:
    """Return the same day and time next year; a leap day becomes 1 March, so that a year is never short."""
    given = datetime.strptime(moment, MOMENT)  # noqa: DTZ007 - text in UTC
    try:
        return given.replace(year=given.year + 1).strftime(MOMENT)
    except ValueError:
        return given.replace(year=given.year + 1, month=3, day=1).strftime(MOMENT)


def consent(moment: str, *, is_of_age: bool) -> Consent:
    """Give consent for a year.

    Raises
    ------
    ConsentRefused
        Below the minimum age.
    """
    if not is_of_age:
        raise ConsentRefused("Consent needs the minimum age; register the person as of age when they have reached it.")
    return Consent(given_at=moment, expires_at=one_year_after(moment))


def standing(consents: Iterable[Consent], moment: str) -> Standing:
    """What a person is at a moment, by all their acts of consent."""
    ends = [act.expires_at for act in consents if act.holds(moment)]
    if not ends:
        return Standing(
            is_citizen=False,
            expires_at=None,
            entitlements=("geographic public goods",),
            obligations=("geographic tax",),
        )
    return Standing(
        is_citizen=True,
        expires_at=max(ends),
        entitlements=("geographic public goods", "social insurance", "power over the law"),
        obligations=("geographic tax", "civic participation: may be called to an assembly by lot"),
    )
