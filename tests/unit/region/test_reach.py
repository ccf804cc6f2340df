"""A large problem looked at as far as it is in reach: bounds hold for the whole, and what is left out cannot matter."""

from itertools import combinations

import numpy as np
import pytest

from geopolity.region import RegionProblem, derive, verify
from geopolity.region.graph import components, graph_of
from geopolity.region.search import beginning, reach
from geopolity.region.search.beginning import begin
from geopolity.region.search.ground import Layer, ground_near, instance_on
from geopolity.region.search.reach import Reach


def layer_of(cost, affected, edges) -> Layer:
    return Layer(*graph_of(np.asarray(edges), len(cost)), np.asarray(cost), np.asarray(affected))


def street(*, cost, affected) -> Layer:
    return layer_of(cost, affected, [(i, i + 1) for i in range(len(cost) - 1)])


def scattered(seed: int, n: int = 13) -> tuple[Layer, int]:
    """A connected random graph with a few affected vertices, and a quota."""
    rng = np.random.default_rng(seed)
    tree = [(int(rng.integers(i)), i) for i in range(1, n)]
    more = [tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(n // 2)]
    affected = np.zeros(n, np.int64)
    affected[rng.choice(n, 4, replace=False)] = rng.integers(1, 20, 4)
    pairs = np.unique(np.array(tree + more), axis=0)
    return layer_of(rng.integers(1, 30, n), affected, pairs), int(0.7 * affected.sum()) + 1


def cheapest(layer: Layer, quota: int) -> tuple[int, set[int]]:
    """Every set of vertices tried."""
    n, best = len(layer.cost), (2**62, set())
    for size in range(1, n + 1):
        for members in combinations(range(n), size):
            inside = np.zeros(n, bool)
            inside[list(members)] = True
            cost = int(layer.cost[inside].sum())
            if cost < best[0] and layer.affected[inside].sum() >= quota:
                _, count = components(layer.start, layer.neighbours, inside)
                if count == 1:
                    best = cost, set(members)
    return best


def looked_at(layer: Layer, quota: int, monkeypatch, around: int = -5):
    monkeypatch.setattr(reach, "AROUND", around)
    return Reach(layer, quota, seed=0, allowed=lambda _: 2**40, report=lambda *_: True).run()


def test_ground_is_settled_by_what_the_way_there_costs():
    layer = street(cost=[5, 1, 1, 9, 1], affected=[0, 7, 0, 0, 0])
    ground = ground_near(layer, 7, distance=1, count=0)
    assert ground.vertices.tolist() == [1, 2]
    assert ground.is_joined
    assert not ground.is_all


def test_ground_goes_on_until_one_part_holds_the_quota():
    layer = street(cost=[1, 4, 4, 1, 50, 50], affected=[5, 0, 0, 5, 0, 0])
    ground = ground_near(layer, 10, distance=0, count=0)
    assert set(ground.vertices) >= {0, 1, 2, 3}
    assert 5 not in ground.vertices


@pytest.mark.parametrize("seed", range(40))
def test_what_is_nearest_hangs_together_along_the_ways_between_far_pieces(seed):
    layer, quota = scattered(seed, n=60)
    ground = ground_near(layer, quota, distance=0, count=4)
    inside = np.isin(np.arange(60), ground.nearest)
    label, count = components(layer.start, layer.neighbours, inside)
    held = [int(layer.affected[label == part].sum()) for part in range(count)]
    assert set(ground.nearest) <= set(ground.vertices)
    assert max(held) >= quota
    assert len(ground.nearest) <= len(ground.vertices)


def test_what_is_looked_at_alone_has_nothing_for_the_rest():
    instance = instance_on(street(cost=[9, 3, 4, 8], affected=[0, 2, 2, 0]), np.array([1, 2]), 4, alone=True)
    assert (instance.size, instance.outside, instance.graph.neighbours.tolist()) == (2, 0, [1, 0])


def test_one_vertex_stands_for_the_rest():
    instance = instance_on(street(cost=[9, 3, 4, 8], affected=[0, 2, 2, 0]), np.array([1, 2]), 4)
    start, neighbours = instance.graph
    assert (instance.real, instance.outside) == (2, 1)
    assert instance.cost.tolist() == [3, 4, 8]
    assert neighbours[start[2] : start[3]].tolist() == [0, 1]


def test_nothing_stands_for_a_rest_that_is_not_there():
    instance = instance_on(street(cost=[3, 4], affected=[2, 2]), np.array([0, 1]), 4)
    assert (instance.size, instance.outside) == (2, 0)


@pytest.mark.parametrize("seed", range(60))
def test_bounds_hold_for_the_whole_and_what_is_closed_holds_the_best_region(seed, monkeypatch):
    layer, quota = scattered(seed)
    best, members = cheapest(layer, quota)
    found = looked_at(layer, quota, monkeypatch)
    assert found.lower_bound <= best <= found.cost
    assert found.closed is not None
    if best < found.cost:
        assert members <= set(found.closed.tolist())


@pytest.mark.parametrize("seed", range(60))
def test_a_bound_over_the_first_ground_alone_holds_for_the_whole(seed, monkeypatch):
    layer, quota = scattered(seed)
    monkeypatch.setattr(reach, "AROUND", -5)
    monkeypatch.setattr(reach, "SMALL", -1.0)
    found = Reach(layer, quota, seed=0, allowed=lambda _: 2**40, report=lambda *_: False).run()
    assert found.lower_bound <= cheapest(layer, quota)[0]


@pytest.mark.parametrize("seed", range(40))
def test_a_problem_in_reach_is_solved_as_the_whole_is(seed, monkeypatch):
    layer, _ = scattered(seed, n=40)
    heads = np.repeat(np.arange(40), np.diff(layer.start))
    edges = np.column_stack([heads, layer.neighbours])[heads < layer.neighbours]
    problem = RegionProblem(cost=layer.cost * (seed % 3 + 1), affected=layer.affected, edges=edges, coverage="0.7")
    whole = derive(problem, "proof")
    monkeypatch.setattr(beginning, "LARGEST_WHOLE", 0)
    monkeypatch.setattr(reach, "AROUND", 4)
    part = derive(problem, "proof")
    verify(problem, part)
    assert whole.certificate.optimal
    assert part.certificate.optimal
    assert part.certificate.cost == whole.certificate.cost


def test_order_and_names_of_vertices_change_nothing(monkeypatch):
    monkeypatch.setattr(beginning, "LARGEST_WHOLE", 0)
    layer, _ = scattered(3, n=40)
    heads = np.repeat(np.arange(40), np.diff(layer.start))
    edges = np.column_stack([heads, layer.neighbours])[heads < layer.neighbours]
    names = np.array([f"v{i:02}" for i in range(40)])
    shuffled = np.random.default_rng(1).permutation(40)
    place = np.argsort(shuffled)
    plain = RegionProblem(cost=layer.cost, affected=layer.affected, edges=edges, coverage="0.8", ids=names)
    other = RegionProblem(
        cost=layer.cost[shuffled],
        affected=layer.affected[shuffled],
        edges=place[edges[::-1]],
        coverage="0.8",
        ids=names[shuffled],
    )
    one, two = derive(plain), derive(other)
    assert one.certificate == two.certificate
    assert one.members[shuffled].tolist() == two.members.tolist()


def test_a_search_told_to_stop_at_once_has_a_region_with_an_honest_bound(monkeypatch):
    monkeypatch.setattr(beginning, "LARGEST_WHOLE", 0)
    monkeypatch.setattr(reach, "HUGE", 0)
    monkeypatch.setattr(reach, "AROUND", -5)
    layer, _ = scattered(7, n=40)
    heads = np.repeat(np.arange(40), np.diff(layer.start))
    edges = np.column_stack([heads, layer.neighbours])[heads < layer.neighbours]
    problem = RegionProblem(cost=layer.cost, affected=layer.affected, edges=edges, coverage="0.7")
    hasty = derive(problem, on_progress=lambda _: False)
    verify(problem, hasty)
    assert hasty.certificate.lower_bound <= derive(problem, "proof").certificate.cost <= hasty.certificate.cost


def test_far_pieces_are_priced_on_the_ground_around_them_first(monkeypatch):
    monkeypatch.setattr(beginning, "LARGEST_WHOLE", 0)
    monkeypatch.setattr(reach, "AROUND", -3)
    monkeypatch.setattr(reach, "MANY", 0)
    cost, affected = np.ones(30, np.int64), np.zeros(30, np.int64)
    affected[[2, 3, 25, 26]] = 5
    problem = RegionProblem(cost=cost, affected=affected, edges=[(i, i + 1) for i in range(29)], coverage=1)
    region = derive(problem)
    assert region.certificate.optimal
    assert region.certificate.cost == 25


@pytest.mark.parametrize("seed", range(20))
def test_with_hardly_any_work_allowed_a_first_look_bounds_the_whole(seed, monkeypatch):
    layer, quota = scattered(seed)
    monkeypatch.setattr(reach, "HUGE", 0)
    found = Reach(layer, quota, seed=0, allowed=lambda _: 1, report=lambda *_: True).run()
    best, members = cheapest(layer, quota)
    assert found.lower_bound <= best <= found.cost
    if found.closed is not None:
        assert members <= set(found.closed.tolist()) or best == found.cost


def test_the_way_between_far_pieces_is_part_of_the_bound_though_a_quick_answer_took_all_the_work(monkeypatch):
    monkeypatch.setattr(reach, "HUGE", 0)
    layer = street(cost=[1] * 200, affected=[9] + [0] * 198 + [9])
    found = Reach(layer, 18, seed=0, allowed=lambda _: 1, report=lambda *_: True).run()
    assert found.lower_bound == found.cost == 200


def test_ground_that_is_all_there_is_is_closed_before_any_look():
    layer, quota = scattered(1)
    found = Reach(layer, quota, seed=0, allowed=lambda _: 1, report=lambda *_: False).run()
    assert found.closed is not None


def problem_of(layer: Layer, coverage: str) -> RegionProblem:
    heads = np.repeat(np.arange(len(layer.cost)), np.diff(layer.start))
    edges = np.column_stack([heads, layer.neighbours])[heads < layer.neighbours]
    return RegionProblem(cost=layer.cost, affected=layer.affected, edges=edges, coverage=coverage)


@pytest.mark.parametrize("seed", range(12))
def test_work_that_ends_exactly_with_looking_around_leaves_none_to_search_the_best_region_alone(seed, monkeypatch):
    monkeypatch.setattr(beginning, "LARGEST_WHOLE", 0)
    problem, limit, spent = problem_of(scattered(seed)[0], "0.7"), 0, 1
    while spent > limit:
        limit = spent
        begun, budget = begin(problem, 0, lambda _, limit=limit: limit, lambda *_: True)
        spent = budget.spent
    assert spent == limit
    assert budget.is_over
    assert begun.chosen.tolist() == begun.found.members.tolist()


def test_what_people_are_worth_is_counted_so_that_it_fits_though_some_places_are_far_denser(monkeypatch):
    monkeypatch.setattr(reach, "HUGE", 0)
    cost, affected = [10**9] * 6, [2**38, 2**39, 1, 0, 0, 0]
    layer = street(cost=cost, affected=affected)
    found = Reach(layer, sum(affected), seed=0, allowed=lambda _: 1, report=lambda *_: False).run()
    assert found.cost == 3 * 10**9
