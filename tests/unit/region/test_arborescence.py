"""Trees to a few terminals against every set of vertices tried out."""

import numpy as np
import pytest

from geopolity.region.dual.arborescence import tree_vertices, trees_above, trees_below, trees_through
from geopolity.region.dual.paths import FAR, outward
from geopolity.region.graph import components, graph_of

LIMIT = 10**6


def random_ground(seed):
    rng = np.random.default_rng(seed)
    n = 9
    pairs = np.array([(rng.integers(i), i) for i in range(1, n)] + [tuple(rng.integers(0, n, 2)) for _ in range(6)])
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    entry = rng.integers(0, 30, n)
    root, *terminals = rng.permutation(n)[:4]
    return graph_of(pairs, n), entry, int(root), np.array(terminals)


def cheapest(graph, entry, root, wanted):
    """Least price of a connected set with the root and all that is wanted; the root is free."""
    best = FAR
    for code in range(1 << graph.size):
        members = np.array([code >> v & 1 for v in range(graph.size)], bool)
        if members[root] and members[wanted].all() and components(*graph, members)[1] == 1:
            best = min(best, int(entry[members].sum() - entry[root]))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_trees_are_the_cheapest(seed):
    graph, entry, root, terminals = random_ground(seed)
    owner = np.repeat(np.arange(graph.size), np.diff(graph.start))
    prices = entry[owner]
    below, following = trees_below(*graph, prices, terminals, LIMIT)
    least = cheapest(graph, entry, root, terminals)
    assert below[-1, root] == least
    tree = tree_vertices(below, following, root)
    assert entry[tree].sum() - entry[root] == least
    members = np.isin(np.arange(graph.size), tree)
    assert members[terminals].all()
    assert components(*graph, members)[1] == 1
    heads, out_prices = outward(*graph, prices)
    through = trees_through(trees_above(graph.start, heads, out_prices, below, root, LIMIT), below, LIMIT)
    for v in range(graph.size):
        assert through[v] == cheapest(graph, entry, root, [*terminals, v])


def test_what_lies_beyond_the_limit_is_far():
    graph, entry, root, terminals = random_ground(3)
    prices = entry[np.repeat(np.arange(graph.size), np.diff(graph.start))]
    least = cheapest(graph, entry, root, terminals)
    below, _ = trees_below(*graph, prices, terminals, least - 1)
    assert below[-1, root] == FAR
