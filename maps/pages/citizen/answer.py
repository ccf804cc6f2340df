"""What a place belongs to, as facts: what the look-up found, before it is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from geopolity.society.say import Deciding
from maps.reports.exchange import Exchange

Certainty = Literal["certain", "near", "depends", "likely"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit that a place lies in."""

    unit_id: str
    name: str
    layer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatter:
    """A matter before the polity's assembly."""

    matter_id: str
    title: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A unit of the place, and how a polity's issue bites there.

    Attributes
    ----------
    share
        Share of its people who are affected; ``None`` where nobody lives.
    between
        Names of units that it connects, where it is inside for that.
    """

    name: str
    is_inside: bool
    affected: float
    people: float | None
    share: float | None
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """A polity whose issue affects people of the place, which lies outside.

    Attributes
    ----------
    coverage
        Share of all affected that the polity holds without the place.
    worth
        What the polity would be with its affected units inside, where that was worked out.
    proposed
        Version that is open to objections.
    """

    polity_id: str
    title: str
    question: str
    affected: float
    coverage: float
    parts: tuple[Part, ...]
    worth: tuple[Exchange, ...] = ()
    proposed: int | None = None
    open_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A polity that the place belongs to, as facts.

    Attributes
    ----------
    question
        What its issue asks; empty where nobody wrote it down.
    deciding
        The polity beside the best single state; ``None`` where there is none to compare with.
    parts
        Every unit of the place on the polity's layer, inside or not.
    worth
        What the units of the place that are inside are worth to the polity, where that was worked out.
    border_m
        Distance to the polity's border; ``None`` where a unit was asked for, not a point.
    inside_units
        Names of those of the place's units that are inside, where not all are.
    inside_share
        Share of the unit's people who live inside, where it was carried to another layer.
    seats, rehearsed
        Delegates who sit; seats that a rehearsal filled with made-up people.
    draw_seats, eligible
        Seats of the last draw, and people who could have been drawn for them; 0 if none ever were.
    proposed, open_until
        Version that is open to objections, and until when.
    """

    polity_id: str
    title: str
    version: int
    since: str
    unit: str
    certainty: Certainty
    question: str = ""
    deciding: Deciding | None = None
    parts: tuple[Part, ...] = ()
    worth: tuple[Exchange, ...] = ()
    border_m: float | None = None
    inside_units: tuple[str, ...] = ()
    inside_share: float = 1.0
    seats: int = 0
    rehearsed: int = 0
    draw_seats: int = 0
    eligible: int = 0
    matters: tuple[OpenMatter, ...] = ()
    proposed: int | None = None
    open_until: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A version that would take the place in."""

    polity_id: str
    title: str
    version: int
    open_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingLaw:
    """A law that binds at the place."""

    title: str
    since: str
    polity: str
    matter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoice:
    """A place that may have been meant; ``people`` is ``None`` where nobody counted them; ``sure`` is of addresses."""

    place_id: str
    name: str
    kind: str
    region: str
    country: str
    country_code: str
    people: int | None
    sure: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """What a place belongs to.

    Attributes
    ----------
    place
        Its name as a person would write it; empty for a point.
    read_as
        What was understood of a longer address: ``05680`` or ``Portland, ME``.
    note
        How a point was understood: ``swapped``, ``west``.
    units
        All units that it lies in; none for a point outside.
    near
        Polities whose issue affects people here, though the place lies outside them.
    nearest
        For a point outside: name of the nearest unit, and its distance in metres.
    is_unit
        Whether a unit was asked for, by its id.
    picture
        SVG; empty where there is none.
    choices
        Places that may have been meant; there is nothing else then.
    others
        Places of the same name, much smaller than the one that was taken.
    more
        How many more of either there are.
    is_near
        Whether nothing is spelt as it was typed, and the choices nearly so.
    how
        Of an address: how exact its point is: ``point``, ``range``, ``between``, ``street`` or ``geocoder``.
    """

    units: tuple[Unit, ...]
    memberships: tuple[Membership, ...]
    near: tuple[Nearby, ...] = ()
    place: str = ""
    read_as: str = ""
    note: str = ""
    nearest: tuple[str, float] | None = None
    is_unit: bool = False
    proposals: tuple[Proposed, ...] = ()
    laws: tuple[BindingLaw, ...] = ()
    picture: str = ""
    source: str = ""
    choices: tuple[PlaceChoice, ...] = ()
    others: tuple[PlaceChoice, ...] = ()
    more: int = 0
    is_near: bool = False
    how: str = ""


def with_colours(memberships: Sequence[Membership], colours: Sequence[str]) -> tuple[Membership, ...]:
    """Give each polity the hue that the picture draws it in."""
    return tuple(replace(one, colour=colour) for one, colour in zip(memberships, colours, strict=True))
