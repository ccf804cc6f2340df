"""Derived regions against published answers: quota regions on real layers, MWCS instances, wildlife corridors."""

import json

import pytest

from geopolity.region import derive, heaviest_connected, verify
from tests.oracles.shared import (
    MWCS,
    PARTS,
    mwcs_instance,
    mwcs_names,
    quota_problem,
    quota_reference,
    wildlife_problem,
)

SLOW_TO_PROVE = {"metabol_expr_mice_1", "metabol_expr_mice_3"}
LARGE = ("nyc_grid_50m", "us_blockgroups_2020")


def quota_cases(*, large: bool) -> list[str]:
    return [name for name in quota_reference() if name.startswith(LARGE) == large]


def check_quota_case(name: str, effort: str, *, within: float, enough: float = 1.0) -> None:
    """A region good enough after a part of the work (``enough``) is searched for no longer."""
    reference = quota_reference()[name]
    problem = quota_problem(name)
    assert problem.quota == reference["quota"]
    best = reference["cost"] * within
    region = derive(problem, effort, on_progress=lambda it: it.cost > best or it.done < enough)
    verify(problem, region)
    certificate = region.certificate
    assert certificate.lower_bound <= reference["cost"], "a bound above a known region"
    assert certificate.cost >= reference["lower_bound"], "a region below a proven bound"
    assert certificate.cost <= reference["cost"] * within
    if reference["proven"] and certificate.optimal:
        assert certificate.cost == reference["cost"]


@pytest.mark.parametrize("name", [name for name in quota_cases(large=False) if not name.startswith("us_counties")])
def test_first_answers_at_30_000_units_are_certified(name: str) -> None:
    check_quota_case(name, "interactive", within=1.2)


@pytest.mark.parametrize("name", [name for name in quota_cases(large=False) if name.startswith("us_counties")])
def test_county_regions_by_area_are_never_dearer_than_the_reference_and_by_people_hardly(name: str) -> None:
    check_quota_case(name, "standard", within=_hardly(name), enough=0.2)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in quota_cases(large=False) if name.startswith("us_counties")])
def test_county_regions_keep_that_when_all_the_work_is_done(name: str) -> None:
    check_quota_case(name, "standard", within=_hardly(name))


def _hardly(name: str) -> float:
    return 1.0 if name.endswith("area") else 1.00005


@pytest.mark.long
@pytest.mark.parametrize("name", quota_cases(large=True))
def test_quota_regions_of_a_whole_nation(name: str) -> None:
    check_quota_case(name, "standard", within=1.02)


@pytest.mark.parametrize("name", [name for name in mwcs_names() if name not in SLOW_TO_PROVE])
def test_heaviest_connected_subgraph_hits_the_published_optimum(name: str) -> None:
    optimum = json.loads((MWCS / "optima.json").read_text())[name]
    found = heaviest_connected(*mwcs_instance(name))
    assert found.weight == pytest.approx(optimum, rel=1e-6)
    assert found.upper_bound == pytest.approx(found.weight, rel=1e-9)


@pytest.mark.parametrize("name", ["40x40", "10x10"])
def test_wildlife_corridor_joins_the_reserves_at_the_published_cost(name: str) -> None:
    problem, published = wildlife_problem(name)
    region = derive(problem)
    verify(problem, region)
    assert region.certificate.optimal
    assert region.certificate.cost // PARTS == published
