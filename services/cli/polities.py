"""Commands that list, show and retire polities."""

from __future__ import annotations

import json
from pathlib import Path

import click

from services.cli.options import json_option
from services.cli.table import table
from services.settings import Settings

HEADER = ["Polity", "Status", "Since", "Version", "Units", "People", "Inside %"]
EMPTY = "The store holds no polity yet; `./run demo` derives six and loads them."


@click.group()
def polity() -> None:
    """Polities in the store, in all their versions."""


@polity.command("list")
@json_option
@click.pass_obj
def list_polities(settings: Settings, /, *, as_json: bool) -> None:
    """List the polities."""
    from services.usecases import polities

    records = polities.list_polities(settings)
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    rows = [
        [r["id"], r["status"], r["valid_from"][:10], r["version"], r["units"], r["population"], 100 * r["coverage"]]
        for r in records
    ]
    click.echo(table(HEADER, rows, text_columns=3) if rows else EMPTY)


@polity.command("show")
@click.argument("polity_id", metavar="ID")
@click.option("--geojson", is_flag=True, help="The unsimplified boundary, instead of the figures.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write, instead of printing.")
@click.pass_obj
def show_polity(settings: Settings, /, *, polity_id: str, geojson: bool, out: Path | None) -> None:
    """Show one polity."""
    from services.usecases import polities

    record, boundary = polities.show_polity(polity_id, settings)
    text = boundary.rstrip("\n") if geojson else json.dumps(record, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


@polity.command("retire")
@click.argument("polity_id", metavar="ID")
@click.pass_obj
def retire_polity(settings: Settings, /, *, polity_id: str) -> None:
    """End the validity of an active polity."""
    from services.usecases import polities

    record = polities.retire_polity(polity_id, settings)
    click.echo(f"Retired {record['id']}, version {record['version']}.")
