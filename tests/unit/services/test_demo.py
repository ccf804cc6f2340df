"""The order in which the demo derives its issues."""

from __future__ import annotations

from boundaries.issues import issue_names, open_issue
from geopolity.affected.footprint import Everyone
from services.cli.demo import HEADER, LEGEND
from services.cli.printing import table
from services.demo import planet
from services.demo.sample_issues import LONGEST_FIRST, WITHOUT_KERNELS, _before_kernels, sample_issues


def test_the_demo_leaves_the_worlds_places_to_the_one_that_is_asked_for_them() -> None:
    assert len(sample_issues()) == 7
    assert len(planet.planet_issues()) == 7
    assert set(planet.LONGEST_FIRST) < set(planet.planet_issues())
    assert not set(sample_issues()) & set(planet.planet_issues())


def test_issues_without_kernels_are_those_that_affect_everyone() -> None:
    everyone = {name for name in issue_names() if isinstance(open_issue(name).footprint, Everyone)}
    assert everyone == set(WITHOUT_KERNELS)


def test_kernels_are_compiled_by_one_issue_while_others_need_none() -> None:
    assert _before_kernels(list(LONGEST_FIRST)) == [LONGEST_FIRST[0], "human-rights"]


def test_what_the_demo_prints_fits_a_hundred_columns() -> None:
    widest = ["east-coast-fishing-rights", "7,383,089,462", "100.00", "3,142", "147,363,033", "0.000"]
    lines = [*table(HEADER, [[*widest, "2.20", "97.27", "12.52"]]).splitlines(), *LEGEND.splitlines()]
    assert max(map(len, lines)) <= 100
