"""What a report of a draw says, as values: chances, strata, loads, digests, in words and figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from geopolity.publiclog.disclosure import LEAST
from geopolity.sortition.bundle import Promise
from geopolity.sortition.chance import deviations
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.load import loads
from geopolity.sortition.lot import Draw, Shares
from geopolity.sortition.randomness import Randomness
from geopolity.sortition.shares import UNIT, node_sums, pool_sums
from geopolity.sortition.strata import quota_trees
from maps.locale.texts import Texts, noop, texts

EN = texts("en")

LARGEST_STRATA = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyLine:
    """One assembly of the table.

    Attributes
    ----------
    chance
        Seats ÷ eligible.
    deviation
        Largest difference of a person's chance from that.
    """

    polity: str
    seats: int
    alternates: int
    eligible: int
    chance: float
    deviation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumLine:
    """A stratum in all assemblies together: its quota, and who was drawn."""

    stratum: str
    people: int
    quota: float
    delegates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One answer to an attribute, in all assemblies together; where no quota keeps it, it is right in expectation.

    Attributes
    ----------
    expected
        Sum of the chances of the people who gave the answer.
    """

    attribute: str
    answer: str
    has_quota: bool
    people: int
    expected: float
    delegates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The whole account of a draw.

    Attributes
    ----------
    away
        Largest difference of delegates from the quota, of any stratum in any assembly; below 1 where strata are kept.
    """

    headline: str
    assemblies: tuple[AssemblyLine, ...]
    strata: tuple[StratumLine, ...]
    answers: tuple[AnswerLine, ...]
    away: float
    heaviest: float
    method: tuple[str, ...]
    limits: tuple[str, ...]
    digests: tuple[tuple[str, str], ...]
    commitment: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Drawn:
    """All that is known of a draw; ``answers`` may be empty."""

    electorate: Electorate
    shares: Shares
    draw: Draw
    promise: Promise
    randomness: Randomness
    answers: tuple[AnswerLine, ...] = ()


def account(known: Drawn, t: Texts = EN) -> Account:
    """Account for a draw."""
    electorate, randomness, promise = known.electorate, known.randomness, known.promise
    seats, load = int(electorate.seats.sum()), loads(electorate)
    heaviest = float(np.max(load, initial=0.0, where=electorate.cell_people > 0))
    headline = t(
        "Rehearsal: a lot would seat {delegates} in {assemblies}, out of {people} people who could be drawn, and "
        "nobody twice."
        if randomness.is_rehearsal
        else "A lot has seated {delegates} in {assemblies}, out of {people} people who could be drawn, and nobody "
        "twice.",
        delegates=t.unit_count("delegates", seats),
        assemblies=t.unit_count("assemblies", len(electorate.polities)),
        people=t.whole(electorate.people),
    )
    strata, away = _strata(known)
    return Account(
        headline=headline,
        assemblies=_assemblies(electorate, known.shares, known.draw),
        strata=strata,
        answers=known.answers,
        away=away,
        heaviest=heaviest,
        method=(_chances(known, heaviest, t), _chance(randomness, t), t(ROUNDING)),
        limits=(
            t("Pseudonyms are random and of this epoch only; who stands behind them is not published."),
            t("Strata that the quotas do not keep are right in expectation only."),
            t(
                "Counts of registered people below {least} could point at somebody; they are given as fewer than "
                "{least}.",
                least=LEAST,
            ),
            *(
                (t("This was a rehearsal: its seed was chosen, so it proves nothing about anybody."),)
                if randomness.is_rehearsal
                else ()
            ),
        ),
        digests=(
            (t("Commitment"), promise.commitment),
            (t("Root of the roll"), promise.roll_root),
            *((t("SHA-256 of {file}", file=name), digest) for name, digest in promise.digests.items()),
            (t("Randomness"), randomness.value.hex()),
        ),
        commitment=promise.commitment,
    )


def _assemblies(electorate: Electorate, shares: Shares, drawn: Draw) -> tuple[AssemblyLine, ...]:
    away = np.zeros(len(electorate.polities))
    np.maximum.at(away, electorate.edge_polity, np.abs(deviations(electorate, shares.units)))
    standing = Counter(call.polity for call in drawn.calls if call.kind == "alternate")
    return tuple(
        AssemblyLine(
            polity=name,
            seats=int(electorate.seats[j]),
            alternates=standing[name],
            eligible=int(electorate.eligible[j]),
            chance=float(electorate.seats[j] / electorate.eligible[j]),
            deviation=float(away[j]),
        )
        for j, name in enumerate(electorate.polities)
    )


def _strata(known: Drawn) -> tuple[tuple[StratumLine, ...], float]:
    """Strata in all assemblies together, and the largest distance from a quota in any single one."""
    electorate, units, seats = known.electorate, known.shares.units, known.draw.seats
    trees = quota_trees(electorate)
    quota, held = (node_sums(trees, amounts) for amounts in (units, seats))
    away = float(np.max(np.abs(held - quota / UNIT), initial=0.0))
    paths, place = np.unique(np.asarray(electorate.pool_strata, dtype=str), return_inverse=True)
    people, asked, sitting = (
        np.bincount(place, amounts, len(paths))
        for amounts in (electorate.pool_people, pool_sums(electorate, units) / UNIT, pool_sums(electorate, seats))
    )
    lines = [
        StratumLine(stratum=str(path), people=int(people[k]), quota=float(asked[k]), delegates=int(sitting[k]))
        for k, path in enumerate(paths)
        if path
    ]
    return tuple(sorted(lines, key=lambda line: (-line.people, line.stratum))[:LARGEST_STRATA]), away


def _chances(known: Drawn, heaviest: float, t: Texts) -> str:
    """How equal the chances are."""
    load = t.fixed(heaviest, 3)
    if known.shares.rule == "equal":
        return t(
            "In every polity everybody has the same chance, to one part in a thousand million. That is possible as "
            "nobody is asked for more than one seat: the largest load is {load}.",
            load=load,
        )
    if known.promise.mode == "universal":
        return t("Everybody serves; people are shared out so that chances deviate least from equal ones.")
    return t(
        "Equal chances were impossible (the largest load is {load}); this draw was ordered with chances that deviate "
        "least from equal ones, and the deviations are in the table.",
        load=load,
    )


def _chance(randomness: Randomness, t: Texts) -> str:
    """Where the randomness comes from."""
    if randomness.is_rehearsal:
        return t(
            "The randomness is that of a rehearsal with the seed {seed}, which anybody could have chosen.",
            seed=repr(randomness.seed),
        )
    return t(
        "The randomness is round {round} of the public drand network, named when the roll was frozen and could not be "
        "known then; its signature was verified.",
        round=randomness.round,
    )


ROUNDING = noop(
    "Whole seats come from rounding shares of seats by lot, so that every assembly is full, nobody has two seats, and "
    "every stratum has the whole number below or above its quota. People are called in the order of a hash."
)
