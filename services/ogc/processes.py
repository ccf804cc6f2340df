"""OGC API Processes: derivations as a process, and orders of them as jobs, in the standard's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geopolity.errors import NegativeAnswer, RequestError
from geopolity.messages import Message
from services.derivation.requests.spec import DerivationSpec
from services.jobs.queue import Job
from services.ogc.documents import GEOJSON, JSON, link
from services.records import Json

DERIVE = "derive"
STATES = {
    "queued": "accepted",
    "running": "running",
    "done": "successful",
    "failed": "failed",
    "cancelled": "dismissed",
}
"""States of a derivation, as the standard calls them."""
POLITY, UNITS, CERTIFICATE, FIGURES = "polity", "units", "certificate", "figures"
FILES = {POLITY: ("polity.geojson", GEOJSON), UNITS: ("units.csv", "text/csv"), CERTIFICATE: ("certificate.json", JSON)}
_RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0"
_EXECUTE, _RESULTS, _JOBS = (f"{_RELATIONS}/{name}" for name in ("execute", "results", "job-list"))


class NoSuchProcess(RequestError):
    """There is no such process."""

    code = "no-such-process"


class NoSuchJob(RequestError):
    """There is no such job, or it is somebody else's."""

    code = "no-such-job"


class ResultNotReady(RequestError):
    """A job has not ended."""

    code = "result-not-ready"


class ProcessFailed(NegativeAnswer):
    """A job ended without a result."""

    code = "process-failed"


def process_list(base: str) -> Json:
    """All processes: one."""
    return {"processes": [summary(base)], "links": [link(f"{base}/processes", "self", JSON)]}


def summary(base: str) -> Json:
    """The process in short."""
    return {
        "id": DERIVE,
        "title": "Derive a polity",
        "description": "The smallest connected region of a census layer that holds most of the people affected.",
        "version": "1.0.0",
        "jobControlOptions": ["async-execute", "dismiss"],
        "outputTransmission": ["reference", "value"],
        "links": [
            link(f"{base}/processes/{DERIVE}", "self", JSON, "What goes in and what comes out"),
            link(f"{base}/processes/{DERIVE}/execution", _EXECUTE, JSON, "Order it"),
        ],
    }


def description(base: str) -> Json:
    """The process with its inputs, as the request of a derivation has them, and its outputs."""
    schema = DerivationSpec.model_json_schema()
    parts, required = schema.pop("$defs"), schema["required"]
    inputs = {name: _input(name, said, parts, required) for name, said in schema["properties"].items()}
    outputs = {
        name: {"title": file, "schema": {"type": "string", "contentMediaType": kind}}
        for name, (file, kind) in FILES.items()
    }
    figures = {"title": "Cost, bound, gap, people and area", "schema": {"type": "object"}}
    return summary(base) | {"inputs": inputs, "outputs": outputs | {FIGURES: figures}}


def _input(name: str, said: Json, parts: Json, required: Sequence[str]) -> Json:
    """One input; where its schema speaks of parts, it brings them along."""
    schema = said | ({"$defs": parts} if "$ref" in str(said) else {})
    told = {"title": name, "description": said.get("description", name), "schema": schema}
    return told | {"minOccurs": int(name in required), "maxOccurs": 1}


def status_info(base: str, job: Job) -> Json:
    """Where a job stands."""
    at = f"{base}/jobs/{job.id}"
    links = [link(at, "self", JSON)]
    if job.status == "done":
        links.append(link(f"{at}/results", _RESULTS, JSON))
    done = (job.progress or {}).get("done", 0.0)
    told: dict[str, Any] = {
        "processID": DERIVE,
        "type": "process",
        "jobID": job.id,
        "status": STATES[job.status],
        "message": job.title if job.problem is None else job.problem["detail"],
        "created": job.made_at,
        "started": job.started_at,
        "finished": job.finished_at,
        "progress": 100 if job.status == "done" else round(100 * done),
        "links": links,
    }
    return {name: value for name, value in told.items() if value is not None}


def job_list(base: str, jobs: Sequence[Job], pages: Sequence[Json]) -> Json:
    """Jobs, each as it stands, and where the parts before and after are."""
    return {"jobs": [status_info(base, job) for job in jobs], "links": [link(f"{base}/jobs", _JOBS, JSON), *pages]}


def results(site: str, job: Job, wanted: Sequence[str] = ()) -> Json:
    """What came out of a job: where its files are, and its figures; all, or what was wanted.

    Raises
    ------
    ResultNotReady, ProcessFailed
        If nothing did, or not yet.
    """
    if job.status in {"queued", "running"}:
        raise ResultNotReady("Job {job} has not ended; ask where it stands.", job=job.id)
    if job.status != "done":
        why = Message("it was dismissed") if job.problem is None else job.problem["detail"]
        raise ProcessFailed("Job {job} ended without a result: {why}", job=job.id, why=why)
    files = {
        name: {"href": f"{site}/api/v1/derivations/{job.id}/files/{file}", "type": kind}
        for name, (file, kind) in FILES.items()
        if file in job.files
    }
    made = files | {FIGURES: job.figures}
    return {name: value for name, value in made.items() if not wanted or name in wanted}
