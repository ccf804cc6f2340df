"""The list of jobs, filtered and in parts as the standard says (OGC API Processes, class *job list*)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.clock import now
from services.jobs.queue import ListedJob
from services.ogc.crs import OgcError
from services.ogc.moments import Span, lies_in, moment, span
from services.ogc.processes import DERIVE, STATES
from services.ogc.query import DEFAULT_LIMIT, MOST, whole

PARAMETERS = frozenset(
    {"f", "type", "processID", "status", "datetime", "minDuration", "maxDuration", "limit", "offset"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which jobs are asked for; ``least`` and ``longest`` are seconds that one has been at work, ends left out."""

    is_of_derive: bool
    status: frozenset[str]
    during: Span
    least: int
    longest: int | None
    limit: int
    offset: int


def listing(given: Sequence[tuple[str, str]]) -> Listing:
    """Read the parameters of a list of jobs.

    Raises
    ------
    OgcError
        If one is there twice, or cannot be read.
    """
    said = dict(given)
    if len(said) < len(given):
        raise OgcError("A parameter is there twice; give each once.")
    _some_of(said, "type", ("process",))
    return Listing(
        is_of_derive=DERIVE in said.get("processID", DERIVE).split(","),
        status=_some_of(said, "status", tuple(STATES.values())),
        during=span(said["datetime"]) if "datetime" in said else (None, None),
        least=whole(said, "minDuration", 0, least=0),
        longest=whole(said, "maxDuration", 0, least=0) if "maxDuration" in said else None,
        limit=min(whole(said, "limit", DEFAULT_LIMIT, least=1), MOST),
        offset=whole(said, "offset", 0, least=0),
    )


def part_of(jobs: Sequence[ListedJob], asked: Listing) -> tuple[list[ListedJob], bool]:
    """The jobs that are asked for, and whether there are more."""
    found = [job for job in jobs if _is_asked_for(job, asked)]
    end = asked.offset + asked.limit
    return found[asked.offset : end], end < len(found)


def _is_asked_for(job: ListedJob, asked: Listing) -> bool:
    at_work = _at_work(job)
    return (
        asked.is_of_derive
        and STATES[job.status] in asked.status
        and lies_in(moment(job.made_at), asked.during)
        and (not asked.least or at_work > asked.least)
        and (asked.longest is None or at_work < asked.longest)
    )


def _at_work(job: ListedJob) -> float:
    """Seconds from a job's beginning to its end, or until now."""
    if job.started_at is None:
        return 0.0
    end = moment(job.finished_at or now())
    return float((end - moment(job.started_at)) / np.timedelta64(1, "s"))


def _some_of(said: dict[str, str], name: str, known: tuple[str, ...]) -> frozenset[str]:
    """Some of what there is, with commas between; all of it where nothing is said."""
    if name not in said:
        return frozenset(known)
    asked = said[name].split(",")
    unknown = [one for one in asked if one not in known]
    if unknown:
        raise OgcError(
            "{name}={value} is not known; there is {known:list}.", name=name, value=unknown[0][:40], known=[*known]
        )
    return frozenset(asked)
