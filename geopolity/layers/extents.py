"""The live index of what moves: extents of active polities and drafts, put in, taken out, asked for what is near."""

from __future__ import annotations

from collections.abc import Sequence

from rtree.index import Index
from shapely.geometry.base import BaseGeometry


class LiveExtents:
    """Extents by name, in degrees. Mutable, since the point of it is that drafts come and go while it is asked."""

    def __init__(self) -> None:
        self._index = Index()
        self._numbers: dict[str, int] = {}
        self._boxes: dict[int, tuple[str, list[tuple[float, float, float, float]]]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, name: str) -> bool:
        return name in self._numbers

    def put(self, name: str, shape: BaseGeometry) -> None:
        """Put a region in; one of the same name is taken out first. Each of its parts has a box of its own."""
        self.take(name)
        boxes = [part.bounds for part in getattr(shape, "geoms", [shape]) if not part.is_empty]
        self._numbers[name], self._boxes[self._next] = self._next, (name, boxes)
        for box in boxes:
            self._index.insert(self._next, box)
        self._next += 1

    def take(self, name: str) -> None:
        """Take a region out; nothing happens if it is not in."""
        number = self._numbers.pop(name, None)
        if number is not None:
            for box in self._boxes.pop(number)[1]:
                self._index.delete(number, box)

    def at(self, lon: float, lat: float) -> list[str]:
        """Names of the regions whose extent holds a point, sorted: candidates, to be looked at exactly."""
        return self.meeting((lon, lat, lon, lat))

    def meeting(self, box: tuple[float, float, float, float]) -> list[str]:
        """Names of the regions whose extent meets a box (west, south, east, north), sorted."""
        return sorted({self._boxes[number][0] for number in self._index.intersection(box)})

    def nearest(self, lon: float, lat: float, count: int = 1) -> Sequence[str]:
        """Names of the regions with the nearest extents, in degrees, nearest first; ties are all given."""
        return list(dict.fromkeys(self._boxes[n][0] for n in self._index.nearest((lon, lat, lon, lat), count)))
