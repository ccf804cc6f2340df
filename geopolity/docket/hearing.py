"""What an assembly hears before it votes: evidence, testimony and a brief in plain words, for as long as it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from geopolity.docket.states import StepRefused

LONGEST = timedelta(days=730)
"""From its opening, a hearing's end is put off by two years at most; after it, the clerk may close it."""
LEAST = timedelta(days=7)
"""A hearing lasts a week at least; more where whoever opens it says so, and never less."""
NOTICE = timedelta(days=7)
"""A hearing that is shortened still lasts so long, so that whoever wanted to be heard can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A hearing that is open.

    Attributes
    ----------
    since
        Day on which it was opened.
    until
        First day on which it may close; delegates may put it off, as often as they need, within `LONGEST`.
    evidence, testimony
        How many of each were heard.
    brief
        The matter in plain words, for people without expertise; empty while there is none.
    """

    since: date
    until: date
    evidence: int = 0
    testimony: int = 0
    brief: str = ""

    @staticmethod
    def check_long_enough(until: date, day: date) -> None:
        """Refuse to open, on a day, a hearing that would end within the week.

        Raises
        ------
        StepRefused
            Naming the earliest day.
        """
        if until < day + LEAST:
            raise StepRefused(
                "A hearing lasts a week at least, so that whoever wants to be heard can be: it is open until "
                "{earliest:moment} or later, and not until {until:moment}.",
                earliest=day + LEAST,
                until=until,
            )

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
        """Refuse an extension that shortens, or goes beyond the longest hearing.

        Raises
        ------
        StepRefused
            If the new end is not later, or too late.
        """
        if until <= self.until:
            raise StepRefused(
                "The hearing is open until {until:moment} already; an extension ends later.",
                until=self.until,
            )
        self.check_within(until)

    def check_within(self, until: date) -> None:
        """Refuse an end beyond the longest hearing.

        Raises
        ------
        StepRefused
            Naming the latest day.
        """
        if until > self.since + LONGEST:
            raise StepRefused(
                "A hearing that opened on {since:moment} is put off to {latest:moment} at most, and not to "
                "{until:moment}; it stays open after that day until it is closed.",
                since=self.since,
                latest=self.since + LONGEST,
                until=until,
            )

    def check_sooner(self, until: date, day: date) -> None:
        """Refuse to shorten to a later end, or without notice.

        Raises
        ------
        StepRefused
            Naming the earliest day.
        """
        if not day + NOTICE <= until < self.until:
            raise StepRefused(
                "A hearing that is open until {end:moment} is shortened to a day before it, and from "
                "{earliest:moment} on: a week's notice.",
                end=self.until,
                earliest=day + NOTICE,
            )
