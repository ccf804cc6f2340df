"""A polity at a glance, for a notebook: its outline on the units around it, with its key figures, as HTML."""

from __future__ import annotations

from html import escape

import geopandas as gpd
import numpy as np
import shapely

WIDTH = 480.0
MARGIN = 0.15
"""Of the polity's own extent, shown around it."""
FINEST = 0.5
"""Outlines are simplified to so many pixels."""
LAND, AFFECTED, LINE = "#f3f1ec", "#9cc8d8", "#0b5cad"


def glance(units: gpd.GeoDataFrame, *, title: str, said: str) -> str:
    """A figure with a caption; the same units (``inside``, ``affected``, shapes) give the same bytes."""
    inside = units["inside"].to_numpy(dtype=np.bool_)
    shapes = units.geometry
    drawn = gpd.GeoSeries(shapes.to_numpy(), crs=shapes.crs).to_crs(_paper(shapes[inside]))
    west, south, east, north = drawn[inside].total_bounds
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    frame = (west - wide, south - high, east + wide, north + high)
    scale = WIDTH / (frame[2] - frame[0])
    near = drawn.cx[frame[0] : frame[2], frame[1] : frame[3]].simplify(FINEST / scale)
    is_affected = units["affected"].fillna(0.0).to_numpy() > 0
    ground = "".join(
        _path(shape, frame, scale, f'fill="{AFFECTED if is_affected[at] else LAND}" stroke="#fff" stroke-width="0.5"')
        for at, shape in near.items()
    )
    outline = shapely.union_all(near[inside[near.index]].to_numpy())
    line = _path(outline, frame, scale, f'fill="none" stroke="{LINE}" stroke-width="2.5"')
    words = escape(title)
    size = f'viewBox="0 0 {WIDTH:g} {(frame[3] - frame[1]) * scale:.0f}" width="{WIDTH:g}"'
    return (
        f'<figure><svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{words}">{ground}{line}</svg>'
        f"<figcaption><strong>{words}</strong>: {escape(said)}</figcaption></figure>"
    )


def _paper(shapes: gpd.GeoSeries) -> str:
    """An equal-area projection around the shapes."""
    west, south, east, north = shapes.to_crs(4326).total_bounds
    return f"+proj=laea +lat_0={(south + north) / 2:.1f} +lon_0={(west + east) / 2:.1f} +datum=WGS84 +units=m"


def _path(shape: shapely.Geometry, frame: tuple[float, float, float, float], scale: float, look: str) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]
    moves = []
    for ring in rings:
        points = (shapely.get_coordinates(ring) - (frame[0], frame[3])) * (scale, -scale)
        moves.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return f'<path d="{"".join(moves)}" fill-rule="evenodd" {look}/>' if moves else ""
