"""What a polity has to keep to, as somebody typed it into a form: texts become the values of a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geopolity.layers.layer import Layer
from services.derivation.requests.named_units import (
    NamedUnits,
    read_pairs,
    read_units,
    written_pairs,
    written_units,
)
from services.derivation.requests.spec import SpecError, read_spec
from services.records import Json

LISTED = ("must", "must_not")
PAIRS = ("cut", "link")
MOST = ("at_most_units", "at_most_area_km2", "at_most_population")
PRICES = ("compactness", "bridge_km")
TYPED = (*LISTED, "keep_together", *PAIRS, *MOST, *PRICES, "pieces", "exclude_empty")
WHOLE = ("at_most_units", "pieces")
_THOUSANDS = re.compile(r"\d{1,3}([,.'’\s]\d{3})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedConditions:
    """Conditions that were typed.

    Attributes
    ----------
    asked
        As a request has them; what was left empty is not there.
    texts
        By field, units and pairs by id with their names behind.
    """

    asked: Json
    texts: Mapping[str, str]


def typed_conditions(form: Mapping[str, Any], layer: Callable[[], Layer]) -> TypedConditions:
    """Read conditions from the fields of a form; the layer is opened only where units are named.

    Raises
    ------
    SpecError
        If a field names no unit, several, or no number; its fact ``field`` says which field it is.
    """
    said = {name: str(form.get(name) or "").strip() for name in TYPED}
    named = {name: said[name] for name in (*LISTED, *PAIRS) if said[name]}
    values: Json = {name: _number(said[name], name) for name in (*MOST, *PRICES, "pieces") if said[name]}
    values |= {"keep_together": said["keep_together"]} if said["keep_together"] else {}
    values |= {"exclude_empty": True} if form.get("exclude_empty") in {True, "true"} else {}
    texts = {}
    if named:
        units = NamedUnits(layer())
        for name, text in named.items():
            values[name], texts[name] = _named(text, units, name)
    read_spec({"footprint": {"kind": "everyone"}} | values)
    return TypedConditions(asked={name: value for name, value in values.items() if value != []}, texts=texts)


def number_in(text: str, field: str) -> float:
    """A number, its decimals after a point or a comma.

    Raises
    ------
    SpecError
        If it is none.
    """
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise SpecError(
            "{field:field} is {given:quoted}; give a number.", field=field.replace("_", " "), given=text[:20]
        ) from error


def _number(text: str, field: str) -> float | int:
    """A number of a field; a limit may have its thousands apart, and some are whole."""
    joined = re.sub(r"\D", "", text) if field in MOST and _THOUSANDS.fullmatch(text) else text
    number = number_in(joined, field)
    if field not in WHOLE:
        return number
    if not number.is_integer():
        raise SpecError(
            "{field:field} is {given:quoted}; give a whole number.", field=field.replace("_", " "), given=text[:20]
        )
    return int(number)


def _named(text: str, units: NamedUnits, name: str) -> tuple[list[Any], str]:
    if name in LISTED:
        ids = read_units(text, units, name)
        return list(ids), written_units(ids, units)
    pairs = read_pairs(text, units, name)
    return [list(pair) for pair in pairs], written_pairs(pairs, units)
