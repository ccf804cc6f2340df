"""Serve the API and the pages."""

from __future__ import annotations

import click

from services.acting import NOBODY, acting
from services.bootstrap import Service


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option(
    "--worker/--no-worker", default=True, show_default=True, help="Do what analysts order, in a process beside."
)
@click.option(
    "--workers",
    "processes",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes that answer; rates are counted in each.",
)
@click.pass_obj
def serve(service: Service, /, *, host: str, port: int, worker: bool, processes: int) -> None:
    """Serve the API and the pages, and print the link to open."""
    from services.serving import serve as run

    with acting(NOBODY):  # whoever asks acts, and not who started the service
        run(service, host=host, port=port, worker=worker, processes=processes, say=click.echo)
