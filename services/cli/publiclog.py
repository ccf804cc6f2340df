"""Commands of the public log: export, verify, import."""

from __future__ import annotations

from pathlib import Path

import click

from services.bootstrap import Service
from services.cli.printing import as_json_text
from services.cli.words import t


@click.group()
def log() -> None:
    """Export, verify and take over the public log of every act."""


@log.command("export")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder to write.")
@click.pass_obj
def export_log(service: Service, /, *, out: Path) -> None:
    """Write the log with a signed checkpoint and its verifier."""
    from services.publiclog.export import export_log as export

    click.echo(t("Wrote {entries:count} entries to {file}.", entries=export(out, service.store), file=out))


@log.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def verify_log(folder: Path) -> None:
    """Check an exported log from its files alone."""
    from services.publiclog.export import verify_export

    click.echo(verify_export(folder))


@log.command("prove")
@click.argument("index", type=click.IntRange(min=0))
@click.option("--since", type=click.IntRange(min=1), help="Also show that the log only grew since it had this size.")
@click.pass_obj
def prove(service: Service, /, *, index: int, since: int | None) -> None:
    """Print an entry with the proof that it is in the log, as JSON (RFC 6962 hashes in hexadecimal)."""
    from services.publiclog.export import prove_entry

    click.echo(as_json_text(prove_entry(index, service.store, since=since)))


@log.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_obj
def import_log(service: Service, /, *, folder: Path) -> None:
    """Verify an exported log and take it over into a store that has none."""
    from services.publiclog.export import import_log as take_over

    click.echo(
        t("Took over {entries:count} entries from {folder}.", entries=take_over(folder, service.store), folder=folder)
    )
