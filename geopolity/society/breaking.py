"""How many issue domains a society can carry: the first number at which each limit breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from geopolity.society.parameters import Parameters
from geopolity.society.steady import Steady, eligible_people, steady, unit_loads
from geopolity.society.world import World
from geopolity.sortition.feasibility import DrawInfeasible, fill_seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit by its name, what counts against it, and how much is allowed."""

    name: str
    figure: Callable[[Steady], float]
    most: Callable[[Parameters], float]
    eases: bool = False
    """More domains ease it: they share the petitions."""


LIMITS = (
    Limit(name="load warning", figure=lambda found: found.load, most=lambda given: given["load_warning"]),
    Limit(name="load one", figure=lambda found: found.load, most=lambda _: 1.0),
    Limit(name="no rest", figure=lambda found: found.steady_load, most=lambda _: 1.0),
    Limit(name="calls", figure=lambda found: found.called, most=lambda given: given["most_called"]),
    Limit(name="serving", figure=lambda found: found.serving, most=lambda given: given["most_serving"]),
    Limit(
        name="session days",
        figure=lambda found: found.session_days,
        most=lambda given: given["session_cap"],
        eases=True,
    ),
)
STAFFED = "nobody left"
"""The limit of Hall's condition: some polities have more seats than eligible people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """Where one limit breaks.

    Attributes
    ----------
    domains
        The least number of issue domains at which it is passed; ``None`` if all of them stay within it. Where more
        domains ease it, the least number from which it holds; ``None`` if all of them pass it.
    eases
        Whether more domains ease it.
    figure, most
        What counts against it there, or with all domains; and how much is allowed.
    where
        The unit with the largest load there, or the polities that ask too much; empty where it has no place.
    """

    limit: str
    domains: int | None
    figure: float
    most: float
    eases: bool = False
    where: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the limit is kept with all domains."""
        return self.domains is not None if self.eases else self.domains is None


def breaking_points(world: World, parameters: Parameters) -> list[Breaking]:
    """Look for every limit among the first polities of a world; each only grows with the number, or only falls."""
    return [*(_broken(limit, world, parameters) for limit in LIMITS), _unstaffed(world, parameters)]


def _broken(limit: Limit, world: World, parameters: Parameters) -> Breaking:
    most = limit.most(parameters)

    def figure(count: int) -> float:
        return limit.figure(steady(_first(world, count), parameters))

    count = _least(len(world.polities), lambda count: (figure(count) > most) is not limit.eases)
    shown = len(world.polities) if count is None else count
    where = () if limit.name not in ("load warning", "load one", "no rest") else (_heaviest(world, shown, parameters),)
    return Breaking(limit=limit.name, domains=count, figure=figure(shown), most=most, eases=limit.eases, where=where)


def _unstaffed(world: World, parameters: Parameters) -> Breaking:
    found: list[DrawInfeasible] = []

    def fails(count: int) -> bool:
        part = _first(world, count)
        wanted = np.full(count, round(parameters["seats"]), np.int64)
        try:
            fill_seats(part.electorate(eligible_people(part, parameters), wanted))
        except DrawInfeasible as infeasible:
            found.append(infeasible)
            return True
        return False

    count = _least(len(world.polities), fails)
    excess = 0.0 if count is None else float(found[-1].violating.seats - found[-1].violating.people)
    names: Sequence[str] = () if count is None else found[-1].violating.polities
    return Breaking(limit=STAFFED, domains=count, figure=excess, most=0.0, where=tuple(names))


def _first(world: World, count: int) -> World:
    return world.with_polities(world.polities[:count])


def _heaviest(world: World, count: int, parameters: Parameters) -> str:
    return str(world.ids[int(unit_loads(_first(world, count), parameters).argmax())])


def _least(most: int, fails: Callable[[int], bool]) -> int | None:
    """Least count from 1 at which something fails that goes on failing from there; ``None`` if it never does."""
    if most == 0 or not fails(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fails(middle) else (middle, high)
    return high
