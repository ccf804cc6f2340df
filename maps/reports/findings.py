"""What a report says about a derivation, as values: sentences, key figures with ranges, the units that matter most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from geopolity.affected.interval import sum_interval
from geopolity.polity.bridges import bridges_of
from geopolity.society.say import deciding
from maps.locale.texts import Texts, texts
from maps.reports.bridges import bridges_words
from maps.reports.conditions import conditions_words
from maps.reports.deciding import who_decides

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation
    from geopolity.region.certificate import Proof

EN = texts("en")
MAIN_UNITS = 10
SOMEBODY = 0.5
"""From so many people on those outside are spoken of."""


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
    decides
        How many of the affected have no say where one state decides, and here; empty where there is no state.
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
    decides: str
    key_figures: tuple[KeyFigure, ...]
    main_units: pd.DataFrame
    method: tuple[str, ...]
    limits: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]
    digest: str
    check: str


@lru_cache(maxsize=4)
def findings(derivation: Derivation, t: Texts = EN) -> Findings:
    """A derivation in words and key figures; in English, or in the language of the texts.

    Those of the latest few derivations are kept: a map and its report say the same.
    """
    return Findings(
        title=_title(derivation, t),
        headline=_headline(derivation, t),
        decides=who_decides(deciding(derivation.units, derivation.layer.units), t),
        key_figures=(_affected(derivation, t), _covered(derivation, t), _size(derivation, t), _proof(derivation, t)),
        main_units=_main_units(derivation, t),
        method=_method(derivation, t),
        limits=_limits(derivation, t),
        provenance=_provenance(derivation, t),
        digest=derivation.certificate.digest,
        check="geopolity verify PATH",
    )


def how_small(derivation: Derivation, t: Texts) -> str:
    """What the certificate proves about size, as a sentence."""
    certificate = derivation.certificate
    word = t.term("smaller", "round" if derivation.border is not None else derivation.issue.smallest)
    if derivation.issue.affects_everyone:
        return t("It is the whole layer, so there is nothing to make smaller.")
    if certificate.optimal or certificate.gap <= 0:
        return t("No connected region that does so is {smaller}: this is proven.", smaller=word)
    slack = t.gap(1 - certificate.lower_bound / certificate.cost)
    return t("No connected region that does so can be more than {slack} {smaller}.", slack=slack, smaller=word)


def _title(derivation: Derivation, t: Texts) -> str:
    if derivation.issue.affects_everyone:
        return t(
            "{title}: all {units}, all {people} people",
            title=derivation.issue.title,
            units=_units(derivation, t),
            people=t.people(derivation.affected_total),
        )
    return t(
        "{title}: {units} hold {coverage} of the {affected} people affected",
        title=derivation.issue.title,
        units=_units(derivation, t),
        coverage=t.percent(derivation.coverage),
        affected=t.people(derivation.affected_total),
    )


def _headline(derivation: Derivation, t: Texts) -> str:
    if derivation.issue.affects_everyone:
        return t(
            "This polity has all {units} and their {people} people, because the issue affects everyone. {how_small}",
            units=_units(derivation, t),
            people=t.people(derivation.population),
            how_small=how_small(derivation, t),
        )
    return t(
        "This polity has {units} and {people} people; it covers {coverage} of the {affected} affected. {how_small}",
        units=_units(derivation, t),
        people=t.people(derivation.population),
        coverage=t.percent(derivation.coverage),
        affected=t.people(derivation.affected_total),
        how_small=how_small(derivation, t),
    )


def _units(derivation: Derivation, t: Texts) -> str:
    return t.unit_count(derivation.layer.name, int(derivation.units["inside"].sum()))


def _affected(derivation: Derivation, t: Texts) -> KeyFigure:
    affected = derivation.affected
    return KeyFigure(
        label=t("People affected"),
        value=t.people(derivation.affected_total),
        unit=t("people"),
        range=t.between(affected.low, affected.high),
        note=t("of {people} in the layer", people=t.people(derivation.layer.population)),
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
            asked=_asked(derivation, t),
        ),
    )


def _asked(derivation: Derivation, t: Texts) -> str:
    return t.percent(float(derivation.certificate.coverage_target))


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
            units=_units(derivation, t),
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


def _main_units(derivation: Derivation, t: Texts) -> pd.DataFrame:
    units = derivation.units
    chosen = units.sort_values("affected", ascending=False, kind="stable").head(MAIN_UNITS)
    chosen = chosen[chosen["affected"] > 0]
    ranges = [t.between(low, high) for low, high in zip(chosen["affected_low"], chosen["affected_high"], strict=True)]
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


def _method(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    one, many = t.units(derivation.layer.name, 1), t.units(derivation.layer.name, 2)
    if derivation.issue.affects_everyone:
        return (
            t("The issue affects everyone, so every {unit} belongs; the {units} need not touch.", unit=one, units=many),
        )
    counted = t(
        "People affected in a {unit}: its residents, times the share of it under the footprint, times the intensity "
        "there.",
        unit=one,
    )
    chosen = t(
        "Among all connected groups of {units} holding at least {asked} of the affected, the one with the {smallest} "
        "was searched; {units} are connected where they share a border{links}.",
        units=many,
        asked=_asked(derivation, t),
        smallest=t("fewest {units}", units=many)
        if derivation.issue.smallest == "units"
        else t.term("least", derivation.issue.smallest),
        links=_links(derivation, t),
    )
    proof = t(
        "How close it is to the smallest was bounded on the full problem ({method}).",
        method=_evidence(derivation.certificate.proof, t),
    )
    kept = conditions_words(derivation.problem_record.get("constraints", {}), derivation.layer.name, t)
    return counted, chosen, *kept, *_roundness(derivation, t), proof


def _evidence(proof: Proof, t: Texts) -> str:
    """How a bound was obtained, and what was done to the region after; ``str(proof)`` in the reader's language."""
    method = t.term("method", str(proof.method))
    first = t("{method} over {nodes} nodes", method=method, nodes=proof.nodes) if proof.nodes else method
    return "; ".join([first, *(t.say(note) for note in proof.notes)])


def _roundness(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    certificate = derivation.certificate
    if derivation.weighing is None or certificate.tightness is None:
        return ()
    km = certificate.border / derivation.weighing.per_km
    return (
        t(
            "Each kilometre of border counts as {weight} {unit}. Its {km} km of border make up {share} of the cost; "
            "{needed} of them no region of that area can do without (isoperimetric bound).",
            weight=f"{derivation.issue.compactness:g}",
            unit=t.term("cost", derivation.issue.smallest),
            km=t.rounded(km),
            share=t.percent(certificate.border / certificate.cost),
            needed=t.percent(certificate.tightness),
        ),
    )


def _links(derivation: Derivation, t: Texts) -> str:
    length = derivation.issue.connector_km
    if length is None:
        return ""
    connectors = derivation.connectors
    used = int(connectors["inside"].sum()) if len(connectors) else 0
    if not used:
        return t(" or by a link over water of at most {length} (none used)", length=t.kilometres(length))
    return t.count(
        " or by a link over water of at most {length} ({number} link used)",
        " or by a link over water of at most {length} ({number} links used)",
        used,
        length=t.kilometres(length),
    )


def _limits(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    flags = tuple(t.say(flag.sentence) for flag in derivation.affected.flags)
    read = tuple(t.say(note) for note in derivation.layer.notes)
    missing = int(derivation.units["population"].isna().sum())
    unknown = t(
        "There is no count of residents for {units}; people there are not counted.",
        units=t.unit_count(derivation.layer.name, missing),
    )
    without_count = (unknown,) if missing else ()
    unsure = _certainty(derivation, t)
    drawn = t(
        "Maps are drawn from simplified borders; the published boundary and every figure use the full ones. No {unit} "
        "is ever split.",
        unit=t.units(derivation.layer.name, 1),
    )
    return (*_fringe(derivation, t), *flags, *without_count, *read, *unsure, drawn)


def _fringe(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """Who is affected though outside, and which units are inside though hardly anybody there is."""
    units, name = derivation.units, derivation.layer.name
    outside = units[~units["inside"] & (units["affected"] >= SOMEBODY)]
    bridges = bridges_of(units)
    found = []
    if len(outside):
        found.append(
            t(
                "Affected, but not inside: {people} people in {units}; the polity holds the share asked for without "
                "them, and is smaller so.",
                people=t.people(float(outside["affected"].sum())),
                units=t.unit_count(name, len(outside)),
            )
        )
    if bridges.units and not derivation.issue.affects_everyone:
        found.append(
            t(
                "Inside, but hardly affected: {units}, which connect those who are.",
                units=t.unit_count(name, bridges.units),
            )
        )
        found += bridges_words(bridges, t)
    return tuple(found)


def _certainty(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """How many units are surely inside, where that was tried out."""
    units = derivation.units
    if "certainty" not in units or "uncertainty" not in derivation.problem_record:
        return ()
    runs = derivation.problem_record["uncertainty"]["runs"]
    core, fringe = (int((units["certainty"] == kind).sum()) for kind in ("core", "fringe"))
    return (
        t(
            "In {runs} re-derivations with the affected people drawn from their ranges, {core} were inside (nearly) "
            "every time: the core. {fringe} were so at times: the fringe, dotted on maps.",
            runs=t.whole(runs),
            core=t.unit_count(derivation.layer.name, core),
            fringe=t.unit_count(derivation.layer.name, fringe),
        ),
    )


def _provenance(derivation: Derivation, t: Texts) -> tuple[tuple[str, str], ...]:
    layer = derivation.layer
    engine = derivation.problem_record.get("engine", "")
    units = f"{layer.title}, {t.unit_count(layer.name, len(layer))}"
    return (
        (t("Layer"), "; ".join(part for part in (units, layer.vintage) if part)),
        (t("Source"), f"{layer.source} ({layer.licence})" if layer.licence else layer.source),
        (t("Layer digest"), layer.digest[:16]),
        (t("Footprint digest"), derivation.issue.footprint.digest[:16]),
        *(((t("Engine"), str(engine)),) if engine else ()),
    )
