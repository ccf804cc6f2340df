"""An independent reader of Mapbox Vector Tiles that refuses what the format's version 2 forbids.

It shares no code with the writer; its rules are those that Mapbox's published fixtures stand for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

KINDS = {1: "point", 2: "line", 3: "polygon"}


@dataclass
class Feature:
    """A feature; ``parts`` are points, lines, or rings (shells positive, each followed by its holes)."""

    id: int
    kind: str
    parts: list[list[tuple[int, int]]]
    said: dict[str, Any]


def read(tile: bytes) -> dict[str, list[Feature]]:
    """Layers of a tile by name."""
    layers = {}
    for number, content in _fields(tile):
        assert number == 3, f"field {number} in a tile"
        name, features = _layer(content)
        assert name not in layers, f"two layers are called {name}"
        layers[name] = features
    return layers


def area(ring: list[tuple[int, int]]) -> float:
    """Surveyor's formula, as the format's specification has it."""
    ends = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in ends) / 2


def _layer(content: bytes) -> tuple[str, list[Feature]]:
    fields = list(_fields(content))
    single = {number: value for number, value in fields if number in {1, 5, 15}}
    assert single[15] == 2, "version"
    assert single.get(5, 4096) == 4096, "extent"
    name = single[1].decode()
    assert name, "a layer without a name"
    keys = [value.decode() for number, value in fields if number == 3]
    assert len(set(keys)) == len(keys), "a key is there twice"
    values = [_value(value) for number, value in fields if number == 4]
    features = [_feature(value, keys, values) for number, value in fields if number == 2]
    assert features, "a layer without features"
    named = [feature.id for feature in features if feature.id]
    assert len(set(named)) == len(named), "an id is there twice"
    return name, features


def _value(content: bytes) -> Any:
    ((number, value),) = _fields(content)
    match number:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 4 | 5:
            return value
        case 6:
            return (value >> 1) ^ -(value & 1)
        case 7:
            assert value in {0, 1}
            return bool(value)
    raise AssertionError(f"a value of type {number}")


def _feature(content: bytes, keys: list[str], values: list[Any]) -> Feature:
    fields = list(_fields(content))
    said = dict(fields)
    assert len(said) == len(fields), "a field of a feature is there twice"
    tags = list(_varints(said.get(2, b"")))
    assert len(tags) % 2 == 0, "an odd number of tags"
    pairs = list(zip(tags[::2], tags[1::2], strict=True))
    assert all(key < len(keys) and value < len(values) for key, value in pairs), "a tag out of range"
    assert len({key for key, _ in pairs}) == len(pairs), "a key is there twice"
    kind = KINDS[said[3]]
    return Feature(
        id=said.get(1, 0),
        kind=kind,
        parts=_parts(list(_varints(said[4])), kind),
        said={keys[key]: values[value] for key, value in pairs},
    )


def _parts(words: list[int], kind: str) -> list[list[tuple[int, int]]]:
    parts: list[list[tuple[int, int]]] = []
    x = y = place = 0
    expected = {1}
    while place < len(words):
        command, count = words[place] & 7, words[place] >> 3
        place += 1
        assert command in expected, f"command {command} in a {kind}"
        if command == 7:
            assert count == 1, "a ring is closed twice"
            expected = {1}
            continue
        assert count == 1 or command == 2 or kind == "point", "a move of several points"
        assert count >= (2 if kind == "polygon" and command == 2 else 1), "a part of too few points"
        if command == 1 and kind != "point":
            parts.append([])
        for _ in range(count):
            x += (words[place] >> 1) ^ -(words[place] & 1)
            y += (words[place + 1] >> 1) ^ -(words[place + 1] & 1)
            place += 2
            if kind == "point":
                parts.append([])
            elif command == 2:
                assert parts[-1][-1] != (x, y), "a step of no length"
            parts[-1].append((x, y))
        expected = {1} if kind == "point" else {2} if command == 1 else {7} if kind == "polygon" else {1}
    assert parts, "a feature without geometry"
    if kind == "polygon":
        assert expected == {1}, "an open ring"
        assert area(parts[0]) > 0, "a polygon that begins with a hole"
        assert all(area(ring) for ring in parts), "a ring without area"
    return parts


def _fields(content: bytes) -> list[tuple[int, Any]]:
    found, at = [], 0
    while at < len(content):
        key, at = _varint(content, at)
        if key & 7 == 0:
            value, at = _varint(content, at)
        elif key & 7 == 1:
            value, at = content[at : at + 8], at + 8
        elif key & 7 == 5:
            value, at = content[at : at + 4], at + 4
        else:
            assert key & 7 == 2, f"wire type {key & 7}"
            size, at = _varint(content, at)
            assert at + size <= len(content), "cut off"
            value, at = content[at : at + size], at + size
        found.append((key >> 3, value))
    return found


def _varints(content: bytes) -> list[int]:
    found, at = [], 0
    while at < len(content):
        value, at = _varint(content, at)
        found.append(value)
    return found


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (content[at] & 0x7F) << shift
        shift += 7
        at += 1
        if content[at - 1] < 0x80:
            return value, at
