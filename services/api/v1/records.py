"""What the interface answers, as its description says it: records with examples, and problem documents."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

RIVER = "mississippi-water-quality"


class Problem(BaseModel):
    """A failure in one sentence (RFC 9457); `code` is stable, other members are its facts."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(examples=["/problems/unknown-polity"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no polity 'moon'; `geopolity polity list` prints what there is."])
    code: str = Field(examples=["unknown-polity"])


class LookupUnit(BaseModel):
    """A unit that a place lies in."""

    layer: str = Field(examples=["us-counties"])
    unit_id: str = Field(examples=["29510"])
    name: str = Field(examples=["St. Louis city, Missouri"])
    distance_m: float | None = Field(None, description="Only of `nearest`: metres to it from outside every unit.")


class LookupPolity(BaseModel):
    """A polity that a place belongs to."""

    id: str = Field(examples=[RIVER])
    issue: str = Field(examples=[RIVER])
    title: str = Field(examples=["Mississippi water quality"])
    version: int = Field(examples=[1])
    valid_from: str = Field(examples=["2026-11-26T00:00:00Z"])
    reason: str = Field(examples=["St. Louis city, Missouri: 56 % of its people are affected; inside since 2026-11-26"])
    unit_id: str = Field(examples=["29510"])
    affected_share: float | None = Field(examples=[0.56])
    border_distance_m: float | None = Field(examples=[36512.3])
    certainty: str = Field(examples=["certain"])


class LookupRecord(BaseModel):
    """Units and polities of a place, and what is proposed and in force there."""

    model_config = ConfigDict(extra="allow")
    date: str = Field(examples=["2026-11-26"])
    units: list[LookupUnit]
    polities: list[LookupPolity]
    proposals: list[dict[str, Any]]
    laws: list[dict[str, Any]]


PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
SAID = {
    401: "Nobody is signed in",
    403: "Whoever is signed in may not do this",
    404: "There is no such thing",
    409: "The request is well formed and the answer is no",
    413: "The request is too large",
    415: "What was sent is of another kind",
    422: "The request is wrong; the sentence names the value and the way out",
    429: "Too many requests",
    503: "The store does not answer",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the failures of a route, for its ``responses``."""
    return {
        status: {"description": SAID[status], "content": {"application/problem+json": PROBLEM}} for status in statuses
    }
