"""Polities: versions with their boundaries, what changed, and every step in the life of a version."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from fastapi import Query, Response
from pydantic import Field, StrictInt

from services.api.etags import TAGGED
from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotFound
from services.api.v1.fields import AsOf, Body, Cursor, Id, Limit, OrdinalId, Page, Prose, Word, day
from services.api.v1.paging import page_of
from services.api.v1.records import AtHome, OnTheRoll, PolityRecord, SharedPeople, UnitInside, UnitMoved, problems
from services.assemblies.citizens import polity_roll
from services.docket.assembly_acts import ask_retirement
from services.jobs.queue import folder_of_job
from services.polities import lifecycle as use_cases
from services.polities import shown as shown_versions
from services.polities.relations import PolityRelations, overlap_matrix, polity_relations
from services.storage.polities import versions

router = guarded_router(prefix="/api/v1", tags=["polities"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
ANALYST = require(Role.ANALYST)
CLERK = require(Role.CLERK)
UNPUBLISHED = frozenset({"draft", "withdrawn"})
Version = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Another version than the active one.")]


class Proposed(Body):
    """A finished derivation that is to become the next version of its polity."""

    derivation: Word
    days: StrictInt = Field(30, ge=14, le=3_650)


class Said(Body):
    """A reason in words."""

    text: Prose


@router.get("/polities", dependencies=[TAGGED])
def list_polities(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    who: Annotated[Principal, PUBLIC],
    store: StoreDep,
    date: AsOf = None,
    status: Annotated[str | None, Query(max_length=20)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page:
    """List the versions of all polities, or those in force at the end of a day; drafts are for analysts."""
    versions = shown_versions.list_polities(store, day(date))
    shown = [one for one in versions if _is_shown(one, who) and status in {None, one.status}]
    return page_of(shown, ("id", "version"), cursor, limit)


@router.get("/polities/overlaps", dependencies=[PUBLIC, TAGGED])
def overlaps(store: StoreDep, date: AsOf = None) -> dict[str, SharedPeople]:
    """Count the people that each two active polities share, by layer."""
    found = overlap_matrix(store, day(date))
    return {
        layer: SharedPeople(polities=list(table.index), people=table.to_numpy().tolist())
        for layer, table in found.items()
    }


@router.get("/polities/{polity_id}", dependencies=[TAGGED])
def show_polity(
    who: Annotated[Principal, PUBLIC], store: StoreDep, polity_id: Id, version: Version = None
) -> PolityRecord:
    """Show a version with its objections and answers."""
    return PolityRecord.model_validate(_shown(who, store, polity_id, version).as_json())


@router.get(
    "/polities/{polity_id}/boundary",
    dependencies=[TAGGED],
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}}},
)
def show_boundary(
    who: Annotated[Principal, PUBLIC], store: StoreDep, polity_id: Id, version: Version = None
) -> Response:
    """Show the unsimplified boundary, as GeoJSON (RFC 7946)."""
    return Response(_shown(who, store, polity_id, version).boundary, media_type="application/geo+json")


@router.get("/polities/{polity_id}/units", dependencies=[TAGGED])
def list_units(  # noqa: PLR0913, PLR0917
    who: Annotated[Principal, PUBLIC],
    store: StoreDep,
    polity_id: Id,
    version: Version = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
) -> Page:
    """List the units inside, with how many of their people are affected."""
    _shown(who, store, polity_id, version)
    with store.reading() as session:
        members = versions.members(session, versions.find(session, polity_id, version))
    records = [UnitInside(unit_id=str(unit), affected=people) for unit, people in members.items()]
    return page_of(records, ("unit_id",), cursor, limit)


@router.get("/polities/{polity_id}/diff", dependencies=[TAGGED])
def diff(
    who: Annotated[Principal, PUBLIC],
    store: StoreDep,
    polity_id: Id,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> list[UnitMoved]:
    """List the units that joined and left between two versions, the last two by default."""
    _shown(who, store, polity_id, after)
    versions = (before, after) if before is not None and after is not None else None
    table = use_cases.polity_diff(polity_id, store, versions)
    rows = zip(table.index, table["change"], table["name"], table["population"], strict=True)
    return [
        UnitMoved(
            unit_id=str(unit),
            change=change,
            name=None if pd.isna(name) else name,
            population=None if pd.isna(people) else people,
        )
        for unit, change, name, people in rows
    ]


@router.get("/polities/{polity_id}/relations", dependencies=[PUBLIC, TAGGED])
def relations(store: StoreDep, polity_id: Id, date: AsOf = None) -> PolityRelations:
    """Sort the active polities by what they are to this one: children, touches, overlaps, covers, covered."""
    return polity_relations(polity_id, store, day(date))


@router.get("/polities/{polity_id}/roll")
def roll_counts(who: Annotated[Principal, PUBLIC], store: StoreDep, polity_id: Id, date: AsOf = None) -> AtHome:
    """Count the citizens and residents who are at home there."""
    del who
    entries = [entry.is_citizen for entry in polity_roll(polity_id, store, day(date))]
    return AtHome(id=polity_id, citizens=sum(entries), residents=len(entries) - sum(entries))


@router.get("/polities/{polity_id}/roll/entries")
def roll(  # noqa: PLR0913, PLR0917
    who: Annotated[Principal, CLERK],
    store: StoreDep,
    polity_id: Id,
    date: AsOf = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page:
    """List the people on the roll by their random ids: for clerks."""
    del who
    records = [
        OnTheRoll(citizen_id=it.citizen_id, home=it.home, standing="citizen" if it.is_citizen else "resident")
        for it in polity_roll(polity_id, store, day(date))
    ]
    return page_of(sorted(records, key=lambda one: one.citizen_id), ("citizen_id",), cursor, limit)


@router.post("/polities", status_code=201)
def propose(who: Annotated[Principal, ANALYST], store: StoreDep, asked: Proposed) -> PolityRecord:
    """Propose a finished derivation as the next version of its polity, open to objections for some days."""
    folder = folder_of_job(asked.derivation, store)
    return PolityRecord.model_validate(
        use_cases.propose_polity(str(folder), store, by=who.name, days=asked.days).as_json()
    )


@router.post("/polities/{polity_id}/objections", status_code=201)
def object_to(who: Annotated[Principal, PUBLIC], store: StoreDep, polity_id: Id, said: Said) -> dict[str, int]:
    """Object to the open proposal."""
    return {"objection": use_cases.object_to_polity(polity_id, store, by=who.name, text=said.text)}


@router.post("/objections/{number}/answer", status_code=204)
def answer(who: Annotated[Principal, ANALYST], store: StoreDep, number: OrdinalId, said: Said) -> None:
    """Answer an objection; whoever made it cannot."""
    use_cases.answer_objection(number, store, by=who.name, text=said.text)


@router.post("/polities/{polity_id}/activate")
def activate(who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id) -> PolityRecord:
    """Make the proposed version the active one; whoever proposed it cannot."""
    return PolityRecord.model_validate(use_cases.activate_polity(polity_id, store, by=who.name).as_json())


@router.post("/polities/{polity_id}/withdraw")
def withdraw(who: Annotated[Principal, ANALYST], store: StoreDep, polity_id: Id) -> PolityRecord:
    """Give up the draft or proposal."""
    del who
    return PolityRecord.model_validate(use_cases.withdraw_polity(polity_id, store).as_json())


@router.post("/polities/{polity_id}/retire", status_code=202)
def retire(who: Annotated[Principal, CLERK], store: StoreDep, polity_id: Id) -> dict[str, int]:
    """Ask that the active version ends, with none after it; another person confirms the act of that number."""
    return {"number": ask_retirement(polity_id, who, store)}


def _shown(who: Principal, store: StoreDep, polity_id: str, version: int | None) -> shown_versions.Shown:
    shown = shown_versions.show_polity(polity_id, store, version)
    if not _is_shown(shown.version, who):
        raise NotFound(
            "Version {version} of {polity} is not published.",
            version=shown.version.version,
            polity=polity_id,
        )
    return shown


def _is_shown(version: versions.Version, who: Principal) -> bool:
    return version.status not in UNPUBLISHED or who.may(Role.ANALYST)
