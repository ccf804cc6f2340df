"""Largest flow through a network of integers, by Dinitz's blocking flows (E. A. Dinits, 1970)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, IntegerArray
from geopolity.compiling import njit


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A largest flow.

    Attributes
    ----------
    amount
        Flow from source to sink.
    moved
        Net flow along each arc, from its tail to its head.
    ends
        Source and sink.
    start, arcs, room
        The network that is left: vertex ``v`` has the half arcs ``arcs[start[v]:start[v + 1]]``; half arc ``2a`` is
        arc ``a`` forwards, ``2a + 1`` backwards, ``room`` what each can still take.
    head
        Where each half arc leads.
    """

    amount: int
    moved: IntegerArray
    ends: tuple[int, int]
    start: IntegerArray
    arcs: IntegerArray
    room: IntegerArray
    head: IntegerArray

    def widened(self, arc: IntegerArray, more: IntegerArray) -> Flow:
        """Give arcs more room and move on; what flows into the sink already stays."""
        room = self.room.copy()
        np.add.at(room, 2 * arc, more)
        wide = room.copy()
        amount = _dinitz(self.start, self.arcs, room, self.head, *self.ends)
        moved = self.moved + wide[0::2] - room[0::2]
        return Flow(self.amount + int(amount), moved, self.ends, self.start, self.arcs, room, self.head)

    def reached(self, sources: IntegerArray) -> BoolArray:
        """Vertices to which something could still be moved from the sources."""
        seen: BoolArray = _reach(self.start, self.arcs, self.room, self.head, sources)
        return seen


def largest_flow(
    tail: IntegerArray, head: IntegerArray, room: IntegerArray, *, back: IntegerArray | int = 0, ends: tuple[int, int]
) -> Flow:
    """Move as much as possible from ``ends[0]`` to ``ends[1]``.

    Parameters
    ----------
    tail, head, room
        Arcs, and how much each can take.
    back
        How much each can take from head to tail.
    ends
        Source and sink.
    """
    both = np.empty(2 * len(tail), np.int64)
    both[0::2], both[1::2] = room, back
    heads = np.empty(2 * len(tail), np.int32)
    heads[0::2], heads[1::2] = head, tail
    vertices = int(max(tail.max(initial=0), head.max(initial=0), *ends)) + 1
    start, arcs = _adjacency(heads, vertices)
    left = both.copy()
    amount = _dinitz(start, arcs, left, heads, *ends)
    return Flow(int(amount), both[0::2] - left[0::2], ends, start, arcs, left, heads)


@njit(cache=True)
def _adjacency(head: IntegerArray, vertices: int) -> tuple[IntegerArray, IntegerArray]:
    start = np.zeros(vertices + 1, np.int64)
    for half in range(len(head)):
        start[head[half ^ 1] + 1] += 1
    for vertex in range(vertices):
        start[vertex + 1] += start[vertex]
    place = start[:-1].copy()
    arcs = np.empty(len(head), np.int32)
    for half in range(len(head)):
        vertex = head[half ^ 1]
        arcs[place[vertex]] = half
        place[vertex] += 1
    return start, arcs


@njit(cache=True)
def _dinitz(
    start: IntegerArray, arcs: IntegerArray, room: IntegerArray, head: IntegerArray, source: int, sink: int
) -> int:
    vertices = len(start) - 1
    level = np.empty(vertices, np.int32)
    queue = np.empty(vertices, np.int32)
    turn = np.empty(vertices, np.int64)
    path = np.empty(vertices, np.int32)
    total = 0
    while True:
        level[:] = -1
        level[sink] = 0
        queue[0] = sink
        first, last = 0, 1
        while first < last and level[source] < 0:
            vertex = queue[first]
            first += 1
            for k in range(start[vertex], start[vertex + 1]):
                other = head[arcs[k]]
                if level[other] < 0 and room[arcs[k] ^ 1] > 0:
                    level[other] = level[vertex] + 1
                    queue[last] = other
                    last += 1
        if level[source] < 0:
            return total
        turn[:] = start[:-1]
        vertex, length = source, 0
        while True:
            if vertex == sink:
                push = room[path[0]]
                for k in range(1, length):
                    push = min(push, room[path[k]])
                back = 0
                for k in range(length - 1, -1, -1):
                    room[path[k]] -= push
                    room[path[k] ^ 1] += push
                    if room[path[k]] == 0:
                        back = k
                total += push
                vertex, length = head[path[back] ^ 1], back
                continue
            while turn[vertex] < start[vertex + 1]:
                half = arcs[turn[vertex]]
                if room[half] > 0 and level[head[half]] == level[vertex] - 1 and level[head[half]] >= 0:
                    break
                turn[vertex] += 1
            if turn[vertex] < start[vertex + 1]:
                path[length] = arcs[turn[vertex]]
                length += 1
                vertex = head[path[length - 1]]
            elif length:
                length -= 1
                vertex = head[path[length] ^ 1]
                turn[vertex] += 1
            else:
                break


@njit(cache=True)
def _reach(
    start: IntegerArray, arcs: IntegerArray, room: IntegerArray, head: IntegerArray, sources: IntegerArray
) -> BoolArray:
    seen = np.zeros(len(start) - 1, np.bool_)
    queue = np.empty(len(start) - 1, np.int32)
    last = 0
    for source in sources:
        if not seen[source]:
            seen[source] = True
            queue[last] = source
            last += 1
    first = 0
    while first < last:
        vertex = queue[first]
        first += 1
        for k in range(start[vertex], start[vertex + 1]):
            other = head[arcs[k]]
            if room[arcs[k]] > 0 and not seen[other]:
                seen[other] = True
                queue[last] = other
                last += 1
    return seen
