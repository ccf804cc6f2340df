"""Re-check a derivation folder from its files alone.

Shares no code with the engine: plain dictionaries and a breadth-first walk, so that a mistake in
the one cannot hide in the other. Each check answers with a sentence; the first that fails raises.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from geopolity.errors import NegativeAnswer
from services.verifiers.check_bound import proven_bound

ROUNDING = 1e-9
"""Relative tolerance for the two ratios that are written as floats, coverage and gap."""


class VerificationFailed(NegativeAnswer):
    """A file says something that the other files contradict."""

    code = "verification-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertex:
    """A unit or a connector, as the tables state it."""

    cost: int
    affected: int
    inside: bool
    border: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The folder, read."""

    problem: dict[str, Any]
    certificate: dict[str, Any]
    units: dict[str, Vertex]
    connectors: dict[str, Vertex]
    edges: list[tuple[str, str]]
    shared: list[int]

    @property
    def rounded(self) -> bool:
        """Whether borders count in what was minimised."""
        return "compactness" in self.problem

    @property
    def border(self) -> int:
        """What the region's border costs."""
        vertices, inside = self.vertices, self.inside
        ends = zip(self.edges, self.shared, strict=True)
        return sum(vertices[name].border for name in inside) + sum(
            border for (one, other), border in ends if (one in inside) != (other in inside)
        )

    @property
    def vertices(self) -> dict[str, Vertex]:
        """Units and connectors together."""
        return self.units | self.connectors

    @property
    def inside(self) -> set[str]:
        """Names of all vertices of the region."""
        return {name for name, vertex in self.vertices.items() if vertex.inside}

    @property
    def everyone(self) -> bool:
        """Whether the polity is the whole layer, with contiguity waived."""
        return bool(self.certificate["method"] == "root")


def audit(folder: Path) -> Iterator[str]:
    """Check everything, one sentence at a time.

    Raises
    ------
    VerificationFailed
        At the first contradiction, naming the file and the two values.
    """
    try:
        yield _files_are_those_of_the_manifest(folder)
        evidence = _read(folder)
        yield _tables_agree(folder)
        yield _quota_is_met(evidence)
        yield _region_is_connected(evidence)
        yield _cost_adds_up(evidence)
        yield _digest_matches(evidence)
        yield _boundary_tells_the_same(folder, evidence)
        yield _bound(folder, evidence)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise VerificationFailed(
            "{folder} cannot be read as a derivation ({error_name}: {reason}); get a fresh copy, or derive it again.",
            folder=folder,
            error_name=type(error).__name__,
            reason=str(error),
        ) from error


def _files_are_those_of_the_manifest(folder: Path) -> str:
    listed: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    present = {path.name for path in folder.iterdir()} - {"manifest.json"}
    for name in sorted(present ^ set(listed)):
        raise VerificationFailed(
            "The file {name} is not listed in manifest.json; get a fresh copy of the folder, or derive it again."
            if name in present
            else "The file {name} is missing; get a fresh copy of the folder, or derive it again.",
            name=name,
        )
    for name, stated in sorted(listed.items()):
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != stated["sha256"]:
            raise VerificationFailed(
                "The file {name} was changed after it was written: its SHA-256 is {found}…, manifest.json says "
                "{stated}…; get a fresh copy, or derive it again.",
                name=name,
                found=found[:12],
                stated=stated["sha256"][:12],
            )
    return f"{len(listed)} files are those of the manifest"


def _read(folder: Path) -> Evidence:
    edges = _rows(folder / "edges.csv")
    return Evidence(
        problem=json.loads((folder / "problem.json").read_text(encoding="utf-8")),
        certificate=json.loads((folder / "certificate.json").read_text(encoding="utf-8")),
        units={
            row["unit_id"]: _vertex(row["cost"], row["affected_int"], row["inside"], row.get("border", "0"))
            for row in _rows(folder / "units.csv")
        },
        connectors={
            row["connector_id"]: _vertex(row["cost"], "0", row["inside"]) for row in _rows(folder / "connectors.csv")
        },
        edges=[(row["from"], row["to"]) for row in edges],
        shared=[int(row.get("border", "0")) for row in edges],
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _vertex(cost: str, affected: str, inside: str, border: str = "0") -> Vertex:
    if inside not in ("True", "False"):
        raise VerificationFailed(
            "A table says inside = {inside:quoted}; only True and False have a meaning.",
            inside=inside,
        )
    vertex = Vertex(cost=int(cost), affected=int(affected), inside=inside == "True", border=int(border))
    if vertex.cost < 1 or vertex.affected < 0 or vertex.border < 0:
        raise VerificationFailed(
            "A table holds cost {cost} and affected {affected}; cost starts at 1, people at 0.",
            cost=cost,
            affected=affected,
        )
    return vertex


def _tables_agree(folder: Path) -> str:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this check needs it

    written = _rows(folder / "units.csv")
    stored = pq.read_table(folder / "units.parquet").to_pylist()
    if len(written) != len(stored):
        raise VerificationFailed(
            "units.csv has {rows:count} rows, units.parquet {stored:count}; derive it again.",
            rows=len(written),
            stored=len(stored),
        )
    for row, other in zip(written, stored, strict=True):
        for column, text in row.items():
            if not _same(text, other[column]):
                raise VerificationFailed(
                    "Unit {unit} has {column} = {text} in units.csv and {other} in units.parquet; one of them was "
                    "changed.",
                    unit=row["unit_id"],
                    column=column,
                    text=text,
                    other=other[column],
                )
    names = [row["unit_id"] for row in written]
    if names != sorted(set(names)):
        raise VerificationFailed("units.csv repeats a unit or is not in the order of ids.")
    return f"units.csv and units.parquet agree on {len(written)} units"


def _same(text: str, value: object) -> bool:
    match value:
        case bool() | str():
            return text == str(value)
        case None:
            return not text
        case int():
            return int(text) == value
        case float():
            return float(text) == value
    return False


def _quota_is_met(evidence: Evidence) -> str:
    problem, certificate = evidence.problem, evidence.certificate
    total = sum(vertex.affected for vertex in evidence.units.values())
    held = sum(vertex.affected for vertex in evidence.units.values() if vertex.inside)
    target = Decimal(problem["coverage_target"])
    quota = int((target * total).to_integral_value(ROUND_CEILING))
    _equal("affected_total", "problem.json", problem["affected_total"], total)
    _equal("quota", "problem.json", problem["quota"], quota)
    _equal("coverage_target", "certificate.json", Decimal(str(certificate["coverage_target"])), target)
    if held < quota:
        raise VerificationFailed(
            "The units inside hold {held:count} affected, fewer than the quota of {quota:count}.",
            held=held,
            quota=quota,
        )
    _close("coverage", "certificate.json", certificate["coverage"], Fraction(held, total))
    return f"quota met: {held:,} of {total:,} affected are inside, {quota:,} are needed"


def _region_is_connected(evidence: Evidence) -> str:
    vertices, inside = evidence.vertices, evidence.inside
    neighbours: dict[str, list[str]] = defaultdict(list)
    for one, other in evidence.edges:
        for name in (one, other):
            if name not in vertices:
                raise VerificationFailed(
                    "edges.csv names {name}, which is in neither units.csv nor connectors.csv.",
                    name=name,
                )
        neighbours[one].append(other)
        neighbours[other].append(one)
    if not inside:
        raise VerificationFailed("No unit is inside; a polity holds at least one.")
    if evidence.everyone:
        if inside >= evidence.units.keys():
            return f"everyone: all {len(evidence.units)} units are inside, contiguity is waived"
        raise VerificationFailed("The method is root, but some units are outside.")
    start = min(inside)
    reached, queue = {start}, deque([start])
    while queue:
        fresh = [name for name in neighbours[queue.popleft()] if name in inside and name not in reached]
        reached.update(fresh)
        queue.extend(fresh)
    if reached != inside:
        lost = min(inside - reached)
        raise VerificationFailed(
            "The region is not connected: no path inside leads from {start} to {lost}.",
            start=start,
            lost=lost,
        )
    return f"connected: {len(inside)} units and connectors form one piece"


def _cost_adds_up(evidence: Evidence) -> str:
    cost = sum(vertex.cost for vertex in evidence.vertices.values() if vertex.inside)
    if evidence.rounded:
        _equal("border", "certificate.json", evidence.certificate["border"], evidence.border)
        cost += evidence.border
    _equal("cost", "certificate.json", evidence.certificate["cost"], cost)
    units = sum(vertex.inside for vertex in evidence.units.values())
    _equal("units", "certificate.json", evidence.certificate["units"], units)
    return f"cost: {cost:,} for {units:,} units"


def _digest_matches(evidence: Evidence) -> str:
    vertices = evidence.vertices
    order = sorted(vertices)
    rank = {name: position for position, name in enumerate(order)}
    pairs = sorted({tuple(sorted((rank[one], rank[other]))) for one, other in evidence.edges})
    total = sum(vertex.affected for vertex in vertices.values())
    sha = hashlib.sha256(f"quota {evidence.problem['quota']} of {total}\n".encode())
    sha.update("\n".join(order).encode())
    sha.update(b"".join(vertices[name].cost.to_bytes(8, "little") for name in order))
    sha.update(b"".join(vertices[name].affected.to_bytes(8, "little") for name in order))
    sha.update(b"".join(position.to_bytes(8, "little") for pair in pairs for position in pair))
    if evidence.rounded:
        along = {
            tuple(sorted((rank[one], rank[other]))): border
            for (one, other), border in zip(evidence.edges, evidence.shared, strict=True)
        }
        sha = hashlib.sha256(f"{sha.hexdigest()}\nborder\n".encode())
        sha.update(b"".join(vertices[name].border.to_bytes(8, "little") for name in order))
        sha.update(b"".join(along[pair].to_bytes(8, "little") for pair in pairs))
    _equal("digest", "certificate.json", evidence.certificate["digest"], sha.hexdigest())
    return f"digest: {sha.hexdigest()[:16]}…"


def _boundary_tells_the_same(folder: Path, evidence: Evidence) -> str:
    features = json.loads((folder / "polity.geojson").read_text(encoding="utf-8"))["features"]
    if len(features) != 1:
        raise VerificationFailed(
            "polity.geojson holds {number:count} features instead of one.",
            number=len(features),
        )
    properties = features[0]["properties"]
    for key in ("cost", "units", "lower_bound"):
        _equal(key, "polity.geojson", properties[key], evidence.certificate[key])
    return "polity.geojson states the same cost, units and bound"


def _bound(folder: Path, evidence: Evidence) -> str:
    certificate = evidence.certificate
    cost, bound = certificate["cost"], certificate["lower_bound"]
    if not 0 < bound <= cost:
        raise VerificationFailed(
            "The bound {bound:count} is not between 1 and the cost {cost:count}.",
            bound=bound,
            cost=cost,
        )
    _close("gap", "certificate.json", certificate["gap"], Fraction(cost - bound, bound))
    _equal("optimal", "certificate.json", certificate["optimal"], cost == bound)
    stated = f"gap: {certificate['gap']:.4%} as stated"
    if evidence.rounded:
        stated += f"; {_border_bound(evidence)}"
    if evidence.everyone:
        return f"{stated}; the whole layer needs no bound"
    if not (folder / "dual.json.gz").exists():
        return f"{stated}; bound not re-checked (the layer is too large for a published dual)"
    try:
        proven = proven_bound(folder) + certificate.get("border_bound", 0)
    except ValueError as reason:
        raise VerificationFailed(
            "dual.json.gz does not prove a bound: {reason}; derive it again.",
            reason=reason,
        ) from reason
    if proven > cost:
        raise VerificationFailed(
            "dual.json.gz claims that nothing costs less than {proven:count}; this region costs {cost:count}.",
            proven=proven,
            cost=cost,
        )
    if proven >= bound:
        return f"{stated}; bound re-checked: no region costs less than {proven:,}"
    return (
        f"{stated}; bound re-checked up to {proven:,} (root gap {(cost - proven) / proven:.3%}); "
        "the rest was closed by branch and bound, which is not published"
    )


def _border_bound(evidence: Evidence) -> str:
    """Recompute the isoperimetric part of the bound where the cost says the area."""
    problem, certificate = evidence.problem, evidence.certificate
    stated, unit = certificate["border_bound"], problem["cost_unit"]
    if not isinstance(unit, int | float):
        return "the border's part of the bound is not re-checked (areas are not in the tables)"
    area = (certificate["lower_bound"] - stated) * unit / 1e6
    per_km = float(problem["compactness"]) * 1e6 / unit
    sphere = 6_356.0**2  # no part of the Earth is more sharply curved than a ball of this radius, km
    shortest = math.sqrt(max(4 * math.pi * area - area**2 / sphere, 0.0))
    if stated > per_km * shortest * (1 + ROUNDING):
        raise VerificationFailed(
            "certificate.json states a border bound of {stated:count}; {area:count} km² have at least "
            "{shortest:count} km, which is {bound:count}.",
            stated=stated,
            area=round(area),
            shortest=round(shortest),
            bound=round(per_km * shortest),
        )
    return f"a region of at least {area:,.0f} km² has a border of at least {shortest:,.0f} km"


def _equal(key: str, file: str, stated: object, found: object) -> None:
    if stated != found:
        raise VerificationFailed(
            "{file} states {key} = {stated}, but the tables give {found}.",
            file=file,
            key=key,
            stated=stated,
            found=found,
        )


def _close(key: str, file: str, stated: float, exact: Fraction) -> None:
    if abs(stated - float(exact)) > ROUNDING * max(1.0, float(exact)):
        raise VerificationFailed(
            "{file} states {key} = {stated}, but the tables give {found}.",
            file=file,
            key=key,
            stated=stated,
            found=f"{float(exact):.9f}",
        )
