"""Many jobs at once: in this process, in several, or on other machines, by a dask cluster's scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from typing import TYPE_CHECKING, TypeVar

from geopolity.errors import RequestError
from services.ending import fresh_processes

if TYPE_CHECKING:
    from distributed import Client


Job = TypeVar("Job")
Result = TypeVar("Result")


class ClusterError(RequestError):
    """A cluster that cannot be reached."""

    code = "cluster"


def connect_cluster(address: str) -> Client:
    """Connect to a scheduler.

    Raises
    ------
    ClusterError
        If dask is not installed, or nobody answers.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ClusterError("--scheduler needs dask; install geopolity[scale].") from error
    try:
        return Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise ClusterError(
            "No dask scheduler answers at {address}; start one with `dask scheduler`.",
            address=address,
        ) from error


def spread_out(
    act: Callable[[Job], Result], jobs: Sequence[Job], *, workers: int, scheduler: str | None = None
) -> Iterator[Result]:
    """Results of jobs as they are done: by workers of a cluster, by processes of this machine, or one after another."""
    if scheduler is not None:
        with connect_cluster(scheduler) as client:
            from distributed import as_completed as completed  # noqa: PLC0415 - an extra

            for finished in completed([client.submit(act, job, pure=False) for job in jobs]):
                yield finished.result()
    elif len(jobs) < 2 or workers < 2:
        yield from map(act, jobs)
    else:
        with fresh_processes(min(workers, len(jobs))) as pool:
            for done in as_completed([pool.submit(act, job) for job in jobs]):
                yield done.result()
