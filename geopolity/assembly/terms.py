"""Terms of six years in classes of which one turns over each year."""

from __future__ import annotations

from datetime import date

TERM_YEARS = 6
CLASSES = 6
"""Term classes; class ``c`` of a new assembly ends after ``c × 6 ÷ classes`` years."""
COOL_DOWN_YEARS = 6
"""Years after a term in which nobody is drawn again."""


def term_class(rank: int, classes: int = CLASSES) -> int:
    """Class, from 1, of the delegate with a rank: ranks are dealt out, so that classes differ by one seat at most."""
    return (rank - 1) % classes + 1


def first_term_ends(start: date, number: int, classes: int = CLASSES) -> date:
    """End of the first term of class ``number`` in an assembly that begins on ``start``."""
    months, rest = divmod(12 * TERM_YEARS * number, classes)
    if rest:
        msg = f"{classes} classes do not divide a term of {TERM_YEARS} years into whole months"
        raise ValueError(msg)
    return months_later(start, months)


def term_ends(start: date) -> date:
    """End of a full term."""
    return months_later(start, 12 * TERM_YEARS)


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later; the last of the month where there is none (29 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)
