"""The command that asks for other answers: regions as good, and units that none of them can do without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.bootstrap import Service
from services.cli.options import Percent, json_option, language_option, within_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.progress import ProgressBar
from services.cli.words import percent, spoken_texts, t

if TYPE_CHECKING:
    from services.derivation.alternatives import Answer


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@within_option
@click.option("--count", type=click.IntRange(min=1, max=100), default=10, show_default=True, help="Regions at most.")
@click.option(
    "--differ", type=Percent(), default="2%", show_default=True, help="Share of people or size that they differ by."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the search.")
@click.option("--why", "asked_for", metavar="ID,ID", help="Say of these units why they are inside, or are not.")
@click.option(
    "--keep", is_flag=True, help="Keep the answer in DIR: once proposed, the polity's page says why units are in."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.html", help="Where to draw the map.")
@language_option
@json_option
@click.pass_obj
def alternatives(  # noqa: PLR0913 - one parameter an option
    service: Service,
    /,
    *,
    folder: Path,
    within: float,
    count: int,
    differ: float,
    seed: int,
    asked_for: str | None,
    keep: bool,
    out: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """Find regions as good as a derivation's, and how indispensable each unit is."""
    from services.derivation.alternatives import Question
    from services.derivation.alternatives import alternatives as use_case

    units = None if asked_for is None else _units(asked_for)
    with ProgressBar() as bar:
        answer = use_case(folder, Question(within=within, count=count, differ=differ, seed=seed), bar)
    if units is not None:
        _check_known(answer, units)
    if units is not None and not as_json:
        click.echo("\n".join(_why_one(answer, unit) for unit in units))
    else:
        click.echo(as_json_text(answer.as_json()) if as_json else _report(answer))
    if keep:
        from services.derivation.exchanges import keep_in

        keep_in(folder, answer)
    if out is not None:
        from services.derivation.alternatives_map import write_map

        click.echo(t("Open {file}", file=write_map(answer, out, service.store.home, language)), err=as_json)


def _report(answer: Answer) -> str:
    from maps.reports.exchange import summary_words
    from services.derivation.exchanges import exchanges_of

    head = summary_words(exchanges_of(answer), spoken_texts())
    rows: list[list[Cell]] = [
        [number, len(one.inside), one.cost, percent(one.cost / answer.cost - 1, 3), one.people_differing]
        for number, one in enumerate(answer.alternatives, 1)
    ]
    header = [
        t("Region"),
        t("Units"),
        t("Cost"),
        t("More {measure:more}", measure=answer.measure),
        t("People differing"),
    ]
    listed = table(header, rows, text_columns=0) if rows else t("No genuinely different region was found.")
    return "\n".join([head, "", listed, "", *_dearest(answer)])


def _units(asked_for: str) -> list[str]:
    """Ids that were asked for, each once."""
    units = list(dict.fromkeys(part.strip() for part in asked_for.split(",") if part.strip()))
    if not units:
        raise click.UsageError(t("--why asks about units; give their ids, such as 01097,01003."))
    return units


def _check_known(answer: Answer, units: list[str]) -> None:
    unknown = sorted(set(units) - set(answer.units.index.astype(str)))
    if unknown:
        raise click.UsageError(t("There is no unit {unit:quoted} in {folder}.", unit=unknown[0], folder="units.csv"))


def _why_one(answer: Answer, unit: str) -> str:
    from maps.reports.exchange import exchange_words
    from services.derivation.exchanges import exchange_of

    return exchange_words(exchange_of(answer.units.loc[unit], unit, answer.cost, answer.measure), spoken_texts())


def _dearest(answer: Answer) -> list[str]:
    """What a region costs at least without the units that are hardest to replace."""
    inside = answer.units[answer.units["inside"].astype(bool)]
    dearer = (inside["at_least"] / answer.cost - 1).fillna(float("inf")).sort_values(ascending=False, kind="stable")
    first = dearer.head(10)
    return [
        t("No region can do without {name}.", name=str(name))
        if share == float("inf")
        else t(
            "Without {name} the polity would have at least {share} more {measure:more}.",
            measure=answer.measure,
            name=str(name),
            share=percent(float(share), 1),
        )
        for name, share in zip(inside["name"].reindex(first.index), first, strict=True)
    ]
