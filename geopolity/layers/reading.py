"""How a file of units was read: what was counted, set aside, mended and guessed, in one record for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from geopolity.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Rows that became no part of a unit: how many, why, and the people they count (where they count any)."""

    rows: int
    why: str
    people: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read.

    Attributes
    ----------
    rows
        Rows of the file of units.
    people
        In all units, missing counts left out.
    missing, suppressed
        Units whose count is not known, and those of them whose count is kept back.
    set_aside
        Rows that are in no unit, of the file of units and of the people's table.
    repaired, repaired_m2
        Polygons that were mended, and by how much ground they changed.
    overlap_m2, gap_m2
        Ground that several units hold, and that none holds though units enclose it.
    largest_gap
        Longitude and latitude of a place in it.
    near_misses
        Pairs of units that nearly touch.
    columns
        By meaning, the columns that were named or recognised.
    encodings
        By file, of those that are text.
    crs_from
        How the coordinate system was known: by the file, an option, or the catalogue.
    """

    rows: int
    units: int
    people: float
    missing: int = 0
    suppressed: int = 0
    set_aside: tuple[SetAside, ...] = ()
    repaired: int = 0
    repaired_m2: float = 0.0
    overlaps: int = 0
    overlap_m2: float = 0.0
    gaps: int = 0
    gap_m2: float = 0.0
    largest_gap: tuple[float, float] | None = None
    near_misses: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    encodings: Mapping[str, str] = field(default_factory=dict)
    notation: str | None = None
    vintage: str = ""
    crs: str = ""
    crs_from: str = ""
    recognised: tuple[str | Message, ...] = ()
    notes: tuple[str | Message, ...] = ()

    @property
    def kept(self) -> dict[str, Any]:
        """The reading as plain values, to be kept beside the layer; ``of`` reads it again."""
        plain = {part.name: getattr(self, part.name) for part in fields(self)}
        said = {name: [str(note) for note in plain[name]] for name in ("recognised", "notes")}
        aside = [{"rows": part.rows, "why": part.why, "people": part.people} for part in self.set_aside]
        maps = {name: dict(plain[name]) for name in ("columns", "encodings")}
        return plain | said | maps | {"set_aside": aside}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Reading:
        """Read what was kept."""
        lists = {name: tuple(kept[name]) for name in ("recognised", "notes")}
        aside = tuple(SetAside(**part) for part in kept["set_aside"])
        gap = kept["largest_gap"]
        return cls(**{**kept, **lists, "set_aside": aside, "largest_gap": None if gap is None else (gap[0], gap[1])})

    @property
    def rows_set_aside(self) -> int:
        """Rows that are in no unit."""
        return sum(part.rows for part in self.set_aside)

    @property
    def people_set_aside(self) -> float:
        """People that they count."""
        return sum(part.people for part in self.set_aside)

    @property
    def needs_a_look(self) -> bool:
        """Whether a statistician should look before the numbers are used."""
        found = (
            *(self.missing, self.suppressed, self.rows_set_aside, self.repaired, self.overlaps, self.gaps),
            *(self.near_misses, len(self.recognised), not self.people > 0),
        )
        return any(found)

    @property
    def record(self) -> dict[str, Any]:
        """The reading as plain values for JSON."""
        return {
            "rows": self.rows,
            "units": self.units,
            "people": self.people,
            "missing": self.missing,
            "suppressed": self.suppressed,
            "set_aside": self.rows_set_aside,
            "set_aside_people": self.people_set_aside,
            "set_aside_why": [{"rows": part.rows, "people": part.people, "why": part.why} for part in self.set_aside],
            "repaired": self.repaired,
            "repaired_km2": round(self.repaired_m2 / 1e6, 6),
            "overlaps": self.overlaps,
            "overlap_km2": round(self.overlap_m2 / 1e6, 6),
            "gaps": self.gaps,
            "gap_km2": round(self.gap_m2 / 1e6, 6),
            "largest_gap": None if self.largest_gap is None else list(self.largest_gap),
            "near_misses": self.near_misses,
            "columns": dict(self.columns),
            "encodings": dict(self.encodings),
            "notation": self.notation,
            "vintage": self.vintage,
            "crs": self.crs,
            "crs_from": self.crs_from,
            "needs_a_look": self.needs_a_look,
            "notes": [str(note) for note in self.notes],
        }
