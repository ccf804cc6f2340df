"""A binary heap in two flat arrays, for the shortest-path kernels (smallest key first, then smallest vertex)."""

from __future__ import annotations

from geopolity.arrays import IntArray
from geopolity.compiling import njit


@njit(cache=True)
def push(keys: IntArray, vertices: IntArray, size: int, key: int, vertex: int) -> int:
    """Add an entry; returns the new size. The arrays must have room."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if keys[parent] < key or (keys[parent] == key and vertices[parent] <= vertex):
            break
        keys[i] = keys[parent]
        vertices[i] = vertices[parent]
        i = parent
    keys[i] = key
    vertices[i] = vertex
    return size + 1


@njit(cache=True)
def pop(keys: IntArray, vertices: IntArray, size: int) -> int:
    """Remove the first entry (read it before, at position 0); returns the new size."""
    size -= 1
    key = keys[size]
    vertex = vertices[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            keys[right] < keys[child] or (keys[right] == keys[child] and vertices[right] < vertices[child])
        ):
            child = right
        if key < keys[child] or (key == keys[child] and vertex <= vertices[child]):
            break
        keys[i] = keys[child]
        vertices[i] = vertices[child]
        i = child
    keys[i] = key
    vertices[i] = vertex
    return size
