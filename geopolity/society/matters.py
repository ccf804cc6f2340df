"""The docket of one simulated assembly: petitions queue for session days, and the real rules count the votes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from geopolity.docket.states import State, Step
from geopolity.docket.tally import Tally, outcome
from geopolity.society.parameters import Parameters
from geopolity.society.votes import ballots, sees_harm

REVIEW_HALF_YEARS = 12
"""Laws are reviewed every six years."""


@dataclass(slots=True)
class Matter:
    """A law that waits: the share of members whom it harms, the next vote, and session days still needed for it."""

    harmed: float
    vote: State
    days: float


@dataclass(slots=True)
class Docket:
    """What one assembly has before it.

    Attributes
    ----------
    waiting
        Matters in the order in which they are taken; reviews come before petitions.
    reviews
        Half-years in which laws in force come up again.
    """

    waiting: deque[Matter] = field(default_factory=deque)
    reviews: deque[int] = field(default_factory=deque)

    def half_year(
        self, now: int, petitioners: float, seated: int, parameters: Parameters, rng: np.random.Generator
    ) -> tuple[float, int, int]:
        """Take new petitions, and hear and vote as far as the calendar reaches.

        Returns session days held, matters decided, and laws remedied.
        """
        filed = rng.poisson(petitioners / 1e6 * parameters["petitions"] / 2)
        for _ in range(rng.binomial(filed, min(parameters["admitted"], 1.0))):
            harmed = float(_share(rng, parameters["harm_mean"], parameters["harm_spread"]))
            self.waiting.append(Matter(harmed, State.VOTE1, parameters["hearing_days"] + parameters["vote_days"]))
        while self.reviews and self.reviews[0] <= now:
            self.reviews.popleft()
            self.waiting.appendleft(Matter(0.0, State.REVIEW, parameters["review_days"]))
        days = room = parameters["session_cap"] / 2
        decided = remedied = 0
        while self.waiting and seated and room > 0:
            spent = min(self.waiting[0].days, room)
            self.waiting[0].days -= spent
            room -= spent
            if self.waiting[0].days > 0:
                break
            step = self._decided(self.waiting.popleft(), now, seated, parameters, rng)
            decided += step is not None
            remedied += step is Step.APPROVE
        return days - room, decided, remedied

    def _decided(
        self, matter: Matter, now: int, seated: int, parameters: Parameters, rng: np.random.Generator
    ) -> Step | None:
        """Vote, and send the matter on its way; ``None`` for a review, and where the quorum is missed."""
        if matter.vote is State.REVIEW:
            self.reviews.append(now + REVIEW_HALF_YEARS)
            return None
        voters = int(rng.binomial(seated, parameters["turnout"]))
        chance = sees_harm(matter.harmed, parameters["competence"])
        yes = ballots(rng, voters, chance, parameters["correlation"])
        step = outcome(Tally(yes=yes, no=voters - yes, abstain=0, electorate=seated), matter.vote)
        if step is Step.APPROVE:
            self.reviews.append(now + REVIEW_HALF_YEARS)
        elif step is Step.DECLARE_HARM:
            left = matter.harmed * parameters["remedy_leaves"]
            self.waiting.appendleft(Matter(left, State.VOTE2, parameters["vote_days"]))
        elif step is Step.RETURN_REMEDY:
            left = matter.harmed * parameters["remedy_leaves"]
            self.waiting.append(Matter(left, State.VOTE2, parameters["vote_days"]))
        elif step is Step.MISS_QUORUM:
            self.waiting.append(Matter(matter.harmed, matter.vote, parameters["vote_days"]))
            return None
        return step


def _share(rng: np.random.Generator, mean: float, spread: float) -> float:
    """A share with a mean, spread as a beta distribution; ``spread`` from 0 (always the mean) to 1 (all or nothing)."""
    if spread <= 0 or not 0 < mean < 1:
        return mean
    rest = (1 - spread) / spread
    return rng.beta(mean * rest, (1 - mean) * rest) if rest > 0 else float(rng.random() < mean)
