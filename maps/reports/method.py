"""How a polity was found, in sentences: what was counted, what was searched, what was proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maps.locale.texts import Texts
from maps.reports.conditions import conditions_parts, conditions_words

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation
    from geopolity.region.certificate import Proof


def method(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """What was counted, what was searched, what it had to keep to, what was proven."""
    one, many = t.units(derivation.layer.name, 1), t.units(derivation.layer.name, 2)
    if derivation.issue.affects_everyone:
        return (
            t("The issue affects everyone, so every {unit} belongs; the {units} need not touch.", unit=one, units=many),
        )
    pieces = derivation.issue.pieces
    chosen = t(
        "Among all groups of {units} in at most {pieces} pieces holding at least {asked} of the affected, the one "
        "with the {smallest} was searched; {units} are connected where they share a border{links}."
        if pieces > 1
        else "Among all connected groups of {units} holding at least {asked} of the affected, the one with the "
        "{smallest} was searched; {units} are connected where they share a border{links}.",
        units=many,
        pieces=t.whole(pieces),
        asked=share_asked(derivation, t),
        smallest=t("fewest {units}", units=many)
        if derivation.issue.smallest == "units"
        else t.term("least", derivation.issue.smallest),
        links=_links(derivation, t),
    )
    kept = conditions_words(derivation.problem_record.get("constraints", {}), derivation.layer.name, t)
    shaped = (*_roundness(derivation, t), *_priced_bridges(derivation, t))
    return how_counted(derivation, t), chosen, *kept, *shaped, how_bounded(derivation, t)


def how_counted(derivation: Derivation, t: Texts) -> str:
    """How people affected are counted where a footprint is laid over units."""
    return t(
        "People affected in a {unit}: its residents, times the share of it under the footprint, times the intensity "
        "there.",
        unit=t.units(derivation.layer.name, 1),
    )


def how_bounded(derivation: Derivation, t: Texts) -> str:
    """How it is known how small a region can be."""
    return t(
        "How close it is to the smallest was bounded on the full problem ({method}).",
        method=_evidence(derivation.certificate.proof, t),
    )


def kept_to(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """What the polity keeps to beside its coverage, a sentence each."""
    names = derivation.layer.units["name"]
    parts = conditions_parts(derivation.problem_record.get("constraints", {}), derivation.layer.name, t, names)
    if derivation.issue.pieces > 1:
        parts.append(t("it may be in at most {pieces} pieces", pieces=t.whole(derivation.issue.pieces)))
    said = [f"{part[:1].upper()}{part[1:]}." for part in parts]
    return (*said, *_roundness(derivation, t), *_priced_bridges(derivation, t))


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
    by_flow = derivation.border is not None and derivation.border.flow is not None
    return (
        t(
            "Each kilometre of border counts as {weight} {unit}. Its {km} km of border make up {share} of the cost; "
            "the bound counts borders too, moved onto units by a published flow."
            if by_flow
            else "Each kilometre of border counts as {weight} {unit}. Its {km} km of border make up {share} of the "
            "cost; {needed} of them no region of that area can do without (isoperimetric bound).",
            weight=f"{derivation.issue.compactness:g}",
            unit=t.term("cost", derivation.issue.smallest),
            km=t.rounded(km),
            share=t.percent(certificate.border / certificate.cost),
            needed=t.percent(certificate.tightness),
        ),
    )


def _priced_bridges(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """What bridges cost beside their area, where they have a price."""
    if not derivation.issue.bridge_km:
        return ()
    units = derivation.units
    return (
        t(
            "Each kilometre through a unit where hardly anybody is affected counts as {weight} km² beside its area; "
            "such bridges make up {share} of the cost. The bound is one of areas and these prices together.",
            weight=f"{derivation.issue.bridge_km:g}",
            share=t.percent(float(units.loc[units["inside"], "bridge"].sum()) / derivation.certificate.cost),
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


def share_asked(derivation: Derivation, t: Texts) -> str:
    """The share of the affected that had to be covered."""
    return t.percent(float(derivation.certificate.coverage_target))
