"""What pages and reports say to programs: schema.org ``Dataset`` as JSON-LD, and JSON that is safe inside a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

CONTEXT = "https://schema.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure of a data set, with its range where it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str = ""

    def record(self) -> dict[str, Any]:
        """The pair as a ``PropertyValue``."""
        said = {"@type": "PropertyValue", "name": self.name, "value": self.value}
        between = {"minValue": self.low, "maxValue": self.high, "unitCode": self.unit or None}
        return said | {key: value for key, value in between.items() if value is not None}


def dataset(name: str, description: str, identifier: str, measured: Iterable[Measured], **more: Any) -> dict[str, Any]:
    """Describe a data set that is free to be used; ``more`` are further properties, by their names in schema.org."""
    said = {"@context": CONTEXT, "@type": "Dataset", "name": name, "description": description}
    return (
        said
        | {"identifier": identifier, "isAccessibleForFree": True}
        | more
        | {"variableMeasured": [one.record() for one in measured]}
    )


def data_block(value: Any) -> Markup:
    """JSON that is safe inside a ``<script>`` of data; no script of ours is ever inline."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704
