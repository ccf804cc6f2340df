"""The four numbers that a reader takes away from a derivation, each with its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geopolity.affected.interval import sum_interval
from maps.locale.texts import Texts

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

from maps.reports.method import share_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One number a reader takes away, with its unit and, where it is an estimate or a bound, its range."""

    label: str
    value: str
    unit: str
    range: str
    note: str


def key_figures(derivation: Derivation, t: Texts) -> tuple[KeyFigure, ...]:
    """People affected, those covered, size, and the distance from the smallest possible."""
    return _affected(derivation, t), _covered(derivation, t), _size(derivation, t), _proof(derivation, t)


def _affected(derivation: Derivation, t: Texts) -> KeyFigure:
    affected = derivation.affected
    return KeyFigure(
        label=t("People affected"),
        value=t.people(derivation.affected_total),
        unit=t("people"),
        range=t.between(affected.low, affected.high),
        note=_parts_of_range(derivation, t),
    )


def _parts_of_range(derivation: Derivation, t: Texts) -> str:
    """Of how many, and where the range comes from if there are two reasons."""
    affected, people = derivation.affected, t.people(derivation.layer.population)
    if affected.sampling is None:
        return t("of {people} in the layer", people=people)
    return t(
        "of {people} in the layer; the range has ± {sampling} from sampling and ± {placing} from where people live",
        people=people,
        sampling=t.people(affected.sampling),
        placing=t.people(affected.placing),
    )


def _covered(derivation: Derivation, t: Texts) -> KeyFigure:
    together = sum_interval(derivation.units[derivation.units["inside"]])
    return KeyFigure(
        label=t("Covered by the polity"),
        value=t.percent(derivation.coverage),
        unit=t("of the affected"),
        range=t.between(together.low, together.high),
        note=t(
            "{people} people; asked for {asked}",
            people=t.people(derivation.affected_inside),
            asked=share_asked(derivation, t),
        ),
    )


def _size(derivation: Derivation, t: Texts) -> KeyFigure:
    residents = derivation.population
    precision = derivation.affected_inside / residents if residents else 0.0
    return KeyFigure(
        label=t("Size"),
        value=t.rounded(derivation.area_km2),
        unit="km²",
        range=_size_range(derivation, t),
        note=t(
            "{units}, {people} residents, {share} of them affected",
            units=unit_count(derivation, t),
            people=t.people(residents),
            share=t.percent(precision, 0),
        ),
    )


def _size_range(derivation: Derivation, t: Texts) -> str:
    """The proven interval in which the smallest possible area lies, where area is what was minimised."""
    unit = derivation.problem_record.get("cost_unit")
    certificate = derivation.certificate
    if (
        derivation.issue.smallest != "area"
        or certificate.border
        or derivation.issue.bridge_km
        or derivation.issue.affects_everyone
        or not isinstance(unit, int | float)
    ):
        return ""
    if certificate.optimal:
        return ""
    return t(
        "smallest possible: {low}–{high}",
        low=t.whole(certificate.lower_bound * unit / 1e6),
        high=t.whole(certificate.cost * unit / 1e6),
    )


def _proof(derivation: Derivation, t: Texts) -> KeyFigure:
    certificate = derivation.certificate
    smallest = t.term("least", derivation.issue.smallest)
    if derivation.issue.affects_everyone:
        value, note = t("whole layer"), t("nothing was optimised; contiguity is waived")
    elif certificate.optimal:
        value, note = t.percent(0, 0), t("proven: the {smallest} possible", smallest=smallest)
    else:
        value, note = t.gap(certificate.gap), t("at most, above the {smallest} possible", smallest=smallest)
    return KeyFigure(label=t("Distance from the smallest"), value=value, unit="", range="", note=note)


def unit_count(derivation: Derivation, t: Texts) -> str:
    """How many units are inside, with their name."""
    return t.unit_count(derivation.layer.name, int(derivation.units["inside"].sum()))
