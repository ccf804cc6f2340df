"""Small societies that a reader can count by hand."""

from __future__ import annotations

import numpy as np

from boundaries.society import open_parameters
from geopolity.society import Parameters, Polity, World


def parameters(**values: float) -> Parameters:
    """The embedded assumptions, some of them at other values."""
    given = open_parameters()
    for name, value in values.items():
        given = given.turned(name, value)
    return given


def polity(number: int, units: list[int], affected: float = 0.5) -> Polity:
    """A polity of some units, in all of which the same share is affected."""
    inside = np.array(units)
    return Polity(
        number=number,
        name=f"polity-{number}",
        kind="site",
        units=inside,
        touched=inside,
        affected=np.full(len(units), affected),
        coverage=1.0,
        gap=0.0,
        coverage_target=0.9,
    )


def world(people: list[float], polities: list[Polity], states: list[str] | None = None) -> World:
    """Units with people, numbered from u00, that do not grow."""
    return World(
        ids=tuple(f"u{place:02}" for place in range(len(people))),
        state=tuple(states or [""] * len(people)),
        people=np.array(people, float),
        growth=np.zeros(len(people)),
        polities=tuple(polities),
    )
