"""Commands that add places to the gazetteer, and list what was added."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from services.bootstrap import Service
from services.cli.options import json_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import t


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesAdded:
    """What a file added: its name, how it was read, how many postcodes, and rows that were left out and why."""

    source: str
    format: str
    postcodes: int
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesListed:
    """Postcodes of a country from a file."""

    source: str
    country: str
    postcodes: int


@click.group()
def places() -> None:
    """Postcodes of other countries, from tables that you add."""


@places.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--country", metavar="COUNTRY", help="Country of the postcodes, where the file does not say it.")
@json_option
@click.pass_obj
def add(service: Service, /, *, file: Path, country: str | None, as_json: bool) -> None:
    """Add a table of postcodes: GeoNames' postal files, ONS's directory, or a CSV; a newer one takes its place."""
    from boundaries.gazetteer.postcode_files import open_postcodes
    from services.storage.places.postcodes import keep_postcodes

    with open_postcodes(file, country) as opened, service.store.writing() as session:
        count = keep_postcodes(session, file.name, opened.rows)
    added = PlacesAdded(source=file.name, format=opened.format, postcodes=count, left_out=dict(opened.left_out))
    if as_json:
        click.echo(as_json_text(added))
        return
    known = {"number": count, "file": file.name, "format": opened.format}
    click.echo(t("{number:count} postcodes of {file} ({format}) are known now.", **known))
    for reason, rows in opened.left_out.items():
        click.echo(f"  {t('{rows:count} rows were left out: {reason}.', rows=rows, reason=reason)}")


@places.command("list")
@json_option
@click.pass_obj
def list_places(service: Service, /, *, as_json: bool) -> None:
    """List the tables that were added."""
    from services.storage.places.postcodes import sources

    with service.store.reading() as session:
        found = [PlacesListed(source=one, country=code, postcodes=count) for one, code, count in sources(session)]
    if as_json:
        click.echo(as_json_text(found))
        return
    rows: list[list[Cell]] = [[one.source, one.country, one.postcodes] for one in found]
    header = [t("File"), t("Country"), t("Postcodes")]
    click.echo(table(header, rows) if rows else t("No table was added yet."))


@places.command("forget")
@click.argument("source", metavar="FILE")
@click.pass_obj
def forget_places(service: Service, /, *, source: str) -> None:
    """Leave out what a file added, by the file's name."""
    from services.storage.places.postcodes import forget

    with service.store.writing() as session:
        count = forget(session, source)
    click.echo(t("{number:count} postcodes of {file} are forgotten.", number=count, file=source))
