"""The heaviest connected set: what brute force finds on small graphs, and bounds that no set passes."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geopolity.region import ProblemError, heaviest_connected
from geopolity.region.graph import components, graph_of


@st.composite
def weighted_graphs(draw):
    n = draw(st.integers(1, 9))
    weights = draw(st.lists(st.integers(-9, 9), min_size=n, max_size=n))
    pairs = list(combinations(range(n), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return np.array(weights), np.array(sorted(edges), np.int64).reshape(-1, 2)


def heaviest_by_brute_force(weights: np.ndarray, edges: np.ndarray) -> int:
    graph, n, best = graph_of(edges, len(weights)), len(weights), int(weights.max())
    for bits in range(1, 2**n):
        inside = (bits >> np.arange(n)) & 1 == 1
        if weights[inside].sum() > best and components(*graph, inside)[1] == 1:
            best = int(weights[inside].sum())
    return best


@settings(max_examples=300, deadline=None)
@given(weighted_graphs())
def test_the_heaviest_set_is_found_and_proven(case):
    weights, edges = case
    found = heaviest_connected(weights, edges)
    assert round(found.weight) == heaviest_by_brute_force(weights, edges) == round(found.upper_bound)
    assert components(*graph_of(edges, len(weights)), found.members)[1] == 1


@pytest.mark.parametrize("seed", range(6))
def test_little_work_leaves_a_set_and_a_bound_that_more_work_keeps_within(seed):
    rng = np.random.default_rng(seed)
    n = 300
    edges = np.unique(np.sort(rng.integers(0, n, (900, 2)), axis=1), axis=0)
    edges = edges[edges[:, 0] < edges[:, 1]]
    weights = np.where(rng.random(n) < 0.1, 1, -1) * (1 + rng.random(n) * 0.05)
    hasty, thorough = heaviest_connected(weights, edges, work=10**4), heaviest_connected(weights, edges)
    assert hasty.weight <= thorough.weight * (1 + 1e-9)
    assert thorough.weight <= hasty.upper_bound * (1 + 1e-9)
    assert hasty.weight == pytest.approx(weights[hasty.members].sum())


def test_weights_that_are_no_numbers_are_refused():
    with pytest.raises(ProblemError, match="finite"):
        heaviest_connected([1.0, np.nan], [(0, 1)])
