"""What a set of polities asks of people once it runs evenly: expected values, without chance and without history.

The history (``history.py``) draws all of this; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.arrays import FloatArray, IntArray
from geopolity.assembly.terms import TERM_YEARS
from geopolity.society.parameters import Parameters
from geopolity.society.response import expected_calls
from geopolity.society.votes import no_majority, sees_harm, shares_harmed
from geopolity.society.world import World
from geopolity.sortition.plan import steady_loads

WITHOUT_END = 1_000.0
"""Load of a place in which nobody is left to draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """Expected figures a year.

    Attributes
    ----------
    load
        Largest expected number of seats a person of one place fills at a time.
    steady_load
        The same once those who served are left in peace for a term; ``WITHOUT_END`` where that cannot be kept up.
    called, serving
        Share of all adults called, and sitting.
    session_days
        Days that the assembly with most people would meet, before its calendar's cap.
    mean_days
        Days that assemblies meet on average, none above the cap.
    person_days, cost
        Of delegates and of those called, all together; euros.
    missed
        Chance that no majority sees harm where three fifths of the members are harmed.
    """

    load: float
    steady_load: float
    called: float
    serving: float
    session_days: float
    mean_days: float
    person_days: float
    cost: float
    missed: float


def eligible_people(world: World, parameters: Parameters) -> IntArray:
    """Adults of each unit who consented, none of them sitting yet."""
    eligible: IntArray = np.floor(world.people * parameters["adults"] * parameters["consent"]).astype(np.int64)
    return eligible


def seats_of(world: World, parameters: Parameters) -> IntArray:
    """Seats of each polity: as many as a full assembly has, or everybody eligible where there are fewer."""
    members = world.members(eligible_people(world, parameters).astype(float))
    seats: IntArray = np.minimum(round(parameters["seats"]), members).astype(np.int64)
    return seats


def session_days(petitioners: FloatArray, parameters: Parameters) -> FloatArray:
    """Days a year that each assembly is asked to meet: hearings and votes on new laws, reviews of others."""
    matters = petitioners / 1e6 * parameters["petitions"] * parameters["admitted"]
    harmful = declared(parameters)
    each = parameters["hearing_days"] + parameters["vote_days"] * (1 + harmful)
    reviews = harmful * parameters["review_days"] * (1 + 1)  # within thirty years a law is reviewed about twice
    days: FloatArray = matters * (each + reviews)
    return days


def declared(parameters: Parameters) -> float:
    """Share of petitioned laws in which a panel finds harm."""
    voters = max(round(parameters["seats"] * parameters["turnout"]), 1)
    harmed = shares_harmed(parameters["harm_mean"], parameters["harm_spread"])
    chances = [sees_harm(share, parameters["competence"]) for share in harmed.tolist()]
    return float(np.mean([1 - no_majority(voters, chance, parameters["correlation"]) for chance in chances]))


def fills_a_year(leaving: float) -> float:
    """How often a year a seat is filled: a delegate stays for a full term, or leaves at one of its half-years."""
    stays = 1 - leaving / 2
    half_years = 2 * TERM_YEARS
    return 2 / sum(stays**passed for passed in range(half_years))


def unit_loads(world: World, parameters: Parameters) -> FloatArray:
    """Load of every unit: seats ÷ eligible, summed over its polities."""
    eligible, seats = eligible_people(world, parameters), seats_of(world, parameters)
    load = np.zeros(len(world.ids))
    for polity, open_ in zip(world.polities, seats.tolist(), strict=True):
        load[polity.units] += open_ / max(int(eligible[polity.units].sum()), 1)
    return np.where(eligible > 0, load, 0.0)


def steady(world: World, parameters: Parameters) -> Steady:
    """Expected figures of a year."""
    load = unit_loads(world, parameters)
    adults = float(world.people.sum()) * parameters["adults"]
    seats = float(seats_of(world, parameters).sum())
    calls = expected_calls(seats * fills_a_year(parameters["leaving"]), parameters["acceptance"])
    wanted = session_days(world.petitioners(world.people), parameters)
    held = np.minimum(wanted, parameters["session_cap"])
    days = float((held * seats_of(world, parameters)).sum()) + calls * parameters["screening_days"]
    return Steady(
        load=float(load.max(initial=0.0)),
        steady_load=min(float(steady_loads(load).max(initial=0.0)), WITHOUT_END),
        called=calls / adults,
        serving=seats / adults,
        session_days=float(wanted.max(initial=0.0)),
        mean_days=float(held.mean()) if len(held) else 0.0,
        person_days=days,
        cost=days * parameters["cost_per_day"] + calls * parameters["cost_per_call"],
        missed=no_majority(
            max(round(parameters["seats"] * parameters["turnout"]), 1),
            sees_harm(0.6, parameters["competence"]),
            parameters["correlation"],
        ),
    )
