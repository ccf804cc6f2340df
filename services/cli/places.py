"""Commands that add places to the gazetteer, and list what was added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.bootstrap import Service
from services.cli.options import json_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import t

if TYPE_CHECKING:
    from boundaries.addresses.files import AddressFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesAdded:
    """What a file added: its name, how it was read, how many postcodes, and rows that were left out and why."""

    source: str
    format: str
    postcodes: int
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressesAdded:
    """What a file of addresses added: its name, how it was read, how many addresses in how many streets."""

    source: str
    format: str
    addresses: int
    streets: int
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesListed:
    """Postcodes of a country from a file."""

    source: str
    country: str
    postcodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressesListed:
    """Addresses from a file."""

    source: str
    addresses: int
    streets: int


@click.group()
def places() -> None:
    """Street addresses, and postcodes of other countries, from files that you add."""


@places.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--country", metavar="COUNTRY", help="Country of the rows, where the file does not say it.")
@json_option
@click.pass_obj
def add(service: Service, /, *, file: Path, country: str | None, as_json: bool) -> None:
    """Add a file of addresses or postcodes as it is published, or a CSV; a newer one takes its place.

    Addresses: OpenAddresses, the US NAD, TIGER's ADDRFEAT, the French BAN. Postcodes: GeoNames' postal files, ONS's
    directory.
    """
    from boundaries.addresses.files import open_addresses

    with open_addresses(file, country) as addresses:
        if addresses is None:
            _add_postcodes(service, file, country, as_json=as_json)
        else:
            _add_addresses(service, addresses, as_json=as_json)


def _add_addresses(service: Service, file: AddressFile, *, as_json: bool) -> None:
    from boundaries.addresses.gathered import streets_of
    from services.storage.places.streets import keep_streets

    kept = keep_streets(service.store, file.path.name, file.format, streets_of(file.rows))
    added = AddressesAdded(
        source=kept.source,
        format=file.format,
        addresses=kept.addresses,
        streets=kept.streets,
        left_out=dict(file.left_out),
    )
    if as_json:
        click.echo(as_json_text(added))
        return
    known = {"number": added.addresses, "streets": added.streets, "file": added.source, "format": added.format}
    click.echo(t("{number:count} addresses in {streets:count} streets of {file} ({format}) are known now.", **known))
    _echo_left_out(added.left_out)


def _add_postcodes(service: Service, file: Path, country: str | None, *, as_json: bool) -> None:
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
    _echo_left_out(opened.left_out)


def _echo_left_out(left_out: Mapping[str, int]) -> None:
    for reason, rows in left_out.items():
        click.echo(f"  {t('{rows:count} rows were left out: {reason}.', rows=rows, reason=reason)}")


@places.command("list")
@json_option
@click.pass_obj
def list_places(service: Service, /, *, as_json: bool) -> None:
    """List the tables that were added."""
    from services.storage.places.postcodes import sources
    from services.storage.places.streets import address_files

    with service.store.reading() as session:
        files = address_files(session)
        addresses = [AddressesListed(source=one.source, addresses=one.addresses, streets=one.streets) for one in files]
        found = [PlacesListed(source=one, country=code, postcodes=count) for one, code, count in sources(session)]
    if as_json:
        click.echo(as_json_text([*found, *addresses]))
        return
    if addresses:
        lines: list[list[Cell]] = [[one.source, one.addresses, one.streets] for one in addresses]
        click.echo(table([t("File"), t("Addresses"), t("Streets")], lines) + "\n" * bool(found))
    rows: list[list[Cell]] = [[one.source, one.country, one.postcodes] for one in found]
    header = [t("File"), t("Country"), t("Postcodes")]
    if rows or not addresses:
        click.echo(table(header, rows) if rows else t("No table was added yet."))


@places.command("forget")
@click.argument("source", metavar="FILE")
@click.pass_obj
def forget_places(service: Service, /, *, source: str) -> None:
    """Leave out what a file added, by the file's name."""
    from services.storage.places.postcodes import forget
    from services.storage.places.streets import forget_streets

    addresses = forget_streets(service.store, source)
    if addresses:
        click.echo(t("{number:count} addresses of {file} are forgotten.", number=addresses, file=source))
        return
    with service.store.writing() as session:
        count = forget(session, source)
    click.echo(t("{number:count} postcodes of {file} are forgotten.", number=count, file=source))
