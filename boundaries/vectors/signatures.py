"""What a file is by its first bytes: readers that guess would open a virtual file, and follow where it points.

A file named ``river.kml`` may hold a description that makes GDAL read any other file, or ask the network. So a file is
read only as what its suffix says, and only if it begins like that.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from boundaries.errors import FileError
from boundaries.xml import root_name

HEAD_BYTES = 65_536
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".fgb": (b"fgb",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".parquet": (b"PAR1",),
    ".geoparquet": (b"PAR1",),
}
VIRTUAL = (b"<OGRVRT", b"<VRTDataset", b"<OGRWFS", b"<GDAL_WM", b"<GDAL_WCS", b"<WMS")


def check_signature(path: Path, named: Path, format_name: str) -> None:
    """Refuse a file that does not begin as its format does; ``named`` is what the person called it."""
    suffix = path.suffix.lower()
    if path.is_dir():
        if not any(path.glob("*.gdbtable")):
            raise FileError("{path} is no file geodatabase (it holds no .gdbtable); export it again.", path=named)
        return
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if suffix == ".kml":
        _check_markup(path, named, head)
    if suffix in BEGINNINGS and not head.startswith(BEGINNINGS[suffix]):
        raise FileError(
            "{path} cannot be read as {format} (it does not begin like one); export it again.",
            path=named,
            format=format_name,
        )
    if suffix == ".gpkg":
        _check_no_views(path, named)


def _check_markup(path: Path, named: Path, head: bytes) -> None:
    """Refuse what GDAL could take for anything but KML, and what declares a type."""
    with path.open("rb") as file:
        root = root_name(file, named)
    if root != "kml" or b"<kml" not in head or any(mark in head for mark in VIRTUAL):
        raise FileError(
            "{path} cannot be read as KML (there is no <kml> at its beginning, in UTF-8); export it again.",
            path=named,
        )


def _check_no_views(path: Path, named: Path) -> None:
    """Refuse SQL views: reading one runs what its author wrote, for ever if they wish."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name").fetchone()
    except sqlite3.Error:
        return  # the reader says what is wrong with it
    except UnicodeDecodeError as error:
        raise FileError(
            "{path} cannot be read as {format} ({reason}); export it again.",
            path=named,
            format="GeoPackage",
            reason=str(error),
        ) from error
    if found is not None:
        raise FileError(
            "{path} holds the SQL view {view:quoted}, and views are not run; export the layer itself as a table.",
            path=named,
            view=str(found[0])[:60],
        )
