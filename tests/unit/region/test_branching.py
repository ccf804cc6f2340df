import numpy as np

from geopolity.region.dual.core import split_in_places
from geopolity.region.graph import graph_of
from geopolity.region.instance import Instance, Node
from geopolity.region.search.branching import PATIENCE, Branching, _pieces, children


def two_pieces(quota=3):
    """A path of eight vertices with people on the first two, the last two and one in between."""
    edges = np.array([[v, v + 1] for v in range(7)])
    people = np.array([2, 2, 0, 1, 0, 0, 1, 1], np.int64)
    instance = Instance(graph_of(edges, 8), np.full(8, 10, np.int64), people, quota, 8)
    return Node(instance, np.zeros(8, np.bool_), np.arange(8))


def members(*vertices, size=8):
    group = np.zeros(size, np.bool_)
    group[list(vertices)] = True
    return group


def test_pieces_that_a_region_may_leave_out_are_tried_largest_first():
    assert [np.flatnonzero(piece).tolist() for piece in _pieces(two_pieces())] == [[0, 1], [6, 7]]


def test_a_piece_that_every_region_meets_already_is_not_tried_again():
    node = two_pieces().meeting(members(0, 1))
    assert [np.flatnonzero(piece).tolist() for piece in _pieces(node)] == [[6, 7]]


def test_a_meeting_point_in_two_pieces_settles_neither():
    node = two_pieces().meeting(members(0, 6))
    assert len(_pieces(node)) == 2


def test_a_piece_with_a_required_vertex_is_settled():
    node = two_pieces().meeting(members(7))
    assert [np.flatnonzero(piece).tolist() for piece in _pieces(node)] == [[0, 1]]


def test_pieces_are_given_up_where_vertices_are_better(monkeypatch):
    tried = []

    class Bounds:
        scale, upper, nodes = 1, 100, 0

    def pieces(node):
        tried.append(node)
        return [members(0, 1)]

    from types import SimpleNamespace

    from geopolity.region.search import branching

    monkeypatch.setattr(branching, "_pieces", pieces)
    monkeypatch.setattr(branching, "_candidates", lambda *_: [3])
    monkeypatch.setattr(branching, "exchange_prices", lambda _: (None, None))
    monkeypatch.setattr(branching, "children", lambda _, group: [group.sum(), group.sum()])
    monkeypatch.setattr(branching, "_value", lambda bounds, child, item, step: 10 - int(child))
    item = SimpleNamespace(node=two_pieces(), relaxation=SimpleNamespace(reach=None, value=0), price=1, variant=(0, 0))
    branching_ = Branching()
    for _ in range(PATIENCE + 4):
        assert branching_.choose(Bounds(), item).sum() == 1
    assert len(tried) == PATIENCE


def test_of_a_set_to_meet_that_has_one_vertex_left_it_is_met_or_nothing_is():
    """Half of one vertex was none, and a search went on splitting the same node."""
    node = two_pieces().meeting(members(0, 1, 3))
    _, left = children(node, members(0, 1, size=9))
    assert split_in_places(left).sum() == 1
    met, avoided = children(left, split_in_places(left))
    assert met.required[: met.instance.real].sum() == 1
    assert avoided is None
