"""What a report says about a derivation, as values: sentences, key figures with ranges, the units that matter most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geopolity.affected.interval import sum_interval
from geopolity.prose import THIN, between, exact, people, percent, plural, rounded, tiny_percent, unit_words

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

MAIN_UNITS = 10
_SMALLER = {"area": "smaller", "population": "less populous", "units": "smaller in number of units"}
_ROUND = "smaller, border included"
_SMALLEST = {"area": "smallest area", "population": "fewest residents", "units": "fewest units"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One number a reader takes away, with its unit and, where it is an estimate or a bound, its range."""

    label: str
    value: str
    unit: str
    range: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything the report says in words; no clock, no layout.

    Attributes
    ----------
    title
        The finding in one line, for the head of a map.
    headline
        The answer in two or three sentences.
    main_units
        The units with most affected people: index ``unit_id``; columns ``name``, ``affected``, ``range``,
        ``share`` (of all affected, 0..1), ``inside`` (bool).
    limits
        What a reader must not conclude, flags of the estimate first.
    provenance
        Pairs of what and where from.
    """

    title: str
    headline: str
    key_figures: tuple[KeyFigure, ...]
    main_units: pd.DataFrame
    method: tuple[str, ...]
    limits: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]
    digest: str
    check: str


def findings(derivation: Derivation) -> Findings:
    """Put a derivation into words and key figures."""
    return Findings(
        title=_title(derivation),
        headline=_headline(derivation),
        key_figures=(_affected(derivation), _covered(derivation), _size(derivation), _proof(derivation)),
        main_units=_main_units(derivation),
        method=_method(derivation),
        limits=_limits(derivation),
        provenance=_provenance(derivation),
        digest=derivation.certificate.digest,
        check="geopolity verify PATH",
    )


def how_small(derivation: Derivation) -> str:
    """Say what the certificate proves about size, as a sentence."""
    certificate = derivation.certificate
    word = _ROUND if derivation.border is not None else _SMALLER[derivation.issue.smallest]
    if derivation.issue.affects_everyone:
        return "It is the whole layer, so there is nothing to make smaller."
    if certificate.optimal or certificate.gap <= 0:
        return f"No connected region that does so is {word}: this is proven."
    slack = tiny_percent(1 - certificate.lower_bound / certificate.cost)
    return f"No connected region that does so can be more than {slack} {word}."


def _title(derivation: Derivation) -> str:
    units = _units(derivation)
    if derivation.issue.affects_everyone:
        return f"{derivation.issue.title}: all {units}, all {people(derivation.affected_total)} people"
    return (
        f"{derivation.issue.title}: {units} hold {percent(derivation.coverage)} "
        f"of the {people(derivation.affected_total)} people affected"
    )


def _headline(derivation: Derivation) -> str:
    units, residents = _units(derivation), people(derivation.population)
    if derivation.issue.affects_everyone:
        return (
            f"This polity has all {units} and their {residents} people, because the issue affects everyone. "
            f"{how_small(derivation)}"
        )
    return (
        f"This polity has {units} and {residents} people; it covers {percent(derivation.coverage)} "
        f"of the {people(derivation.affected_total)} affected. {how_small(derivation)}"
    )


def _units(derivation: Derivation) -> str:
    return plural(derivation.certificate.units, *unit_words(derivation.layer.name))


def _affected(derivation: Derivation) -> KeyFigure:
    affected = derivation.affected
    return KeyFigure(
        label="People affected",
        value=people(derivation.affected_total),
        unit="people",
        range=between(affected.low, affected.high),
        note=f"of {people(derivation.layer.population)} in the layer",
    )


def _covered(derivation: Derivation) -> KeyFigure:
    together = sum_interval(derivation.units[derivation.units["inside"]])
    return KeyFigure(
        label="Covered by the polity",
        value=percent(derivation.coverage),
        unit="of the affected",
        range=between(together.low, together.high),
        note=f"{people(derivation.affected_inside)} people; asked for {_asked(derivation)}",
    )


def _asked(derivation: Derivation) -> str:
    return percent(float(derivation.certificate.coverage_target))


def _size(derivation: Derivation) -> KeyFigure:
    residents = derivation.population
    precision = derivation.affected_inside / residents if residents else 0.0
    return KeyFigure(
        label="Size",
        value=rounded(derivation.area_km2),
        unit="km²",
        range=_size_range(derivation),
        note=f"{_units(derivation)}, {people(residents)} residents, {percent(precision, digits=0)} of them affected",
    )


def _size_range(derivation: Derivation) -> str:
    """Give the proven interval in which the smallest possible area lies, where area is what was minimised."""
    unit = derivation.problem_record.get("cost_unit")
    certificate = derivation.certificate
    if (
        derivation.issue.smallest != "area"
        or certificate.border
        or derivation.issue.affects_everyone
        or not isinstance(unit, int | float)
    ):
        return ""
    if certificate.optimal:
        return ""
    return f"smallest possible: {exact(certificate.lower_bound * unit / 1e6)}–{exact(certificate.cost * unit / 1e6)}"


def _proof(derivation: Derivation) -> KeyFigure:
    certificate = derivation.certificate
    if derivation.issue.affects_everyone:
        value, note = "whole layer", "nothing was optimised; contiguity is waived"
    elif certificate.optimal:
        value, note = percent(0, digits=0), f"proven: the {_SMALLEST[derivation.issue.smallest]} possible"
    else:
        value, note = (
            tiny_percent(certificate.gap),
            f"at most, above the {_SMALLEST[derivation.issue.smallest]} possible",
        )
    return KeyFigure(label="Distance from the smallest", value=value, unit="", range="", note=note)


def _main_units(derivation: Derivation) -> pd.DataFrame:
    units = derivation.units
    chosen = units.sort_values("affected", ascending=False, kind="stable").head(MAIN_UNITS)
    chosen = chosen[chosen["affected"] > 0]
    ranges = [between(low, high) for low, high in zip(chosen["affected_low"], chosen["affected_high"], strict=True)]
    return pd.DataFrame(
        {
            "name": chosen["name"],
            "affected": chosen["affected"],
            "range": ranges,
            "share": chosen["affected"] / derivation.affected_total,
            "inside": chosen["inside"].astype(bool),
        },
        index=chosen.index,
    )


def _method(derivation: Derivation) -> tuple[str, ...]:
    one, many = unit_words(derivation.layer.name)
    if derivation.issue.affects_everyone:
        return (f"The issue affects everyone, so every {one} belongs; the {many} need not touch.",)
    counted = (
        f"People affected in a {one}: its residents, times the share of it under the footprint, "
        "times the intensity there."
    )
    wanted = _SMALLEST[derivation.issue.smallest].replace("units", many)
    chosen = (
        f"Among all connected groups of {many} holding at least {_asked(derivation)} of the affected, the one with the "
        f"{wanted} was searched; {many} are connected where they share a border{_links(derivation)}."
    )
    proof = f"How close it is to the smallest was bounded on the full problem ({derivation.certificate.proof})."
    return counted, chosen, *_roundness(derivation), proof


def _roundness(derivation: Derivation) -> tuple[str, ...]:
    certificate = derivation.certificate
    if derivation.weighing is None or certificate.tightness is None:
        return ()
    km = certificate.border / derivation.weighing.per_km
    unit = {"area": f"{THIN}km²", "population": " people", "units": " units"}[derivation.issue.smallest]
    counts = f"Each kilometre of border counts as {derivation.issue.compactness:g}{unit}."
    made_up = (
        f"Its {rounded(km)}{THIN}km of border make up {percent(certificate.border / certificate.cost)} of the cost"
    )
    needed = f"{percent(certificate.tightness)} of them no region of that area can do without (isoperimetric bound)"
    return (f"{counts} {made_up}; {needed}.",)


def _links(derivation: Derivation) -> str:
    length = derivation.issue.connector_km
    if length is None:
        return ""
    connectors = derivation.connectors
    used = int(connectors["inside"].sum()) if len(connectors) else 0
    links = plural(used, "link", "links") if used else "none"
    return f" or by a link over water of at most {rounded(length)}{THIN}km ({links} used)"


def _limits(derivation: Derivation) -> tuple[str, ...]:
    flags = tuple(flag.sentence for flag in derivation.affected.flags)
    one, many = unit_words(derivation.layer.name)
    missing = int(derivation.units["population"].isna().sum())
    unknown = f"There is no count of residents for {plural(missing, one, many)}; people there are not counted."
    without_count = (unknown,) if missing else ()
    unsure = _certainty(derivation)
    drawn = (
        f"Maps are drawn from simplified borders; the published boundary and every figure use the full ones. "
        f"No {one} is ever split."
    )
    return (*flags, *without_count, *unsure, drawn)


def _certainty(derivation: Derivation) -> tuple[str, ...]:
    """Say how many units are surely inside, where that was tried out."""
    units = derivation.units
    if "certainty" not in units or "uncertainty" not in derivation.problem_record:
        return ()
    runs = derivation.problem_record["uncertainty"]["runs"]
    words = unit_words(derivation.layer.name)
    core, fringe = (int((units["certainty"] == kind).sum()) for kind in ("core", "fringe"))
    tried = f"In {exact(runs)} re-derivations with the affected people drawn from their ranges"
    sure = f"{plural(core, *words)} were inside (nearly) every time: the core"
    return (f"{tried}, {sure}. {plural(fringe, *words)} were so at times: the fringe, dotted on maps.",)


def _provenance(derivation: Derivation) -> tuple[tuple[str, str], ...]:
    layer = derivation.layer
    engine = derivation.problem_record.get("engine", "")
    return (
        ("Layer", f"{layer.title}, {plural(len(layer), *unit_words(layer.name))}; {layer.vintage}"),
        ("Source", f"{layer.source} ({layer.licence})"),
        ("Layer digest", layer.digest[:16]),
        ("Footprint digest", derivation.issue.footprint.digest[:16]),
        *((("Engine", str(engine)),) if engine else ()),
    )
