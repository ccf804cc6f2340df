"""What an analyst asks of a polity beside the quota: units in, out or kept together, ways cut or made, limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from geopolity.errors import RequestError

if TYPE_CHECKING:
    from geopolity.layers.layer import Layer

Pairs = tuple[tuple[str, str], ...]


class ConditionsError(RequestError):
    """A condition names what the layer does not have, or asks for what no polity can be."""

    code = "conditions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Constraints of a polity, in ids of the layer's units.

    Attributes
    ----------
    must, must_not
        Units that are inside, and that are outside.
    keep_together
        Column of the layer: units that have the same in it are whole in or whole out. Units without are free.
    cut, link
        Pairs of units that touch and have no way to each other; pairs that do not, and have one (a ferry).
    at_most_units, at_most_area_km2, at_most_population
        The most that the polity may have.
    exclude_empty
        Units where nobody lives are outside.
    """

    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    keep_together: str | None = None
    cut: Pairs = ()
    link: Pairs = ()
    at_most_units: int | None = None
    at_most_area_km2: float | None = None
    at_most_population: float | None = None
    exclude_empty: bool = False

    def __post_init__(self) -> None:
        for name in ("at_most_units", "at_most_area_km2", "at_most_population"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 1):
                raise ConditionsError(
                    "{key} = {value:exact} leaves nothing to be inside; give 1 or more.",
                    key=name,
                    value=value,
                    field=name,
                )

        both = {frozenset(pair) for pair in self.cut} & {frozenset(pair) for pair in self.link}
        if both:
            one, other = min((min(pair), max(pair)) for pair in both)
            raise ConditionsError(
                "{one} – {other} is both cut and linked; leave out one of the two.", one=one, other=other, field="cut"
            )

    def __bool__(self) -> bool:
        return self != Conditions()

    @property
    def moves_edges(self) -> bool:
        """Whether ways are cut or made."""
        return bool(self.cut or self.link)

    @property
    def has_limits(self) -> bool:
        """Whether something may be no more than so much."""
        return any(it is not None for it in (self.at_most_units, self.at_most_area_km2, self.at_most_population))

    def with_changes(self, changes: dict[str, Any]) -> Conditions:
        """The same with what is given; ``None`` and nothing keep what is there."""
        return replace(self, **{key: value for key, value in changes.items() if not _keeps(value)})

    @property
    def is_of_the_whole(self) -> bool:
        """Whether some speak of one region as a whole, so that each of several could not keep to them."""
        return bool(self.must) or self.has_limits

    def record(self, layer: Layer, area_unit: int) -> dict[str, Any]:
        """What ``problem.json`` says of them: those that are there, ids in order."""
        together = self.groups(layer)
        most: dict[str, Any] = {
            "units": self.at_most_units,
            "area": self.at_most_area_km2,
            "population": self.at_most_population,
        }
        most = {key: value for key, value in most.items() if value is not None}
        said: dict[str, Any] = {
            "must": sorted(set(self.must)),
            "must_not": sorted(set(self.must_not)),
            "keep_together": {"column": self.keep_together, "groups": list(together.values())} if together else {},
            "cut": _ordered(self.cut),
            "link": _ordered(self.link),
            "at_most": most | ({"area_unit": area_unit} if "area" in most else {}),
            "exclude_empty": self.exclude_empty,
        }
        return {key: value for key, value in said.items() if value}

    def groups(self, layer: Layer) -> dict[str, list[str]]:
        """Ids of units that are kept together, by what they share; units alone in it are left out."""
        if self.keep_together is None:
            return {}
        if self.keep_together not in layer.units.columns or self.keep_together == "geometry":
            columns = [name for name in layer.units.columns if name not in {"geometry", "population", "name"}]
            raise ConditionsError(
                "{layer} has no column {column:quoted} to keep units together by; it has {columns:list}.",
                layer=layer.name,
                column=self.keep_together,
                columns=columns or ["none"],
                field="keep_together",
            )
        values = layer.units[self.keep_together].dropna().astype(str)
        values = values[values.str.strip() != ""]
        found = {str(value): list(ids) for value, ids in values.groupby(values).groups.items()}
        return {value: sorted(ids) for value, ids in sorted(found.items()) if len(ids) > 1}


NONE = Conditions()
KEYS = tuple(each.name for each in fields(Conditions))


def conditions_of(record: Mapping[str, Any]) -> Conditions:
    """The conditions that ``problem.json`` states."""
    most = record.get("at_most", {})
    return Conditions(
        must=tuple(record.get("must", ())),
        must_not=tuple(record.get("must_not", ())),
        keep_together=record.get("keep_together", {}).get("column"),
        cut=tuple((one, other) for one, other in record.get("cut", ())),
        link=tuple((one, other) for one, other in record.get("link", ())),
        at_most_units=most.get("units"),
        at_most_area_km2=most.get("area"),
        at_most_population=most.get("population"),
        exclude_empty=record.get("exclude_empty", False),
    )


def _keeps(change: Any) -> bool:
    """Whether a change is none; a limit of 0 is one, and is refused."""
    return change is None or change is False or change == ()


def _ordered(pairs: Pairs) -> list[list[str]]:
    return sorted(sorted(pair) for pair in pairs)
