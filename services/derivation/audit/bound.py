"""The bound of a derivation folder: what its files prove, and what has to be believed."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

from geopolity.messages import Message
from services.derivation.audit.evidence import ROUNDING, Evidence, VerificationFailed, close, equal, whole_number
from services.verifiers.check_bound import proven_bound, unpacked

LARGEST_WITH_DUAL = 50_000
"""Units and connectors up to which a folder holds the proof of its bound."""


def bound_holds(folder: Path, evidence: Evidence) -> Message:
    """What is proven of the bound, and what is only believed."""
    certificate = evidence.certificate
    cost, bound = (whole_number(certificate[key], key) for key in ("cost", "lower_bound"))
    if not 0 < bound <= cost:
        raise VerificationFailed(
            "The bound {bound:count} is not between 1 and the cost {cost:count}.",
            bound=bound,
            cost=cost,
        )
    close("gap", "certificate.json", certificate["gap"], Fraction(cost - bound, bound))
    stated_proof = whole_number(certificate.get("proven_bound", bound), "proven_bound", most=cost)
    equal("optimal", "certificate.json", certificate["optimal"], cost == bound and stated_proof >= cost)
    stated = Message("gap: {gap:exact}% as stated", gap=f"{100 * certificate['gap']:.4f}")
    if evidence.everyone:
        return Message("{stated}; the whole layer needs no bound", stated=stated)
    if evidence.rounded and certificate.get("border_bound_by") != "flow":
        _border_could_be_so_long(evidence)
    if not any((folder / name).exists() for name in ("dual.json.gz", "proof.json.gz")):
        _is_too_large(evidence)
        return Message(
            "{stated}; bound not re-checked (the layer is too large for a published dual): believed, not proven here, "
            "that no region costs less than {bound:count}",
            stated=stated,
            bound=bound,
        )
    vertices = _proven(folder)
    border = _proven_border(evidence, vertices) if evidence.rounded and not _has_flow(folder) else 0
    if vertices + border < min(stated_proof, cost) and "proven_bound" in certificate:
        raise VerificationFailed(
            "certificate.json states a proven bound of {stated:count}; the proof in the folder shows {proven:count}.",
            stated=stated_proof,
            proven=vertices + border,
        )
    if vertices + border > cost:
        raise VerificationFailed(
            "The proof in the folder claims that nothing costs less than {proven:count}; this region costs "
            "{cost:count}.",
            proven=vertices + border,
            cost=cost,
        )
    return _two_bounds(stated, vertices + border, evidence)


def _two_bounds(stated: Message, proven: int, evidence: Evidence) -> Message:
    """What is proven here, and what is only believed."""
    cost, bound = evidence.certificate["cost"], evidence.certificate["lower_bound"]
    said = Message("{stated}; bound re-checked: no region costs less than {proven:count}", stated=stated, proven=proven)
    if proven >= cost:
        return Message("{said}, so none is smaller", said=said)
    said = Message("{said} (a gap of {gap:exact}%)", said=said, gap=f"{100 * (cost - proven) / proven:.3f}")
    if proven >= bound:
        return said
    return Message(
        "{said}; that this region is the smallest is believed, not proven here: what closed the rest is not published"
        if cost == bound
        else "{said}; that none costs less than {bound:count} is believed, not proven here: what closed the rest is "
        "not published",
        said=said,
        bound=bound,
    )


def _is_too_large(evidence: Evidence) -> None:
    vertices = len(evidence.vertices)
    if vertices <= LARGEST_WITH_DUAL:
        raise VerificationFailed(
            "dual.json.gz is missing, though {vertices:count} units and connectors are not too many for one (written "
            "by {engine}); get a fresh copy, or derive it again.",
            vertices=vertices,
            engine=evidence.problem["engine"],
        )


def _proven(folder: Path) -> int:
    try:
        return max(1, proven_bound(folder))
    except ValueError as reason:
        raise VerificationFailed(
            "The proof in the folder does not hold: {reason}; derive it again.",
            reason=str(reason),
        ) from reason


def _has_flow(folder: Path) -> bool:
    """Whether the whole proof is of borders too, moved onto units."""
    file = folder / "proof.json.gz"
    return file.exists() and "flow" in unpacked(file)


def _border_could_be_so_long(evidence: Evidence) -> None:
    """Refuse a bound on the border that the bound on the area, or the densest units, do not give."""
    certificate = evidence.certificate
    stated = whole_number(certificate["border_bound"], "border_bound")
    area = max(certificate["lower_bound"] - stated - _over_water(evidence), _densest(evidence))
    most = _shortest_border(evidence, area)
    if most is not None and not 0 <= stated <= most * (1 + ROUNDING):
        raise VerificationFailed(
            "certificate.json states a border bound of {stated:count}; the area gives at most {bound:count}.",
            stated=stated,
            bound=math.floor(most),
        )


def _proven_border(evidence: Evidence, vertices: int) -> int:
    """The border's part of the bound, as far as the proven area carries it."""
    proven = _shortest_border(evidence, vertices - _over_water(evidence))
    return 0 if proven is None else min(evidence.certificate["border_bound"], math.floor(proven))


def _over_water(evidence: Evidence) -> int:
    """What connectors cost at most, which is no area."""
    return sum(connector.cost for connector in evidence.connectors.values())


def _densest(evidence: Evidence) -> int:
    """Cost of the densest units with the quota, a unit more at most for the rounding of each."""
    missing, cost = int(evidence.problem["quota"]), 0
    for vertex in sorted(evidence.units.values(), key=lambda unit: Fraction(unit.affected, unit.cost), reverse=True):
        cost += vertex.cost + 1
        missing -= vertex.affected
        if missing <= 0:
            break
    return cost


def _shortest_border(evidence: Evidence, cost: int) -> float | None:
    """Cost of the shortest border around an area; none where areas are not in the tables."""
    problem, unit = evidence.problem, evidence.problem["cost_unit"]
    if not isinstance(unit, int | float):
        return None
    area = max(cost, 0) * unit / 1e6
    sphere = 6_356.0**2  # no part of the Earth is more sharply curved than a ball of this radius, km
    return float(problem["compactness"]) * 1e6 / unit * math.sqrt(max(4 * math.pi * area - area**2 / sphere, 0.0))
