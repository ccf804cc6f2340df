"""Records: what is told of a thing under known keys, as frozen types; written as JSON in one way, at the doors."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

Record = TypeVar("Record")
Json = dict[str, Any]
"""A JSON object at a door: read from outside, or about to be written. Further in, what has known keys is a type."""


def as_json(record: Any) -> Any:
    """A record as a JSON object with its fields as keys, in their order; what it holds likewise, lists included.

    A type whose keys are not its fields says so by a method of this name.
    """
    if record is None or isinstance(record, str | int | float):
        return record
    if hasattr(record, "as_json"):
        return record.as_json()
    if is_dataclass(record):
        return {one.name: as_json(getattr(record, one.name)) for one in fields(record)}
    if isinstance(record, list | tuple):
        return [as_json(one) for one in record]
    if isinstance(record, dict):
        return {key: as_json(value) for key, value in record.items()}
    return record


def of_row(kind: type[Record], row: object, **more: object) -> Record:
    """A record of a row of the store: fields of the same names, and those that are given."""
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: more[name] if name in more else getattr(row, name) for name in names})
