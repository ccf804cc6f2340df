"""One word for several files: which of a command's files an option about reading is meant for.

``--crs`` is for the file that names no coordinate system, ``--layer-name`` for the one that holds several layers.
Where none is, all get it, and say for themselves why they have no use for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from boundaries.coordinates import is_known
from boundaries.errors import FileError
from boundaries.rasters.grids import RASTERS
from boundaries.rasters.images import DRIVERS
from boundaries.tables.encoding import encoding_of
from boundaries.tables.opening import DELIMITED, PARQUET
from boundaries.tables.workbook import WORKBOOKS
from boundaries.vectors.readers import ARCHIVES, FORMATS, LAYERED
from boundaries.vectors.signatures import check_signature

TEXT = DELIMITED | {".shp", ".zip"}


def shared(paths: Sequence[str | Path], said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is said about reading, by file: for each word the files that it is meant for, or all if none is."""
    files = [Path(path) for path in paths]
    given: dict[str, dict[str, Any]] = {str(file): {} for file in files}
    for name, value in said.items():
        meant = [file for file in files if _is_meant(file, name, value)]
        for file in meant or files:
            given[str(file)][name] = value
    return given


def _is_meant(file: Path, name: str, value: Any) -> bool:
    suffix = file.suffix.lower()
    if not file.exists():
        return False
    match name:
        case "crs":
            return not _names_crs(file, suffix)
        case "layer_name":
            return suffix in WORKBOOKS | {".nc", ".xml"} or _has_layer(file, suffix, str(value))
        case "encoding":
            return suffix in TEXT
        case "band" | "no_data":
            return suffix in RASTERS
    return suffix not in RASTERS and suffix not in (".toml", ".xml")


def _has_layer(file: Path, suffix: str, name: str) -> bool:
    if suffix in ARCHIVES:
        return True
    if suffix not in LAYERED:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_signature(file, file, FORMATS[suffix])
        try:
            layers = [str(one) for one, _ in pyogrio.list_layers(file)]
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
            return False
    return name in layers or name == "*"


def _names_crs(file: Path, suffix: str) -> bool:
    """Whether a file says where its coordinates lie; one that cannot be read says so when it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _own_crs(file, suffix)
        except (OSError, ValueError, FileError, RuntimeError, pa.ArrowException):
            return True


def _own_crs(file: Path, suffix: str) -> bool:
    if suffix in {".toml", ".xml", ".asc"} | ARCHIVES | WORKBOOKS:
        return suffix != ".asc"
    if suffix in DRIVERS:
        import rasterio  # noqa: PLC0415 - loaded only where an image is read

        with rasterio.open(file, driver=DRIVERS[suffix]) as image:
            return image.crs is not None and is_known(image.crs.to_wkt())
    if suffix in PARQUET:
        from boundaries.vectors.parquet import names_crs  # noqa: PLC0415

        return names_crs(pq.ParquetFile(file))
    if suffix in DELIMITED:
        with file.open(encoding=encoding_of(file).name) as text:
            header = text.readline().lower()
        return "lon" in header or "lng" in header
    check_signature(file, file, FORMATS.get(suffix, suffix))
    info = pyogrio.read_info(file)
    return info["crs"] is not None and is_known(info["crs"])
