"""Commands for the store itself."""

from __future__ import annotations

from pathlib import Path

import click

from services.bootstrap import Service
from services.cli.printing import as_json_text
from services.cli.words import t


@click.group()
def db() -> None:
    """Look after the store: its tables, backup and restore."""


@db.command("upgrade")
@click.pass_obj
def upgrade(service: Service) -> None:
    """Make the tables, or move them to the version of this program."""
    from services.storage import upkeep

    click.echo(t("The tables are of version {version}.", version=upkeep.upgrade(service.store)))


@db.command("status")
@click.pass_obj
def status(service: Service) -> None:
    """Say where the store is, its version and what it holds, as JSON."""
    from services.storage import upkeep

    click.echo(as_json_text(upkeep.status(service.store)))


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(service: Service, /, *, file: Path) -> None:
    """Write a copy of the store while it is in use; keep GEOPOLITY_HOME/keys beside it."""
    from services.storage import upkeep

    upkeep.backup(file, service.store)
    click.echo(t("Wrote {file}", file=file))


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(service: Service, /, *, file: Path) -> None:
    """Put a copy into an empty store."""
    from services.storage import upkeep

    upkeep.restore(file, service.store)
    click.echo(t("Restored {file}", file=file))
