"""Read a vector file of any common format, or say in one sentence why not."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from boundaries.coordinates import located
from boundaries.errors import FileError
from boundaries.how import AS_IT_IS, How
from boundaries.paths import existing_file
from boundaries.tables.delimited import kept_note, meant
from boundaries.tables.opening import read_table
from boundaries.tables.places import placed
from boundaries.tables.workbook import WORKBOOKS
from boundaries.vectors.archives import unpacked
from boundaries.vectors.features import Features, empty_note, with_shapes
from boundaries.vectors.geojson import LARGEST_BYTES, check_geojson
from boundaries.vectors.parquet import read_parquet
from boundaries.vectors.shapefile import check_companions, table_encoding
from boundaries.vectors.signatures import check_signature
from geopolity.errors import RequestError
from geopolity.messages import Message

TABLES = {".csv", ".tsv", ".txt", *WORKBOOKS}
FORMATS = {
    ".parquet": "GeoParquet",
    ".geoparquet": "GeoParquet",
    ".gpkg": "GeoPackage",
    ".gdb": "file geodatabase",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".kml": "KML",
    ".shp": "shapefile",
    **dict.fromkeys([".csv", ".tsv", ".txt"], "CSV of points"),
    **dict.fromkeys(sorted(WORKBOOKS), "workbook of points"),
}
LAYERED = {".gpkg", ".gdb", ".kml"}
ARCHIVES = {".zip", ".kmz"}
BATCH = 4_096
ALL = "*"
"""Name that stands for all layers of a file."""


def read_vector(path: Path, how: How = AS_IT_IS) -> Features:
    """Features of a file, in a coordinate system, each with a shape.

    Raises
    ------
    RequestError
        If it cannot be read, or holds several layers of which none is named; the sentence says the way out.
    """
    existing_file(path)
    suffix = path.suffix.lower()
    if suffix in ARCHIVES:
        with unpacked(path, how.layer_name) as inner:
            same = how.layer_name in (inner.stem, inner.name)
            return _read(inner, path, replace(how, layer_name=None) if same else how)
    if suffix not in FORMATS:
        raise FileError(
            "{path} has the suffix {suffix:quoted}, which is not one of {known:list}; convert it first.",
            path=path,
            suffix=path.suffix,
            known=[*FORMATS, *sorted(ARCHIVES)],
        )
    return _read(path, path, how)


def read_attributes(path: Path) -> pd.DataFrame:
    """Rows of a file of features without their shapes."""
    with _reading(path, "a table"):
        check_signature(path, path, FORMATS.get(path.suffix.lower(), "dBASE"))
        if path.suffix.lower() in LAYERED:
            return pd.DataFrame(pyogrio.read_dataframe(path, layer=_layers(path, path, None)[0], read_geometry=False))
        encoding = table_encoding(path)[0] if path.suffix.lower() == ".shp" else None
        return pd.DataFrame(pyogrio.read_dataframe(path, read_geometry=False, encoding=encoding))


def _read(path: Path, named: Path, how: How) -> Features:
    """Features of a plain file; ``named`` is what the person called it."""
    suffix = path.suffix.lower()
    format_name = FORMATS[suffix]
    check_signature(path, named, format_name)
    check_companions(path, named)
    if suffix in TABLES:
        read = _points(path, how)
    else:
        _check_said(named, suffix, format_name, how)
        with _reading(named, format_name):
            read = _features(path, named, how)
    if not isinstance(read.frame, gpd.GeoDataFrame):
        raise FileError("{path} holds a table without geometry; choose a file of areas, lines or points.", path=named)
    if read.frame.empty:
        raise FileError("{path} holds no features; choose a file with at least one.", path=named)
    frame, bare = with_shapes(_renamed(read.frame), named, how.on_empty_geometry)
    frame, known = located(frame, named, how.crs if suffix not in TABLES else None)
    notes = (*read.notes, *empty_note(len(bare), named.name))
    return replace(read, frame=frame, without_shape=bare, crs_from=known, notes=notes)


def _renamed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same rows, numbered, their shapes in the column ``geometry``."""
    frame = frame.reset_index(drop=not frame.index.name)
    if frame.geometry.name == "geometry":
        return frame
    return frame.drop(columns="geometry", errors="ignore").rename_geometry("geometry")


@contextmanager
def _reading(named: Path, format_name: str) -> Iterator[None]:
    """Turn whatever a library raises into a sentence, and keep its warnings from a person."""
    try:
        with warnings.catch_warnings(), np.errstate(invalid="ignore"):  # odd coordinates are refused once they are read
            warnings.simplefilter("ignore")
            yield
    except RequestError:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise FileError(
            "{path} cannot be read as {format} ({reason}); export it again.",
            path=named,
            format=format_name,
            reason=reason,
        ) from error


def _check_said(named: Path, suffix: str, format_name: str, how: How) -> None:
    if how.layer_name is not None and suffix not in LAYERED:
        raise FileError(
            "{path} is a {format}, which holds one layer; leave --layer-name {name} out.",
            path=named,
            format=format_name,
            name=how.layer_name,
        )
    if how.encoding is not None and suffix != ".shp":
        raise FileError(
            "{path} is a {format}, which says its own encoding; leave --encoding out.", path=named, format=format_name
        )


def _features(path: Path, named: Path, how: How) -> Features:
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".geoparquet"):
        return _plain(read_parquet(path))
    if suffix in (".geojson", ".json"):
        check_geojson(path)
        if path.stat().st_size > LARGEST_BYTES:
            return _streamed(path, named, how)
    if suffix in LAYERED:
        return _plain(_joined([_dataframe(path, layer=name) for name in _layers(path, named, how.layer_name)]))
    encoding, notes = (how.encoding, ()) if how.encoding or suffix != ".shp" else table_encoding(path)
    try:
        frame = _dataframe(path, encoding=encoding)
    except UnicodeDecodeError:
        encoding, notes = "cp1252", (Message("{file} is not in UTF-8; it was read as cp1252.", file=named.name),)
        frame = _dataframe(path, encoding=encoding)
    return replace(_plain(frame), encoding=encoding, notes=notes)


def _plain(frame: gpd.GeoDataFrame) -> Features:
    return Features(frame=frame, without_shape=pd.DataFrame(), rows=len(frame))


def _dataframe(path: Path, **options: Any) -> gpd.GeoDataFrame:
    frame = pyogrio.read_dataframe(path, **options)
    if isinstance(frame, gpd.GeoDataFrame) and shapely.has_z(frame.geometry.to_numpy()).any():
        frame = frame.set_geometry(gpd.GeoSeries(shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs))
    return frame


def _streamed(path: Path, named: Path, how: How) -> Features:
    """Features of a large file, batch by batch, so that no more than a batch is held twice.

    Only columns that are named or have a usual name are kept.
    """
    shapes, rows = [], []
    with pyogrio.open_arrow(path, batch_size=BATCH, use_pyarrow=True) as (meta, batches):
        geometry = meta["geometry_name"] or "wkb_geometry"
        header = [str(name) for name in meta["fields"]]
        kept = meant(header, how.columns)
        for batch in batches:
            table = pa.Table.from_batches([batch])
            shapes.append(_flat(shapely.from_wkb(table[geometry].to_numpy())))
            plain = table.select(kept)
            rows.append(plain.take(pa.array(np.arange(len(plain)))))  # a copy, else the shapes' bytes stay with it
    attributes = pa.concat_tables(rows).to_pandas()
    frame = gpd.GeoDataFrame(attributes, geometry=np.concatenate(shapes), crs=meta["crs"])
    return replace(_plain(frame), notes=kept_note(kept, header, named))


def _flat(shapes: np.ndarray) -> np.ndarray:
    """Shapes without heights."""
    return np.asarray(shapely.force_2d(shapes)) if shapely.has_z(shapes).any() else shapes


def _layers(path: Path, named: Path, asked: str | None) -> list[str]:
    """Layers to read: the named one, the only one that holds shapes, or all of them."""
    listed = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    names = [name for name, _ in listed]
    spatial = [name for name, kind in listed if kind is not None] or names
    if asked == ALL:
        return spatial
    if asked is not None:
        if asked not in names:
            raise FileError(
                "{path} has no layer {name:quoted}; it has {layers:list}.", path=named, name=asked, layers=names
            )
        return [asked]
    if len(spatial) > 1:
        spatial = [
            name for name in spatial if pyogrio.read_info(path, layer=name, force_feature_count=True)["features"]
        ]
    if len(spatial) > 1:
        raise FileError(
            "{path} holds {count} layers, {layers:list}; name one with --layer-name, or take all of them with "
            "--layer-name '*'.",
            path=named,
            count=len(spatial),
            layers=spatial,
        )
    return spatial or names[:1]


def _joined(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    if len(frames) == 1:
        return frames[0]
    return gpd.GeoDataFrame(pd.concat([frame.to_crs(frames[0].crs) for frame in frames], ignore_index=True))


def _points(path: Path, how: How) -> Features:
    table = read_table(path, encoding=how.encoding, sheet=how.layer_name, named=how.columns)
    found = placed(table, how)
    return Features(
        frame=found.frame,
        without_shape=pd.DataFrame(),
        rows=len(table.frame),
        encoding=table.encoding,
        separator=table.separator,
        notes=(*table.notes, *found.notes),
    )
