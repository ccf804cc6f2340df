"""Addresses gathered into streets: twenty bytes for each while a file is read, whatever its order."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from boundaries.addresses.address import SCALE, House, Range, Street, StreetName, label


def streets_of(rows: Iterable[House | Range]) -> Iterator[Street]:
    """Every street of a file with its houses; the file is read to its end before the first is given."""
    keys: dict[StreetName, int] = {}
    labels: dict[str, int] = {}
    written: dict[str, int] = {}
    houses, numbers, lon, lat = array("i"), array("i"), array("i"), array("i")
    ranges: dict[int, list[Range]] = defaultdict(list)
    for row in rows:
        key = keys.setdefault(row.street, len(keys))
        if isinstance(row, Range):
            ranges[key].append(row)
            continue
        number = written.get(row.number)
        if number is None:
            number = written[row.number] = labels.setdefault(label(row.number), len(labels))
        houses.append(key)
        numbers.append(number)
        lon.append(round(row.lon * SCALE))
        lat.append(round(row.lat * SCALE))
    yield from _in_order(list(keys), list(labels), (houses, numbers, lon, lat), ranges)


def _in_order(
    streets: list[StreetName], labels: list[str], columns: tuple[array[int], ...], ranges: dict[int, list[Range]]
) -> Iterator[Street]:
    house, number, lon, lat = (np.frombuffer(column, dtype=np.int32) for column in columns)
    order = np.argsort(house, kind="stable")
    ends = np.searchsorted(house, np.arange(len(streets) + 1), sorter=order)
    for key, street in enumerate(streets):
        some = order[ends[key] : ends[key + 1]]
        yield Street(
            street=street,
            numbers=[labels[one] for one in number[some].tolist()],
            points=np.column_stack([lon[some], lat[some]]),
            ranges=ranges.get(key, ()),
        )
