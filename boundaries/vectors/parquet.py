"""Read features of a Parquet file: GeoParquet of any version, native geometry, or a plain column of WKB or WKT."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from boundaries.coordinates import is_known
from boundaries.errors import FileError

USUAL = ("geometry", "geom", "wkb_geometry", "the_geom", "shape", "wkb", "geog", "geography", "wkt")
LONLAT = "OGC:CRS84"


def read_parquet(path: Path) -> gpd.GeoDataFrame:
    """Features of a Parquet file; without a coordinate system where the file names none.

    Raises
    ------
    FileError
        If no column holds shapes.
    """
    schema = pq.read_schema(path)
    if b"geo" in (schema.metadata or {}):
        features = gpd.read_parquet(path)
        return features.drop(columns=_coverings(schema.metadata[b"geo"], features), errors="ignore")
    native = _native(pq.ParquetFile(path))
    column = next(iter(native), None) or _plain(schema, path)
    frame = _frame(path)
    shapes = _shapes(frame[column], path)
    crs = native.get(column) or _srid(shapes)
    return gpd.GeoDataFrame(
        frame.drop(columns=column),
        geometry=list(shapely.force_2d(shapes)),
        crs=None if crs is None else CRS.from_user_input(crs),
    )


def names_crs(file: pq.ParquetFile) -> bool:
    """Whether a Parquet file with shapes says where they lie; one without shapes has no use for it."""
    metadata = file.schema_arrow.metadata or {}
    if b"geo" in metadata:
        said = json.loads(metadata[b"geo"])
        column = said.get("columns", {}).get(said.get("primary_column"), {})
        return is_known(column.get("crs", LONLAT))
    native = _native(file)
    return all(crs is not None for crs in native.values()) if native else False


def _coverings(geo: bytes, features: gpd.GeoDataFrame) -> list[str]:
    """Columns of bounding boxes (GeoParquet 1.1), which are no attributes."""
    columns = json.loads(geo).get("columns", {}).values()
    boxes = [column.get("covering", {}).get("bbox", {}).get("xmin", [None])[0] for column in columns]
    return [str(name) for name in boxes if name in features.columns]


def _native(file: pq.ParquetFile) -> dict[str, Any]:
    """Coordinate systems of the columns of type GEOMETRY or GEOGRAPHY."""
    found: dict[str, Any] = {}
    for place in range(len(file.schema)):
        column = file.schema.column(place)
        said = json.loads(column.logical_type.to_json() or "{}")
        if str(said.get("Type", "")).lower() in ("geometry", "geography"):
            found[column.name] = _named_crs(said.get("crs") or LONLAT, file.schema_arrow.metadata or {})
    return found


def _named_crs(said: str, metadata: dict[bytes, bytes]) -> Any:
    kind, _, value = said.partition(":")
    if kind == "projjson" and value.encode() in metadata:
        return str(metadata[value.encode()], "utf-8")
    if kind == "srid":
        return None if value == "0" else f"EPSG:{value}"
    return said


def _plain(schema: pa.Schema, path: Path) -> str:
    """A column of WKB or WKT by its usual name, or the only binary one."""
    kinds = {field.name: field.type for field in schema}
    binary = [name for name, kind in kinds.items() if pa.types.is_binary(kind) or pa.types.is_large_binary(kind)]
    text = [name for name, kind in kinds.items() if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
    usual = [name for wanted in USUAL for name in (*binary, *text) if name.lower() == wanted]
    if usual or len(binary) == 1:
        return str((usual or binary)[0])
    raise FileError(
        "{path} holds a table without geometry (its columns are {columns:list}); choose a file of areas, lines "
        "or points.",
        path=path,
        columns=list(kinds),
    )


def _frame(path: Path) -> pd.DataFrame:
    table = pq.read_table(path)
    for place, field in enumerate(table.schema):
        if isinstance(field.type, pa.BaseExtensionType):
            table = table.set_column(
                place, field.name, pa.chunked_array([c.storage for c in table.column(place).chunks])
            )
    frame: pd.DataFrame = table.to_pandas()
    return frame.reset_index() if frame.index.name else frame


def _shapes(cells: pd.Series, path: Path) -> np.ndarray:
    values = cells.astype(object).where(cells.notna(), None).to_numpy(dtype=object)
    first = next((value for value in values if value is not None), None)
    try:
        return np.asarray(
            shapely.from_wkt(values) if isinstance(first, str) else shapely.from_wkb(values), dtype=object
        )
    except (shapely.GEOSException, TypeError) as error:
        raise FileError(
            "{path}: column {name:quoted} holds no shapes as WKB or WKT ({reason}); write it as GeoParquet.",
            path=path,
            name=cells.name,
            reason=str(error).splitlines()[0][:100],
        ) from error


def _srid(shapes: np.ndarray) -> str | None:
    """Coordinate system in the shapes themselves (EWKB)."""
    found = set(np.unique(shapely.get_srid(shapes[shapely.is_geometry(shapes)])).tolist()) - {0, -1}
    return f"EPSG:{found.pop()}" if len(found) == 1 else None
