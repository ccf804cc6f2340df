"""A derivation folder, read by somebody who believes nothing in it.

Whole numbers are written as such, none is NaN; every id, edge and key comes once; every text that stands for a number
has one form. Whatever else is there is refused with the file's name.
"""

from __future__ import annotations

import csv
import re
import zlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from geopolity.errors import NegativeAnswer
from geopolity.polity.issue import MOST_PIECES
from geopolity.region.problem import LARGEST_TOTAL
from services.records import Json
from services.verifiers.check_bound import load, rows, whole

ROUNDING = 1e-9
"""Relative tolerance for what is written as floats."""
SHARE = re.compile(r"0\.[0-9]{1,30}|1(\.0{1,30})?")
COUNTED = {"population": "person", "units": "unit"}
"""What costs are counted in, where no area is minimised."""
UNIT = re.compile(r"0\.0{0,11}1|10{0,11}")
WEIGHT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,20})?|[0-9](\.[0-9]{1,20})?e[+-]?[0-9]{1,2}")


UNREADABLE: tuple[type[Exception], ...] = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError),
    *(zlib.error, csv.Error),
)
"""What reading a file that was made to mislead may raise."""


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
    bridge: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The folder, read."""

    problem: Json
    certificate: Json
    units: dict[str, Vertex]
    connectors: dict[str, Vertex]
    edges: list[tuple[str, str]]
    shared: list[int]

    @property
    def pieces(self) -> int:
        """The most pieces that the region may be in."""
        return whole_number(self.problem.get("pieces", 1), "pieces", file="problem.json", least=1, most=MOST_PIECES)

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

    @property
    def person(self) -> Decimal:
        """People that an integer of the tables stands for."""
        return Decimal(self.problem["affected_unit"])

    @property
    def binds(self) -> bool:
        """Whether the certificate says what the other files hold; those of early versions did not."""
        return "files" in self.certificate


def plain(text: object) -> str:
    """A text from the folder as it may stand in a sentence about it: one line, no control characters, not long."""
    return "".join(letter if letter.isprintable() else "·" for letter in str(text)[:60])


def unreadable(folder: Path, error: Exception) -> VerificationFailed:
    """The sentence for a folder in which something is not what it has to be."""
    return VerificationFailed(
        "{folder} cannot be read as a derivation ({error_name}: {reason}); get a fresh copy, or derive it again.",
        folder=folder,
        error_name=type(error).__name__,
        reason=str(error),
    )


def read_evidence(folder: Path) -> Evidence:
    """Read all that counts."""
    problem, certificate = (read_json(folder / name) for name in ("problem.json", "certificate.json"))
    units, connectors, edges = (rows(folder / name) for name in ("units.csv", "connectors.csv", "edges.csv"))
    evidence = Evidence(
        problem=problem,
        certificate=certificate,
        units=_once("units.csv", [(row["unit_id"], _vertex(row)) for row in units]),
        connectors=_once(
            "connectors.csv", [(row["connector_id"], _vertex(row | {"affected_int": "0"})) for row in connectors]
        ),
        edges=[(row["from"], row["to"]) for row in edges],
        shared=[whole(row.get("border", "0")) for row in edges],
    )
    _check_texts(problem)
    _check_graph(evidence)
    return evidence


def read_json(file: Path) -> Json:
    """Read a JSON object in which no number is NaN or infinite and no key is repeated."""
    found = load(file.read_text(encoding="utf-8"), float)
    if not isinstance(found, dict):
        raise VerificationFailed("{file} holds no JSON object; get a fresh copy, or derive it again.", file=file.name)
    return found


def _vertex(row: dict[str, str]) -> Vertex:
    inside = row["inside"]
    if inside not in {"True", "False"}:
        raise VerificationFailed(
            "A table says inside = {inside:quoted}; only True and False have a meaning.",
            inside=inside,
        )
    vertex = Vertex(
        cost=whole(row["cost"]),
        affected=whole(row["affected_int"]),
        inside=inside == "True",
        border=whole(row.get("border", "0")),
        bridge=whole(row.get("bridge", "0")),
    )
    if vertex.cost - vertex.bridge < 1:
        raise VerificationFailed(
            "A table holds cost {cost} and affected {affected}; cost starts at 1, people at 0.",
            cost=vertex.cost,
            affected=vertex.affected,
        )
    return vertex


def _once(file: str, found: list[tuple[str, Vertex]]) -> dict[str, Vertex]:
    names = [name for name, _ in found]
    if names != sorted(set(names)):
        raise VerificationFailed("{file} repeats an id or is not in the order of ids.", file=file)
    return dict(found)


def _check_texts(problem: Json) -> None:
    weights = [key for key in ("compactness", "bridge_km") if key in problem]
    if len(weights) > 1 or ("bridge_km" in problem and problem["objective"] != "area"):
        raise VerificationFailed("problem.json prices bridges beside what they have no price with.")
    counted = COUNTED.get(problem["objective"])
    if counted and problem["cost_unit"] != counted:
        raise VerificationFailed(
            "problem.json states cost_unit = {stated}; where {objective} is minimised, that is {unit}.",
            stated=plain(problem["cost_unit"]),
            objective=problem["objective"],
            unit=counted,
        )
    forms = {"coverage_target": SHARE, "affected_unit": UNIT} | dict.fromkeys(weights, WEIGHT)
    for key, form in forms.items():
        if not (isinstance(problem[key], str) and form.fullmatch(problem[key])):
            raise VerificationFailed(
                "problem.json states {key} = {stated}, which is no number of its kind.", key=key, stated=problem[key]
            )


def _check_graph(evidence: Evidence) -> None:
    vertices = evidence.vertices
    if len(vertices) != len(evidence.units) + len(evidence.connectors):
        raise VerificationFailed("A connector has the id of a unit.")
    for ends in evidence.edges:
        for name in ends:
            if name not in vertices:
                raise VerificationFailed(
                    "edges.csv names {name}, which is in neither units.csv nor connectors.csv.",
                    name=name,
                )
    if len({frozenset(ends) for ends in evidence.edges if ends[0] != ends[1]}) != len(evidence.edges):
        raise VerificationFailed("edges.csv repeats an edge, or leads from a unit to itself.")


def whole_number(
    stated: object, key: str, *, file: str = "certificate.json", least: int = 0, most: int = LARGEST_TOTAL
) -> int:
    """What a file states, if it is a whole number in its range."""
    if type(stated) is not int or not least <= stated <= most:
        raise VerificationFailed(
            "{file} states {key} = {stated}; a whole number from {least:count} to {most:count} belongs there. Get a "
            "fresh copy, or derive it again.",
            file=file,
            key=key,
            stated=plain(stated),
            least=least,
            most=most,
        )
    return stated


def positive_number(stated: object, key: str, *, file: str = "problem.json") -> float:
    """What a file states, if it is a number above 0."""
    if type(stated) not in {int, float} or not 0 < float(str(stated)) < LARGEST_TOTAL:
        raise VerificationFailed(
            "{file} states {key} = {stated}; a number above 0 belongs there. Get a fresh copy, or derive it again.",
            file=file,
            key=key,
            stated=plain(stated),
        )
    return float(str(stated))


def equal(key: str, file: str, stated: object, found: object) -> None:
    """Refuse what a file states, unless it is exactly what the tables give, and of the same kind."""
    if type(stated) is not type(found) or stated != found:
        raise VerificationFailed(
            "{file} states {key} = {stated}, but the tables give {found}.",
            file=file,
            key=key,
            stated=stated,
            found=found,
        )


def close(key: str, file: str, stated: float, exact: Fraction) -> None:
    """Refuse what a file states as a float, unless it is what the tables give."""
    if not abs(stated - float(exact)) <= ROUNDING * max(1.0, float(exact)):
        raise VerificationFailed(
            "{file} states {key} = {stated}, but the tables give {found}.",
            file=file,
            key=key,
            stated=stated,
            found=f"{float(exact):.9f}",
        )


def minimised(problem: Json) -> str:
    """What was kept smallest; a folder that says nothing of it is of before there was a choice."""
    if "compactness" in problem:
        return "round"
    return "bridge" if "bridge_km" in problem else str(problem.get("objective", "area"))
