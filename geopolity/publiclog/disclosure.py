"""Which counts of registered people may be published, and of which regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

LEAST = 10
"""Smaller counts could point at somebody."""
REGION = 10_000
"""People of the smallest region that is counted."""
CHANGE = 5
"""A smaller change of a region's count is not told: it could be one household."""
ELSEWHERE = "elsewhere"


def may_publish(count: int) -> bool:
    """Whether a count of registered people may be published: nobody at all, or at least ten."""
    return count == 0 or count >= LEAST


def regions_of(units: Mapping[str, tuple[float | None, str | None]]) -> dict[str, str]:
    """The region that each unit is counted in, given its people and its parent; and, by ``parent ID``, each parent's.

    A unit of at least 10,000 people is a region; what is left of a parent is one if so many live there; all else is
    counted together, and not at all if it has fewer.
    """
    large = {unit for unit, (people, _) in units.items() if (people or 0) >= REGION}
    left: dict[str | None, float] = defaultdict(float)
    for unit, (people, parent) in units.items():
        left[parent] += 0 if unit in large else people or 0
    around = {parent: f"around {parent}" for parent, people in left.items() if parent is not None and people >= REGION}
    rest = sum(people for parent, people in left.items() if parent not in around)
    elsewhere = ELSEWHERE if rest >= REGION else ""
    found = {f"parent {parent}": around.get(parent, elsewhere) for parent in left if parent is not None}
    for unit, (_, parent) in units.items():
        found[unit] = unit if unit in large else around.get(str(parent), elsewhere)
    return found


def changes_told(counts: Mapping[str, int], told: Mapping[str, int]) -> dict[str, int]:
    """The counts of regions that are told now, given those that were told last."""
    return {
        region: count
        for region, count in sorted(counts.items())
        if region and may_publish(count) and abs(count - told.get(region, 0)) >= CHANGE
    }


def told_in_table(counts: Sequence[Sequence[int]], told: Sequence[Sequence[bool]]) -> list[list[bool]]:
    """Which counts of a table with known sums may be told, given those that may be told by themselves.

    A count that is kept back alone in its row or column could be found by subtraction: then the smallest other count
    of that line is kept back too.
    """
    found = [list(row) for row in told]
    rows, columns = len(found), len(found[0]) if found else 0
    lines = [[(row, column) for column in range(columns)] for row in range(rows)]
    lines += [[(row, column) for row in range(rows)] for column in range(columns)]
    changed = True
    while changed:
        changed = False
        for line in lines:
            left = [(row, column) for row, column in line if found[row][column]]
            if len(left) == len(line) - 1 and left:
                row, column = min(left, key=lambda place: counts[place[0]][place[1]])
                found[row][column] = False
                changed = True
    return found
