"""The vertex to branch on: its use and its avoidance both raise the bound; tried out on a few (strong branching)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geopolity.region.instance import Choice, Infeasible, Node
from geopolity.region.problem import IntArray
from geopolity.region.relaxation import exchange_prices

if TYPE_CHECKING:
    from geopolity.region.search import Open, Search


def branching_vertex(search: Search, item: Open) -> int:
    """Choose among the undecided vertices of a node; there must be one."""
    node, price = item.node, item.price
    relaxation = item.relaxation or search.relax(node, price)
    reach, loss = exchange_prices(relaxation)
    if relaxation.reach is not None:
        relaxation = search.relax(node, price)
    best, best_score = -1, -1.0
    for v in _candidates(search, item, reach, loss):
        required = node.required.copy()
        required[v] = True
        used = search.relax(node, price, required).value - relaxation.value
        avoided = _value_without(search, node, price, v) - relaxation.value
        score = max(used, 1) * float(max(avoided, 1))
        if score > best_score:
            best, best_score = int(v), score
    return best


def _candidates(search: Search, item: Open, reach: IntArray, loss: IntArray) -> IntArray:
    instance = item.node.instance
    undecided = np.flatnonzero(~item.node.required[: instance.real])
    doubt = (reach + loss)[undecided]
    weight = np.maximum(item.price * instance.affected[undecided], search.scale * instance.cost[undecided])
    by_weight = undecided[np.argsort(-(weight - np.minimum(doubt, 2**60)), kind="stable")[:5]]
    by_doubt = undecided[np.lexsort((-weight, doubt))[:3]]
    return np.unique(np.concatenate([by_weight, by_doubt]))


def _value_without(search: Search, node: Node, price: int, v: int) -> int:
    allowed = np.ones(node.instance.size, np.bool_)
    allowed[v] = False
    try:
        return search.relax(node.narrowed(Choice(allowed, node.required)), price).value
    except Infeasible:
        return search.scale * search.ceiling
