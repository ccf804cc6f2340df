"""Votes that no server reads: their trustees, the key that they make, encrypted ballots, and the sum that they open."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictInt

from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.v1.fields import Body, HexKey, Id, SignedAct, Word
from services.api.v1.records import problems
from services.docket import office_acts
from services.docket.sealed import casting, ceremonies

router = guarded_router(prefix="/api/v1", tags=["votes"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
CLERK = require(Role.CLERK)
SEATED = require(Role.DELEGATE, Role.CLERK)
ADMINISTRATOR = require(Role.ADMINISTRATOR)


class Appointed(Body):
    """A trustee, by the key that their own tool printed."""

    name: Word
    key: HexKey


class Prepared(Body):
    """Who makes the key of a vote, and how many open it; by default the first five appointed, and three of them."""

    trustees: list[Word] = Field(default=[], max_length=15)
    threshold: StrictInt | None = Field(None, ge=2, le=15)


class Sent(Body):
    """What a trustee sends, with the proof that it was they."""

    trustee: Word
    stage: Word
    body: Any
    proof: Annotated[list[HexKey], Field(min_length=2, max_length=2)]


class CastSealed(Body):
    """An encrypted ballot, whose it is, and their signature under its fingerprint."""

    delegate: Word
    ballot: dict[str, Any]
    act: SignedAct


@router.post("/trustees", status_code=202)
def appoint(who: Annotated[Principal, ADMINISTRATOR], store: StoreDep, appointed: Appointed) -> dict[str, int]:
    """Ask that somebody becomes a trustee, or gets another key; another person confirms the act of that number."""
    return {"number": office_acts.ask_trustee(appointed.name, appointed.key, who, store)}


@router.post("/matters/{matter_id}/key", status_code=201)
def prepare(
    who: Annotated[Principal, CLERK], store: StoreDep, matter_id: Id, prepared: Prepared
) -> ceremonies.KeyShown:
    """Name the trustees of the next vote of a matter that is ready."""
    del who
    return ceremonies.prepare_key(matter_id, store, trustees=prepared.trustees, threshold=prepared.threshold)


@router.get("/matters/{matter_id}/key", dependencies=[PUBLIC])
def show(store: StoreDep, matter_id: Id) -> ceremonies.KeyShown:
    """Show how far the key of a vote is, and what ballots of it are bound to."""
    return ceremonies.show_key(matter_id, store)


@router.post("/matters/{matter_id}/key/messages", dependencies=[PUBLIC])
def send(store: StoreDep, matter_id: Id, sent: Sent) -> ceremonies.KeyShown:
    """Take a part of the key, its confirmation, or a partial decryption; the proof says which trustee sent it."""
    return ceremonies.take_message(matter_id, sent.model_dump(), store)


@router.post("/matters/{matter_id}/sealed-ballots", status_code=201, openapi_extra={"x-secret": True})
def cast(
    who: Annotated[Principal, SEATED], store: StoreDep, matter_id: Id, ballot: CastSealed
) -> casting.SealedReceipt:
    """Take an encrypted ballot: the delegate's signature says whose it is, whoever hands it in."""
    del who
    return casting.cast_sealed(matter_id, ballot.delegate, ballot.ballot, ballot.act.signed(), store)
