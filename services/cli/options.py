"""Options that several commands share, and how they become a request."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from maps.locale.catalogue import LANGUAGES
from services.records import Json

if TYPE_CHECKING:
    from services.derivation.layers import Columns
    from services.derivation.requests.request import Request

WITHOUT_PDF = "report.pdf was left out: it needs the Pango libraries (apt-get install libpangoft2-1.0-0)."

Flags = dict[str, Any]
"""What click parsed of a command's options, by their names: the door of the command line."""
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


class Percent(click.ParamType[float]):
    """A share written as per cent or as a number: ``1%``, ``0.01``."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Turn text into a share."""
        text = str(value).strip()
        try:
            share = float(Decimal(text.removesuffix("%")).scaleb(-2 if text.endswith("%") else 0))
        except (ArithmeticError, ValueError):
            share = float("nan")
        if not 0 < share <= 1:
            self.fail(f"{value!r} is no share; give one such as 1% or 0.01.", param, ctx)
        return share


within_option = click.option(
    "--within",
    type=Percent(),
    default="1%",
    show_default=True,
    help="How much more a region may have of what was kept smallest.",
)
"""Up to where other regions count as as good."""


class Bands(click.ParamType[tuple[float, ...]]):
    """Where bands of distance end, km."""

    name = "bands"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """Turn text such as 1,3,10 into numbers."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(float(one) for one in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} are no bands; give distances in km such as 1,3,10.", param, ctx)


BANDS_HELP = "Groups by distance from where the issue starts too, such as 1,3,10 (km)."


class NotationType(click.ParamType[str]):
    """How numbers are written: 1,234.5 or 1.234,5, by name or by example."""

    name = "notation"
    NAMES = MappingProxyType(
        dict.fromkeys(["point", ".", "1,234.5", "1 234.5", "decimal-point"], "point")
        | dict.fromkeys(["comma", ",", "1.234,5", "1 234,5", "decimal-comma"], "comma")
    )

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Turn an example into a name."""
        if value not in self.NAMES:
            self.fail(f"{value!r} is no notation; give 1,234.5 or 1.234,5.", param, ctx)
        return self.NAMES[value]


class NoDataType(click.ParamType[float]):
    """A cell value, or ``none``."""

    name = "value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Turn text into a number; ``none`` is not-a-number."""
        try:
            return float("nan") if str(value).lower() == "none" else float(value)
        except ValueError:
            self.fail(f"{value!r} is no number; give a cell value such as 255, or none.", param, ctx)


class ChoiceOfRows(click.ParamType[tuple[str, str]]):
    """A column and the value that rows must have in it."""

    name = "choice"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split ``COLUMN=VALUE``."""
        if isinstance(value, tuple):
            return value
        column, sign, wanted = str(value).partition("=")
        if not sign or not column:
            self.fail(f"{value!r} is no COLUMN=VALUE; give one such as sex=total.", param, ctx)
        return column.strip(), wanted.strip()


READING = ("crs", "layer_name", "encoding", "notation", "on_empty_geometry", "band", "no_data")
"""Options about how files are read, whichever of a command's files they are for."""
READING_OPTIONS = (
    click.option("--crs", metavar="EPSG:CODE", help="Coordinate system of files that name none."),
    click.option("--layer-name", metavar="NAME", help="Which layer of a file that holds several; '*' for all of them."),
    click.option("--encoding", metavar="NAME", help="Encoding of text that is not UTF-8, such as cp1252 or shift_jis."),
    click.option("--notation", type=NotationType(), metavar="1,234.5|1.234,5", help="How numbers in text are written."),
    click.option(
        "--on-empty-geometry",
        type=click.Choice(["set-aside", "refuse"]),
        help="What becomes of rows without a shape (default: they are set aside, and said).",
    ),
    click.option("--band", type=click.IntRange(min=1), help="Which band of a raster."),
    click.option("--no-data", type=NoDataType(), metavar="VALUE|none", help="Cell value that means nothing is known."),
)
COLUMN_OPTIONS = (
    click.option("--id-column", metavar="NAME", help="Column of the layer file that holds the unit ids."),
    click.option(
        "--population-column",
        metavar="NAME",
        help="Column that holds the people, of the people's file if there is one.",
    ),
    click.option("--name-column", metavar="NAME", help="Column of the layer file that holds the units' names."),
    click.option("--parent-column", metavar="NAME", help="Column that holds the id of the enclosing unit."),
    click.option("--people-file", metavar="FILE", help="Table with the people of each unit, joined by id."),
    click.option("--table-id-column", metavar="NAME", help="Column of the people's file that holds the unit ids."),
    click.option("--sheet", metavar="NAME", help="Sheet of the people's file, if it is a workbook with several."),
    click.option(
        "--where",
        type=ChoiceOfRows(),
        multiple=True,
        metavar="COLUMN=VALUE",
        help="Rows that count, of the people's file if there is one; repeat for several columns.",
    ),
    click.option(
        "--repeated",
        type=click.Choice(["refuse", "join"]),
        default="refuse",
        show_default=True,
        help="What becomes of several rows of one id: join dissolves shapes and adds up counts.",
    ),
    *READING_OPTIONS,
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
        help="What several footprints are together (default: union); max is the union that takes the strongest.",
    ),
    click.option("--buffer-km", type=float, help="Distance around the footprint, km."),
    click.option(
        "--decay",
        metavar="step|linear|exponential|gaussian",
        help="How intensity falls with distance inside the buffer (default: step, it does not).",
    ),
    click.option("--weight-column", metavar="NAME", help="Column of the footprint file with the intensity, 0..1."),
    click.option(
        "--levels",
        metavar="VALUE=SHARE,…",
        help="Intensity of measured values, of cells, contours or the weight column: 5=0,6.5=0.4,8=1.",
    ),
    click.option("--low", type=float, help="Cell value of a footprint raster that means 0 (default: 0)."),
    click.option("--high", type=float, help="Cell value of a footprint raster that means 1 (default: 1)."),
    click.option(
        "--footprint-where",
        type=ChoiceOfRows(),
        multiple=True,
        metavar="COLUMN=VALUE",
        help="Which features of a footprint file count.",
    ),
    click.option("--codes", metavar="FILE", help="Table of area codes and unit ids, for alerts that name codes alone."),
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
        help="How far apart joined layers may have drawn the same border, km (default: 0.2).",
    ),
    click.option("--spread", metavar="FILE", help="Population raster or points: where in their units people live."),
    click.option("--spread-column", metavar="NAME", help="Column of the spread's points that holds the people."),
    *COLUMN_OPTIONS,
)
HOW_OPTIONS = (
    click.option("--smallest", metavar="area|population|units", help="What is kept smallest (default: area)."),
    click.option(
        "--compactness",
        type=float,
        help="What a km of border counts as: km², people or units, as --smallest says (default: 0).",
    ),
    click.option("--pieces", type=int, metavar="K", help="Most pieces that the polity may be in (default: 1)."),
    click.option(
        "--bridge-km",
        type=float,
        metavar="KM2",
        help="What a km through a unit where hardly anybody is affected counts as beside its area, km² (default: 0).",
    ),
    click.option("--connector-km", type=float, help="Longest link over water, km (default: none)."),
    click.option("--fill-holes", is_flag=True, default=None, help="Take enclosed units into the polity."),
    click.option("--must", metavar="ID,ID|NAME;NAME|FILE", help="Units that are inside, by id or by name."),
    click.option("--must-not", metavar="ID,ID|NAME;NAME|FILE", help="Units that are outside, by id or by name."),
    click.option("--keep-together", metavar="COLUMN", help="Units alike in this column are whole in or whole out."),
    click.option("--cut", metavar="EDGES.csv", help="Pairs of units that touch and have no way to each other."),
    click.option("--link", metavar="EDGES.csv", help="Pairs of units that have a way to each other, such as a ferry."),
    click.option("--at-most-units", type=click.IntRange(min=1), metavar="N", help="Most units inside."),
    click.option("--at-most-area", "at_most_area_km2", type=float, metavar="KM2", help="Most area inside, km²."),
    click.option("--at-most-population", type=float, metavar="PEOPLE", help="Most residents inside."),
    click.option("--exclude-empty", is_flag=True, default=None, help="Units where nobody lives are outside."),
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
language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Language of maps and reports that are written.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def options(*given: Command) -> Command:
    """Join several options into one decorator, in reading order."""

    def decorate(command: Command) -> Command:
        for option in reversed(given):
            command = option(command)
        return command

    return decorate


def said(values: Flags) -> Columns:
    """What is said about a file of units; what is not said is as usual."""
    from services.derivation.layers import Columns

    return Columns(**{name: value for name, value in values.items() if value is not None})


def request(values: Flags, home: Path) -> Request:
    """Turn parsed options into a request to derive."""
    from services.derivation.folder import read_inside
    from services.derivation.layers import SEAM_KM, Columns
    from services.derivation.requests.issues import FootprintFile
    from services.derivation.requests.request import SpreadFile, request_of

    footprints = values["footprints"]
    check_effect(values)
    reading = _reading(values)
    about = {key: values[key] for key in ("levels", "low", "high") if values[key] is not None}
    about |= {"where": values["footprint_where"]} if values["footprint_where"] else {}
    about |= {"codes": Path(values["codes"])} if values["codes"] is not None else {}
    changes = ("coverage", "smallest", "compactness", "connector_km", "fill_holes", "pieces", "bridge_km")
    asked = request_of(
        home,
        issue=values["issue_name"],
        footprint=None
        if not footprints
        else FootprintFile(
            paths=footprints,
            mix=values["mix"] or "union",
            buffer_km=values["buffer_km"],
            decay=values["decay"] or "step",
            weight_column=values["weight_column"],
            reading=about | reading["footprints"],
        ),
        spread=None
        if values["spread"] is None
        else SpreadFile(path=values["spread"], people_column=values["spread_column"], reading=reading["spread"]),
        changes={key: values.get(key) for key in changes} | {"conditions": _conditions(values)},
        layers=tuple(values["layers"]),
        seam_km=values["seam_km"] or SEAM_KM,
        columns=Columns(**{name: values[name] for name in (*ABOUT_LAYERS, "repeated")}, **reading["layers"]),
        effort=values["effort"],
        seed=values["seed"],
        previous=None if values.get("previous") is None else read_inside(Path(values["previous"])),
        uncertainty=values.get("uncertainty") or 0,
        groups=values.get("groups"),
        bands_km=values.get("bands_km") or (),
        options=_kept(values),
    )
    return _with_units(asked, values, home)


def _conditions(values: Flags) -> Flags:
    """What a polity has to keep to, as far as it was said and names no units."""
    return {key: values[key] for key in CONDITIONS if values.get(key) not in UNSAID}


def _with_units(asked: Request, values: Flags, home: Path) -> Request:
    said = {key: values[key] for key in OF_UNITS if values.get(key) not in UNSAID}
    if not said:
        return asked
    from services.derivation.naming import with_units

    return with_units(asked, said, home)


def with_kept(values: Flags, problem: Json) -> Flags:
    """Options to open the sources of a folder with: those given, and for the rest what the folder keeps of them."""
    kept = problem.get("options", {})
    terms = problem["footprint"].get("terms", {})
    if values["footprints"] and not kept and isinstance(terms.get("distance_km"), int | float):
        kept = {"buffer_km": terms["distance_km"], "decay": terms["decay"]}
    absent = (ABOUT_FOOTPRINTS if not values["footprints"] else ()) + (ABOUT_LAYERS if not values["layers"] else ())
    filled = {key: _given(value) for key, value in kept.items() if key not in absent and values[key] in UNSAID}
    settings = {
        "coverage": problem["coverage_target"],
        "smallest": problem["objective"],
        "compactness": float(problem.get("compactness", 0)),
        "connector_km": problem.get("connector_km"),
        "bridge_km": float(problem.get("bridge_km", 0)),
    }
    layers = values["layers"] or (str(problem["layer"]["name"]),)
    return values | filled | settings | {"layers": layers, "effort": "interactive", "seed": 0}


def _given(value: Any) -> Any:
    return tuple(tuple(pair) for pair in value) if isinstance(value, list) else value


def _kept(values: Flags) -> Flags:
    """What was said about files, without their names."""
    about = (*ABOUT_FOOTPRINTS, *ABOUT_LAYERS, *READING, "mix", "repeated", "seam_km", "spread_column")
    said = {name: values[name] for name in about if values.get(name) not in UNSAID}
    return {name: value for name, value in said.items() if name not in {"codes", "people_file"} and value == value}  # noqa: PLR0124 - not-a-number is said anew


UNSAID = (None, (), "refuse")
OF_UNITS = ("must", "must_not", "cut", "link")
CONDITIONS = (
    *("keep_together", "exclude_empty"),
    *("at_most_units", "at_most_area_km2", "at_most_population"),
)
ABOUT_FOOTPRINTS = ("buffer_km", "decay", "weight_column", "levels", "low", "high", "footprint_where", "codes")
ABOUT_LAYERS = (
    *("id_column", "population_column", "name_column", "parent_column", "people_file"),
    *("table_id_column", "sheet", "where"),
)


def check_effect(values: Flags) -> None:
    """Refuse options about what is not there."""
    about: tuple[tuple[str, bool, tuple[str, ...]], ...] = (
        ("a --footprint, and none is given", bool(values["footprints"]), ABOUT_FOOTPRINTS),
        ("several --footprint, and there are not two", len(values["footprints"]) > 1, ("mix",)),
        ("a --spread, and none is given", values["spread"] is not None, ("spread_column",)),
        ("several --layer, and there are not two", len(values["layers"]) > 1, ("seam_km",)),
        ("a --layer FILE, and none is given", bool(values["layers"]), ABOUT_LAYERS),
        ("a file, and none is given", bool(_files(values)), READING),
    )
    for what, is_there, names in about:
        said = [f"--{name.replace('_', '-')}" for name in names if values[name] not in (None, ())]
        if said and not is_there:
            raise click.UsageError(f"{', '.join(said)} would change nothing: it is about {what}.")


def _files(values: Flags) -> list[str]:
    return [*values["layers"], *values["footprints"], *([values["spread"]] if values["spread"] is not None else [])]


def _reading(values: Flags) -> dict[str, Flags]:
    """What is said about reading, for the files that it is meant for."""
    said = {name: values[name] for name in READING if values[name] is not None}
    groups = {"layers": values["layers"], "footprints": values["footprints"]}
    groups["spread"] = [values["spread"]] if values["spread"] is not None else []
    if not said:
        return {name: {} for name in groups}
    from boundaries.sharing import shared

    given = shared([*_files(values), *([values["people_file"]] if values["people_file"] else [])], said)
    found = {}
    for name, paths in groups.items():
        with_table = [*paths, values["people_file"]] if name == "layers" and values["people_file"] else paths
        found[name] = {key: value for path in with_table for key, value in given[str(Path(path))].items()}
    return found
