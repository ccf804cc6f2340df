"""Commands of the public log."""

from __future__ import annotations

from pathlib import Path

import click

from services.settings import Settings


@click.group()
def log() -> None:
    """Export and verify the public log."""


@log.command("export")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder to write.")
@click.pass_obj
def export_log(settings: Settings, /, *, out: Path) -> None:
    """Write the log with a signed checkpoint and its verifier."""
    from services.usecases.publiclog import export_log as export

    click.echo(f"Wrote {export(out, settings):,} entries to {out}.")


@log.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def verify_log(folder: Path) -> None:
    """Check an exported log from its files alone."""
    from services.usecases.publiclog import verify_export

    click.echo(verify_export(folder))
