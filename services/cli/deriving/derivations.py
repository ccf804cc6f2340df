"""Commands that derive a polity, price its coverage, and verify what was published."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.options import (
    BANDS_HELP,
    HOW_OPTIONS,
    WHAT_OPTIONS,
    WITHOUT_PDF,
    Bands,
    Flags,
    check_effect,
    coverage_option,
    json_option,
    language_option,
    options,
    request,
    with_kept,
)
from services.cli.printing import Cell, as_json_text, table
from services.cli.progress import ProgressBar
from services.cli.words import fixed, given, percent, say, spoken_texts, t, whole
from services.records import Json

if TYPE_CHECKING:
    from geopolity.affected.people import Affected
    from geopolity.messages import Message
    from services.derivation.audit.sources import Sources
    from services.derivation.derive import Derived, Written
    from services.derivation.requests.request import Request
    from services.storage.store import Store


@click.command()
@options(*WHAT_OPTIONS, coverage_option, *HOW_OPTIONS)
@click.option(
    "--issues",
    type=click.Path(path_type=Path),
    metavar="FOLDER|FILE.parquet",
    help="Every issue of a folder, or of a table with one a row, instead of one; --out.",
)
@click.option("--scheduler", metavar="ADDRESS", help="With --issues, a dask scheduler whose workers derive.")
@click.option("--split", is_flag=True, help="One polity for each cluster of people affected, in folders of --out.")
@click.option("--previous", metavar="DIR", help="Folder of an earlier derivation whose boundary is preferred.")
@click.option(
    "--uncertainty",
    type=click.IntRange(min=2),
    metavar="RUNS",
    help="Derive so many times with the people drawn from their ranges: core and fringe.",
)
@click.option(
    "--groups",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="Groups of people (see `geopolity profile`): report and page say who is affected.",
)
@click.option(
    "--bands", "bands_km", type=Bands(), metavar="KM,KM", help=f"With --groups: {BANDS_HELP[0].lower()}{BANDS_HELP[1:]}"
)
@click.option("--out", metavar="DIR", help="Folder to write; without it nothing is written.")
@language_option
@json_option
@click.pass_obj
def derive(service: Service, /, *, as_json: bool, language: str, **values: Any) -> None:
    """Derive the smallest connected region that holds most of the people affected."""
    from services.derivation import derive as use_case

    issues, scheduler = values.pop("issues"), values.pop("scheduler")
    if values["bands_km"] is not None and values["groups"] is None:
        raise click.UsageError("--bands would change nothing: it is about --groups, and none are given.")
    if issues is not None:
        table_of_many = _many(service, issues, scheduler, values)
        click.echo(as_json_text(table_of_many) if as_json else _told(table_of_many))
        return
    if scheduler is not None:
        raise click.UsageError("--scheduler would change nothing: it is about --issues, and none are given.")
    home, out, split = service.settings.home, values.pop("out"), values.pop("split")
    asked, written = request(values, home), None
    if split:
        click.echo(_split(asked, home, out, language, as_json=as_json))
        return
    with ProgressBar() as bar:
        if out is None:
            made = use_case.derive(asked, home, bar)
        else:
            made, written = use_case.derive_into(Path(out), asked, home, bar, language=language)
    click.echo(as_json_text(made.as_json() | {"folder": out}) if as_json else _report(made, written))
    if written is not None and not written.has_pdf:
        click.echo(WITHOUT_PDF, err=True)


def _split(asked: Request, home: Path, out: str | None, language: str, *, as_json: bool) -> str:
    """Derive one polity for each cluster; a report of each, or one record each."""
    from services.derivation import derive as use_case
    from services.derivation.shape_folders import split_into

    if out is None:
        raise click.UsageError("--split writes a folder for each polity; give --out DIR.")
    if asked.issue.pieces > 1:
        raise click.UsageError("--split makes polities of one piece each, and --pieces one of several; leave one out.")
    with ProgressBar() as bar:
        whole = use_case.derive(replace(asked, effort="interactive"), home, bar).derivation
        made = split_into(Path(out), asked, home, whole, language=language, on_progress=bar)
    if as_json:
        return as_json_text([one.as_json() | {"folder": str(folder)} for folder, one in made])
    return "\n\n".join(_report(one, None, folder) for folder, one in made)


def _many(service: Service, issues: Path, scheduler: str | None, values: Flags) -> list[Json]:
    """Derive every issue of a folder; one record an issue."""
    from services.derivation.many import derive_many, issue_files

    out, home = values.pop("out"), service.settings.home
    idle = ("issue_name", "footprints", "previous", "uncertainty", "groups")
    if out is None or values.pop("split") or any(values[name] for name in idle):
        raise click.UsageError(
            "--issues derives many issues into --out DIR; leave --issue, --footprint, --previous, --uncertainty, "
            "--groups and --split out."
        )
    asked: list[tuple[Any, Request]]
    if issues.suffix.lower() == ".parquet":
        from boundaries.issue_rows import issue_rows

        asked = [(row, request(values | {"issue_name": row.issue}, home)) for row in issue_rows(issues)]
    else:
        asked = [(file, request(values | {"issue_name": str(file)}, home)) for file in issue_files(issues)]
    with ProgressBar() as bar:
        found = derive_many(
            asked,
            Path(out),
            home,
            workers=service.settings.workers,
            scheduler=scheduler,
            on_done=lambda done, whole: bar.draw(t("{done} of {all} issues", done=done, all=whole), done / whole),
        )
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _told(records: list[Json]) -> str:
    header = [t("Issue"), t("Units"), t("Area (km²)"), t("People inside"), t("Gap (%)")]
    rows: list[list[Cell]] = [
        [one["issue"], one["units"], round(one["area_km2"]), one["population"], fixed(100 * one["gap"], 3)]
        for one in records
        if not one["failed"]
    ]
    failed = [f"{one['issue']}: {one['failed']}" for one in records if one["failed"]]
    return "\n".join([table(header, rows), *failed])


@click.command()
@options(*WHAT_OPTIONS, *HOW_OPTIONS)
@click.option("--out", metavar="FILE.svg", help="Where to plot the curve; without it nothing is written.")
@language_option
@json_option
@click.pass_obj
def curve(service: Service, /, *, as_json: bool, out: str | None, language: str, **values: Any) -> None:
    """Show what each share of coverage costs: the smallest region at 0.55 … 1."""
    from services.derivation.curve import write_plot
    from services.derivation.derive import coverage_curve

    with ProgressBar() as bar:
        points = coverage_curve(request(values, service.settings.home), service.settings.home, bar)
    records = points.levels
    if as_json:
        click.echo(as_json_text(records))
    else:
        header = [t("Coverage (%)"), t("Units"), t("Area (km²)"), t("People inside"), t("Gap (%)"), t("Knee")]
        rows: list[list[Cell]] = [
            [
                given(f"{100 * row.coverage_target:g}"),
                row.units,
                round(row.area_km2),
                round(row.population),
                fixed(100 * row.gap, 3),
                t("knee") if row.knee else "",
            ]
            for row in records
        ]
        click.echo(table(header, rows, text_columns=0))
        for level in points.out_of_reach:
            click.echo(
                t(
                    "{share:exact} % is out of reach: no connected part of the layer holds so many; see "
                    "--connector-km.",
                    share=f"{100 * level:g}",
                )
            )
    if out is not None:
        click.echo(t("Open {file}", file=write_plot(points, Path(out), language)), err=as_json)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@options(*WHAT_OPTIONS)
@click.option(
    "--log", type=click.Path(path_type=Path), metavar="DIR", help="Export of the public log to compare it with."
)
@click.option(
    "--key", metavar="HEX", help="That log's key as you got it from elsewhere (default: what the export says)."
)
@json_option
@click.pass_obj
def verify(service: Service, /, *, path: Path, log: Path | None, key: str | None, as_json: bool, **values: Any) -> None:
    """Re-check a published folder from its files, and from its sources and the public log where they are given."""
    from services.verification import verify as verify_use_case

    facts = []
    recorded = _recorded(log, key, service.store)
    for fact in verify_use_case(path, _sources(path, values, service.settings.home), recorded, log=log is not None):
        facts.append(fact)
        if not as_json:
            click.echo(f"✓ {say(fact)}")
    click.echo(
        as_json_text({"verified": True, "facts": [str(fact) for fact in facts]})
        if as_json
        else t("{path} is verified.", path=path)
    )


def _recorded(log: Path | None, key: str | None, store: Store) -> Callable[[Path], Iterator[Message]]:
    """How to compare a derivation with the log: an export if one is named, or else this service's own."""
    from services.derivation.audit.recorded import in_exported_log, in_own_record

    if log is not None:
        return partial(in_exported_log, log=log, key=key)
    if key is not None:
        raise click.UsageError(t("--key {key} is the key of a log that is named; give its export with --log.", key=key))
    return partial(in_own_record, store=store)


def _sources(path: Path, values: Flags, home: Path) -> Callable[[], Sources] | None:
    """How to open the sources that are named, if any is; the folder keeps how they were read."""
    if not any(values[name] for name in ("issue_name", "footprints", "layers")):
        check_effect(values)
        return None

    def opened() -> Sources:
        from services.derivation.audit.evidence import read_json
        from services.derivation.opened_sources import opened_sources

        known = with_kept(values, read_json(path / "problem.json"))
        has_footprint = bool(values["issue_name"] or values["footprints"])
        asked = request(known if has_footprint else known | {"footprints": ("everyone",)}, home)
        return opened_sources(asked, home, has_footprint=has_footprint)

    return opened


def _report(made: Derived, written: Written | None, folder: Path | None = None) -> str:
    from services.derivation.summary import warnings_of

    told, derivation = made.summary, made.derivation
    headline = t(
        "{title}: this polity has {units:count} of {all:count} units and {people:count} people;\nit covers {coverage} "
        "of the {affected:people} affected. {proof}",
        title=derivation.issue.title,
        units=told.units,
        all=len(derivation.layer),
        people=told.population,
        coverage=percent(told.coverage, 1),
        affected=told.affected_total,
        proof=_proof(made),
    )
    rows = [*_figures(made), *_changes(made)]
    labels, width = max(22, *(len(row[0]) for row in rows)), max(len(row[1]) for row in rows)
    lines = [f"  {label:<{labels}} {value:>{width}} {unit}" for label, value, unit in rows]
    flags = (flag.sentence for flag in derivation.affected.flags)
    notes = [say(note) for note in (*warnings_of(derivation), *derivation.layer.notes, *flags)]
    folder = folder or (written.folder if written else None)
    last = t("Open {file}", file=folder / "map.html") if folder else t("Nothing was written; --out DIR keeps it.")
    return "\n".join([headline, "", *lines, *(_note(note) for note in notes), "", last])


def _proof(made: Derived) -> str:
    """What is proven of its size."""
    told = made.summary
    if told.method == "root":
        return t("It affects everyone, so the polity is every unit of the layer; contiguity is waived.")
    if made.derivation.issue.pieces > 1:
        from maps.reports.findings import how_small

        return how_small(made.derivation, spoken_texts())
    if made.derivation.issue.bridge_km:
        return (
            t("No smaller region does so, the price of bridges included.")
            if told.optimal
            else t(
                "No region that does so can be more than {slack} smaller, the price of bridges included.",
                slack=percent(told.gap / (1 + told.gap), 2),
            )
        )
    has_border = told.roundness is not None
    if told.optimal:
        return t("No smaller region does so, border included." if has_border else "No smaller region does so.")
    return t(
        "No region that does so can be more than {slack} smaller, border included."
        if has_border
        else "No region that does so can be more than {slack} smaller.",
        slack=percent(told.gap / (1 + told.gap), 2),
    )


def _figures(made: Derived) -> list[tuple[str, str, str]]:
    """Label, number and unit of each figure."""
    told, people = made.summary, made.derivation.affected
    between = t("{low} to {high}", low=whole(people.low), high=whole(people.high))
    rows = [
        (t("affected, low to high"), between, t("people")),
        *_margins(people),
        (t("affected inside"), whole(told.affected_inside), t("people")),
        (t("area"), whole(told.area_km2), "km²"),
        (t("cost"), whole(told.cost), _cost_unit(made.derivation.problem_record)),
        (t("lower bound"), whole(told.lower_bound), t("gap {gap}", gap=percent(told.gap, 3))),
    ]
    if told.roundness is not None:
        tight = percent(told.roundness.border_tightness, 0)
        rows.append((t("border"), whole(told.roundness.border_km), t("km, {share} of it in the bound", share=tight)))
    if told.connecting is not None and told.connecting.bridge_units:
        lived = t("units, {people:count} people", people=told.connecting.bridge_population)
        rows.append((t("inside only to connect"), whole(told.connecting.bridge_units), lived))
    rows.append((t("time"), fixed(made.seconds, 2), "s"))
    if told.certainty is not None:
        rows.append((t("certainly inside (core)"), whole(told.certainty.units_core), t("units")))
        rows.append((t("inside at times (fringe)"), whole(told.certainty.units_fringe), t("units")))
    return rows


def _margins(people: Affected) -> list[tuple[str, str, str]]:
    """The two parts of the range, where sampling has one."""
    if people.sampling is None:
        return []
    return [
        (t("± from sampling"), whole(people.sampling), t("people")),
        (t("± from where they live"), whole(people.placing), t("people")),
    ]


def _changes(made: Derived) -> list[tuple[str, str, str]]:
    """What joined and left since the earlier version, if there is one."""
    if made.change is None:
        return []
    totals = made.change.totals
    return [
        (
            t("joined" if word == "joined" else "left"),
            whole(totals[f"units_{word}"]),
            t("units, {people:count} people", people=totals[f"population_{word}"]),
        )
        for word in ("joined", "left")
    ]


def _note(sentence: str) -> str:
    return textwrap.fill(t("Note: {sentence}", sentence=sentence), 100, initial_indent="  ", subsequent_indent="  ")


def _cost_unit(problem: Json) -> str:
    unit = problem["cost_unit"]
    return f"× {whole(unit)} m²" if isinstance(unit, int | float) else t("people" if unit == "person" else "units")
