"""Units that a request names, found in its layer by id or by name as the studio finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from boundaries.conditions import is_file, read_column, read_pairs
from services.derivation.derive import layer_of
from services.derivation.layers import build
from services.derivation.requests.issues import with_changes
from services.derivation.requests.named_units import NamedUnits, Pairs, read_units
from services.derivation.requests.request import Request


def with_units(request: Request, said: Mapping[str, str], home: Path) -> Request:
    """The request, with the units that conditions name.

    Parameters
    ----------
    said
        By condition: in ``must`` and ``must_not`` units by id (commas between) or by name (semicolons between), or a
        file whose first column lists them; in ``cut`` and ``link`` a file with a pair a row.

    Raises
    ------
    SpecError
        If the layer has no such unit, or several; the sentence names those that may be meant.
    """
    if not said:
        return request
    build(request.layer_names, home)
    units = NamedUnits(layer_of(request, home))
    named = {
        key: _pairs(text, units, key) if key in {"cut", "link"} else _listed(text, units, key)
        for key, text in said.items()
    }
    return replace(request, issue=with_changes(request.issue, {"conditions": named}))


def _listed(said: str, units: NamedUnits, key: str) -> tuple[str, ...]:
    return read_units("\n".join(read_column(said)) if is_file(said) else said, units, key)


def _pairs(file: str, units: NamedUnits, key: str) -> Pairs:
    return tuple((units.find(one, key), units.find(other, key)) for one, other in read_pairs(file))
