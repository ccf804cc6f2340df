"""Do the derivations that analysts ordered."""

from __future__ import annotations

import click

from services.acting import NOBODY, acting
from services.bootstrap import Service


@click.command()
@click.option("--parent", type=int, help="End when this process does: for the worker that `serve` starts.")
@click.pass_obj
def worker(service: Service, /, *, parent: int | None) -> None:
    """Do the derivations that analysts ordered, one after the other, until told to stop."""
    from services.jobs.running import run_worker

    with acting(NOBODY):  # those who ordered it
        run_worker(service.store, most_mb=service.settings.job_memory_mb, parent=parent)
