"""Workers on other machines: a dask cluster, of which the scheduler's address is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.errors import RequestError

if TYPE_CHECKING:
    from distributed import Client


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
