"""Streets with their houses: what a file of addresses holds, and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SCALE = 1e7
"""Whole numbers of a degree in which points are kept: a centimetre."""


class StreetName(NamedTuple):
    """What tells a street from others: its name, and what it lies in."""

    name: str
    place: str
    region: str
    postcode: str
    country: str


class House(NamedTuple):
    """One address as a point: its street, its number as it is written, and where it is, in degrees."""

    street: StreetName
    number: str
    lon: float
    lat: float


class Range(NamedTuple):
    """Numbers along one side of a line: first and last in the line's direction, and which of them there are.

    ``parity`` is ``odd``, ``even`` or ``both``; ``line`` are points in degrees, already on the side of the houses.
    """

    street: StreetName
    first: int
    last: int
    parity: str
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street with all its houses.

    Attributes
    ----------
    numbers
        Labels of the houses (``12``, ``12bis``), in the order of ``points``.
    points
        Longitude and latitude of each, in ``SCALE`` parts of a degree.
    ranges
        Numbers along lines.
    """

    street: StreetName
    numbers: Sequence[str] = ()
    points: npt.NDArray[np.int32]
    ranges: Sequence[Range] = ()


def label(number: str) -> str:
    """A house's number as every spelling has in common: ``12 bis`` is ``12bis``, ``37-12`` is ``3712``."""
    return "".join(letter for letter in number.casefold() if letter.isalnum() or letter == "/").removesuffix("/")


def leading(text: str) -> int | None:
    """The number that a label begins with; ``None`` if it begins with none."""
    digits = text[: next((place for place, letter in enumerate(text) if not letter.isdigit()), len(text))]
    return int(digits) if digits and len(digits) < 10 and digits.isascii() else None
