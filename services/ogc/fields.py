"""The properties that features have, and of what kind each is: so whether or not there are features."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.records import Json


class Kind(StrEnum):
    """Kind of a property's values."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    FLAG = "true or false"
    MOMENT = "moment"

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers."""
        return self in {Kind.NUMBER, Kind.WHOLE}


SCHEMAS: Mapping[Kind, Json] = {
    Kind.TEXT: {"type": "string"},
    Kind.NUMBER: {"type": "number"},
    Kind.WHOLE: {"type": "integer"},
    Kind.FLAG: {"type": "boolean"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
}
"""Kinds as JSON Schema says them."""

Fields = Mapping[str, Kind]

UNIT: Fields = {"unit_id": Kind.TEXT, "name": Kind.TEXT, "population": Kind.NUMBER, "parent": Kind.TEXT}
CELL: Fields = {
    "cell_id": Kind.TEXT,
    "polities": Kind.WHOLE,
    "polity_ids": Kind.TEXT,
    "units": Kind.WHOLE,
    "population": Kind.NUMBER,
}
POLITY: Fields = {
    "polity_id": Kind.TEXT,
    "layer": Kind.TEXT,
    "title": Kind.TEXT,
    "version": Kind.WHOLE,
    "valid_from": Kind.MOMENT,
    "valid_to": Kind.MOMENT,
    "status": Kind.TEXT,
    "units": Kind.WHOLE,
    "area_km2": Kind.NUMBER,
    "population": Kind.WHOLE,
    "affected": Kind.NUMBER,
    "coverage": Kind.NUMBER,
    "gap": Kind.NUMBER,
    "digest": Kind.TEXT,
}
