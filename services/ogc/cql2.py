"""Filters as the standard writes them (OGC CQL2, text): basic and advanced comparisons, and S_INTERSECTS.

A condition is true, false or unknown of a feature, as in SQL; only where it is true the feature is handed out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import shapely

from services.ogc.crs import CRS84, OgcError, boxes
from services.ogc.truth import SIGNS, Condition, all_of, always, any_of, compared, like, meeting, missing, turned

MOST_LETTERS, MOST_DEEP = 4_000, 40
GEOMETRY = "geometry"
_SHAPES = "POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION"
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<shape>(?:{_SHAPES})\s*Z?\s*(?=\()) | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<text>'(?:[^']|'')*')
    | (?P<word>[A-Za-z_][A-Za-z0-9_.:-]*|"[^"]+") | (?P<sign><>|<=|>=|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def condition(text: str, properties: Sequence[str]) -> Condition:
    """Read a filter.

    Raises
    ------
    OgcError
        If it is no CQL2 text, or uses more of it than is served.
    """
    if len(text) > MOST_LETTERS:
        raise OgcError("The filter has more than {most} letters; write a shorter one.", most=MOST_LETTERS)
    reader = _Reader(_tokens(text), text, frozenset(properties))
    found = reader.any_of(0)
    reader.end()
    return found


def _tokens(text: str) -> list[tuple[str, str, int]]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unread(text, place)
        kind = str(match.lastgroup)
        found.append((kind, match[kind], match.start(kind)))
        place = match.end()
    return found


def _unread(text: str, place: int) -> OgcError:
    return OgcError("The filter cannot be read from {rest:quoted} on; it is CQL2 text.", rest=text[place:].strip()[:40])


class _Reader:
    """Reads a filter from left to right: OR of ANDs of conditions, each of which may be in brackets or turned round."""

    def __init__(self, tokens: list[tuple[str, str, int]], text: str, properties: frozenset[str]) -> None:
        self._tokens, self._text, self._properties = tokens, text, properties
        self._place = 0

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise self._unread()

    def any_of(self, depth: int) -> Condition:
        if depth > MOST_DEEP:
            raise OgcError("The filter has brackets {most} deep; write a flatter one.", most=MOST_DEEP)
        parts = [self._all_of(depth)]
        while self._takes("OR"):
            parts.append(self._all_of(depth))
        return any_of(parts)

    def _all_of(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._takes("AND"):
            parts.append(self._one(depth))
        return all_of(parts)

    def _one(self, depth: int) -> Condition:
        turns = 0
        while self._takes("NOT"):
            turns += 1
        inner = self._bare(depth)
        return turned(inner) if turns % 2 else inner

    def _bare(self, depth: int) -> Condition:
        if self._takes("("):
            inner = self.any_of(depth + 1)
            self._must(")")
            return inner
        for word, said in (("TRUE", True), ("FALSE", False)):
            if self._takes(word):
                return always(said)
        if self._takes("S_INTERSECTS"):
            return self._intersects()
        return self._comparison()

    def _intersects(self) -> Condition:
        self._must("(")
        self._must(GEOMETRY)
        self._must(",")
        shapes = self._shapes()
        self._must(")")
        return meeting(shapes)

    def _shapes(self) -> list[shapely.Geometry]:
        if self._takes("BBOX"):
            numbers = self._list()
            if len(numbers) != 4 or not all(isinstance(one, float) for one in numbers):
                raise self._unread()
            west, south, east, north = numbers
            return boxes((west, south, east, north), CRS84)
        if not self._is("shape"):
            raise self._unread()
        begin = self._tokens[self._place][2]
        depth = 0
        for place in range(self._place + 1, len(self._tokens)):
            _, text, start = self._tokens[place]
            depth += {"(": 1, ")": -1}.get(text, 0)
            if depth == 0:
                self._place = place + 1
                return [self._shape(self._text[begin : start + 1])]
        raise self._unread()

    def _shape(self, text: str) -> shapely.Geometry:
        try:
            return shapely.from_wkt(text)
        except shapely.GEOSException as error:
            raise OgcError("{shape:quoted} is no shape in WKT.", shape=text[:60]) from error

    def _comparison(self) -> Condition:
        name = self._property()
        if self._takes("IS"):
            is_turned = self._takes("NOT")
            self._must("NULL")
            return turned(missing(name)) if is_turned else missing(name)
        is_turned = self._takes("NOT")
        found = self._worded(name)
        if found is not None:
            return turned(found) if is_turned else found
        if is_turned or not self._is("sign") or self._tokens[self._place][1] not in SIGNS:
            raise self._unread()
        sign = self._tokens[self._place][1]
        self._place += 1
        return compared(name, sign, self._value())

    def _worded(self, name: str) -> Condition | None:
        """LIKE, BETWEEN and IN, which NOT may stand before."""
        if self._takes("LIKE"):
            return like(name, str(self._value()))
        if self._takes("BETWEEN"):
            low = compared(name, ">=", self._value())
            self._must("AND")
            return all_of([low, compared(name, "<=", self._value())])
        if self._takes("IN"):
            return any_of([compared(name, "=", value) for value in self._list()])
        return None

    def _property(self) -> str:
        if not self._is("word"):
            raise self._unread()
        name = self._tokens[self._place][1].strip('"')
        if name not in self._properties:
            raise OgcError(
                "There is no property {name:quoted}; there are {names:list}.",
                name=name[:60],
                names=sorted(self._properties),
            )
        self._place += 1
        return name

    def _list(self) -> list[Any]:
        self._must("(")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._must(")")
        return values

    def _value(self) -> Any:
        if self._takes("DATE") or self._takes("TIMESTAMP"):
            (moment,) = self._list()
            return moment
        for word, said in (("TRUE", True), ("FALSE", False)):
            if self._takes(word):
                return said
        kind = self._tokens[self._place][0] if self._place < len(self._tokens) else ""
        if kind not in {"number", "text"}:
            raise self._unread()
        text = self._tokens[self._place][1]
        self._place += 1
        return float(text) if kind == "number" else text[1:-1].replace("''", "'")

    def _is(self, kind: str) -> bool:
        return self._place < len(self._tokens) and self._tokens[self._place][0] == kind

    def _takes(self, word: str) -> bool:
        is_it = self._place < len(self._tokens) and self._tokens[self._place][0] in {"word", "sign"}
        is_it = is_it and self._tokens[self._place][1].upper() == word.upper()
        self._place += is_it
        return is_it

    def _must(self, word: str) -> None:
        if not self._takes(word):
            raise self._unread()

    def _unread(self) -> OgcError:
        place = self._tokens[self._place][2] if self._place < len(self._tokens) else len(self._text)
        return _unread(self._text, place)
