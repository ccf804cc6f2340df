"""Filters as the standard writes them (OGC CQL2, text): basic and advanced comparisons, and S_INTERSECTS.

A condition is true, false or unknown of a feature, as in SQL; only where it is true the feature is handed out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import shapely

from services.ogc.crs import CRS84, OgcError, boxes
from services.ogc.fields import Fields, Kind
from services.ogc.moments import day, moment
from services.ogc.truth import (
    SIGNS,
    Condition,
    Value,
    all_of,
    always,
    among,
    any_of,
    compared,
    like,
    meeting,
    missing,
    turned,
)

MOST_LETTERS, MOST_DEEP = 4_000, 40
MOST_LOOKS, ALWAYS = 10_000_000, 16
"""So often a filter looks at features in all; so often it may look at each, however many there are."""
LOOKS_OF_SHAPES, LOOKS_OF_LIKE = 10, 5
"""What these conditions count for, where a comparison counts for one."""
GEOMETRY = "geometry"
_LITERALS: Mapping[Kind, type] = {
    Kind.TEXT: str,
    Kind.NUMBER: float,
    Kind.WHOLE: float,
    Kind.FLAG: bool,
    Kind.MOMENT: np.datetime64,
}
_SHAPES = "POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION"
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<shape>(?:{_SHAPES})\s*(?:Z\s*)?(?=\()) | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<text>'(?:[^']|'')*')
    | (?P<word>[A-Za-z_][A-Za-z0-9_.:-]*|"[^"]+") | (?P<sign><>|<=|>=|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def condition(text: str, fields: Fields, *, features: int) -> Condition:
    """Read a filter for so many features with these properties.

    Raises
    ------
    OgcError
        If it is no CQL2 text, uses more of it than is served, compares what is of different kinds, or asks for more
        work than one request may.
    """
    if len(text) > MOST_LETTERS:
        raise OgcError("The filter has more than {most} letters; write a shorter one.", most=MOST_LETTERS)
    reader = _Reader(_tokens(text), text, fields, most=max(ALWAYS, MOST_LOOKS // max(1, features)))
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

    def __init__(self, tokens: list[tuple[str, str, int]], text: str, fields: Fields, *, most: int) -> None:
        self._tokens, self._text, self._fields, self._most = tokens, text, fields, most
        self._place = self._looks = 0

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
        self._count(1)
        for word, said in (("TRUE", True), ("FALSE", False)):
            if self._takes(word):
                return always(said)
        if self._takes("S_INTERSECTS"):
            return self._intersects()
        return self._comparison()

    def _count(self, looks: int) -> None:
        self._looks += looks
        if self._looks > self._most:
            raise OgcError(
                "The filter is too much work for so many features; ask in parts, with fewer conditions, shapes, and % "
                "in LIKE."
            )

    def _intersects(self) -> Condition:
        self._count(LOOKS_OF_SHAPES)
        self._must("(")
        self._must(GEOMETRY)
        self._must(",")
        shapes = self._shapes()
        self._must(")")
        return meeting(shapes)

    def _shapes(self) -> list[shapely.Geometry]:
        if self._takes("BBOX"):
            numbers = [one for one in self._list() if isinstance(one, float)]
            if len(numbers) != 4:
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
            with np.errstate(over="ignore", invalid="ignore"):  # of numbers that are none, which are refused below
                found: shapely.Geometry = shapely.from_wkt(text)
        except shapely.GEOSException as error:
            raise OgcError("{shape:quoted} is no shape in WKT.", shape=text[:60]) from error
        if not np.isfinite(shapely.get_coordinates(found)).all():
            raise OgcError("{shape:quoted} is no shape in WKT.", shape=text[:60])
        return found

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
        return compared(name, sign, self._value_of(name))

    def _worded(self, name: str) -> Condition | None:
        """LIKE, BETWEEN and IN, which NOT may stand before."""
        if self._takes("LIKE"):
            return self._like(name)
        if self._takes("BETWEEN"):
            low = compared(name, ">=", self._value_of(name))
            self._must("AND")
            return all_of([low, compared(name, "<=", self._value_of(name))])
        return self._among(name) if self._takes("IN") else None

    def _like(self, name: str) -> Condition:
        pattern = self._value_of(name)
        if not isinstance(pattern, str):
            raise OgcError("{name} is no text, so LIKE cannot ask for it; compare it by =, < or >.", name=name)
        self._count(LOOKS_OF_LIKE + pattern.count("%"))
        return like(name, pattern)

    def _among(self, name: str) -> Condition:
        values = [self._checked(name, one) for one in self._list()]
        if self._fields[name] in {Kind.TEXT, Kind.NUMBER, Kind.WHOLE}:
            return among(name, values)
        self._count(len(values))
        return any_of([compared(name, "=", one) for one in values])

    def _property(self) -> str:
        if not self._is("word"):
            raise self._unread()
        name = self._tokens[self._place][1].strip('"')
        if name not in self._fields:
            raise OgcError(
                "There is no property {name:quoted}; there are {names:list}.",
                name=name[:60],
                names=sorted(self._fields),
            )
        self._place += 1
        return name

    def _list(self) -> list[Value]:
        self._must("(")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._must(")")
        return values

    def _value_of(self, name: str) -> Value:
        return self._checked(name, self._value())

    def _checked(self, name: str, value: Value) -> Value:
        """A value that a property can be compared with."""
        if not isinstance(value, _LITERALS[self._fields[name]]):
            raise OgcError(
                "{name} is compared with {value:quoted}, which is of another kind; numbers and TRUE or FALSE stand "
                "bare, text in '…', times as DATE('2026-11-26') or TIMESTAMP('2026-11-26T12:00:00Z').",
                name=name,
                value=str(value)[:40],
            )
        return value

    def _value(self) -> Value:
        for word, read in (("DATE", day), ("TIMESTAMP", moment)):
            if self._takes(word):
                return self._instant(read)
        for word, said in (("TRUE", True), ("FALSE", False)):
            if self._takes(word):
                return said
        kind = self._tokens[self._place][0] if self._place < len(self._tokens) else ""
        if kind not in {"number", "text"}:
            raise self._unread()
        text = self._tokens[self._place][1]
        self._place += 1
        return float(text) if kind == "number" else text[1:-1].replace("''", "'")

    def _instant(self, read: Callable[[str], np.datetime64]) -> np.datetime64:
        self._must("(")
        if not self._is("text"):
            raise self._unread()
        text = self._tokens[self._place][1][1:-1]
        self._place += 1
        self._must(")")
        return read(text)

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
