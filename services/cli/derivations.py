"""Commands that derive a polity, price its coverage, and verify what was published."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.options import (
    HOW_OPTIONS,
    WHAT_OPTIONS,
    WITHOUT_PDF,
    Flags,
    check_effect,
    coverage_option,
    json_option,
    language_option,
    options,
    request,
    with_kept,
)
from services.cli.printing import as_json_text, table
from services.cli.progress import ProgressBar
from services.records import Json

if TYPE_CHECKING:
    from services.derivation.derive import Derived, Written
    from services.derivation.sources import Sources


@click.command()
@options(*WHAT_OPTIONS, coverage_option, *HOW_OPTIONS)
@click.option("--previous", metavar="DIR", help="Folder of an earlier derivation whose boundary is preferred.")
@click.option(
    "--uncertainty",
    type=click.IntRange(min=2),
    metavar="RUNS",
    help="Derive so many times with the people drawn from their ranges: core and fringe.",
)
@click.option("--out", metavar="DIR", help="Folder to write; without it nothing is written.")
@language_option
@json_option
@click.pass_obj
def derive(service: Service, /, *, as_json: bool, language: str, **values: Any) -> None:
    """Derive the smallest connected region that holds most of the people affected."""
    from services.derivation import derive as use_case

    home, out = service.store.home, values.pop("out")
    asked, written = request(values, home), None
    with ProgressBar() as bar:
        if out is None:
            made = use_case.derive(asked, home, bar)
        else:
            made, written = use_case.derive_into(Path(out), asked, home, bar, language=language)
    click.echo(as_json_text(made.as_json() | {"folder": out}) if as_json else _report(made, written))
    if written is not None and not written.has_pdf:
        click.echo(WITHOUT_PDF, err=True)


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
        points = coverage_curve(request(values, service.store.home), service.store.home, bar)
    records = points.levels
    if as_json:
        click.echo(as_json_text(records))
    else:
        header = ["Coverage (%)", "Units", "Area (km²)", "People inside", "Gap (%)", "Knee"]
        rows = [
            [
                f"{100 * row.coverage_target:g}",
                row.units,
                round(row.area_km2),
                round(row.population),
                f"{100 * row.gap:.3f}",
                "knee" if row.knee else "",
            ]
            for row in records
        ]
        click.echo(table(header, rows, text_columns=0))
        for level in points.out_of_reach:
            click.echo(
                f"{100 * level:g} % is out of reach: no connected part of the layer holds so many; see --connector-km."
            )
    if out is not None:
        click.echo(f"Open {write_plot(points, Path(out), language)}", err=as_json)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@options(*WHAT_OPTIONS)
@json_option
@click.pass_obj
def verify(service: Service, /, *, path: Path, as_json: bool, **values: Any) -> None:
    """Re-check a published folder from its files, and from its sources where they are given."""
    from services.verification import verify as verify_use_case

    facts = []
    for fact in verify_use_case(path, _sources(path, values, service.store.home)):
        facts.append(fact)
        if not as_json:
            click.echo(f"✓ {fact}")
    click.echo(as_json_text({"verified": True, "facts": facts}) if as_json else f"{path} is verified.")


def _sources(path: Path, values: Flags, home: Path) -> Callable[[], Sources] | None:
    """How to open the sources that are named, if any is; the folder keeps how they were read."""
    if not any(values[name] for name in ("issue_name", "footprints", "layers")):
        check_effect(values)
        return None

    def opened() -> Sources:
        from services.derivation.evidence import read_json
        from services.derivation.opened_sources import opened_sources

        known = with_kept(values, read_json(path / "problem.json"))
        has_footprint = bool(values["issue_name"] or values["footprints"])
        asked = request(known if has_footprint else known | {"footprints": ("everyone",)}, home)
        return opened_sources(asked, home, has_footprint=has_footprint)

    return opened


def _report(made: Derived, written: Written | None) -> str:
    told, derivation = made.summary, made.derivation
    including = "" if told.roundness is None else ", border included"
    proof = (
        f"No smaller region does so{including}."
        if told.optimal
        else f"No region that does so can be more than {told.gap / (1 + told.gap):.2%} smaller{including}."
    )
    if told.method == "root":
        proof = "It affects everyone, so the polity is every unit of the layer; contiguity is waived."
    people = f"{told.affected_total:,.0f}"
    headline = (
        f"{derivation.issue.title}: this polity has {told.units:,} of {len(derivation.layer):,} units "
        f"and {told.population:,} people;\nit covers {told.coverage:.1%} of the {people} affected. {proof}"
    )
    rows = [
        ["affected, low to high", f"{derivation.affected.low:,.0f} to {derivation.affected.high:,.0f}", "people"],
        ["affected inside", f"{told.affected_inside:,.0f}", "people"],
        ["area", f"{told.area_km2:,.0f}", "km²"],
        ["cost", f"{told.cost:,}", _cost_unit(derivation.problem_record)],
        ["lower bound", f"{told.lower_bound:,}", f"gap {told.gap:.3%}"],
        ["time", f"{made.seconds:.2f}", "s"],
    ]
    if told.roundness is not None:
        border, tight = told.roundness.border_km, told.roundness.border_tightness
        rows.insert(-1, ["border", f"{border:,.0f}", f"km, {tight:.0%} unavoidable"])
    if told.certainty is not None:
        rows.append(["certainly inside (core)", f"{told.certainty.units_core:,}", "units"])
        rows.append(["inside at times (fringe)", f"{told.certainty.units_fringe:,}", "units"])
    if made.change is not None:
        totals = made.change.totals
        rows += [
            [word, f"{totals[f'units_{word}']:,}", f"units, {totals[f'population_{word}']:,} people"]
            for word in ("joined", "left")
        ]
    width = max(len(row[1]) for row in rows)
    lines = [f"  {label:<22} {value:>{width}} {unit}" for label, value, unit in rows]
    notes = [str(note) for note in (*derivation.layer.notes, *(flag.sentence for flag in derivation.affected.flags))]
    last = f"Open {written.folder / 'map.html'}" if written else "Nothing was written; --out DIR keeps it."
    return "\n".join([headline, "", *lines, *(_note(note) for note in notes), "", last])


def _note(sentence: str) -> str:
    return textwrap.fill(f"Note: {sentence}", 100, initial_indent="  ", subsequent_indent="  ")


def _cost_unit(problem: Json) -> str:
    unit = problem["cost_unit"]
    return f"× {unit:,.0f} m²" if isinstance(unit, int | float) else {"person": "people", "unit": "units"}[unit]
