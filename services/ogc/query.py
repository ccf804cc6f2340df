"""What is asked of a collection's items: parsed as the standard says, and answered exactly, page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from services.ogc.collections import Collection
from services.ogc.cql2 import condition
from services.ogc.crs import CRS84, Box, OgcError, boxes, known, located
from services.ogc.truth import Condition

DEFAULT_LIMIT, MOST = 100, 10_000
OWN = frozenset({"f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs"})
CQL2 = "cql2-text"
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[-+]\d{2}:\d{2}))?$")


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
    during: tuple[str | None, str | None] | None = None
    wanted: Mapping[str, str] = field(default_factory=dict)
    filter: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A page of features as GeoJSON texts, how many match in all, and whether there are more."""

    features: list[str]
    matched: int
    has_more: bool


def parse(given: Sequence[tuple[str, str]], properties: Sequence[str]) -> ItemsQuery:
    """Read the parameters of an items request.

    Raises
    ------
    OgcError
        If a parameter is unknown, there twice, or cannot be read.
    """
    names = [name for name, _ in given]
    unknown = [name for name in names if name not in OWN and name not in properties]
    if unknown:
        raise OgcError(
            "There is no parameter {name:quoted} here; there are {names:list}.",
            name=unknown[0][:60],
            names=[*sorted(OWN), *properties],
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
        limit=min(_whole(said, "limit", DEFAULT_LIMIT, least=1), MOST),
        offset=_whole(said, "offset", 0, least=0),
        bbox=_bbox(said["bbox"]) if "bbox" in said else None,
        bbox_crs=known(said.get("bbox-crs", CRS84)),
        crs=known(said.get("crs", CRS84)),
        during=_interval(said["datetime"]) if "datetime" in said else None,
        wanted={name: value for name, value in given if name in properties},
        filter=_filter(said, properties),
    )


def _filter(said: Mapping[str, str], properties: Sequence[str]) -> Condition | None:
    if said.get("filter-lang", CQL2) != CQL2 or said.get("filter-crs", CRS84) != CRS84:
        raise OgcError(
            "Filters are CQL2 text in CRS84 here: filter-lang={lang}, filter-crs={crs}.", lang=CQL2, crs=CRS84
        )
    return condition(said["filter"], properties) if "filter" in said else None


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
        begins, ends = found.table["valid_from"], found.table["valid_to"]
        if last is not None:
            matching &= (begins <= last).to_numpy()
        if first is not None:
            matching &= (ends.isna() | (ends.fillna("") >= first)).to_numpy()
    for name, value in query.wanted.items():
        matching &= _equal(found.table[name], value)
    if query.filter is not None:
        matching &= query.filter(found).yes
    return matching


def _equal(column: pd.Series[Any], value: str) -> np.ndarray:
    if column.dtype.kind in "iuf":
        try:
            return np.asarray(column.to_numpy(dtype=float) == float(value))
        except ValueError as error:
            raise OgcError(
                "{column}={value} is no number.",
                column=column.name,
                value=value[:40],
            ) from error
    return np.asarray(column.astype("string").fillna("") == value, dtype=bool)


def _whole(said: Mapping[str, str], name: str, default: int, *, least: int) -> int:
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


def _interval(text: str) -> tuple[str | None, str | None]:
    parts = text.split("/")
    if len(parts) == 1:
        parts *= 2
    if len(parts) != 2 or not all(part in {"", ".."} or _MOMENT.match(part) for part in parts):
        raise OgcError(
            "datetime={text} is no time; give 2026-11-26, 2026-11-26T12:00:00Z, or two with / between.",
            text=text[:60],
        )
    first, last = (None if part in {"", ".."} else part for part in parts)
    if first is None and last is None:
        return None, None
    if first is not None and last is not None and _moment(first, "00:00:00") > _moment(last, "23:59:59"):
        raise OgcError(
            "datetime={text} ends before it begins.",
            text=text[:60],
        )
    return (
        None if first is None else _moment(first, "00:00:00"),
        None if last is None else _moment(last, "23:59:59"),
    )


def _moment(text: str, time: str) -> str:
    """Moment in UTC as the store writes it; a day begins or ends at the given time."""
    from datetime import UTC, datetime  # noqa: PLC0415

    whole = text if "T" in text else f"{text}T{time}Z"
    try:
        return datetime.fromisoformat(whole).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError as error:
        raise OgcError(
            "{text} is no day of the calendar.",
            text=text[:40],
        ) from error
