"""Rebuild data/issues/mediterranean-coast.geojson: shores of the western Mediterranean, from the land of world-places.

    ./run python -m data.build.mediterranean_coast

Land: Natural Earth 1:10m (public domain), see ``data.build.world_ground``. The sea's outline, which says which shores
are meant, is drawn by hand: from Gibraltar to Cape Bon, Messina and Genoa.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import shapely

DATA = Path(__file__).parents[1]
TARGET = DATA / "issues" / "mediterranean-coast.geojson"
DETAIL = 0.02
"""Detail of the shore that is kept, degrees: some 2 km."""
SHORTEST = 0.15
"""Shores of islets shorter than this are left out, degrees."""
SEA = shapely.Polygon(
    [
        (-5.4, 36.25), (-5.4, 35.8), (-2, 34.6), (5, 36.3), (9, 36.6), (10.8, 36.6), (11.2, 37.2), (12.2, 37.7),
        (13.5, 37.85), (15.64, 38.2), (15.9, 38.3), (16.4, 38.9), (15.6, 40.3), (14.5, 41), (12.4, 42.1), (10.6, 43.4),
        (9.5, 44.8), (8, 44.8), (3, 44), (-0.8, 40), (-1, 37.7), (-4.6, 37),
    ]
)  # fmt: skip


def main() -> None:
    """Build, check, write."""
    land = gpd.read_parquet(DATA / "world-places" / "land.parquet").geometry.to_numpy()
    shores = shapely.intersection(shapely.boundary(land[shapely.intersects(land, SEA)]), SEA)
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(shores)))
    drawn = shapely.simplify(lines[shapely.length(lines) >= SHORTEST], DETAIL)
    drawn = shapely.set_precision(drawn, 0.001)
    if not 20 <= len(drawn) <= 60:
        raise SystemExit(f"mediterranean-coast: expected some 40 shores, found {len(drawn)}")
    frame = gpd.GeoDataFrame(geometry=drawn, crs=4326)
    TARGET.write_text(frame.to_json(drop_id=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(drawn)} shores, {TARGET.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
