"""Which counts of registered people may be published."""

from __future__ import annotations

LEAST = 10
"""Smaller counts could point at somebody."""


def may_publish(count: int) -> bool:
    """Whether a count of registered people may be published: nobody at all, or at least ten."""
    return count == 0 or count >= LEAST
