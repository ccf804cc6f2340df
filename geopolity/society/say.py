"""Who decides about whom: how many of the affected have no say, and how many who have one are not affected.

*Exclusion* is the affected people outside ÷ all affected; *over-inclusion* is the members who are not affected ÷ all
members (the two ways in which a constituency can miss the all-affected principle, after R. Goodin, "Enfranchising all
affected interests, and its alternatives", Philosophy & Public Affairs 35, 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geopolity.arrays import BoolArray, FloatArray
from geopolity.polity.baselines import whole_parents
from geopolity.polity.derivation import Derivation


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranged:
    """A share with the least and the most that it can be, as people may live anywhere in their units."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What a group of units means for who has a say.

    Attributes
    ----------
    members
        People in it.
    excluded
        Affected people outside it.
    exclusion
        ``excluded`` ÷ all affected.
    over_inclusion
        Members who are not affected ÷ members; 0 where there is no member.
    """

    members: float
    excluded: float
    exclusion: Ranged
    over_inclusion: Ranged


@dataclass(frozen=True, slots=True, kw_only=True)
class Constituency:
    """A way to draw the line, by its name: ``polity``, ``state``, ``states``, ``touched`` or ``nation``.

    ``label`` is the state's name where it is one; ``inside`` (bool, a unit each) says which units it takes.
    """

    name: str
    label: str
    inside: BoolArray
    say: Say


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counts:
    """People and affected people of every unit, float arrays of one length; ``low`` and ``high`` bound the latter."""

    people: FloatArray
    affected: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, units: pd.DataFrame) -> Counts:
        """Counts of a table with ``population, affected, affected_low, affected_high``; unknown people are none."""
        columns = (units[name] for name in ("population", "affected", "affected_low", "affected_high"))
        return cls(**dict(zip(("people", "affected", "low", "high"), map(_filled, columns), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Who decides today, where one state does: the state with the most affected people; and who would."""

    state: str
    today: Say
    here: Say


def say(inside: BoolArray, counts: Counts) -> Say:
    """Measure a group of units."""
    out = ~inside
    people = float(counts.people[inside].sum())
    held, left = float(counts.affected[inside].sum()), float(counts.affected[out].sum())
    low_held, high_held = float(counts.low[inside].sum()), float(counts.high[inside].sum())
    low_left, high_left = float(counts.low[out].sum()), float(counts.high[out].sum())
    return Say(
        members=people,
        excluded=left,
        exclusion=_ranged(
            _share(left, left + held), _share(low_left, low_left + high_held), _share(high_left, high_left + low_held)
        ),
        over_inclusion=_ranged(
            _share(people - held, people), _share(people - high_held, people), _share(people - low_held, people)
        ),
    )


def constituencies(derivation: Derivation) -> list[Constituency]:
    """The polity and what it can be compared with; the best single state is the one with the most affected people.

    Layers whose units have no ``parent`` have no states. ``states`` is the smallest connected group of whole states
    that covers as much as was asked for, left out where there is none.
    """
    counts = Counts.of(derivation.units)
    found = [("polity", "", derivation.units["inside"].to_numpy(dtype=np.bool_))]
    state = _best_state(derivation.layer.units, counts)
    if state is not None:
        found.append(("state", *state))
    whole = None if derivation.issue.affects_everyone else whole_parents(derivation)
    if whole is not None:
        found.append(("states", "", whole[: len(derivation.layer)]))
    found.append(("touched", "", counts.affected > 0))
    found.append(("nation", "", np.ones(len(derivation.layer), np.bool_)))
    return [
        Constituency(name=name, label=label, inside=inside, say=say(inside, counts)) for name, label, inside in found
    ]


def deciding(units: pd.DataFrame, ground: pd.DataFrame) -> Deciding | None:
    """Compare a polity with the best single state; ``None`` where the ground's states have no names.

    ``units`` has the columns of :meth:`Counts.of` and ``inside``, ``ground`` has ``parent`` and its name, in one order.
    """
    counts = Counts.of(units)
    state = _best_state(ground, counts) if _NAMES & set(ground.columns) else None
    if state is None:
        return None
    label, inside = state
    return Deciding(state=label, today=say(inside, counts), here=say(units["inside"].to_numpy(dtype=np.bool_), counts))


_NAMES = {"parent_name", "state_name"}
"""Columns that may name the unit around each unit."""


def _best_state(ground: pd.DataFrame, counts: Counts) -> tuple[str, BoolArray] | None:
    if "parent" not in ground:
        return None
    names, place = np.unique(ground["parent"].fillna("").to_numpy(dtype=str), return_inverse=True)
    held = np.bincount(place, weights=counts.affected, minlength=len(names))
    held[names == ""] = -1.0
    best = int(held.argmax())
    if held[best] <= 0:
        return None
    inside = place == best
    named = next((column for column in sorted(_NAMES) if column in ground), "parent")
    return str(ground[named].to_numpy()[inside][0]), inside


def _filled(column: object) -> FloatArray:
    values = np.asarray(column, dtype=np.float64)
    return np.nan_to_num(values, nan=0.0)


def _share(part: float, whole: float) -> float:
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else 0.0


def _ranged(value: float, low: float, high: float) -> Ranged:
    """A range holds its value, whatever the last bit says."""
    return Ranged(value=value, low=min(low, value), high=max(high, value))
