"""What is asked of a collection's items: parsed as the standard says, and answered exactly, page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from services.ogc.collections import Collection
from services.ogc.cql2 import condition
from services.ogc.crs import CRS84, Box, OgcError, boxes, known, located
from services.ogc.fields import Fields, Kind
from services.ogc.moments import Span, day, moment, span, stored
from services.ogc.truth import Condition, Value, compared

DEFAULT_LIMIT, MOST = 100, 10_000
OWN = frozenset({"f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs"})
CQL2 = "cql2-text"
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsQuery:
    """A request for items.

    Attributes
    ----------
    during
        First and last moment; ``None`` at an open end.
    wanted
        Values that properties must have.
    filter
        A condition that must be true.
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    bbox: Box | None = None
    bbox_crs: str = CRS84
    crs: str = CRS84
    during: Span | None = None
    wanted: Mapping[str, Value] = field(default_factory=dict)
    filter: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A page of features as GeoJSON texts, how many match in all, and whether there are more."""

    features: list[str]
    matched: int
    has_more: bool


def parse(given: Sequence[tuple[str, str]], fields: Fields, *, features: int = 0) -> ItemsQuery:
    """Read the parameters of a request for items of a collection with such properties and so many features.

    Raises
    ------
    OgcError
        If a parameter is unknown, there twice, or cannot be read.
    """
    names = [name for name, _ in given]
    unknown = [name for name in names if name not in OWN and name not in fields]
    if unknown:
        raise OgcError(
            "There is no parameter {name:quoted} here; there are {names:list}.",
            name=unknown[0][:60],
            names=[*sorted(OWN), *fields],
        )
    if len(set(names)) < len(names):
        raise OgcError("A parameter is there twice; give each once.")
    said = dict(given)
    if said.get("f", "json") != "json":
        raise OgcError(
            "f={f} is not served; items are GeoJSON, f=json.",
            f=said["f"][:20],
        )
    return ItemsQuery(
        limit=min(whole(said, "limit", DEFAULT_LIMIT, least=1), MOST),
        offset=whole(said, "offset", 0, least=0),
        bbox=_bbox(said["bbox"]) if "bbox" in said else None,
        bbox_crs=known(said.get("bbox-crs", CRS84)),
        crs=known(said.get("crs", CRS84)),
        during=span(said["datetime"]) if "datetime" in said else None,
        wanted={name: _read(name, value, fields[name]) for name, value in given if name in fields},
        filter=_filter(said, fields, features),
    )


def _filter(said: Mapping[str, str], fields: Fields, features: int) -> Condition | None:
    if said.get("filter-lang", CQL2) != CQL2 or said.get("filter-crs", CRS84) != CRS84:
        raise OgcError(
            "Filters are CQL2 text in CRS84 here: filter-lang={lang}, filter-crs={crs}.", lang=CQL2, crs=CRS84
        )
    return condition(said["filter"], fields, features=features) if "filter" in said else None


def items(found: Collection, query: ItemsQuery) -> Items:
    """Answer a request, in the order of ids."""
    matching = _matching(found, query)
    places = np.flatnonzero(matching)[query.offset : query.offset + query.limit]
    matched = int(matching.sum())
    return Items(
        features=features(found, places, query.crs), matched=matched, has_more=query.offset + len(places) < matched
    )


def features(found: Collection, places: np.ndarray, crs: str = CRS84) -> list[str]:
    """GeoJSON texts of the features at some positions."""
    outlines = shapely.to_geojson(located(shapely.orient_polygons(found.shapes[places]), crs))
    rows = found.table.iloc[places]
    records = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return [
        f'{{"type":"Feature","id":{json.dumps(str(name), ensure_ascii=False)},"geometry":{outline},'
        f'"properties":{json.dumps(record, ensure_ascii=False)}}}'
        for name, outline, record in zip(rows.index, outlines, records, strict=True)
    ]


def _matching(found: Collection, query: ItemsQuery) -> np.ndarray:
    matching = np.ones(len(found.table), dtype=bool)
    if query.bbox is not None:
        near = np.zeros(len(found.table), dtype=bool)
        for box in boxes(query.bbox, query.bbox_crs):
            near[found.tree.query(box, predicate="intersects")] = True
        matching &= near
    if query.during is not None and found.said.timed:
        first, last = query.during
        begins, ends = stored(found.table["valid_from"]), stored(found.table["valid_to"])
        if last is not None:
            matching &= begins <= last
        if first is not None:
            matching &= np.isnat(ends) | (ends >= first)
    for name, value in query.wanted.items():
        matching &= compared(name, "=", value)(found).yes
    if query.filter is not None:
        matching &= query.filter(found).yes
    return matching


def _read(name: str, text: str, kind: Kind) -> Value:
    """A value of a property as an address says it."""
    if kind is Kind.MOMENT:
        return moment(text) if "T" in text else day(text)
    if kind is Kind.FLAG:
        if text not in {"true", "false"}:
            raise OgcError("{column}={value} is neither true nor false.", column=name, value=text[:40])
        return text == "true"
    if not kind.is_number:
        return text
    if not _NUMBER.fullmatch(text):
        raise OgcError("{column}={value} is no number.", column=name, value=text[:40])
    return float(text)


def whole(said: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    """A parameter that is a whole number."""
    text = said.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) < least:
        raise OgcError(
            "{name}={text} cannot be; give a whole number from {least} on.",
            name=name,
            text=text[:40],
            least=least,
        )
    return int(text)


def _bbox(text: str) -> Box:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:  # heights, which nothing here has
        numbers = [numbers[place] for place in (0, 1, 3, 4)]
    if len(numbers) != 4 or not np.isfinite(numbers).all():
        raise OgcError(
            "bbox={text} is no box; give four numbers with commas between, as -74,40,-73,41.",
            text=text[:60],
        )
    return numbers[0], numbers[1], numbers[2], numbers[3]
