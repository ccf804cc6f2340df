"""The public log: entries, signed checkpoints, proofs, and the whole of it for strangers to verify."""

from __future__ import annotations

import io
import json
import pathlib
import tempfile
import zipfile
from typing import Annotated

from fastapi import Path, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from services.api.etags import TAGGED
from services.api.principal import Role, StoreDep, guarded_router, require
from services.api.v1.fields import Body, Limit, OrdinalId, Prose
from services.api.v1.records import problems
from services.publiclog import cosigning
from services.publiclog.export import export_log, newest_note, prove_entry, sealed_note
from services.publiclog.tiles import tile_content
from services.records import Json
from services.storage import publiclog as stored

router = guarded_router(prefix="/api/v1/log", tags=["log"], responses=problems(404, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


class EntriesPart(BaseModel):
    """Entries from an index on, how many there are in all, and where to go on."""

    entries: list[Json]
    size: int
    next: int | None


class HandedIn(Body):
    """A checkpoint of this log as a signed note, with the signatures of witnesses."""

    note: Prose


class CosignedBy(BaseModel):
    """The witnesses whose signature was kept."""

    witnesses: list[str]


class SignedHead(BaseModel):
    """A signed statement of the log's size and root."""

    size: int
    root: str
    time: str
    signature: str


@router.get("/entries", dependencies=[PUBLIC, TAGGED])
def entries(store: StoreDep, start: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0, limit: Limit = 100) -> EntriesPart:
    """List entries from an index on, each the line that its leaf hash is over."""
    with store.reading() as session:
        lines, size = stored.part(session, start, limit)
    following = start + len(lines)
    return EntriesPart(
        entries=[json.loads(line) for line in lines], size=size, next=following if following < size else None
    )


@router.get("/checkpoints", dependencies=[PUBLIC, TAGGED])
def checkpoints(store: StoreDep) -> list[SignedHead]:
    """List the signed statements of the log's size and root."""
    with store.reading() as session:
        points = stored.checkpoints(session)
    return [SignedHead(size=it.size, root=it.root.hex(), time=it.time, signature=it.signature.hex()) for it in points]


@router.get(
    "/checkpoint", dependencies=[PUBLIC, TAGGED], response_class=PlainTextResponse, openapi_extra={"x-costly": True}
)
def checkpoint(
    store: StoreDep,
    newest: Annotated[bool, Query(description="The log as it is now, whoever signed it: for witnesses.")] = False,
) -> str:
    """Show the newest checkpoint that witnesses signed, as a signed note with their cosignatures (C2SP)."""
    return sealed_note(store) if newest else newest_note(store)


@router.get(
    "/tile/{path:path}", dependencies=[PUBLIC], response_class=Response, openapi_extra={"x-costly": True},
    responses={200: {"content": {"application/octet-stream": {}}}},
)  # fmt: skip
def tile(store: StoreDep, path: Annotated[str, Path(max_length=100)]) -> Response:
    """Download a tile of hashes or a bundle of entries (C2SP's tlog-tiles, whose prefix is `/api/v1/log`)."""
    return Response(tile_content(path, store), media_type="application/octet-stream", headers=FOR_EVER)


@router.post("/cosignatures", dependencies=[PUBLIC])
def take(store: StoreDep, handed: HandedIn) -> CosignedBy:
    """Take a checkpoint that a witness of this log fetched and signed by itself."""
    return CosignedBy(witnesses=cosigning.take_note(handed.note, store))


@router.get("/entries/{index}/proof", dependencies=[PUBLIC], openapi_extra={"x-costly": True})
def proof(store: StoreDep, index: OrdinalId, since: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None) -> Json:
    """Prove that an entry is in the log, and with `since` that the log only grew."""
    return prove_entry(index, store, since=since).as_json()


@router.get(
    "/export",
    dependencies=[PUBLIC],
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
    openapi_extra={"x-costly": True},
)
def export(store: StoreDep) -> Response:
    """Download the log with its checkpoints, key and standalone verifier."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "log"
        export_log(out, store)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(out.rglob("*")):
                archive.write(file, f"log/{file.relative_to(out).as_posix()}")
    headers = {"Content-Disposition": 'attachment; filename="log.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)
