"""TIGER/Line address ranges (ADDRFEAT): numbers along each side of a street's line."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyogrio
import shapely

from boundaries.addresses.address import Range, StreetName, leading
from boundaries.addresses.along import beside

COLUMNS = ("FULLNAME", "LFROMHN", "LTOHN", "RFROMHN", "RTOHN", "ZIPL", "ZIPR", "PARITYL", "PARITYR")
PARITIES = {"O": "odd", "E": "even", "B": "both"}
Town = Callable[[str], tuple[str, str]]


def is_tiger(path: Path) -> bool:
    """Whether a file is a shapefile of address ranges, zipped or not."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            shapes = [name for name in archive.namelist() if name.lower().endswith(".shp")]
        return len(shapes) == 1 and "addrfeat" in shapes[0].lower()
    return path.suffix.lower() == ".shp" and "addrfeat" in path.name.lower()


def ranges_of(path: Path, left_out: Counter[str], town: Town) -> Iterator[Range]:
    """Both sides of every street; ``town`` gives town and state of a ZIP."""
    source = f"/vsizip/{path}" if zipfile.is_zipfile(path) else str(path)
    table = pyogrio.read_dataframe(source, columns=list(COLUMNS), use_arrow=False)
    lines = [[(x, y) for x, y in shapely.get_coordinates(shape).tolist()] for shape in table.geometry]
    for row, line in zip(table[list(COLUMNS)].to_dict("records"), lines, strict=True):
        for side in "LR":
            found = _side(row, side, line, town)
            if found is None:
                left_out["sides without numbers"] += 1
            else:
                yield found


def _side(row: Mapping[Any, Any], side: str, line: list[tuple[float, float]], town: Town) -> Range | None:
    first, last = leading(_text(row[f"{side}FROMHN"])), leading(_text(row[f"{side}TOHN"]))
    name = _text(row["FULLNAME"])
    if first is None or last is None or not name or len(line) < 2:
        return None
    code = _text(row[f"ZIP{side}"])
    place, state = town(code)
    usual = "both" if (first - last) % 2 else ("odd" if first % 2 else "even")
    parity = PARITIES.get(_text(row[f"PARITY{side}"]), usual)
    street = StreetName(name, place, state, code, "US")
    return Range(street, first, last, parity, beside(line, is_left=side == "L"))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
