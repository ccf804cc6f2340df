"""Command that simulates a society."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.bootstrap import Service
from services.cli.options import json_option, language_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.progress import ProgressBar
from services.cli.words import fixed, t, term

if TYPE_CHECKING:
    from geopolity.society import Breaking


@click.command()
@click.argument("parameters", type=click.Path(path_type=Path), required=False, metavar="[FILE.toml]")
@click.option("--seed", type=int, required=True, help="Whole number from which issues, lots and years follow.")
@click.option("--years", type=int, default=30, show_default=True, help="Years to live through.")
@click.option("--families", default="6,60", show_default=True, help="Numbers of issue domains, as 6,60,600.")
@click.option("--layer", default="us-counties", show_default=True, help="Census layer to live on.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for tables and report.")
@click.option("--scheduler", metavar="ADDRESS", help="Let the workers of a dask cluster derive the polities.")
@language_option
@json_option
@click.pass_obj
def simulate(  # noqa: PLR0913 - its options
    service: Service,
    /,
    *,
    parameters: Path | None,
    seed: int,
    years: int,
    families: str,
    layer: str,
    out: Path | None,
    scheduler: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Ask whether a society can be staffed: derive its polities, draw its assemblies and live through the years."""
    from services.society.folder import check_new, write_society
    from services.society.run import Simulation, SimulationError, simulate

    try:
        counts = tuple(int(part) for part in families.split(","))
    except ValueError as error:
        raise SimulationError(
            "Families {families:quoted} cannot be read; give whole numbers, as 6,60.", families=families
        ) from error
    folder = out or service.store.home / "out" / "society"
    check_new(folder)
    asked = Simulation(
        seed=seed,
        years=years,
        families=counts,
        layer=layer,
        parameters=parameters,
        workers=service.settings.workers,
        scheduler=scheduler,
    )
    with ProgressBar() as bar:
        found = simulate(asked, service.store.home, bar.draw)
        bar.draw(t("writing the report"), 1.0)
        write_society(folder, found, service.store.home, language)
    if as_json:
        click.echo(as_json_text({"folder": str(folder), "limits": found.limits}))
        return
    rows: list[list[Cell]] = [
        [term("limit", one.limit), _answer(one), fixed(one.figure, 3), fixed(one.most, 3)] for one in found.limits
    ]
    click.echo(table([t("Limit"), t("Answer"), t("Figure"), t("Allowed")], rows, text_columns=2))
    click.echo(t("Open {file}", file=folder / "report.html"))


def _answer(limit: Breaking) -> str:
    if limit.eases:
        return (
            t("broken with all of them")
            if limit.domains is None
            else t("holds from {count:count} on", count=limit.domains)
        )
    return t("holds with all of them") if limit.domains is None else t("breaks at {count:count}", count=limit.domains)
