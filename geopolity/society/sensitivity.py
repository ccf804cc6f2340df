"""Which assumptions carry the answer: each turned from its low to its high end, all others as they are."""

from __future__ import annotations

from dataclasses import dataclass

from geopolity.society.breaking import LIMITS
from geopolity.society.parameters import Parameters
from geopolity.society.steady import Steady, steady
from geopolity.society.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A parameter at both ends of its range, and the limits that hold at one end only."""

    name: str
    low: Steady
    high: Steady
    flips: tuple[str, ...]


def turned(world: World, parameters: Parameters) -> list[Turned]:
    """Turn every parameter that has a range; those that flip most, and move days most, come first."""
    found = [_turned(world, parameters, one.name, one.low, one.high) for one in parameters if one.low < one.high]
    return sorted(found, key=lambda one: (-len(one.flips), -abs(one.high.person_days - one.low.person_days), one.name))


def _turned(world: World, parameters: Parameters, name: str, low: float, high: float) -> Turned:
    at = {end: parameters.turned(name, end) for end in (low, high)}
    found = {end: steady(world, given) for end, given in at.items()}
    holds = {
        end: {limit.name for limit in LIMITS if limit.figure(found[end]) <= limit.most(given)}
        for end, given in at.items()
    }
    return Turned(name=name, low=found[low], high=found[high], flips=tuple(sorted(holds[low] ^ holds[high])))
