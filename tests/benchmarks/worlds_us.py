"""Polities on US counties, the sample issues' own and generated ones, and synthetic citizens in them."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np

from boundaries import issue_names, open_issue, open_layer
from geopolity.polity.derivation import derive_polity
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.plan import planned

SAMPLE_LAYER = "us-counties"
STRATA = {1: [], 4: [("18-39", "40+"), "fm"], 16: [("north", "south"), ("18-29", "30-44", "45-64", "65+"), "fm"]}


@lru_cache
def sample_polities() -> dict[str, np.ndarray]:
    """Positions of the counties of each sample issue's polity."""
    layer = open_layer(SAMPLE_LAYER)
    found = {}
    for name in issue_names():
        issue = open_issue(name)
        if issue.layer != SAMPLE_LAYER:
            continue
        if issue.affects_everyone:
            found[name] = np.arange(len(layer))
        else:
            found[name] = np.flatnonzero(derive_polity(issue, layer, effort="interactive").units["inside"])
    return found


def generated_polities(count: int, widest: int, seed: int) -> dict[str, np.ndarray]:
    """Compact groups of 20 to ``widest`` counties around random counties."""
    rng = np.random.default_rng(seed)
    points = open_layer(SAMPLE_LAYER).units.geometry.to_crs(5070).representative_point()
    places = np.column_stack([points.x, points.y])
    found = {}
    for number in range(count):
        near = ((places - places[rng.integers(len(places))]) ** 2).sum(axis=1)
        found[f"generated-{number:04}"] = np.sort(np.argsort(near)[: rng.integers(20, widest)])
    return found


def world(people: int, polities: int, strata: int, *, widest: int, cap: float = 0.5, seed: int = 7) -> Electorate:
    """An electorate of synthetic citizens over counties, seats by the capacity planner."""
    rng = np.random.default_rng(seed)
    units = open_layer(SAMPLE_LAYER).units
    inside = sample_polities()
    inside = inside | generated_polities(polities - len(inside), widest, seed)
    names = sorted(inside)
    member = np.zeros((len(units), len(names)), bool)
    for column, name in enumerate(names):
        member[inside[name], column] = True
    paths = ["/".join(path) for path in itertools.product(*STRATA[strata])]
    weight = np.nan_to_num(units["population"].to_numpy(float)) + 1
    share = np.outer(weight / weight.sum(), rng.dirichlet(np.full(strata, 50.0)))
    count = rng.multinomial(people, share.ravel() / share.sum())
    lived = np.flatnonzero(count)
    electorate = Electorate(
        polities=names,
        seats=np.ones(len(names), np.int64),
        levels=np.full(len(names), 3),
        cells=units.index.astype(str).tolist(),
        cell_start=np.concatenate([[0], np.cumsum(member.sum(axis=1))]),
        cell_polities=np.nonzero(member)[1],
        pools=[f"p{place:06}" for place in lived],
        pool_cell=lived // strata,
        pool_strata=[paths[place % strata] for place in lived],
        pool_people=count[lived],
    )
    return planned(electorate, cap=cap).electorate
