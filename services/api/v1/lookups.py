"""Look-ups of every kind: one point or many, a unit, a postcode or a place; as of a day; nothing is logged."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictFloat
from starlette.concurrency import run_in_threadpool

from boundaries.gazetteer.place import Place
from boundaries.gazetteer.search import completions
from services.api.principal import Role, guarded_router, require
from services.api.problems import BodyError, TooLarge
from services.api.v1.fields import Day
from services.api.v1.records import LookupRecord, Responses, problems
from services.clock import today
from services.lookup.answer import answer_of_unit
from services.lookup.current import CurrentLookup
from services.lookup.encoded import Answers
from services.lookup.named import answer_of_postcode, lookup_address, lookup_text
from services.records import Json
from services.storage.store import Store

MOST_POINTS = 10_000
AT_ONCE = 200
"""Points that are answered before others get their turn."""
Layer = Annotated[str | None, Query(max_length=100, description="Only this layer; of `unit`, the layer it is of.")]

router = guarded_router(tags=["look-up"])
PUBLIC = [require(Role.PUBLIC)]


class Point(BaseModel):
    """A place on Earth, WGS 84, and the day that is asked about."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lon": -90.2, "lat": 38.6}]})
    lon: StrictFloat = Field(description="Longitude in degrees, -180 to 180.", allow_inf_nan=False)
    lat: StrictFloat = Field(description="Latitude in degrees, -90 to 90.", allow_inf_nan=False)
    date: Day | None = Field(None, description="As of the end of this day, UTC; today by default.")


class Question(BaseModel):
    """One of five ways to name a place."""

    model_config = ConfigDict(extra="forbid")
    lon: float | None = Field(None, allow_inf_nan=False, description="Longitude in degrees.", examples=[-90.2])
    lat: float | None = Field(None, allow_inf_nan=False, description="Latitude in degrees.", examples=[38.6])
    unit: str | None = Field(None, max_length=100, description="Id of a unit.")
    postcode: str | None = Field(None, max_length=20, description="US postcode; all its units are named.")
    place: str | None = Field(
        None,
        max_length=200,
        description="Place in any script, such as `Portland, ME`; a point or plus code too. Several are `choices`.",
    )
    address: str | None = Field(
        None, max_length=200, description="Street address, as far as files of them were added; up to five `choices`."
    )
    date: Day | None = Field(None, description="As of the end of this day, UTC; today by default.")
    layer: str | None = Field(None, max_length=100, description="Only this layer; of `unit`, the layer it is of.")


MANY: Responses = {200: {"model": LookupRecord | list[LookupRecord]}, **problems(404, 413, 422)}
OK: Responses = {200: {"model": LookupRecord}, **problems(422, 404)}


@router.get("/api/lookup", dependencies=PUBLIC, responses=OK, response_class=Response, operation_id="lookup")
@router.get(
    "/api/v1/lookup", dependencies=PUBLIC, responses=OK, response_class=Response, operation_id="lookup_versioned"
)
async def look_up(request: Request, asked: Annotated[Question, Query()]) -> Response:
    """Look up which polities a point, unit, postcode or place belongs to, and why."""
    is_point = asked.lon is not None and asked.lat is not None
    named = [name for name in ("unit", "postcode", "place", "address") if getattr(asked, name) is not None]
    if len(named) + is_point != 1 or (not is_point and (asked.lon is not None or asked.lat is not None)):
        raise BodyError("Give one of lon and lat, unit, postcode, place or address.")
    day = (asked.date.isoformat() if asked.date else None) or today()
    answers = await run_in_threadpool(lookup_of(request).on, day)
    if is_point:
        body = answers.body(float(asked.lon or 0.0), float(asked.lat or 0.0))
        return _json(body if asked.layer is None else _only(body, asked.layer))
    record = await run_in_threadpool(_named, answers, asked, day, request.app.state.store)
    return _json(f"{json.dumps(record, ensure_ascii=False, indent=2)}\n".encode())


@router.post(
    "/api/lookup",
    dependencies=PUBLIC,
    responses=MANY,
    response_class=Response,
    operation_id="lookup_many",
    openapi_extra={"x-reads": True},
)
@router.post(
    "/api/v1/lookup",
    dependencies=PUBLIC,
    responses=MANY,
    response_class=Response,
    operation_id="lookup_many_versioned",
    openapi_extra={"x-reads": True},
)
async def look_up_many(request: Request, points: Point | list[Point]) -> Response:
    """Look up one point, or of a list of them in its order; pages ask so, for a body is in no log."""
    current = lookup_of(request)
    if isinstance(points, Point):
        answers = await run_in_threadpool(current.on, _day(points))
        return _json(answers.body(points.lon, points.lat))
    if len(points) > MOST_POINTS:
        raise TooLarge(
            "{number:count} points are more than {most:count}; send them in parts.",
            number=len(points),
            most=MOST_POINTS,
        )
    days = {_day(point) for point in points}
    if len(days) > 4:
        raise BodyError(
            "The points ask about {number:count} different days; ask about at most 4 at once.",
            number=len(days),
        )
    answers_on = {day: await run_in_threadpool(current.on, day) for day in days}
    bodies = []
    for number, point in enumerate(points):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
        bodies.append(answers_on[_day(point)].body(point.lon, point.lat))
    return _json(b"[" + b",".join(bodies) + b"]")


class Typed(BaseModel):
    """What somebody has typed of a place so far."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "new y"}]})
    text: str = Field(max_length=200)


class Completion(BaseModel):
    """A place whose name begins so; `id` is taken by a look-up instead of a name."""

    id: str = Field(examples=["geonames:5128581"])
    title: str = Field(examples=["New York City, NY"])
    name: str = Field(examples=["New York City"])
    state: str = Field(description="Letters of its US state, else empty.", examples=["NY"])
    region: str = Field(description="Its region, where others here have its title; else empty.", examples=[""])
    country_code: str = Field(examples=["US"])
    people: int | None = Field(description="`null` where nobody counted them.", examples=[8804190])


class Completions(BaseModel):
    """Places whose names begin with what was typed, the largest first."""

    places: list[Completion]


@router.post(
    "/api/v1/places/completions",
    dependencies=PUBLIC,
    responses=problems(422),
    operation_id="complete_place",
    openapi_extra={"x-reads": True},
)
def complete(typed: Typed) -> Completions:
    """Name places that begin with what was typed; a body, for it is in no log."""
    found = completions(typed.text)
    titles = Counter(one.title for one in found)
    return Completions(places=[_completion(one, is_alone=titles[one.title] == 1) for one in found])


def _completion(one: Place, *, is_alone: bool) -> Completion:
    return Completion(
        id=one.id,
        title=one.title if is_alone else one.full_title,
        name=one.name,
        state=one.region_short if one.country_code == "US" else "",
        region="" if is_alone else one.region,
        country_code=one.country_code,
        people=one.people or None,
    )


def lookup_of(request: Request) -> CurrentLookup:
    """Return the current that the application opened."""
    current: CurrentLookup = request.app.state.lookup
    return current


def _day(point: Point) -> str:
    return point.date.isoformat() if point.date else today()


def _named(answers: Answers, asked: Question, day: str, store: Store) -> Json:
    if asked.address is not None:
        return lookup_address(asked.address, day, store, answers.index).as_json()
    if asked.place is not None:
        return lookup_text(asked.place, day, store, answers.index).as_json()
    with store.reading() as session:
        if asked.unit is not None:
            return answer_of_unit(session, asked.unit, day, answers.index, asked.layer).as_json()
        return answer_of_postcode(session, str(asked.postcode), day, answers.index).as_json()


def _only(body: bytes, layer: str) -> bytes:
    """Leave in an answer what one layer says."""
    record = json.loads(body)
    record["units"] = [unit for unit in record["units"] if unit["layer"] == layer]
    kept = {unit["unit_id"] for unit in record["units"]}
    record["polities"] = [polity for polity in record["polities"] if polity["unit_id"] in kept]
    if "nearest" in record:
        record["nearest"] = [unit for unit in record["nearest"] if unit["layer"] == layer]
    return f"{json.dumps(record, ensure_ascii=False, indent=2)}\n".encode()


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
