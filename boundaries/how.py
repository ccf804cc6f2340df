"""What a person says about how a file is to be read, where the file itself leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Notation = Literal["point", "comma"]
"""Which sign parts whole people from parts of people: 1,234.5 or 1.234,5."""
OnEmpty = Literal["set-aside", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """What a person says of any file; ``None`` leaves it to the file.

    Attributes
    ----------
    crs
        Coordinate system of a file that names none.
    layer_name
        Which layer of a file that has several: a table of a GeoPackage or geodatabase, a folder of a KML, a sheet of a
        workbook, a variable of a NetCDF file; ``*`` for all of them.
    encoding, notation
        Of text, and of the numbers in it.
    on_empty_geometry
        What becomes of rows without a shape.
    band
        Which band of a raster, from 1.
    no_data
        Cell value that means nothing is known; NaN says that no value does.
    """

    crs: Any = None
    layer_name: str | None = None
    encoding: str | None = None
    notation: Notation | None = None
    on_empty_geometry: OnEmpty = "set-aside"
    band: int | None = None
    no_data: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class How(ReadAs):
    """How a file is to be read.

    Attributes
    ----------
    columns
        Those that are named: of a very large table, only they and the usual ones are read.
    """

    columns: tuple[str, ...] = ()


AS_IT_IS = How()
