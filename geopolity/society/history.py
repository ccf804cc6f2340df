"""Thirty years in half-years: people come and go, the lot fills seats, dockets fill days, boundaries follow the people.

Every lot is a real one (``sortition``) over people counted by unit. Nothing but the seed decides what happens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import FloatArray, IntArray, IntegerArray
from geopolity.assembly.terms import CLASSES, COOL_DOWN_YEARS, TERM_YEARS
from geopolity.society.burden import gini
from geopolity.society.matters import Docket
from geopolity.society.parameters import Parameters
from geopolity.society.response import calls_needed
from geopolity.society.steady import seats_of
from geopolity.society.world import Polity, World
from geopolity.sortition.feasibility import DrawInfeasible
from geopolity.sortition.load import loads
from geopolity.sortition.lot import draw_seats, shares_of
from geopolity.sortition.randomness import Stream, rehearsed

TERM, REST = 2 * TERM_YEARS, 2 * COOL_DOWN_YEARS
"""Half-years of a term, and of the rest after it."""

Rederive = Callable[[Polity, FloatArray], Polity]
"""Derives a polity anew for people of every unit, near its old boundary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of a year; ``polity`` is empty for the society as a whole."""

    polity: str
    figure: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What happened in a year, counted from 0."""

    year: int
    rows: tuple[Row, ...]

    def figure(self, name: str) -> float:
        """A figure of the whole society."""
        return next(row.value for row in self.rows if row.figure == name and not row.polity)


@dataclass(slots=True)
class _Count:
    """What a year adds up, by polity where it has one."""

    calls: IntArray
    days: FloatArray
    person_days: FloatArray
    decided: int = 0
    remedied: int = 0
    moved: float = 0.0
    ended: int = 0
    rederived: int = 0
    unequal: int = 0
    unstaffed: int = 0


def lived(
    world: World, parameters: Parameters, *, years: int, seed: int, rederive: Rederive | None = None
) -> Iterator[Year]:
    """Years of a society, one after the other; without ``rederive``, boundaries stay."""
    life = _Life(world, parameters, seed, rederive)
    for year in range(years):
        yield life.year(year)


class _Life:
    def __init__(self, world: World, parameters: Parameters, seed: int, rederive: Rederive | None) -> None:
        self.world, self.given, self.seed, self.rederive = world, parameters, seed, rederive
        self.rng = np.random.default_rng(int.from_bytes(hashlib.sha256(f"life {seed}".encode()).digest()[:16], "big"))
        self.people = world.people.copy()
        self.consented = np.floor(self._adults() * parameters["consent"]).astype(np.int64)
        self.polity, self.unit, self.ends = (np.empty(0, np.int64) for _ in range(3))
        self.resting = np.zeros((REST + 1, len(world.ids)), np.int64)
        self.dockets = [Docket() for _ in world.polities]
        self.target = seats_of(world, parameters)
        self.service_days = np.zeros(len(world.ids))

    def _adults(self) -> FloatArray:
        return self.people * self.given["adults"]

    def year(self, year: int) -> Year:
        """Live one year."""
        count = len(self.world.polities)
        sums = _Count(calls=np.zeros(count, np.int64), days=np.zeros(count), person_days=np.zeros(count))
        if year:
            self._moved_on(sums)
        for now in (2 * year, 2 * year + 1):
            self._half_year(now, sums)
        return Year(year=year, rows=tuple(self._rows(sums)))

    def _moved_on(self, sums: _Count) -> None:
        """People grow, move and renew their consent; boundaries follow where they no longer hold."""
        given, rng = self.given, self.rng
        noise = rng.normal(0.0, given["moved"], len(self.people))
        self.people *= np.maximum(1 + given["trend"] * self.world.growth + noise, 0.5)
        adults = np.floor(self._adults()).astype(np.int64)
        kept = rng.binomial(np.minimum(self.consented, adults), given["renewal"])
        # Of those whose consent does not stand, so many give it that the stated share stays.
        begin = (1 - given["renewal"]) * given["consent"] / max(1 - given["renewal"] * given["consent"], 1e-9)
        self.consented = kept + rng.binomial(adults - kept, min(begin, 1.0))
        if self.rederive is not None:
            self._followed(sums, self.rederive)

    def _followed(self, sums: _Count, rederive: Rederive) -> None:
        polities, changed = list(self.world.polities), np.zeros(len(self.people), np.bool_)
        for j, polity in enumerate(polities):
            coverage = covered(polity, self.people)
            most = polity.coverage + self.given["re_derive_slack"]
            if polity.kind == "everyone" or polity.coverage_target <= coverage <= most:
                continue
            polities[j] = after = rederive(polity, self.people)
            sums.rederived += 1
            changed[np.setxor1d(polity.units, after.units)] = True
        sums.moved = float(self.people[changed].sum())
        self.world = self.world.with_polities(polities)
        inside = np.zeros(len(self.polity), np.bool_)
        for j, polity in enumerate(polities):
            held = self.polity == j
            inside[held] = np.isin(self.unit[held], polity.units)
        sums.ended = int((~inside).sum())
        self._keep(inside)

    def _keep(self, stays: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        self.polity, self.unit, self.ends = self.polity[stays], self.unit[stays], self.ends[stays]

    def _half_year(self, now: int, sums: _Count) -> None:
        over = self.ends <= now
        self.resting[now % (REST + 1)] = np.bincount(self.unit[over], minlength=len(self.people))
        self._keep(~over)
        self._keep(self.rng.random(len(self.unit)) >= self.given["leaving"] / 2)
        self._drawn(now, sums)
        self._sat(now, sums)

    def _drawn(self, now: int, sums: _Count) -> None:
        """The lot over all open seats."""
        sitting = np.bincount(self.unit, minlength=len(self.people))
        eligible = np.maximum(self.consented - sitting - self.resting.sum(axis=0), 0)
        open_ = np.maximum(self.target - np.bincount(self.polity, minlength=len(self.target)), 0)
        while open_.any():
            electorate = self.world.electorate(eligible, open_)
            stream = Stream(rehearsed(f"{self.seed}").value, b"society", f"half-year {now}")
            try:
                shares = shares_of(electorate, unequal=True)
            except DrawInfeasible as infeasible:
                names = set(infeasible.violating.polities)
                short = np.array([polity.name in names for polity in self.world.polities])
                sums.unstaffed += int(open_[short].sum())
                open_ = np.where(short, 0, open_)
                continue
            sums.unequal += shares.rule != "equal"
            seats = draw_seats(electorate, shares, stream)
            self._seated(now, electorate.edge_start, np.flatnonzero(open_)[electorate.edge_polity], seats)
            sums.calls += calls_needed(self.rng, open_, self.given["acceptance"])
            return

    def _seated(self, now: int, edge_start: IntegerArray, polity: IntegerArray, seats: IntegerArray) -> None:
        unit = np.repeat(np.arange(len(edge_start) - 1), np.diff(edge_start))
        new_polity, new_unit = np.repeat(polity, seats), np.repeat(unit, seats)
        if now == 0:  # ranks are dealt out to the classes, as in a first draw
            order = np.lexsort((self.rng.random(len(new_polity)), new_polity))
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order)) - np.searchsorted(new_polity[order], new_polity[order])
            ends = 2 * (rank % CLASSES + 1) * TERM_YEARS // CLASSES
        else:
            ends = np.full(len(new_polity), now + TERM)
        self.polity = np.concatenate([self.polity, new_polity])
        self.unit = np.concatenate([self.unit, new_unit])
        self.ends = np.concatenate([self.ends, ends])

    def _sat(self, now: int, sums: _Count) -> None:
        petitioners = self.world.petitioners(self.people)
        seated = np.bincount(self.polity, minlength=len(self.target))
        for j, docket in enumerate(self.dockets):
            days, decided, remedied = docket.half_year(now, float(petitioners[j]), int(seated[j]), self.given, self.rng)
            sums.days[j] += days
            sums.person_days[j] += days * seated[j]
            sums.decided += decided
            sums.remedied += remedied
            if days:
                self.service_days += days * np.bincount(self.unit[self.polity == j], minlength=len(self.people))

    def _rows(self, sums: _Count) -> Iterator[Row]:
        given, adults = self.given, float(self._adults().sum())
        calls = int(sums.calls.sum())
        person_days = float(sums.person_days.sum()) + calls * given["screening_days"]
        seated = np.bincount(self.polity, minlength=len(self.target))
        load = self._loads(seated)
        whole = {
            "called": calls / adults,
            "serving": len(self.unit) / adults,
            "load": float(load.max(initial=0.0)),
            "session_days": float(sums.days.mean()) if len(sums.days) else 0.0,
            "person_days": person_days,
            "cost": person_days * given["cost_per_day"] + calls * given["cost_per_call"],
            "backlog": float(sum(len(docket.waiting) for docket in self.dockets)),
            "moved": sums.moved,
            "ended": float(sums.ended),
            "rederived": float(sums.rederived),
            "decided": float(sums.decided),
            "remedied": float(sums.remedied),
            "unequal": float(sums.unequal),
            "unstaffed": float(sums.unstaffed),
            "gini": gini(self.service_days / np.maximum(self._adults(), 1.0), self._adults()),
            "people": float(self.people.sum()),
        }
        yield from (Row(polity="", figure=name, value=value) for name, value in whole.items())
        for j, polity in enumerate(self.world.polities):
            own = {
                "called": float(sums.calls[j]),
                "serving": float(seated[j]),
                "load": float(load[polity.units].max(initial=0.0)),
                "session_days": float(sums.days[j]),
                "person_days": float(sums.person_days[j]),
                "backlog": float(len(self.dockets[j].waiting)),
                "coverage": covered(polity, self.people),
            }
            yield from (Row(polity=polity.name, figure=name, value=value) for name, value in own.items())

    def _loads(self, seated: IntArray) -> FloatArray:
        """Seats of each unit's people at equal chances, over those who consent."""
        some = np.where(self.target > 0, np.maximum(seated, 1), 0)
        return np.where(self.consented > 0, loads(self.world.electorate(self.consented, some)), 0.0)


def covered(polity: Polity, people: FloatArray) -> float:
    """Share of the affected people inside, as people live now."""
    affected = polity.affected * people[polity.touched]
    total = float(affected.sum())
    return float(affected[np.isin(polity.touched, polity.units)].sum()) / total if total else 1.0
