"""What is wrong with a value that was sent, as a sentence that can be said in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from geopolity.messages import Counted, Message, Template
from maps.locale.texts import noop

_QUOTED = re.compile("'([^']*)'")
FLAWS: Mapping[str, tuple[Template, str]] = {
    "missing": (noop("Field required"), ""),
    "extra_forbidden": (noop("Extra inputs are not permitted"), ""),
    "string_type": (noop("Input should be a valid string"), ""),
    "string_too_long": (
        Counted(
            "String should have at most {number:count} character",
            "String should have at most {number:count} characters",
        ),
        "max_length",
    ),
    "string_too_short": (
        Counted(
            "String should have at least {number:count} character",
            "String should have at least {number:count} characters",
        ),
        "min_length",
    ),
    "string_pattern_mismatch": (noop("String should match pattern '{number}'"), "pattern"),
    "int_type": (noop("Input should be a valid integer"), ""),
    "int_parsing": (noop("Input should be a valid integer, unable to parse string as an integer"), ""),
    "int_from_float": (noop("Input should be a valid integer, got a number with a fractional part"), ""),
    "float_type": (noop("Input should be a valid number"), ""),
    "float_parsing": (noop("Input should be a valid number, unable to parse string as a number"), ""),
    "finite_number": (noop("Input should be a finite number"), ""),
    "bool_type": (noop("Input should be a valid boolean"), ""),
    "bool_parsing": (noop("Input should be a valid boolean, unable to interpret input"), ""),
    "list_type": (noop("Input should be a valid list"), ""),
    "dict_type": (noop("Input should be a valid dictionary"), ""),
    "greater_than": (noop("Input should be greater than {number:exact}"), "gt"),
    "greater_than_equal": (noop("Input should be greater than or equal to {number:exact}"), "ge"),
    "less_than": (noop("Input should be less than {number:exact}"), "lt"),
    "less_than_equal": (noop("Input should be less than or equal to {number:exact}"), "le"),
    "literal_error": (noop("Input should be {number:or}"), "expected"),
    "enum": (noop("Input should be {number:or}"), "expected"),
    "value_error": (noop("Value error, {number}"), "error"),
}
"""By pydantic's type of error: its sentence, and the value of its context that stands in it."""


def flaw(error: Mapping[str, Any]) -> Message:
    """What pydantic says of a value; in its own English where it is a rare case."""
    template, named = FLAWS.get(error["type"], ("", ""))
    if not template:
        return Message("{text}", text=error["msg"])
    number = error.get("ctx", {}).get(named) if named else None
    return Message(template, number=_written(named, number))


def _written(named: str, value: Any) -> Any:
    """A value of pydantic's context as sentences hold it."""
    if named == "expected":
        return [repr(one) for one in _QUOTED.findall(value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if isinstance(value, Exception) else value
