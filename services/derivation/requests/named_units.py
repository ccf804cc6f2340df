"""Units of a layer as people write them: by id or by name, one by one, in lists and in pairs."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property

from boundaries.conditions import HEADS
from geopolity.layers.layer import Layer
from services.derivation.requests.spec import SpecError

Pairs = tuple[tuple[str, str], ...]
NEAR = 4
"""So many units are named that somebody may have meant."""
COMPARED = 50_000
"""Layers of more units are not searched for names that are spelt alike."""
_SPACED = re.compile(r"[,;\s]+")


class NamedUnits:
    """The units of a layer by id and by name; what comes before the comma of a name is enough where one has it."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer

    def has(self, unit: str) -> bool:
        """Whether an id is one of the layer's."""
        return unit in self._layer.units.index

    def known(self, said: str) -> str | None:
        """Id of the unit that an id or a whole name says, if one alone has it."""
        if self.has(said):
            return said
        alike = self._by_name.get(_plain(said), [])
        return alike[0] if len(alike) == 1 else None

    def find(self, said: str, field: str) -> str:
        """Id of the unit that is meant.

        Raises
        ------
        SpecError
            If none is, or several are.
        """
        if known := self.known(said):
            return known
        alike = self._by_name.get(_plain(said)) or self._by_head.get(_plain(said), [])
        if len(alike) == 1:
            return alike[0]
        if alike:
            raise SpecError(
                "{unit:quoted} is the name of {number:count} units: {units:or}; write which.",
                unit=said[:60],
                number=len(alike),
                units=self._labels(alike),
                field=field,
            )
        raise self._unknown(said, field)

    def name_of(self, unit: str) -> str:
        """Name of a unit by its id."""
        return str(self._layer.units.at[unit, "name"])

    def _unknown(self, said: str, field: str) -> SpecError:
        near = self._near(_plain(said))
        if near:
            return SpecError(
                "{layer} has no unit {unit:quoted}; near to it are {units:or}.",
                layer=self._layer.name,
                unit=said[:60],
                units=self._labels(near),
                field=field,
            )
        return SpecError(
            "{layer} has no unit {unit:quoted}; its ids look like {id:quoted} and its names like {name:quoted}.",
            layer=self._layer.name,
            unit=said[:60],
            id=str(self._layer.units.index[0]),
            name=self.name_of(self._layer.units.index[0]),
            field=field,
        )

    def _near(self, plain: str) -> list[str]:
        names = self._by_name
        found = [name for name in names if plain in name]
        if not found and len(names) <= COMPARED:
            found = difflib.get_close_matches(plain, [name for name in names if name[:1] == plain[:1]], NEAR)
        return [unit for name in found[:NEAR] for unit in names[name]][:NEAR]

    def _labels(self, units: list[str]) -> list[str]:
        return [f"{self.name_of(unit)} ({unit})" for unit in units[:NEAR]]

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        return self._grouped(_plain)

    @cached_property
    def _by_head(self) -> Mapping[str, list[str]]:
        return self._grouped(lambda name: _plain(name.partition(",")[0]))

    def _grouped(self, key: Callable[[str], str]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for unit, name in zip(self._layer.units.index, self._layer.units["name"].astype(str), strict=True):
            found[key(name)].append(str(unit))
        return found


def read_units(text: str, units: NamedUnits, field: str) -> tuple[str, ...]:
    """Ids of the units that a text lists: one a line, or several ids, or names with semicolons between."""
    found = [one for line in _lines(text, units) for one in _of_line(line, units, field)]
    return tuple(dict.fromkeys(found))


def read_pairs(text: str, units: NamedUnits, field: str) -> Pairs:
    """Pairs of units, one a line: two ids, or names with a semicolon between; each pair once."""
    found = [_pair(line, units, field) for line in _lines(text, units)]
    return tuple({frozenset(pair): pair for pair in reversed(found)}.values())[::-1]


def written_units(ids: tuple[str, ...], units: NamedUnits) -> str:
    """Units as a text lists them, each with its name."""
    return "\n".join(f"{unit}  # {units.name_of(unit)}" for unit in ids)


def written_pairs(pairs: Pairs, units: NamedUnits) -> str:
    """Pairs as a text lists them, each with its names."""
    between = "; " if any(_SPACED.search(unit) for pair in pairs for unit in pair) else " "
    return "\n".join(f"{one}{between}{other}  # {units.name_of(one)} – {units.name_of(other)}" for one, other in pairs)


def _lines(text: str, units: NamedUnits) -> list[str]:
    """Lines without what stands behind a ``#``, unless it is part of a name."""
    lines = [line.strip() for line in text.splitlines()]
    if lines and _SPACED.split(lines[0].lower())[0] in HEADS and not units.known(lines[0]):
        lines = lines[1:]  # of a table that was pasted
    said = [_before_remark(line, units) for line in lines]
    return [line for line in said if line]


def _before_remark(line: str, units: NamedUnits) -> str:
    head = line.partition("#")[0].strip()
    if head == line or (head and all(units.has(part) for part in _SPACED.split(head) if part)):
        return head
    return line if units.known(line) else head


def _of_line(line: str, units: NamedUnits, field: str) -> list[str]:
    if known := units.known(line):
        return [known]
    if ";" in line:
        return [units.find(part, field) for part in _parts(line, ";")]
    ids = [part for part in _SPACED.split(line) if part]
    if any(units.has(part) for part in ids):
        return [units.find(part, field) for part in ids]
    return [units.find(line, field)]


def _pair(line: str, units: NamedUnits, field: str) -> tuple[str, str]:
    between = next((mark for mark in (";", " – ", "\t") if mark in line), "")
    parts = _parts(line, between) if between else [part for part in _SPACED.split(line) if part]
    if len(parts) != 2:
        raise SpecError(
            "{line:quoted} is no pair of units; write two ids, or two names with a semicolon between, one pair a line.",
            line=line[:120],
            field=field,
        )
    return units.find(parts[0], field), units.find(parts[1], field)


def _parts(line: str, between: str) -> list[str]:
    return [part for part in (part.strip() for part in line.split(between)) if part]


def _plain(name: str) -> str:
    """A name without accents, case and doubled spaces."""
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).casefold().split())
