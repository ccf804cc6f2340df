"""Commands that list, show and add layers and issues."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.options import COLUMN_OPTIONS, json_option, options, said
from services.cli.printing import Cell, as_json_text, table
from services.cli.progress import ProgressBar
from services.cli.words import fixed, say, t, term, whole
from services.records import Json, of_row
from services.records import as_json as to_json

if TYPE_CHECKING:
    from geopolity.layers.layer import Layer
    from geopolity.layers.reading import Reading
    from geopolity.polity.issue import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerListed:
    """A layer in a list."""

    name: str
    title: str
    vintage: str
    units: int
    population: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerDescribed(LayerListed):
    """A layer with where it comes from, and its columns."""

    source: str
    licence: str
    crs: str
    digest: str
    columns: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueListed:
    """An issue in a list."""

    name: str
    title: str
    layer: str
    coverage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDescribed(IssueListed):
    """An issue with its question, footprint and settings."""

    question: str
    footprint: str
    footprint_digest: str
    smallest: str
    connector_km: float | None
    compactness: float
    fill_holes: bool


@click.group()
def layer() -> None:
    """Census layers: the units that polities are made of."""


@layer.command("list")
@json_option
@click.pass_obj
def list_layers(service: Service, /, *, as_json: bool) -> None:
    """List the layers."""
    from services.derivation.layers import facts_of, layer_names

    records = [facts_of(name, service.store.home) for name in layer_names(service.store.home)]
    if as_json:
        click.echo(as_json_text(records))
        return
    rows: list[list[Cell]] = [[r.name, r.title, r.vintage, r.units, r.population] for r in records]
    click.echo(table([t("Layer"), t("Title"), t("Vintage"), t("Units"), t("People")], rows, text_columns=3))


@layer.command("show")
@click.argument("name", metavar="NAME|FILE")
@options(*COLUMN_OPTIONS)
@json_option
@click.pass_obj
def show_layer(service: Service, /, *, name: str, as_json: bool, **columns: Any) -> None:
    """Show one layer: its source, people and columns."""
    from services.derivation.layers import open_layer, read_back

    opened = open_layer([name], said(columns), service.store.home)
    reading = read_back(opened)
    for note in reading.notes:
        click.echo(say(note), err=True)
    described = of_row(
        LayerDescribed,
        _layer_record(opened),
        source=opened.source,
        licence=opened.licence,
        crs=opened.units.crs.to_string(),
        digest=opened.digest,
        columns=[str(column) for column in opened.units.columns if column != "geometry"],
    )
    if as_json:
        click.echo(as_json_text(to_json(described) | {"reading": _plain(reading)}))
    else:
        click.echo(f"{_lines(to_json(described))}\n\n{_read(reading)}")


@layer.command("corrections")
@click.argument("name", type=click.Choice(["world-places"]))
@json_option
@click.pass_obj
def show_corrections(service: Service, /, *, name: str, as_json: bool) -> None:  # noqa: ARG001 - there is one so far
    """Show what was done to each country's people so that everybody is counted once."""
    from services.derivation.layers import corrections

    with ProgressBar() as bar:
        countries = corrections(service.store.home, bar)
    if as_json:
        click.echo(as_json_text(countries.round(6).reset_index().to_dict("records")))
        return
    rows = [
        [
            f"{code} {row['name'][:22]}",
            *(round(row[fact]) for fact in ("people", "places", "as_listed", "parts")),
            f"{row['scaled']:.3f}",
            round(row["around"]),
        ]
        for code, row in countries.iterrows()
    ]
    header = [t("Country"), t("People"), t("Places"), t("As listed"), t("In parts"), t("Towns ×"), t("Around towns")]
    click.echo(table(header, rows, text_columns=1))
    formula = t(
        "People of a country = (as listed - in parts of cities) × towns + around towns. Towns are never scaled up."
    )
    click.echo(f"\n{formula}")


@layer.command("check")
@click.argument("file", metavar="NAME|FILE")
@options(*COLUMN_OPTIONS)
@json_option
@click.pass_context
def check_layer(ctx: click.Context, /, *, file: str, as_json: bool, **columns: Any) -> None:
    """Read a file of units and say how; exit with 1 when a statistician should look."""
    from services.derivation.layers import open_layer, read_back

    reading = read_back(open_layer([file], said(columns), ctx.obj.store.home))
    if as_json:
        click.echo(as_json_text(_plain(reading)))
    else:
        notes = "".join(f"  {say(note)}\n" for note in reading.notes)
        verdict = t("A statistician should look." if reading.needs_a_look else "Nothing here asks for a look.")
        click.echo(f"{_read(reading)}\n\n{notes}\n{verdict}")
    if reading.needs_a_look:
        ctx.exit(1)


@layer.command("keep")
@click.argument("name")
@click.option("--base", "is_base", is_flag=True, help="People are at home on it: take the place of its older vintage.")
@click.pass_obj
def keep_layer(service: Service, /, *, name: str, is_base: bool) -> None:
    """Keep a layer in the store, to look places up on it and to register people."""
    from services.derivation import layers

    kept = layers.keep(name, service.store, is_base=is_base)
    click.echo(
        t("Kept {layer}, {vintage}: {units:count} units.", layer=kept.name, vintage=kept.vintage, units=len(kept))
    )


@layer.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Name to keep it under: letters, digits, hyphens.")
@options(*COLUMN_OPTIONS)
@json_option
@click.pass_obj
def add_layer(service: Service, /, *, file: Path, name: str, as_json: bool, **columns: Any) -> None:
    """Check a file and keep it as a layer."""
    from services.derivation.layers import add_layer as add_layer_use_case

    record = _layer_record(add_layer_use_case(file, name, said(columns), service.store.home))
    click.echo(
        as_json_text(record) if as_json else f"Added {name}: {record.units:,} units, {record.population:,} people."
    )


@click.group()
def issue() -> None:
    """Issues: the questions that polities answer for."""


@issue.command("list")
@json_option
@click.pass_obj
def list_issues(service: Service, /, *, as_json: bool) -> None:
    """List the issues."""
    from services.derivation.requests.issues import issue_heads

    records = [of_row(IssueListed, head) for head in issue_heads(service.settings.home)]
    if as_json:
        click.echo(as_json_text(records))
        return
    rows = [[r.name, r.title, r.layer, r.coverage] for r in records]
    click.echo(table([t("Issue"), t("Title"), t("Layer"), t("Coverage")], rows, text_columns=3))


@issue.command("show")
@click.argument("name", metavar="NAME|FILE.toml")
@json_option
@click.pass_obj
def show_issue(service: Service, /, *, name: str, as_json: bool) -> None:
    """Show one issue: its question, footprint and settings."""
    from services.derivation.requests.issues import open_issue

    opened = open_issue(name, service.store.home)
    described = of_row(
        IssueDescribed,
        opened,
        name=str(opened.name),
        layer=str(opened.layer),
        coverage=str(opened.coverage),
        footprint=type(opened.footprint).__name__.lower(),
        footprint_digest=opened.footprint.digest,
    )
    click.echo(as_json_text(described) if as_json else _lines(to_json(described)))


@issue.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def add_issue(service: Service, /, *, file: Path, as_json: bool) -> None:
    """Check a TOML file and keep it as an issue."""
    from services.derivation.requests.issues import add_issue as add_issue_use_case

    added = add_issue_use_case(file, service.store.home)
    click.echo(
        as_json_text(_issue_record(file.stem, added))
        if as_json
        else t("Added {issue}: {title}.", issue=file.stem, title=added.title)
    )


def _layer_record(opened: Layer) -> LayerListed:
    return of_row(LayerListed, opened, name=str(opened.name), units=len(opened))


def _issue_record(name: str, opened: Issue) -> IssueListed:
    return of_row(IssueListed, opened, name=name, layer=str(opened.layer), coverage=str(opened.coverage))


def _plain(reading: Reading) -> Json:
    """A reading for programs: people as whole numbers where they are."""
    record = reading.record
    return record | {
        key: int(value) for key, value in record.items() if isinstance(value, float) and value.is_integer()
    }


def _read(reading: Reading) -> str:
    """A reading as a table: rows, units, people, and whatever is not as it should be."""
    gap = ""
    if reading.largest_gap is not None:
        lon, lat = reading.largest_gap
        gap = t(" (largest at {lon}, {lat})", lon=lon, lat=lat)
    aside = "; ".join(
        t("{rows} rows, {people} people: {why}", rows=whole(part.rows), people=whole(part.people), why=t(part.why))
        for part in reading.set_aside
    )
    return _lines(
        {
            "rows": reading.rows,
            "units": reading.units,
            "people": fixed(reading.people, 3) if reading.people % 1 else whole(reading.people),
            "missing": reading.missing,
            "suppressed": reading.suppressed,
            "set aside": aside or 0,
            "repaired": f"{whole(reading.repaired)} ({fixed(reading.repaired_m2 / 1e6, 3)} km²)",
            "overlaps": f"{whole(reading.overlaps)} ({fixed(reading.overlap_m2 / 1e6, 3)} km²)",
            "gaps": f"{whole(reading.gaps)} ({fixed(reading.gap_m2 / 1e6, 3)} km²){gap}",
            "near misses": reading.near_misses,
            "columns": ", ".join(f"{meaning}: {name}" for meaning, name in reading.columns.items()) or None,
            "encoding": ", ".join(f"{file}: {name}" for file, name in reading.encodings.items()) or None,
            "notation": reading.notation,
            "vintage": reading.vintage or None,
            "coordinates": t("{crs} (from {source})", crs=reading.crs, source=reading.crs_from),
        }
    )


def _lines(record: Json) -> str:
    said = {term("fact", key.replace("_", " ")): _text(value) for key, value in record.items()}
    width = max(len(key) for key in said)
    return "\n".join(f"{key:<{width}}  {value}" for key, value in said.items())


def _text(value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return t("yes" if value else "no")
        case int():
            return whole(value)
        case list():
            return ", ".join(value)
    return str(value)
