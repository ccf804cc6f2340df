"""Whether a panel of some 150 sees what the people see: closed forms, and the same as draws.

Delegates see harm with a chance p; a correlation ρ between them makes the count beta-binomial, as if
n ÷ (1 + (n − 1) ρ) of them judged independently.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from geopolity.arrays import FloatArray

Z95 = float(stats.norm.ppf(0.975))


def half_width(voters: int, share: float = 0.5) -> float:
    """Half the width of the 95 % range of a panel's share around the people's, as a share."""
    return Z95 * math.sqrt(share * (1 - share) / voters)


def no_majority(voters: int, share: float, correlation: float = 0.0) -> float:
    """Chance that at most half of the voters see what a ``share`` of the people sees: a tie decides for no change."""
    most = voters // 2
    if correlation == 0:
        return float(stats.binom.cdf(most, voters, share))
    rest = (1 - correlation) / correlation
    return float(stats.betabinom.cdf(most, voters, share * rest, (1 - share) * rest))


def nobody_of(minority: float, seats: int) -> float:
    """Chance that nobody of a minority of this share sits among so many."""
    return (1 - minority) ** seats


def effective_size(seats: int, correlation: float) -> float:
    """Independent judges that are worth as much as so many correlated ones."""
    return seats / (1 + (seats - 1) * correlation)


def sees_harm(harmed: float, competence: float) -> float:
    """Chance that a delegate says *harm* where a share of the polity is harmed: by the facts, or else by a coin."""
    return competence * harmed + (1 - competence) * 0.5


def shares_harmed(mean: float, spread: float, points: int = 41) -> FloatArray:
    """Shares of a polity that laws harm, at evenly spaced chances of a beta distribution; ``spread`` is from 0 to 1."""
    if spread <= 0 or not 0 < mean < 1:
        return np.array([mean])
    if spread >= 1:
        return (np.arange(points) >= round((1 - mean) * points)).astype(float)
    rest = (1 - spread) / spread
    found: FloatArray = stats.beta.ppf((np.arange(points) + 0.5) / points, mean * rest, (1 - mean) * rest)
    return found


def ballots(rng: np.random.Generator, voters: int, chance: float, correlation: float) -> int:
    """Draw how many of the voters say yes."""
    if voters == 0:
        return 0
    if correlation > 0 and 0 < chance < 1:
        rest = (1 - correlation) / correlation
        chance = float(rng.beta(chance * rest, (1 - chance) * rest))
    return int(rng.binomial(voters, chance))
