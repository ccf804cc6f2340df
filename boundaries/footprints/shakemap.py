"""A ShakeMap as the US Geological Survey publishes it: ``grid.xml``, values at the nodes of a regular grid."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

from boundaries.errors import FileError
from boundaries.xml import children, local_name
from geopolity.affected.raster import Grid
from geopolity.messages import Message

USUAL = "MMI"


def is_shakemap(root: Element) -> bool:
    """Whether an XML document is a ShakeMap grid."""
    return local_name(root) == "shakemap_grid"


def grid_of(root: Element, path: Path, field: str | None) -> Grid:
    """Cells around the nodes of a ShakeMap, with one of its fields (by default the intensity, MMI)."""
    fields = {str(one.get("name")).upper(): int(str(one.get("index"))) - 1 for one in children(root, "grid_field")}
    wanted = (field or USUAL).upper()
    if wanted not in fields or not {"LON", "LAT"} <= set(fields):
        raise FileError(
            "{path} has the fields {fields:list}; name one with --layer-name.",
            path=path,
            fields=[name for name in fields if name not in ("LON", "LAT")],
        )
    try:
        (frame,) = children(root, "grid_specification")
        columns, rows = int(str(frame.get("nlon"))), int(str(frame.get("nlat")))
        (data,) = children(root, "grid_data")
        values = np.array((data.text or "").split(), dtype=np.float64).reshape(rows * columns, len(fields))
    except ValueError as error:
        raise FileError(
            "{path} is no whole ShakeMap grid ({reason}); fetch it again.", path=path, reason=str(error)
        ) from error
    lon, lat = (np.unique(values[:, fields[name]].round(8)) for name in ("LON", "LAT"))
    if len(lon) != columns or len(lat) != rows or columns < 2 or rows < 2:
        raise FileError(
            "{path} announces {columns} by {rows} nodes and holds {found_columns} by {found_rows}; fetch it again.",
            path=path,
            columns=columns,
            rows=rows,
            found_columns=len(lon),
            found_rows=len(lat),
        )
    order = np.lexsort((values[:, fields["LON"]], -values[:, fields["LAT"]]))
    cells = values[order, fields[wanted]].reshape(rows, columns)
    wide, high = (lon[-1] - lon[0]) / (columns - 1), (lat[-1] - lat[0]) / (rows - 1)
    bounds = (lon[0] - wide / 2, max(lat[0] - high / 2, -90.0), lon[-1] + wide / 2, min(lat[-1] + high / 2, 90.0))
    note = Message(
        "{file}: the field {field} of a ShakeMap, each value for the ground around its node.",
        file=path.name,
        field=wanted,
    )
    return Grid(values=cells, bounds=bounds, crs=4326, notes=(note,))
