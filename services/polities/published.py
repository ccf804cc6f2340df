"""The derivation that a version of a polity was published from: what it says of every unit, and its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from geopolity.affected.interval import sum_interval
from geopolity.caching import SingleFlightCache
from services.derivation.audit.evidence import minimised
from services.storage.polities.versions import file_content, file_sizes
from services.storage.tables import PolityRow

OPEN_FILES = {
    "report_pdf": "report.pdf",
    "report_html": "report.html",
    "map": "map.html",
    "certificate": "certificate.json",
    "table": "units.parquet",
    "dual": "dual.json.gz",
}
"""Files of a derivation that its page offers, by their name in the catalogue."""
KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Published:
    """A derivation as the store keeps it.

    Attributes
    ----------
    units
        By ``unit_id``: ``name, population, affected, affected_low, affected_high, inside``.
    footprint
        Where the issue bites at all, EPSG:4326; ``None`` where that is everywhere, or no place.
    total_range
        Range of all affected people.
    sizes
        Bytes of each file, by name in order.
    constraints
        What it had to keep to, as ``problem.json`` states it.
    pieces
        The most connected parts that it may be in.
    minimised
        What was kept smallest: the objective, or ``round`` where borders count, ``bridge`` where bridges have a price.
    profile
        ``profile.json``, where groups of people were named.
    """

    units: pd.DataFrame
    asked: float
    footprint: shapely.Geometry | None
    total_range: tuple[float, float]
    sizes: Mapping[str, int]
    constraints: Mapping[str, Any]
    pieces: int
    profile: bytes | None = None
    minimised: str = "area"

    @property
    def inside_range(self) -> tuple[float, float]:
        """Range of the affected people inside, as reports say it."""
        together = sum_interval(self.units[self.units["inside"]])
        return together.low, together.high


Identity = tuple[str, int, str]
_published: SingleFlightCache[Identity, Published | None] = SingleFlightCache(KEPT)


def published(session: Session, row: PolityRow) -> Published | None:
    """Return what a version was published from; ``None`` of one that was drafted without files."""
    return _published.get(identity(session, row), lambda: _read(session, row))


def identity(session: Session, row: PolityRow) -> Identity:
    """Name a version among those of all stores that this process may open."""
    return str(session.get_bind().engine.url), row.key, row.digest


def _read(session: Session, row: PolityRow) -> Published | None:
    names = ("problem.json", "units.parquet", "footprint.geojson")
    said, table, drawn = (file_content(session, row, name) for name in names)
    if said is None or table is None:
        return None
    problem = json.loads(said)
    low, high = problem["affected_range"]
    return Published(
        units=pd.read_parquet(BytesIO(table)),
        asked=float(problem["coverage_target"]),
        footprint=None if drawn is None else shapely.union_all(gpd.read_file(BytesIO(drawn)).geometry.to_numpy()),
        total_range=(float(low), float(high)),
        sizes=file_sizes(session, row),
        constraints=problem.get("constraints", {}),
        pieces=problem.get("pieces", 1),
        profile=file_content(session, row, "profile.json"),
        minimised=minimised(problem),
    )
