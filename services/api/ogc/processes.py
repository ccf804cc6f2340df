"""OGC API Processes: what can be ordered, and jobs in the same queue as every other derivation."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.api.ogc.answers import answered, base, given_of, json_answer, only, page_links
from services.api.principal import Apart, Principal, Role, StoreDep, guarded_router, require
from services.api.v1.fields import Id
from services.derivation.draft import checked
from services.derivation.requests.spec import DerivationSpec
from services.jobs import queue
from services.ogc import processes
from services.ogc.documents import JSON
from services.ogc.job_list import PARAMETERS, listing, part_of
from services.ogc.orders import DOCUMENT, wanted_of
from services.records import Json
from services.storage.store import Store

router = guarded_router(prefix="/ogc", tags=["ogc"], include_in_schema=False)
PUBLIC = [require(Role.PUBLIC)]
Analyst = Annotated[Principal, require(Role.ANALYST)]


class Execution(BaseModel):
    """An order: the inputs, and which outputs are wanted; whatever else is asked for is refused by name."""

    model_config = ConfigDict(extra="allow")

    inputs: DerivationSpec
    outputs: Json = Field(default={}, description="Which the results shall name; all, if none is said.")
    response: str = DOCUMENT


@router.get("/processes", dependencies=PUBLIC)
def process_list(request: Request) -> Response:
    """List the processes."""
    return json_answer(request, processes.process_list(base(request)))


@router.get("/processes/{name}", dependencies=PUBLIC)
def process(request: Request, name: str) -> Response:
    """Describe a process."""
    _known(name)
    return json_answer(request, processes.description(base(request)))


@router.post("/processes/{name}/execution", status_code=201)
def execute(  # noqa: PLR0913, PLR0917 - each is a part of the request
    request: Request, response: Response, who: Analyst, store: StoreDep, apart: Apart, name: str, order: Execution
) -> Json:
    """Order a derivation."""
    _known(name)
    only(request, {"f"})
    outputs = wanted_of(order.outputs, order.response, order.model_extra or {})
    apart.run(checked, order.inputs, store)
    job = queue.submit(order.inputs, store, by=who.name, outputs=outputs)
    request.app.state.jobs.wake()
    response.headers["Location"] = f"{base(request)}/jobs/{job.id}"
    response.headers["Preference-Applied"] = "respond-async"
    return processes.status_info(base(request), job)


@router.get("/jobs")
def job_list(request: Request, who: Analyst, store: StoreDep) -> Response:
    """List one's own jobs, or some of them."""
    only(request, PARAMETERS)
    asked = listing(given_of(request))
    found, has_more = part_of(queue.list_jobs(store, of=who.sees_only), asked)
    links = page_links(request, JSON, limit=asked.limit, offset=asked.offset, has_more=has_more)
    return answered(processes.job_list(base(request), found, links))


@router.get("/jobs/{job_id}")
def job_status(request: Request, who: Analyst, store: StoreDep, job_id: Id) -> Response:
    """Show where a job stands."""
    return json_answer(request, processes.status_info(base(request), _job(job_id, store, who)))


@router.delete("/jobs/{job_id}")
def dismiss(request: Request, who: Analyst, store: StoreDep, job_id: Id) -> Response:
    """Stop a job."""
    _job(job_id, store, who)
    return json_answer(request, processes.status_info(base(request), queue.cancel(job_id, store, of=who.sees_only)))


@router.get("/jobs/{job_id}/results")
def results(request: Request, who: Analyst, store: StoreDep, job_id: Id) -> Response:
    """Hand out what came out of a job."""
    site, job = str(request.base_url).rstrip("/"), _job(job_id, store, who)
    return json_answer(request, processes.results(site, job, queue.outputs_of(job.id, store)))


def _known(name: str) -> None:
    if name != processes.DERIVE:
        raise processes.NoSuchProcess(
            "There is no process {name:quoted}; there is {known}.", name=name[:60], known=processes.DERIVE
        )


def _job(job_id: str, store: Store, who: Principal) -> queue.Job:
    try:
        return queue.show(job_id, store, of=who.sees_only)
    except queue.UnknownJobError as error:
        raise processes.NoSuchJob("There is no job {job:quoted} of yours.", job=job_id[:60]) from error
