"""The command that shows one issue in four shapes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.options import (
    HOW_OPTIONS,
    WHAT_OPTIONS,
    coverage_option,
    json_option,
    language_option,
    options,
    request,
)
from services.cli.printing import Cell, as_json_text, table
from services.cli.progress import ProgressBar
from services.cli.words import percent, spoken_texts, t
from services.records import as_json as record

if TYPE_CHECKING:
    from services.derivation.shape_folders import Shapes


@click.command()
@options(*WHAT_OPTIONS, coverage_option, *HOW_OPTIONS)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to write.")
@language_option
@json_option
@click.pass_obj
def shapes(service: Service, /, *, out: Path, as_json: bool, language: str, **values: Any) -> None:
    """Derive an issue smallest, rounder, in pieces and split, and compare them.

    --compactness is the weight of a kilometre of border in the rounder one (default: what one encloses in the
    smallest), --pieces the most pieces (default: as many as there are clusters of people affected).
    """
    from services.derivation.shape_folders import shapes_of

    pieces, home = values.pop("pieces"), service.settings.home
    with ProgressBar() as bar:
        found = shapes_of(out, request(values, home), home, pieces=pieces, language=language, on_progress=bar)
    click.echo(as_json_text(found.as_json()) if as_json else _report(found))


def _report(found: Shapes) -> str:
    from maps.reports.shapes import NAMES, shape_words

    header = [
        *(t("Shape"), t("Polities"), t("Pieces"), t("Units"), t("Area (km²)"), t("Border (km)"), t("People inside")),
        *(t("In bridges"), t("Gap")),
    ]
    rows: list[list[Cell]] = [
        [
            *(t(NAMES[one.shape]), one.polities, one.pieces, one.units, round(one.area_km2), round(one.border_km)),
            *(one.population, one.bridge_population, percent(one.gap, 2)),
        ]
        for one in found.shapes
    ]
    first, *others = (record(one) for one in found.shapes)
    said = [shape_words(first, one, spoken_texts()) for one in others]
    return "\n".join([table(header, rows), "", *said, "", t("Open {file}", file=found.page)])
