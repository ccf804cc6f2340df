"""A look-up's answer as values: which units and polities a place belongs to, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUnit:
    """A unit by its layer's name and its own id and name."""

    layer: str
    unit_id: str
    name: str

    def as_json(self) -> Record:
        """Record that the command line and the interface answer."""
        return {"layer": self.layer, "unit_id": self.unit_id, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestUnit:
    """The unit of a layer nearest to a point outside all its units, and how far it is in metres."""

    unit: FoundUnit
    distance_m: float

    def as_json(self) -> Record:
        """Record that the command line and the interface answer."""
        return self.unit.as_json() | {"distance_m": self.distance_m}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitShare:
    """A unit of the place, and how the issue of one polity bites there.

    Attributes
    ----------
    affected
        People affected who live in it.
    population
        Its residents; ``None`` where nobody counted them.
    """

    unit_id: str
    name: str
    is_inside: bool
    affected: float
    population: float | None

    @property
    def affected_share(self) -> float | None:
        """Share of its people who are affected; ``None`` where nobody lives."""
        return self.affected / self.population if self.population else None

    def as_json(self) -> Record:
        """Record that the command line and the interface answer; whole people, and the share to a hundredth of a %."""
        share = self.affected_share
        return {
            "unit_id": self.unit_id,
            "name": self.name,
            "inside": self.is_inside,
            "population": None if self.population is None else round(self.population),
            "affected": round(self.affected),
            "affected_share": None if share is None else round(share, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How a polity holds a place of several units, or one known on another layer.

    Attributes
    ----------
    share
        Share of the place's unit that lies in the polity's, the largest of all.
    inside
        Units inside, where others of the place are not.
    """

    share: float
    inside: tuple[FoundUnit, ...] = ()

    def as_json(self) -> Record:
        """What it adds to the record of a polity."""
        some = [{"unit_id": unit.unit_id, "name": unit.name} for unit in self.inside]
        return {"inside_share": self.share} | ({"inside_units": some} if some else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPolity:
    """A polity that a place belongs to.

    Attributes
    ----------
    question
        What its issue asks; empty of versions that were drafted without one.
    unit_id, affected_share
        The unit inside that stands first, and the share of its people who are affected; ``None`` where nobody lives.
    parts
        Every unit of the place on the polity's layer, inside or not, with its own share.
    bridge
        Names of the units that this one connects, where hardly anybody in it is affected.
    border_distance_m
        Metres to the polity's border; ``None`` where it has none, or the place is no point.
    carried
        ``None`` for a point.
    """

    id: str
    title: str
    version: int
    valid_from: str
    reason: str
    unit_id: str
    affected_share: float | None
    border_distance_m: float | None
    certainty: str
    question: str = ""
    parts: tuple[UnitShare, ...] = ()
    bridge: tuple[str, ...] = ()
    carried: Carried | None = None

    def as_json(self) -> Record:
        """Record that the command line and the interface answer."""
        record = {
            "id": self.id,
            "issue": self.id,
            "title": self.title,
            "question": self.question,
            "version": self.version,
            "valid_from": self.valid_from,
            "reason": self.reason,
            "unit_id": self.unit_id,
            "affected_share": self.affected_share,
            "border_distance_m": self.border_distance_m,
            "certainty": self.certainty,
            "units": _all(self.parts),
        }
        record |= {"bridge_between": list(self.bridge)} if self.bridge else {}
        return record if self.carried is None else record | self.carried.as_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPolity:
    """A polity whose issue affects people of the place, which lies outside.

    Attributes
    ----------
    affected
        People of the place who are affected.
    why
        Why it lies outside.
    coverage
        Share of all affected that the polity holds without it.
    """

    id: str
    title: str
    version: int
    affected: float
    why: str
    coverage: float
    question: str = ""
    parts: tuple[UnitShare, ...] = ()

    def as_json(self) -> Record:
        """Record that the command line and the interface answer."""
        return {
            "id": self.id,
            "issue": self.id,
            "title": self.title,
            "question": self.question,
            "version": self.version,
            "affected": round(self.affected),
            "why": self.why,
            "units": _all(self.parts),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProposal:
    """A proposal, open to objections, that would take in one of the place's units."""

    id: str
    title: str
    version: int
    open_until: str | None

    def as_json(self) -> Record:
        """Record that the command line and the interface answer."""
        return {"id": self.id, "title": self.title, "version": self.version, "open_until": self.open_until}


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingLaw:
    """A law that binds at the place, and the assembly and matter that decided it."""

    law: str
    title: str
    version: int
    since: str
    polity: str
    matter: str | None

    def as_json(self) -> Record:
        """Record that the command line and the interface answer."""
        return {
            "law": self.law,
            "title": self.title,
            "version": self.version,
            "since": self.since,
            "polity": self.polity,
            "matter": self.matter,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A place that may have been meant.

    Attributes
    ----------
    id
        What names it without doubt: ``geonames:2886242``.
    title
        Name, region and country, as the look-up takes them.
    people
        ``None`` where nobody counted them.
    sure
        Of an address: how well it fits what was written, from 0 to 1.
    """

    id: str
    title: str
    name: str
    kind: str
    region: str
    country: str
    country_code: str
    people: int | None
    units: tuple[FoundUnit, ...] = ()
    sure: float | None = None

    def as_json(self) -> Record:
        """Record that the command line and the interface answer."""
        return {
            "id": self.id,
            "title": self.title,
            "name": self.name,
            "kind": self.kind,
            "region": self.region,
            "country": self.country,
            "people": self.people,
            "units": _all(self.units),
        } | ({} if self.sure is None else {"sure": self.sure})


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupAnswer:
    """What a place belongs to on a day.

    Attributes
    ----------
    place
        How the place was asked for: ``point``, or ``place`` and ``middle``; of an address also how sure it is, and how
        exact its point. Empty for a unit.
    units, polities
        Of every layer; polities of one unit a layer, or of all units of the place.
    near
        Polities whose issue affects people of the place, though it lies outside them.
    nearest
        Of layers that do not cover the point.
    choices
        Places that may have been meant; there are no units and polities then.
    others
        Places of the same name, much smaller than the one that was taken.
    more
        How many more there are than are listed.
    is_near
        Whether nothing is spelt as it was asked for, and the choices are spelt nearly so.
    """

    date: str
    place: Mapping[str, Any] = field(default_factory=dict)
    units: Sequence[FoundUnit]
    polities: Sequence[FoundPolity]
    proposals: Sequence[OpenProposal]
    laws: Sequence[BindingLaw]
    near: Sequence[NearPolity] = ()
    nearest: Sequence[NearestUnit] = ()
    choices: Sequence[Choice] = ()
    others: Sequence[Choice] = ()
    more: int = 0
    is_near: bool = False

    @property
    def title(self) -> str:
        """Name of the place, empty for a point and a unit."""
        return str(self.place.get("place", ""))

    def as_json(self) -> Record:
        """What ``lookup --json`` prints and ``/api/lookup`` answers."""
        record = {"date": self.date, "units": _all(self.units), "polities": _all(self.polities)}
        record |= dict(self.place) | {"proposals": _all(self.proposals), "laws": _all(self.laws)}
        record |= {"near": _all(self.near)}
        lists = {"nearest": self.nearest, "choices": self.choices, "others": self.others}
        record |= {name: _all(parts) for name, parts in lists.items() if parts}
        return record | self._counts()

    def _counts(self) -> Record:
        more = {"more": self.more} if self.more else {}
        return more | ({"spelt_nearly": True} if self.is_near else {})


def _all(parts: Sequence[Any]) -> list[Record]:
    return [part.as_json() for part in parts]
