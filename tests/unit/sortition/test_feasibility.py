"""Feasibility by the largest flow, against SciPy's, and the polities that ask too much by name."""

import numpy as np
import pytest
import scipy.sparse as sparse
from scipy.sparse.csgraph import maximum_flow

from geopolity.sortition.electorate import Electorate, ElectorateError
from geopolity.sortition.feasibility import DrawInfeasible, fill_seats
from geopolity.sortition.load import loads, overloaded
from geopolity.sortition.maxflow import largest_flow


def electorate(seats, cells, people):
    """Polities with seats; each cell lists its polities."""
    return Electorate(
        polities=[f"p{j}" for j in range(len(seats))],
        seats=np.array(seats),
        levels=np.zeros(len(seats), int),
        cells=[f"c{c}" for c in range(len(cells))],
        cell_start=np.cumsum([0, *map(len, cells)]),
        cell_polities=np.array([j for cell in cells for j in cell]),
        pools=[f"pool{c}" for c in range(len(cells))],
        pool_cell=np.arange(len(cells)),
        pool_strata=[""] * len(cells),
        pool_people=np.array(people),
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_flow_is_scipys(seed):
    rng = np.random.default_rng(seed)
    vertices = int(rng.integers(3, 30))
    arcs = np.unique(rng.integers(0, vertices, (int(rng.integers(1, 150)), 2)), axis=0)
    arcs = arcs[arcs[:, 0] != arcs[:, 1]]
    room = rng.integers(0, 20, len(arcs))
    flow = largest_flow(arcs[:, 0], arcs[:, 1], room, ends=(0, vertices - 1))
    graph = sparse.csr_array((room.astype(np.int32), (arcs[:, 0], arcs[:, 1])), shape=(vertices, vertices))
    assert flow.amount == maximum_flow(graph, 0, vertices - 1).flow_value
    assert np.all((flow.moved >= 0) & (flow.moved <= room))
    net = np.bincount(arcs[:, 1], flow.moved, vertices) - np.bincount(arcs[:, 0], flow.moved, vertices)
    assert net[-1] == flow.amount
    assert not net[1:-1].any()


def test_widening_keeps_what_already_arrives():
    flow = largest_flow(np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), np.array([5, 5, 2, 3]), ends=(0, 3))
    wider = flow.widened(np.array([2]), np.array([10]))
    assert (flow.amount, wider.amount) == (5, 8)
    assert np.all(wider.moved[2:] >= flow.moved[2:])


def test_three_polities_that_share_too_few_people_are_named_with_their_numbers():
    world = electorate([40, 30, 50, 9], [[0, 1], [1, 2], [0, 2], [3]], [30, 30, 40, 100])
    with pytest.raises(DrawInfeasible) as refused:
        fill_seats(world)
    assert (refused.value.violating.polities, refused.value.violating.seats, refused.value.violating.people) == (
        ("p0", "p1", "p2"),
        120,
        100,
    )
    assert "p0, p1 and p2 together have 120 open seats but only 100 eligible people" in str(refused.value)


def test_a_polity_with_nobody_is_named_alone():
    world = electorate([5, 3], [[0], [1]], [50, 0])
    with pytest.raises(DrawInfeasible, match="Polity p1 has 3 open seats but only 0"):
        fill_seats(world)


@pytest.mark.parametrize("people", [1, 2])
def test_polities_of_one_and_two_people_can_seat_everybody(people):
    assert fill_seats(electorate([people], [[0]], [people])).amount == people


def test_a_load_of_exactly_one_is_not_above_one():
    """1/3 + 1/6 + 1/2 is 1, which floats miss."""
    world = electorate([1, 1, 1], [[0, 1, 2], [1]], [2, 1])
    world = electorate([100, 50, 150], [[0, 1, 2]], [300])
    assert loads(world) == pytest.approx([1.0])
    assert not overloaded(world).any()
    assert overloaded(electorate([101, 50, 150], [[0, 1, 2]], [300])).all()


@pytest.mark.parametrize(("seats", "cells", "people"), [([0], [[0]], [5]), ([1], [[0]], [-1]), ([1], [[0]], [2**33])])
def test_impossible_counts_are_refused(seats, cells, people):
    with pytest.raises(ElectorateError):
        electorate(seats, cells, people)
