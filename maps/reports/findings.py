"""What a report says about a derivation, as values: sentences, key figures with ranges, the units that matter most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from geopolity.society.say import deciding
from maps.locale.texts import Texts, texts
from maps.reports.closeness import how_small_in, is_proven
from maps.reports.deciding import who_decides

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation
from maps.reports.key_figures import KeyFigure, key_figures, unit_count
from maps.reports.limits import limits
from maps.reports.method import method

EN = texts("en")

MAIN_UNITS = 10


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
        key_figures=key_figures(derivation, t),
        main_units=_main_units(derivation, t),
        method=method(derivation, t),
        limits=limits(derivation, t),
        provenance=_provenance(derivation, t),
        digest=derivation.certificate.digest,
        check="geopolity verify PATH",
    )


def how_small(derivation: Derivation, t: Texts) -> str:
    """What the certificate proves about size, as a sentence."""
    if derivation.issue.affects_everyone:
        return t("It is the whole layer, so there is nothing to make smaller.")
    certificate = derivation.certificate
    slack = "" if is_proven(derivation) else t.gap(1 - certificate.lower_bound / certificate.cost)
    return how_small_in(derivation, slack, t)


def _title(derivation: Derivation, t: Texts) -> str:
    if derivation.issue.affects_everyone:
        return t(
            "{title}: all {units}, all {people} people",
            title=derivation.issue.title,
            units=unit_count(derivation, t),
            people=t.people(derivation.affected_total),
        )
    return t(
        "{title}: {units} hold {coverage} of the {affected} people affected",
        title=derivation.issue.title,
        units=unit_count(derivation, t),
        coverage=t.percent(derivation.coverage),
        affected=t.people(derivation.affected_total),
    )


def _headline(derivation: Derivation, t: Texts) -> str:
    if derivation.issue.affects_everyone:
        return t(
            "This polity has all {units} and their {people} people, because the issue affects everyone. {how_small}",
            units=unit_count(derivation, t),
            people=t.people(derivation.population),
            how_small=how_small(derivation, t),
        )
    return t(
        "This polity has {units} and {people} people; it covers {coverage} of the {affected} affected. {how_small}",
        units=unit_count(derivation, t),
        people=t.people(derivation.population),
        coverage=t.percent(derivation.coverage),
        affected=t.people(derivation.affected_total),
        how_small=how_small(derivation, t),
    )


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
