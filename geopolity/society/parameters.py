"""Everything that the society assumes: each figure with its unit, the range it may lie in, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from geopolity.errors import RequestError

NEEDED = (
    "adults", "consent", "renewal", "trend", "moved", "acceptance", "leaving",
    "petitions", "admitted", "hearing_days", "vote_days", "review_days", "session_cap",
    "harm_mean", "harm_spread", "remedy_leaves", "competence", "correlation", "turnout",
    "seats", "screening_days", "cost_per_day", "cost_per_call",
    "most_called", "most_serving", "load_warning", "re_derive_slack",
)  # fmt: skip
"""Names that a file of parameters must give."""

_POSITIVE_SHARES = ("adults", "consent", "acceptance", "load_warning", "most_called", "most_serving")
_SHARES = (
    *("renewal", "trend", "leaving", "admitted", "harm_mean", "harm_spread"),
    *("remedy_leaves", "competence", "correlation", "turnout"),
)
BOUNDS = {
    **dict.fromkeys(_POSITIVE_SHARES, (0.001, 1.0)),
    **dict.fromkeys(_SHARES, (0.0, 1.0)),
    **dict.fromkeys(("hearing_days", "vote_days", "review_days"), (0.1, 366.0)),
    "seats": (1.0, 150.0),
    "session_cap": (1.0, 366.0),
    "petitions": (0.0, 10_000.0),
}
"""Least and most that a parameter can be, where it is not any number from 0."""


class ParametersError(RequestError):
    """A parameter is missing, unknown, no number, or out of its range."""

    code = "society-parameters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One assumption; ``low`` and ``high`` are how far it may reasonably lie from ``value``."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """All assumptions, by name."""

    by_name: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> float:
        return self.by_name[name].value

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.by_name.values())

    def turned(self, name: str, value: float) -> Parameters:
        """The same with one of them at another value."""
        return Parameters(dict(self.by_name) | {name: replace(self.by_name[name], value=value)})

    def record(self) -> dict[str, dict[str, float | str]]:
        """As JSON: by name, value, range, unit and source."""
        keys = ("value", "low", "high", "unit", "source")
        return {name: {key: getattr(one, key) for key in keys} for name, one in self.by_name.items()}


def parameters_of(record: Mapping[str, Any]) -> Parameters:
    """Parameters from a table of tables, as a TOML file gives them.

    Raises
    ------
    ParametersError
        Naming the parameter, what is wrong with it, and what would be right.
    """
    unknown = sorted(set(record) - set(NEEDED))
    if unknown:
        raise ParametersError(
            "There is no parameter {name:quoted}; there are {known:list}.", name=unknown[0], known=[*NEEDED]
        )
    missing = [name for name in NEEDED if name not in record]
    if missing:
        raise ParametersError(
            "The parameter {name} is missing; give its value, low, high, unit and source.", name=missing[0]
        )
    return Parameters({name: _parameter(name, record[name]) for name in NEEDED})


def _parameter(name: str, given: Any) -> Parameter:
    if not isinstance(given, Mapping) or set(given) != {"value", "low", "high", "unit", "source"}:
        raise ParametersError(
            "The parameter {name} needs value, low, high, unit and source, and nothing else.", name=name
        )
    numbers = [given[key] for key in ("low", "value", "high")]
    if not all(map(_is_finite, numbers)):
        raise ParametersError("The parameter {name} needs three finite numbers: low, value and high.", name=name)
    low, value, high = map(float, numbers)
    least, most = BOUNDS.get(name, (0.0, math.inf))
    if not least <= low <= value <= high <= most:
        raise ParametersError(
            "The parameter {name} has the values {low:number}, {value:number} and {high:number}; give low ≤ value ≤ "
            "high, all from {least:number} to {most:number}.",
            name=name,
            value=value,
            low=low,
            high=high,
            least=least,
            most=most,
        )
    return Parameter(name=name, value=value, low=low, high=high, unit=str(given["unit"]), source=str(given["source"]))


def _is_finite(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
