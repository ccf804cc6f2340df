"""The figures of a draft, and of each how it was counted: from which column, how, of which year, in which file.

The files are those of the folder that ``derive`` and a proposal write of the same request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geopolity.affected.footprint import Attribute, Everyone, Units
from geopolity.polity.bridges import BRIDGE_SHARE
from maps.locale.texts import Texts
from maps.reports.closeness import how_close
from maps.reports.method import how_bounded, how_counted, share_asked

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

RANGES, CERTIFICATES, FILES, SHAPES = (
    *("explanation/ranges.html", "explanation/certificates.html", "reference/files.html"),
    "howto/what-if.html#what-if-it-had-another-shape",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedFigure:
    """A figure with its note, how it was counted, where it stands in the folder, and the guide's page about it."""

    key: str
    label: str
    value: str
    note: str
    counted: tuple[str, ...]
    where: str
    page: str


def counted_figures(figures: Mapping[str, Any], made: Derivation, t: Texts) -> tuple[CountedFigure, ...]:
    """Every figure of a draft; ``figures`` are those of the live panel."""
    return (*_people(figures, made, t), *_ground(figures, made, t))


def _people(said: Mapping[str, Any], made: Derivation, t: Texts) -> tuple[CountedFigure, ...]:
    inside, total = t.people(said["affected_inside"]), t.people(said["affected"])
    low, high = t.people(said["affected_low"]), t.people(said["affected_high"])
    return (
        CountedFigure(
            key="affected",
            label=t("Affected"),
            value=total,
            note=t("{low} – {high}", low=low, high=high),
            counted=(
                _affected(made, t),
                _residents(made, t),
                t("The range says how many it could be, since a footprint may hold more or fewer of a unit’s people."),
            ),
            where=t("{file}, columns {columns}", file="units.csv", columns="affected, affected_low, affected_high"),
            page=RANGES,
        ),
        CountedFigure(
            key="coverage",
            label=t("Covered"),
            value=t.percent(said["coverage"]),
            note="",
            counted=(
                t(
                    "Affected people inside, {inside}, divided by all affected, {total}; asked for was {asked}.",
                    inside=inside,
                    total=total,
                    asked=share_asked(made, t),
                ),
            ),
            where=t("{file}, {key}", file="certificate.json", key="coverage"),
            page=CERTIFICATES,
        ),
        CountedFigure(
            key="population",
            label=t("Residents"),
            value=t.people(said["population"]),
            note="",
            counted=(t("All residents of the units inside, affected or not, added up."), _residents(made, t)),
            where=t("{file}, columns {columns}", file="units.csv", columns="population, inside"),
            page=FILES,
        ),
        CountedFigure(
            key="precision",
            label=t("Precision"),
            value=t.percent(said["precision"], 0),
            note=t("of the residents are affected"),
            counted=(
                t(
                    "Affected people inside, {inside}, divided by the residents inside, {residents}.",
                    inside=inside,
                    residents=t.people(said["population"]),
                ),
            ),
            where=t("{file}, columns {columns}", file="units.csv", columns="affected, population, inside"),
            page=FILES,
        ),
        CountedFigure(
            key="bridges",
            label=t("Inside only to connect"),
            value=t.people(said["extent"]["bridge_population"]),
            note=t("people in bridges"),
            counted=(
                t(
                    "Residents of the units inside where fewer than {share} of the people are affected: they are "
                    "there to connect others.",
                    share=t.percent(BRIDGE_SHARE, 2),
                ),
                _residents(made, t),
            ),
            where=t("{file}, {key}", file="certificate.json", key="bridges"),
            page=SHAPES,
        ),
    )


def _ground(said: Mapping[str, Any], made: Derivation, t: Texts) -> tuple[CountedFigure, ...]:
    borders = t(
        "On the ellipsoid, from the layer’s full borders ({layer}), not from those drawn here.", layer=_of(made)
    )
    extent = said["extent"]
    return (
        CountedFigure(
            key="area",
            label=t("Area"),
            value=t.area(said["area_km2"]),
            note="",
            counted=(t("The areas of the units inside, added up."), borders),
            where=t("{file}, columns {columns}", file="units.csv", columns="cost, inside")
            if made.issue.smallest == "area" and not made.issue.bridge_km
            else "polity.geojson",
            page=FILES,
        ),
        CountedFigure(
            key="units",
            label=t("Units"),
            value=t.whole(said["units"]),
            note="",
            counted=(t("The {units} that are wholly inside; none is ever split.", units=_many(made, t)),),
            where=t("{file}, columns {columns}", file="units.csv", columns="inside"),
            page=FILES,
        ),
        CountedFigure(
            key="gap",
            label=t("Could it be smaller?"),
            value=how_close(made, t),
            note="",
            counted=_bounded(made, t),
            where=t("{file}, {key}", file="certificate.json", key="cost, lower_bound"),
            page=CERTIFICATES,
        ),
        CountedFigure(
            key="pieces",
            label=t("Pieces"),
            value=t.whole(extent["pieces"]),
            note="",
            counted=(t("Parts that share no border with each other; a link over water joins none."),),
            where=t("{file}, columns {columns}", file="edges.csv", columns="from, to, kind"),
            page=SHAPES,
        ),
        CountedFigure(
            key="border",
            label=t("Border"),
            value=f"{t.rounded(extent['border_km'])} km",
            note="",
            counted=(t("The whole outline, around what it encloses too."), borders),
            where="polity.geojson",
            page=SHAPES,
        ),
        CountedFigure(
            key="time",
            label=t("Time"),
            value=f"{said['seconds'] * 1000:.0f} ms",
            note=t("to derive"),
            counted=(t("Counting, searching and proving on this server, without opening files and without drawing."),),
            where="",
            page="",
        ),
    )


def _affected(made: Derivation, t: Texts) -> str:
    footprint = made.issue.footprint
    match footprint:
        case Everyone():
            return t("The issue affects everyone: all residents of the layer.")
        case Attribute():
            columns = " × ".join(name for name in (footprint.count, footprint.share, footprint.base) if name)
            return t("The people that the column {column} of the layer counts in each unit.", column=columns)
        case Units():
            return t("The residents of the units that were named, times the share of them that was given.")
    return how_counted(made, t)


def _residents(made: Derivation, t: Texts) -> str:
    return t("Residents are those of the layer’s column {column}: {layer}.", column="population", layer=_of(made))


def _bounded(made: Derivation, t: Texts) -> tuple[str, ...]:
    if made.issue.affects_everyone:
        return (t("It is the whole layer, so there is nothing to make smaller."),)
    return (
        t("What the region costs is compared with a bound that no region can be below, both in whole numbers."),
        how_bounded(made, t),
    )


def _of(made: Derivation) -> str:
    return ", ".join(part for part in (made.layer.title, made.layer.vintage) if part)


def _many(made: Derivation, t: Texts) -> str:
    return t.units(made.layer.name, 2)
