"""Derivations: ordered as jobs with progress, or tried out at once; footprints are objects or uploaded files."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import File, Form, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from boundaries.how import How
from geopolity.messages import Message
from services.api.principal import Apart, Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotFound
from services.api.security import SANDBOX
from services.api.v1.fields import Cursor, Id, Limit, Page
from services.api.v1.paging import page_of
from services.api.v1.records import JobRecord, problems
from services.derivation.draft import DraftCurve, checked, curve_record, draft_record
from services.derivation.requests.spec import DerivationSpec
from services.derivation.requests.uploads import keep_upload
from services.jobs import queue
from services.polities.proposing import check_proposable
from services.records import Json, as_json
from services.storage.store import Store

router = guarded_router(
    prefix="/api/v1", tags=["derivations"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503)
)
ANALYST = require(Role.ANALYST)
POLL_SECONDS = 0.25
STREAM_SECONDS = 600.0
"""A stream of events ends after so long; browsers open it again."""
AT_EASE = 20
"""Streams beyond so many are looked after the more slowly, so that others are served."""
ENDED = frozenset({"done", "failed", "cancelled"})
TYPES = {
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
}


@router.post("/uploads", status_code=201)
def upload(  # noqa: PLR0913, PLR0917 - each is a field of the form
    request: Request,
    who: Annotated[Principal, ANALYST],
    store: StoreDep,
    apart: Apart,
    file: Annotated[UploadFile, File(description="GeoJSON, GeoPackage, KML, KMZ, FlatGeobuf, zipped shapefile, …")],
    crs: Annotated[str | None, Form(max_length=40)] = None,
    layer_name: Annotated[str | None, Form(max_length=200)] = None,
    encoding: Annotated[str | None, Form(max_length=40)] = None,
    band: Annotated[int | None, Form(ge=1)] = None,
    no_data: Annotated[float | None, Form()] = None,
) -> Json:
    """Send a file of features or a raster; its id may stand in a footprint for a day."""
    del who
    how = How(crs=crs or None, layer_name=layer_name or None, encoding=encoding or None, band=band, no_data=no_data)
    keep = partial(keep_upload, most_mb=request.app.state.limits.upload_mb)
    return apart.run(keep, file.filename or "", file.file.read(), store.home, how).as_json()


@router.post("/derivations", status_code=202)
def order(  # noqa: PLR0913, PLR0917
    request: Request,
    response: Response,
    who: Annotated[Principal, ANALYST],
    store: StoreDep,
    apart: Apart,
    spec: DerivationSpec,
    propose_days: Annotated[
        int | None, Query(ge=14, le=365, description="Propose the result, open to objections for so many days.")
    ] = None,
) -> JobRecord:
    """Order a derivation; where it will be is said, and its place in the queue."""
    apart.run(checked, spec, store)
    if propose_days is not None:
        apart.run(check_proposable, spec, store)
    job = queue.submit(spec, store, by=who.name, propose_days=propose_days)
    request.app.state.jobs.wake()
    response.headers["Location"] = f"/api/v1/derivations/{job.id}"
    return _told(job)


@router.post("/derivations/interactive")
def try_out(who: Annotated[Principal, ANALYST], store: StoreDep, apart: Apart, spec: DerivationSpec) -> Json:
    """Derive at once, with little effort, and keep nothing: what the studio does after each stroke."""
    del who
    return apart.run(draft_record, spec, store).as_json()


@router.post("/derivations/curve")
def curve(who: Annotated[Principal, ANALYST], store: StoreDep, apart: Apart, spec: DerivationSpec) -> DraftCurve:
    """Price each share of coverage."""
    del who
    return apart.run(curve_record, spec, store)


@router.get("/derivations")
def list_orders(who: Annotated[Principal, ANALYST], store: StoreDep, cursor: Cursor = None, limit: Limit = 100) -> Page:
    """List one's own derivations; an administrator sees all."""
    return page_of(queue.list_jobs(store, of=who.sees_only), ("number",), cursor, limit)


@router.get("/derivations/{job_id}")
def show(who: Annotated[Principal, ANALYST], store: StoreDep, job_id: Id) -> JobRecord:
    """Show where a derivation stands, how far it is, and what came out."""
    return _told(queue.show(job_id, store, of=who.sees_only))


@router.delete("/derivations/{job_id}")
def cancel(who: Annotated[Principal, ANALYST], store: StoreDep, job_id: Id) -> JobRecord:
    """Stop a derivation; one that runs keeps the best region so far."""
    return _told(queue.cancel(job_id, store, of=who.sees_only))


@router.get(
    "/derivations/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(who: Annotated[Principal, ANALYST], store: StoreDep, job_id: Id) -> StreamingResponse:
    """Follow a derivation as server-sent events: `progress` with the region so far, then one of how it ended."""
    first = await run_in_threadpool(queue.show, job_id, store, of=who.sees_only)
    return StreamingResponse(_events(first, store), media_type="text/event-stream")


@router.get("/derivations/{job_id}/files/{name}", response_class=FileResponse)
def result(who: Annotated[Principal, ANALYST], store: StoreDep, job_id: Id, name: Id) -> FileResponse:
    """Download one file of a finished derivation."""
    job = queue.show(job_id, store, of=who.sees_only)
    if name not in job.files:
        raise NotFound(
            "Derivation {job} has no file {name:quoted}; it has {files:list}.",
            job=job_id,
            name=name,
            files=job.files or Message("none yet"),
        )
    file = queue.job_folder(job.id, store.home) / "polity" / name
    kind = TYPES.get(file.suffix, "application/octet-stream")
    headers = {"Content-Security-Policy": SANDBOX}
    return FileResponse(file, media_type=kind, filename=name, content_disposition_type="attachment", headers=headers)


def _told(job: queue.Job) -> JobRecord:
    return JobRecord.model_validate(as_json(job))


async def _events(job: queue.Job, store: Store) -> AsyncIterator[str]:
    told, ends = None, time.monotonic() + STREAM_SECONDS
    _streams.add(mine := object())
    try:
        while time.monotonic() < ends:
            said = json.dumps({"status": job.status, "place": job.place, "progress": job.progress})
            if said != told:
                told = said
                yield f"event: progress\ndata: {said}\n\n"
            if job.status in ENDED:
                yield f"event: {job.status}\ndata: {json.dumps(as_json(job))}\n\n"
                return
            await asyncio.sleep(POLL_SECONDS * max(1.0, len(_streams) / AT_EASE))
            job = await run_in_threadpool(queue.show, job.id, store)
    finally:
        _streams.discard(mine)


_streams: set[object] = set()
"""The streams that are open."""
