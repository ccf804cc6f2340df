"""Re-check a derivation folder from its files alone.

Shares no code with the engine: plain dictionaries and a breadth-first walk, so that a mistake in
the one cannot hide in the other. Each check answers with a sentence; the first that fails raises.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from geopolity.messages import Message
from geopolity.polity.bridges import BRIDGE_SHARE
from services.derivation.audit.bound import bound_holds
from services.derivation.audit.bridges import bridges_hold
from services.derivation.audit.constraints import constraints_hold
from services.derivation.audit.evidence import (
    UNREADABLE,
    Evidence,
    VerificationFailed,
    close,
    equal,
    plain,
    read_evidence,
    read_json,
    unreadable,
)
from services.derivation.audit.outline import outline_holds
from services.derivation.audit.pieces import region_is_connected
from services.derivation.audit.rest import FILE as REST_FILE
from services.derivation.audit.rest import rest_holds
from services.derivation.audit.tables import tables_agree
from services.records import Json
from services.verifiers import check_bound, check_proof, check_rules
from services.verifiers.check_bound import rows

CHECKERS = Path(check_bound.__file__), Path(check_proof.__file__), Path(check_rules.__file__)
"""Programs that go with every published proof."""
LOOKED_AT = (
    *("profile.json", "alternatives.json", "comparison.csv"),
    *("map.html", "report.html", "report.pdf", "diff.csv", "diff.html"),
)
"""Files that people look at; what they say is not re-checked."""


def audit(folder: Path, *, with_sources: bool = False) -> Iterator[Message]:
    """Check everything that the files tell, one sentence at a time; with sources, the rest is told after.

    Raises
    ------
    VerificationFailed
        At the first contradiction, naming the file and the two values.
    """
    try:
        yield files_are_those_of_the_manifest(folder)
        evidence = read_evidence(folder)
        yield _certificate_binds(folder, evidence)
        yield tables_agree(folder)
        yield _numbers_follow(folder, evidence)
        yield _quota_is_met(evidence)
        yield region_is_connected(evidence)
        yield _cost_adds_up(evidence)
        yield from constraints_hold(folder, evidence)
        if (folder / REST_FILE).exists():
            yield rest_holds(folder, evidence)
        if "bridges" in evidence.certificate:
            yield bridges_hold(folder, evidence.certificate)
        yield _digest_matches(evidence)
        yield outline_holds(folder, evidence)
        yield bound_holds(folder, evidence)
        yield _left_unchecked(folder, evidence, with_sources=with_sources)
    except UNREADABLE as error:
        raise unreadable(folder, error) from error


def files_are_those_of_the_manifest(folder: Path) -> Message:
    """Whether the folder holds the files that its manifest lists, as they were written.

    Raises
    ------
    VerificationFailed
        If one is missing, more or other.
    """
    listed: Json = read_json(folder / "manifest.json")["files"]
    present = {path.name for path in folder.iterdir()} - {"manifest.json"}
    for name in sorted(present ^ set(listed)):
        raise VerificationFailed(
            "The file {name} is not listed in manifest.json; get a fresh copy of the folder, or derive it again."
            if name in present
            else "The file {name} is missing; get a fresh copy of the folder, or derive it again.",
            name=name,
        )
    for name, stated in sorted(listed.items()):
        if not (folder / name).is_file():  # a device or a pipe could be read for ever
            raise VerificationFailed("{name} is no ordinary file; get a fresh copy of the folder.", name=name)
        with (folder / name).open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != stated["sha256"]:
            raise VerificationFailed(
                "The file {name} was changed after it was written: its SHA-256 is {found}…, manifest.json says "
                "{stated}…; get a fresh copy, or derive it again.",
                name=name,
                found=found[:12],
                stated=stated["sha256"][:12],
            )
    return Message("{files} files are those of the manifest", files=len(listed))


def bound_files(folder: Path) -> dict[str, str]:
    """SHA-256 of each file that a certificate answers for, the dual's without its packing."""
    digests = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (
            "problem.json",
            "units.csv",
            "edges.csv",
            "connectors.csv",
            "rest.json",
            "polity.geojson",
            "footprint.geojson",
        )
        if (folder / name).exists()
    }
    for name in ("dual.json", "proof.json"):
        if (folder / f"{name}.gz").exists():
            with gzip.open(folder / f"{name}.gz") as packed:
                digests[name] = hashlib.sha256(packed.read(check_bound.LONGEST)).hexdigest()
    return digests


def _certificate_binds(folder: Path, evidence: Evidence) -> Message:
    found = bound_files(folder)
    if not evidence.binds:
        return Message(
            "written by an early {engine}, whose certificates bind the integers, edges and quota alone; names, people, "
            "outline and footprint are not bound to it (derive it again to have them bound)",
            engine=plain(evidence.problem["engine"]),
        )
    for name in sorted(found.keys() ^ evidence.certificate["files"].keys()):
        raise VerificationFailed(
            "{name} is bound to certificate.json and missing, or there and not bound; get a fresh copy, or derive it "
            "again.",
            name=name,
        )
    for name, digest in sorted(found.items()):
        equal(f"the SHA-256 of {name}", "certificate.json", evidence.certificate["files"][name], digest)
    own = hashlib.sha256((folder / "certificate.json").read_bytes()).hexdigest()
    return Message(
        "{files:list} are bound to certificate.json, whose SHA-256 is {digest}", files=sorted(found), digest=own
    )


def _numbers_follow(folder: Path, evidence: Evidence) -> Message:
    """Integers are the columns beside them, rounded: people in their unit, costs of people or units."""
    person, objective = float(evidence.person), evidence.problem["objective"]
    for row in rows(folder / "units.csv"):
        vertex = evidence.units[row["unit_id"]]
        people, affected = (float(row[name] or 0) for name in ("population", "affected"))
        plain = {"area": vertex.cost - vertex.bridge, "units": 1, "population": max(round(people), 1)}[objective]
        cost = plain + _bridge_price(evidence.problem, plain, people, affected)
        if not abs(affected - vertex.affected * person) <= person * 0.500001 or cost != vertex.cost:
            raise VerificationFailed(
                "Unit {unit} has {people} people and {affected} affected, but the integers {cost} and {counted}.",
                unit=row["unit_id"],
                people=row["population"],
                affected=row["affected"],
                cost=vertex.cost,
                counted=vertex.affected,
            )
    return Message(
        "integers: affected people are counted in {part:exact} of a person" if person != 1 else "integers: people",
        part=f"{person:g}",
    )


def _bridge_price(problem: Json, area: int, people: float, affected: float) -> int:
    """What a unit costs beside its area, as a bridge: as long as a square of its area, at the price of a kilometre."""
    if "bridge_km" not in problem or not people > 0 or affected >= BRIDGE_SHARE * people:
        return 0
    unit = int(problem["cost_unit"])
    return round(1e3 * float(problem["bridge_km"]) * math.sqrt(area * float(unit)) / unit)


def _quota_is_met(evidence: Evidence) -> Message:
    problem, certificate, person = evidence.problem, evidence.certificate, evidence.person
    total = sum(vertex.affected for vertex in evidence.units.values())
    held = sum(vertex.affected for vertex in evidence.units.values() if vertex.inside)
    target = Decimal(problem["coverage_target"])
    quota = math.ceil(Fraction(target) * total)
    equal("affected_total", "problem.json", problem["affected_total"], total)
    equal("quota", "problem.json", problem["quota"], quota)
    equal("coverage_target", "certificate.json", float(certificate["coverage_target"]), float(target))
    if not Fraction(1, 2) < Fraction(target) <= 1:
        raise VerificationFailed(
            "problem.json states {key} = {stated}, which is no number of its kind.",
            key="coverage_target",
            stated=problem["coverage_target"],
        )
    if held < quota:
        raise VerificationFailed(
            "The units inside hold {held:people} affected people, fewer than the quota of {quota:people}.",
            held=float(held * person),
            quota=float(quota * person),
        )
    close("coverage", "certificate.json", certificate["coverage"], Fraction(held, total))
    return Message(
        "quota met: {held:people} of {total:people} affected people are inside, {quota:people} are needed",
        held=float(held * person),
        total=float(total * person),
        quota=float(quota * person),
    )


def _cost_adds_up(evidence: Evidence) -> Message:
    cost = sum(vertex.cost for vertex in evidence.vertices.values() if vertex.inside)
    if evidence.rounded:
        equal("border", "certificate.json", evidence.certificate["border"], evidence.border)
        cost += evidence.border
    equal("cost", "certificate.json", evidence.certificate["cost"], cost)
    units = sum(vertex.inside for vertex in evidence.units.values())
    equal("units", "certificate.json", evidence.certificate["units"], units)
    return Message("cost: {cost:count} for {units:count} units", cost=cost, units=units)


def _digest_matches(evidence: Evidence) -> Message:
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
    if "constraints" in evidence.problem:
        stated = json.dumps(evidence.problem["constraints"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sha = hashlib.sha256(f"{sha.hexdigest()}\nconstraints\n{stated}".encode())
    if evidence.pieces > 1:
        sha = hashlib.sha256(f"{sha.hexdigest()}\npieces {evidence.pieces}\n".encode())
    if evidence.rounded:
        along = {
            tuple(sorted((rank[one], rank[other]))): border
            for (one, other), border in zip(evidence.edges, evidence.shared, strict=True)
        }
        sha = hashlib.sha256(f"{sha.hexdigest()}\nborder\n".encode())
        sha.update(b"".join(vertices[name].border.to_bytes(8, "little") for name in order))
        sha.update(b"".join(along[pair].to_bytes(8, "little") for pair in pairs))
    equal("digest", "certificate.json", evidence.certificate["digest"], sha.hexdigest())
    return Message("digest: {digest}…", digest=sha.hexdigest()[:16])


def _left_unchecked(folder: Path, evidence: Evidence, *, with_sources: bool) -> Message:
    """What a reader has to know that these files cannot show."""
    layer = evidence.problem["layer"]
    said: list[Message] = []
    if not with_sources:
        said.append(
            Message(
                "not re-checked: that people, areas, edges and outline are those of {layer} and the footprint (--layer "
                "and --footprint or --issue re-derive them)",
                layer=f"{plain(layer['name'])} {plain(layer['vintage'])}",
            )
        )
    pictures = [name for name in LOOKED_AT if (folder / name).exists()]
    if pictures:
        said.append(Message("nothing binds {files:list} but the manifest", files=pictures))
    for own in CHECKERS:
        copy = folder / own.name
        if copy.exists() and copy.read_bytes() != own.read_bytes():
            said.append(
                Message("{program} in the folder differs from this version's, which was used", program=own.name)
            )
    if not said:
        return Message("every file is bound to the certificate or compared")
    return Message("{parts:clauses}", parts=said)
