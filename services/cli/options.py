"""Options that several commands share, and how they become a request."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from services.derivation.opening import DeriveRequest

WITHOUT_PDF = "report.pdf was left out: it needs the Pango libraries (apt-get install libpangoft2-1.0-0)."

Command = Callable[..., Any]


class Share(click.ParamType[Decimal]):
    """A share, read as a decimal exactly as written."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Turn text such as 0.9 into a decimal."""
        try:
            share = Decimal(str(value))
        except InvalidOperation:
            share = Decimal("NaN")
        if not share.is_finite():
            self.fail(f"{value!r} is not a number; give a share such as 0.9.", param, ctx)
        return share


COLUMN_OPTIONS = (
    click.option("--id-column", metavar="NAME", help="Column of the layer file that holds the unit ids."),
    click.option("--population-column", metavar="NAME", help="Column of the layer file that holds the people."),
    click.option("--people-file", metavar="FILE", help="Table with the people of each unit, joined by id."),
    click.option("--parent-column", metavar="NAME", help="Column that holds the id of the enclosing unit."),
    click.option("--crs", metavar="EPSG:CODE", help="Coordinate system of files that name none."),
)
WHAT_OPTIONS = (
    click.option("--issue", "issue_name", metavar="NAME|FILE.toml", help="An issue: see `geopolity issue list`."),
    click.option(
        "--footprint",
        "footprints",
        multiple=True,
        metavar="FILE|everyone",
        help="Instead of an issue: where it bites; also units=ID,ID or attribute=COLUMN. Repeat to mix several.",
    ),
    click.option(
        "--mix",
        type=click.Choice(["union", "max", "intersection", "product"]),
        default="union",
        show_default=True,
        help="What several footprints are together; max is the union that takes the strongest.",
    ),
    click.option("--buffer-km", type=click.FloatRange(min=0, min_open=True), help="Distance around the footprint, km."),
    click.option(
        "--decay",
        type=click.Choice(["step", "linear", "exponential", "gaussian"]),
        help="How intensity falls with distance inside the buffer (default: step, it does not).",
    ),
    click.option("--weight-column", metavar="NAME", help="Column of the footprint file with the intensity, 0..1."),
    click.option(
        "--layer",
        "layers",
        multiple=True,
        metavar="NAME|FILE",
        help="Census layer, instead of the issue's; repeat to join several.",
    ),
    click.option(
        "--seam-km",
        type=click.FloatRange(min=0, min_open=True),
        default=0.2,
        show_default=True,
        help="How far apart joined layers may have drawn the same border, km.",
    ),
    click.option("--spread", metavar="FILE", help="Population raster or points: where in their units people live."),
    click.option("--spread-column", metavar="NAME", help="Column of the spread's points that holds the people."),
    *COLUMN_OPTIONS,
)
HOW_OPTIONS = (
    click.option(
        "--smallest", type=click.Choice(["area", "population", "units"]), help="What is kept smallest (default: area)."
    ),
    click.option(
        "--compactness",
        type=click.FloatRange(min=0),
        help="What a km of border counts as: km², people or units, as --smallest says (default: 0).",
    ),
    click.option("--connector-km", type=click.FloatRange(min=0), help="Longest link over water, km (default: none)."),
    click.option("--fill-holes", is_flag=True, default=None, help="Take enclosed units into the polity."),
    click.option(
        "--effort",
        type=click.Choice(["interactive", "standard", "proof"]),
        default="standard",
        show_default=True,
        help="How hard to look for a smaller region and a higher bound.",
    ),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the search."),
)
coverage_option = click.option(
    "--coverage", type=Share(), help="Share of the affected people inside, above 0.5 and at most 1 (default: 0.9)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def options(*given: Command) -> Command:
    """Join several options into one decorator, in reading order."""

    def decorate(command: Command) -> Command:
        for option in reversed(given):
            command = option(command)
        return command

    return decorate


def request(values: dict[str, Any]) -> DeriveRequest:
    """Turn parsed options into the use case's request."""
    from services.derivation.issues import FootprintFile
    from services.derivation.layers import Columns
    from services.derivation.opening import DeriveRequest, SpreadFile

    footprints = values["footprints"]
    if not footprints and any(values[key] is not None for key in ("buffer_km", "decay", "weight_column")):
        raise click.UsageError("--buffer-km, --decay and --weight-column describe a --footprint, and none is given.")
    changes = ("coverage", "smallest", "compactness", "connector_km", "fill_holes")
    return DeriveRequest(
        issue=values["issue_name"],
        footprint=None
        if not footprints
        else FootprintFile(
            paths=footprints,
            mix=values["mix"],
            buffer_km=values["buffer_km"],
            decay=values["decay"] or "step",
            weight_column=values["weight_column"],
            crs=values["crs"],
        ),
        spread=None
        if values["spread"] is None
        else SpreadFile(path=values["spread"], people_column=values["spread_column"], crs=values["crs"]),
        layers=values["layers"],
        seam_km=values["seam_km"],
        columns=Columns(
            id_column=values["id_column"],
            population_column=values["population_column"],
            parent_column=values["parent_column"],
            people_file=values["people_file"],
            crs=values["crs"],
        ),
        changes={key: values.get(key) for key in changes},
        effort=values["effort"],
        seed=values["seed"],
        previous=None if values.get("previous") is None else Path(values["previous"]),
        uncertainty=values.get("uncertainty") or 0,
        out=None if values.get("out") is None else Path(values["out"]),
    )
