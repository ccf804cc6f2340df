"""Files of one version of a polity to take away, each with its licence and how to cite it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from boundaries.tables.formulas import defused
from geopolity.arrays import GeometryArray
from maps.site.styles import affected_style, outline_style

KINDS = {
    "boundary.geojson": "boundary_geojson",
    "polity.gpkg": "gpkg",
    "boundary.parquet": "parquet",
    "units.parquet": "units_parquet",
    "units.csv": "units_csv",
    "LICENCE.txt": "licence",
}
"""Files, and how the catalogue calls them."""
_LONG_AGO = "1970-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VersionData:
    """A version as it is handed out.

    Attributes
    ----------
    said
        Its figures, as ``polity list --json`` has them.
    boundary
        Dissolved and unsimplified, EPSG:4326.
    units
        Units inside by ``unit_id``: ``name, population, affected``; ``shapes`` in the same order.
    """

    said: Mapping[str, Any]
    boundary: shapely.Geometry
    units: pd.DataFrame
    shapes: GeometryArray
    licence: str
    citation: str


def version_files(data: VersionData) -> dict[str, bytes]:
    """GeoJSON, GeoPackage, GeoParquet and CSV of a version, byte for byte the same every time."""
    boundary = gpd.GeoDataFrame([dict(data.said)], geometry=[data.boundary], crs=4326)
    units = gpd.GeoDataFrame(data.units.reset_index(), geometry=list(data.shapes), crs=4326)
    return {
        "boundary.geojson": _geojson(data),
        "polity.gpkg": _geopackage(boundary, units, data),
        "boundary.parquet": _parquet(boundary, data),
        "units.parquet": _parquet(units, data),
        "units.csv": defused(data.units).to_csv(lineterminator="\n").encode(),
        "LICENCE.txt": f"{data.citation}\n\nLicence of the data: {data.licence}\n".encode(),
    }


def _terms(data: VersionData) -> dict[str, str]:
    return {"licence": data.licence, "citation": data.citation}


def _geojson(data: VersionData) -> bytes:
    outline = shapely.to_geojson(shapely.orient_polygons(data.boundary, exterior_cw=False))
    head = json.dumps(_terms(data), ensure_ascii=False, sort_keys=True)[1:-1]
    properties = json.dumps(dict(data.said), ensure_ascii=False, sort_keys=True)
    feature = f'{{"type": "Feature", "properties": {properties}, "geometry": {outline}}}'
    return f'{{"type": "FeatureCollection", {head}, "features": [\n{feature}\n]}}\n'.encode()


def _geopackage(boundary: gpd.GeoDataFrame, units: gpd.GeoDataFrame, data: VersionData) -> bytes:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _LONG_AGO})  # else the file says when it was made
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "polity.gpkg"
            for name, frame in (("boundary", boundary), ("units", units)):
                pyogrio.write_dataframe(
                    frame, file, layer=name, driver="GPKG", append=file.exists(), layer_metadata=_terms(data)
                )
            pyogrio.write_dataframe(_styles(), file, layer="layer_styles", driver="GPKG", append=True)
            return file.read_bytes()
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _styles() -> pd.DataFrame:
    """The table in which QGIS looks for how the layers of a GeoPackage are drawn."""
    styles = {"boundary": outline_style(), "units": affected_style()}
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": list(styles),
            "f_geometry_column": "geom",
            "styleName": [style.name for style in styles.values()],
            "styleQML": [style.qml for style in styles.values()],
            "styleSLD": [style.sld for style in styles.values()],
            "useAsDefault": True,
            "description": "",
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(_LONG_AGO),
        }
    )


def _parquet(frame: gpd.GeoDataFrame, data: VersionData) -> bytes:
    import io  # noqa: PLC0415 - with pyarrow, only whoever writes needs them

    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    plain = io.BytesIO()
    frame.assign(**{name: frame[name].astype("string") for name in _texts(frame)}).to_parquet(plain, index=False)
    table = pq.read_table(pa.BufferReader(plain.getvalue()))
    terms = {key.encode(): value.encode() for key, value in _terms(data).items()}
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **terms}), out, compression="zstd")
    return out.getvalue()


def _texts(frame: gpd.GeoDataFrame) -> list[str]:
    """Columns that hold text or nothing at all, which need a type to be told from it."""
    return [str(name) for name in frame.columns if frame[name].dtype == np.dtype(object) and name != "geometry"]
