"""Where an issue bites, and how hard: the kinds of footprint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Base of the kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone(Footprint):
    """Rights: everybody is affected."""
