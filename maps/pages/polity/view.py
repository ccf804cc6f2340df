"""What the public page of a version shows, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geopolity.polity.bridges import Bridges
from geopolity.society.say import Deciding
from maps.reports.exchange import Exchanges
from maps.scenes.legend import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a version counts; ranges, the share asked for and residents of units are there where its files are.

    Attributes
    ----------
    low, high
        Range of all affected people.
    pieces
        The most connected parts that it may be in.
    minimised
        What was kept smallest: ``area``, ``population``, ``units``; ``round`` where borders count, ``bridge`` where
        bridges have a price.
    """

    units: int
    population: float
    area_km2: float
    affected: float
    coverage: float
    gap: float
    low: float | None = None
    high: float | None = None
    inside_low: float | None = None
    inside_high: float | None = None
    asked: float | None = None
    is_whole: bool = False
    pieces: int = 1
    minimised: str = "area"

    @property
    def inside(self) -> float:
        """Affected people inside."""
        return self.affected * self.coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit that matters most."""

    name: str
    affected: float
    low: float | None
    high: float | None
    is_inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLine:
    """An objection and its answer."""

    number: int
    made_at: str
    text: str
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in the history, and how it differs from the one before."""

    version: int
    status: str
    since: str | None
    until: str | None
    open_until: str | None
    units: int
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to take away; ``kind`` is a key of the catalogue after ``polity.file_``."""

    kind: str
    address: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Another polity, and how many people live in both."""

    polity_id: str
    title: str
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The census layer that a version stands on."""

    layer: str
    title: str
    vintage: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fringe:
    """Units outside where people are affected, and units inside only to connect; counts, people, the first names."""

    outside: int = 0
    outside_people: float = 0.0
    outside_names: tuple[str, ...] = ()
    bridges: Bridges | None = None
    bridge_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolityView:
    """Everything a version's page says; ``proposer`` is for the clerk, and empty for everybody else.

    Attributes
    ----------
    seats, rehearsed
        Delegates who sit; seats that a rehearsal filled with made-up people.
    constraints
        What the version had to keep to, as ``problem.json`` states it.
    panel
        Who is affected, in sentences.
    exchanges
        What each unit is worth to it, where that was worked out.
    """

    polity_id: str
    title: str
    line: VersionLine
    figures: Figures
    source: Source
    digest: str
    picture: str
    legend: tuple[Entry, ...]
    main_units: tuple[UnitLine, ...]
    history: tuple[VersionLine, ...]
    objections: tuple[ObjectionLine, ...]
    downloads: tuple[Download, ...]
    overlaps: tuple[Overlap, ...]
    seats: int
    current: int | None
    rehearsed: int = 0
    question: str = ""
    fringe: Fringe = field(default_factory=Fringe)
    deciding: Deciding | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)
    panel: tuple[str, ...] = ()
    exchanges: Exchanges | None = None
    live: str = ""
    proposer: str = ""
