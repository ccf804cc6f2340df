"""What an analyst asks next of a result, typed and ordered: who is affected, other answers, or other shapes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from geopolity.polity.issue import MOST_PIECES
from services.derivation.open_layers import warm_layer
from services.derivation.profiled import counting_columns
from services.derivation.requests.spec import DerivationSpec, SpecError
from services.derivation.requests.typed_conditions import number_in

Kind = Literal["who", "others", "shapes"]
MOST_GROUPS = 400_000
"""Letters of a table of groups."""


class FollowUp(BaseModel):
    """A question about the polity of a request.

    Attributes
    ----------
    bands_km
        Where bands of distance end, for *who*.
    groups
        A table of groups as text, for *who*: ids of units, then a column of people for each group.
    within
        Share of the cost up to which a region is as good, for *others*.
    pieces
        Most pieces of the shape in pieces; as many as there are clusters where it is ``None``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Kind
    asked: DerivationSpec
    bands_km: tuple[float, ...] = ()
    groups: str = Field(default="", max_length=MOST_GROUPS)
    within: float = 0.01
    pieces: int | None = None

    @property
    def title(self) -> str:
        """Title of the request."""
        return self.asked.title

    def canonical(self) -> str:
        """Write it the same way whoever wrote it."""
        said = self.model_dump(mode="json", exclude={"asked"})
        return json.dumps(said | {"asked": json.loads(self.asked.canonical())}, sort_keys=True, ensure_ascii=False)


class TypedFollowUp(BaseModel):
    """The fields of the questions, as text."""

    bands_km: str = Field("", max_length=100)
    groups: str = Field(default="", max_length=MOST_GROUPS)
    within: str = Field("1", max_length=20)
    most_pieces: str = Field("", max_length=20)


def followup(kind: Kind, asked: DerivationSpec, typed: Mapping[str, str], home: Path) -> FollowUp:
    """Read a question; only the fields of its own kind count.

    Raises
    ------
    SpecError
        If a field says nothing that can be understood; its fact ``field`` says which.
    """
    if kind == "others":
        return FollowUp(kind=kind, asked=asked, within=_share(typed["within"]))
    if kind == "shapes":
        return FollowUp(kind=kind, asked=asked, pieces=_pieces(typed["most_pieces"]))
    bands, groups = _bands(typed["bands_km"]), typed["groups"].strip()
    if not bands and not groups and not counting_columns(warm_layer(asked.layer, home)):
        raise SpecError(
            "The layer has no columns that count groups of people; give distances in km, such as 25, 50, 100, or a "
            "table of groups.",
            field="bands_km",
        )
    return FollowUp(kind=kind, asked=asked, bands_km=bands, groups=groups)


def _bands(text: str) -> tuple[float, ...]:
    words = [word for word in re.split(r"[,;\s]+", text.strip()) if word]
    try:
        found = tuple(float(word) for word in words)
    except ValueError:
        found = (math.nan,)
    if not all(low < high < math.inf for low, high in zip((0.0, *found), found, strict=False)):
        raise SpecError(
            "Distances are {given:quoted}; give kilometres above 0, ascending, with commas between, such as 25, 50, "
            "100.",
            given=text[:40],
            field="bands_km",
        )
    return found


def _share(text: str) -> float:
    percent = number_in(text.strip() or "1", "within")
    if not 0 < percent <= 100:
        raise SpecError(
            "At most so much more is {given:quoted}; give per cent above 0 and at most 100.",
            given=text[:20],
            field="within",
        )
    return percent / 100


def _pieces(text: str) -> int | None:
    if not text.strip():
        return None
    given = text.strip()
    if not given.isdecimal() or not 2 <= int(given) <= MOST_PIECES:
        raise SpecError(
            "Pieces are {given:quoted}; give a whole number from 2 to {most}, or nothing.",
            given=given[:20],
            most=MOST_PIECES,
            field="most_pieces",
        )
    return int(given)
