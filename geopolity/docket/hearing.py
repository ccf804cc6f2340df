"""What an assembly hears before it votes: evidence, testimony and a brief in plain words, for as long as it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geopolity.docket.states import StepRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A hearing that is open.

    Attributes
    ----------
    until
        First day on which it may close; delegates may put it off, as often as they need.
    evidence, testimony
        How many of each were heard.
    brief
        The matter in plain words, for people without expertise; empty while there is none.
    """

    until: date
    evidence: int = 0
    testimony: int = 0
    brief: str = ""

    def check_over(self, day: date) -> None:
        """Refuse to close it too early, without a brief, or with nothing heard.

        Raises
        ------
        StepRefused
            Saying what is missing.
        """
        if day < self.until:
            raise StepRefused(
                "The hearing is open until {until:moment}; no vote opens before it closes.",
                until=self.until,
            )
        if not self.brief.strip():
            raise StepRefused("The hearing has no brief in plain words; `geopolity matter brief` writes one.")
        if not self.evidence + self.testimony:
            raise StepRefused("Nothing was heard: neither evidence nor testimony; add some, or extend the hearing.")

    def check_later(self, until: date) -> None:
        """Refuse an extension that shortens.

        Raises
        ------
        StepRefused
            If the new end is not later.
        """
        if until <= self.until:
            raise StepRefused(
                "The hearing is open until {until:moment} already; an extension ends later.",
                until=self.until,
            )
