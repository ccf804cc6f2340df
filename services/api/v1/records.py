"""What the interface answers, as its description says it: records with examples, and problem documents."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from services.records import Json

NUMBERED: dict[int | str, dict[str, object]] = {202: {"description": "Another person confirms the act of that number."}}
"""What is answered where an office asks for an act about a person."""
RIVER = "mississippi-water-quality"


class Problem(BaseModel):
    """A failure in one sentence (RFC 9457); `code` is stable, other members are its facts."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(examples=["/problems/unknown-polity"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no polity 'moon'; the list of polities names all there are."])
    code: str = Field(examples=["unknown-polity"])


class LookupUnit(BaseModel):
    """A unit that a place lies in."""

    layer: str = Field(examples=["us-counties"])
    unit_id: str = Field(examples=["29510"])
    name: str = Field(examples=["St. Louis city, Missouri"])
    distance_m: float | None = Field(None, description="Only of `nearest`: metres to it from outside every unit.")


class LookupShare(BaseModel):
    """A unit of the place, and how the issue of one polity bites there."""

    unit_id: str = Field(examples=["29510"])
    name: str = Field(examples=["St. Louis city, Missouri"])
    inside: bool = Field(examples=[True])
    population: int | None = Field(examples=[301578])
    affected: int = Field(examples=[168884])
    affected_share: float | None = Field(examples=[0.56])


class LookupPolity(BaseModel):
    """A polity that a place belongs to."""

    id: str = Field(examples=[RIVER])
    issue: str = Field(examples=[RIVER])
    title: str = Field(examples=["Mississippi water quality"])
    question: str = Field(examples=["What may be let into the Mississippi, and who pays for keeping it clean?"])
    version: int = Field(examples=[1])
    valid_from: str = Field(examples=["2026-11-26T00:00:00Z"])
    reason: str = Field(examples=["St. Louis city, Missouri: 56 % of its people are affected; inside since 2026-11-26"])
    unit_id: str = Field(examples=["29510"])
    affected_share: float | None = Field(examples=[0.56])
    border_distance_m: float | None = Field(examples=[36512.3])
    certainty: str = Field(examples=["certain"])
    units: list[LookupShare] = Field(description="Every unit of the place on the polity's layer, inside or not.")


class LookupNear(BaseModel):
    """A polity whose issue affects people of the place, which lies outside it."""

    id: str = Field(examples=[RIVER])
    issue: str = Field(examples=[RIVER])
    title: str = Field(examples=["Mississippi water quality"])
    question: str = Field(examples=["What may be let into the Mississippi, and who pays for keeping it clean?"])
    version: int = Field(examples=[1])
    affected: int = Field(examples=[1234], description="People of the place who are affected.")
    why: str = Field(examples=["outside: the polity holds 90.2 % of all people affected without it, and is smaller so"])
    units: list[LookupShare]


class LookupRecord(BaseModel):
    """Units and polities of a place, and what is proposed and in force there."""

    model_config = ConfigDict(extra="allow")
    date: str = Field(examples=["2026-11-26"])
    units: list[LookupUnit]
    polities: list[LookupPolity]
    near: list[LookupNear]
    proposals: list[Json]
    laws: list[Json]


class Objected(BaseModel):
    """An objection to a version, and its answer."""

    objection: int
    made_at: str
    text: str
    answered_at: str | None
    answer: str | None


class PolityRecord(BaseModel):
    """One version of a polity."""

    model_config = ConfigDict(extra="allow")
    id: str = Field(examples=[RIVER])
    issue: str = Field(examples=[RIVER])
    title: str = Field(examples=["Mississippi water quality"])
    version: int = Field(examples=[1])
    status: str = Field(examples=["active"])
    valid_from: str | None = Field(examples=["2026-11-26T00:00:00Z"])
    valid_to: str | None = Field(examples=[None])
    open_until: str | None = Field(examples=["2026-12-26T00:00:00Z"])
    units: int = Field(examples=[61])
    area_km2: float = Field(examples=[82837.0])
    population: int = Field(examples=[6120000])
    affected: float = Field(examples=[2828747.0])
    coverage: float = Field(examples=[0.9])
    gap: float = Field(examples=[0.0])
    digest: str = Field(examples=["5f2c" * 16])
    objections: list[Objected] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInside:
    """A unit inside a polity, and how many of its people are affected."""

    unit_id: str
    affected: float


class UnitMoved(BaseModel):
    """A unit that joined or left between two versions."""

    unit_id: str = Field(examples=["29510"])
    change: str = Field(examples=["joined"])
    name: str | None
    population: float | None


class SharedPeople(BaseModel):
    """People that each two of some polities share; on the diagonal, all people of one."""

    polities: list[str]
    people: list[list[float]]


class AtHome(BaseModel):
    """How many citizens and residents are at home in a polity."""

    id: str = Field(examples=[RIVER])
    citizens: int
    residents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheRoll:
    """A person on the roll of a polity, by a random id."""

    citizen_id: str
    home: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitListed:
    """A unit of a layer."""

    unit_id: str
    name: str
    population: float | None


class FootprintNamed(BaseModel):
    """Kind of a footprint, and its digest."""

    kind: str = Field(examples=["corridor"])
    digest: str


class IssueRecord(BaseModel):
    """An issue: what is asked, on which layer, and what its polity should hold."""

    name: str
    layer: str
    coverage: str
    footprint: FootprintNamed
    title: str
    question: str
    smallest: str
    connector_km: float | None
    compactness: float
    fill_holes: bool


class LayerRecord(BaseModel):
    """A census layer."""

    name: str = Field(examples=["us-counties"])
    title: str = Field(examples=["United States counties"])
    vintage: str = Field(examples=["2019"])
    source: str
    licence: str
    units: int = Field(examples=[3142])
    population: float = Field(examples=[328239523.0])
    digest: str
    crs: str = Field(examples=["EPSG:4326"])
    notes: list[str]
    reading: Json | None = Field(
        None, description="How its file was read: rows, people, missing, suppressed, set_aside, repaired, …"
    )


class JobRecord(BaseModel):
    """A derivation that was ordered: where it stands, how far it is, and what came out."""

    id: str = Field(examples=["3f9a0c52d1e84b67"])
    title: str = Field(examples=["My river"])
    status: str = Field(examples=["queued"], description="queued, running, done, failed or cancelled.")
    place: int | None = Field(None, description="How many are before it in the fair queue; null once it has begun.")
    made_at: str
    started_at: str | None = None
    finished_at: str | None = None
    progress: Json | None = Field(
        None, examples=[{"phase": "search", "done": 0.4, "gap": 0.01, "units": 61, "inside": "AAEC"}]
    )
    figures: Json | None = Field(None, description="What `derive --json` prints, once it is done.")
    problem: Json | None = Field(None, description="Code and sentence, if it failed.")
    proposed: Json | None = Field(None, description="The version that was proposed, if that was ordered.")
    files: list[str] = []


Responses = dict[int | str, Json]
"""What a route may answer, by status, as FastAPI takes it."""
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


def problems(*statuses: int) -> Responses:
    """Describe the failures of a route, for its ``responses``."""
    return {
        status: {"description": SAID[status], "content": {"application/problem+json": PROBLEM}} for status in statuses
    }
