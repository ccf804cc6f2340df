"""Twenty footprints on the US counties for the engine's benchmark, from public knowledge."""

from __future__ import annotations

import geopandas as gpd
import shapely

from geopolity.affected.footprint import Area, Corridor, Footprint, Radius

CITIES = {
    "New York": (-74.0, 40.7), "Los Angeles": (-118.2, 34.05), "Chicago": (-87.65, 41.85), "Houston": (-95.4, 29.75),
    "Seattle": (-122.3, 47.6), "Miami": (-80.2, 25.8), "Denver": (-105.0, 39.7), "Boston": (-71.05, 42.35),
    "Atlanta": (-84.4, 33.75), "Minneapolis": (-93.3, 45.0), "St Louis": (-90.2, 38.6), "Salt Lake City": (-111.9, 40.75),
    "Phoenix": (-112.1, 33.45), "Pittsburgh": (-80.0, 40.45), "New Orleans": (-90.1, 29.95), "Kansas City": (-94.6, 39.1),
    "Omaha": (-96.0, 41.25), "Buffalo": (-78.9, 42.9), "Raleigh": (-78.65, 35.8), "Boise": (-116.2, 43.6),
}  # fmt: skip
LINES = {
    "Ohio River": [(-80.0, 40.4), (-80.6, 39.6), (-82.2, 38.6), (-84.5, 39.1), (-85.75, 38.3), (-87.6, 37.95), (-89.1, 37.0)],
    "Colorado River": [(-106.3, 40.1), (-109.6, 38.6), (-111.5, 36.9), (-114.7, 36.0), (-114.6, 34.5), (-114.7, 32.7)],
    "Interstate 95": [(-68.8, 44.8), (-71.0, 42.4), (-74.0, 40.7), (-77.0, 38.9), (-77.9, 36.4), (-81.1, 32.1), (-80.2, 25.8)],
    "Missouri River": [(-111.0, 47.5), (-104.0, 48.0), (-100.8, 46.8), (-96.4, 42.5), (-95.9, 41.2), (-94.6, 39.1), (-90.2, 38.8)],
    "Rio Grande": [(-106.65, 35.1), (-106.5, 31.8), (-104.4, 29.6), (-100.5, 28.7), (-97.4, 25.95)],
    "Gulf coast": [(-97.2, 26.0), (-97.1, 27.8), (-94.8, 29.3), (-90.2, 29.2), (-88.0, 30.3), (-85.0, 29.7), (-82.8, 28.0), (-81.8, 26.1)],
}  # fmt: skip
AREAS = {
    "Central Valley": [(-122.4, 40.4), (-121.4, 40.0), (-118.7, 35.4), (-119.3, 35.0), (-121.6, 37.7), (-122.6, 39.6)],
    "Appalachian coalfield": [(-79.5, 40.6), (-79.6, 39.0), (-81.8, 36.7), (-83.9, 36.5), (-82.6, 38.2), (-80.8, 40.4)],
    "Corn belt": [(-97.5, 43.5), (-97.5, 40.5), (-91.0, 39.5), (-85.0, 39.8), (-84.8, 41.2), (-91.0, 43.4)],
    "Permian Basin": [(-104.3, 33.2), (-104.0, 31.3), (-101.2, 31.0), (-101.3, 33.4)],
}  # fmt: skip
GROUPS = {
    "3 far cities": ["Seattle", "Denver", "Atlanta"],
    "4 far cities": ["Boston", "Minneapolis", "Phoenix", "New Orleans"],
    "5 far cities": ["Pittsburgh", "Omaha", "Boise", "Houston", "Raleigh"],
    "4 eastern cities": ["Buffalo", "Raleigh", "Atlanta", "St Louis"],
    "20 cities": list(CITIES),
}


def footprints() -> dict[str, tuple[str, Footprint]]:
    """Name → (kind, footprint): one piece, corridor, clusters or scatter."""
    found: dict[str, tuple[str, Footprint]] = {}
    for name in ("New York", "Los Angeles", "Chicago", "Kansas City", "Salt Lake City"):
        found[f"{name}, 120 km"] = ("one piece", _around([name], 120))
    for name, ring in AREAS.items():
        found[name] = ("one piece", Area(shapes=gpd.GeoSeries([shapely.Polygon(ring)], crs=4326)))
    for name, path in LINES.items():
        found[f"{name}, 40 km"] = (
            "corridor",
            Corridor(lines=gpd.GeoSeries([shapely.LineString(path)], crs=4326), distance_km=40, decay="linear"),
        )
    for name, cities in GROUPS.items():
        kind = "scatter" if len(cities) > 6 else "clusters"
        found[f"{name}, 60 km"] = (kind, _around(cities, 60))
    return found


def _around(cities: list[str], distance_km: float) -> Footprint:
    points = gpd.GeoSeries([shapely.Point(CITIES[name]) for name in cities], crs=4326)
    return Radius(points=points, distance_km=distance_km)
