"""The demo: every sample issue, one table, and the file to open."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from services.bootstrap import Service
from services.cli.options import WITHOUT_PDF
from services.cli.printing import table
from services.cli.progress import ProgressBar
from services.cli.words import noop, t

if TYPE_CHECKING:
    from services.demo.rows import DemoRow
    from services.storage.store import Store

SAMPLES = 7
HEADER = [
    *(noop("Issue"), noop("affected"), noop("in %"), noop("units"), "km²"),
    *(noop("gap %"), noop("all"), noop("greedy"), noop("states")),
]
LEGEND = noop(
    "affected: people; in: the share of them inside. gap: how far above the smallest it can be at most.\n"
    "all, greedy, states: how many times as large the alternative is (every unit that the footprint\n"
    "touches, a greedy region, the fewest whole states that reach the coverage)."
)


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Derive the sample issues, compare them with the obvious alternatives, and rehearse a draw of their assemblies."""
    if context.invoked_subcommand is None:
        _demo(context.obj)


@demo.command("planet")
@click.pass_obj
def planet(service: Service) -> None:
    """Build the world's places once, derive the issues that cross borders on them, and load them into the store."""
    from services.demo.planet import demo_planet, planet_issues

    done, all_of_them = 0, len(planet_issues())
    with ProgressBar() as bar:

        def on_row(row: DemoRow) -> None:
            nonlocal done
            done += 1
            bar.draw(f"{row.title}", done / all_of_them)

        rows = demo_planet(service.store, workers=service.settings.workers, on_progress=bar, on_row=on_row)
    _print_rows(rows, service)
    click.echo(
        "Places: GeoNames (CC BY 4.0). Try: ./run lookup --lon 7.59 --lat 47.56, ./run lookup --lon 4.48 --lat 51.92"
    )


@demo.command("assembly")
@click.pass_obj
def assembly(service: Service) -> None:
    """Tell the story of one law, from the draw of its assembly to its review, in the demo's store."""
    from services.demo.story import tell

    for number, chapter in enumerate(tell(service.store), start=1):
        click.secho(f"{number}. {chapter.title}", bold=True)
        for line in chapter.lines:
            click.echo(textwrap.fill(line, 96, initial_indent="   ", subsequent_indent="   "))
        click.echo()


def _demo(service: Service) -> None:
    from services.demo.sample_issues import demo as demo_use_case

    done = 0
    with ProgressBar() as bar:

        def on_row(row: DemoRow) -> None:
            nonlocal done
            done += 1
            bar.draw(f"{row.title}", done / SAMPLES)

        rows = demo_use_case(service.store, workers=service.settings.workers, on_row=on_row)
    _print_rows(rows, service)
    _draw(service.store)


def _print_rows(rows: list[DemoRow], service: Service) -> None:
    """Print the table of the issues, what its words mean, and what to open."""
    click.echo(table([t(word) for word in HEADER], [_cells(row) for row in rows]))
    click.echo(f"\n{t(LEGEND)}\n")
    if not all(row.has_pdf for row in rows):
        click.echo(WITHOUT_PDF, err=True)
    _print_kept(rows)
    report = "report.pdf" if rows[0].has_pdf else "report.html"
    click.echo(f"Each issue has a folder in {service.settings.out / 'demo'}: map.html, {report}, certificate.json, …")
    click.echo(f"Open {rows[0].folder / 'map.html'}\n")


def _print_kept(rows: list[DemoRow]) -> None:
    """Say which issues were not derived again, and since when they are as they are."""
    for day in sorted({row.kept_since[:10] for row in rows if row.kept_since}):
        names = [row.name for row in rows if row.kept_since[:10] == day]
        click.echo(textwrap.fill(t("Unchanged since {day}, so kept: {names}.", day=day, names=", ".join(names)), 99))


def _draw(store: Store) -> None:
    """Register synthetic citizens, once, and rehearse a draw of the polities' assemblies."""
    from services.cli.institutions.assemblies import draw_text
    from services.demo.synthetic import SEED, register_synthetic, rehearse_demo

    added = register_synthetic(store)
    if added:
        click.echo(f"{added:,} synthetic citizens are registered, marked as such (seed {SEED}).")
    click.echo(draw_text(rehearse_demo(store)))


def _cells(row: DemoRow) -> list[str]:
    return [
        row.name,
        f"{row.affected:,.0f}",
        f"{100 * row.coverage:.2f}",
        f"{row.units:,}",
        f"{row.area_km2:,.0f}",
        f"{100 * row.gap:.3f}",
        *(_ratio(value) for value in (row.times_all, row.times_greedy, row.times_states)),
    ]


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
