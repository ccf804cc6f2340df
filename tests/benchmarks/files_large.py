"""Files of two gigabytes and of 240,000 units, written once to a cache: what people have and tools hold in memory."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

CSV_ROWS, CSV_EXTRAS = 13_000_000, 16
RINGS, VERTICES = 200_000, 400
UNITS = (600, 400)
CHUNK = 100_000


def people_at_points(folder: Path) -> Path:
    """CSV of 2 GB: census blocks as points with people, beside sixteen columns nobody asked for."""
    path = folder / "blocks.csv"
    if path.exists():
        return path
    rng = np.random.default_rng(11)
    header = ",".join(["GEOID", "INTPTLAT", "INTPTLON", "POP20", *(f"H{n:03}" for n in range(CSV_EXTRAS))])
    filler = [",".join(f"{cell:06d}" for cell in rng.integers(0, 10**6, CSV_EXTRAS)) for _ in range(1_000)]
    with _whole(path).open("w") as file:
        file.write(header + "\n")
        for begin in range(0, CSV_ROWS, CHUNK):
            lat, lon = rng.uniform(25, 49, CHUNK), rng.uniform(-124, -67, CHUNK)
            people = np.maximum(rng.lognormal(2.5, 1.3, CHUNK) - 5, 0).astype(int)
            file.writelines(
                f"{begin + place:015d},{lat[place]:+.7f},{lon[place]:+012.7f},{people[place]},{filler[place % 1_000]}\n"
                for place in range(CHUNK)
            )
    return _done(path)


def areas_as_geojson(folder: Path) -> Path:
    """GeoJSON of 2 GB: 200,000 islets of 400 vertices, on a lattice, each with people."""
    path = folder / "islets.geojson"
    if path.exists():
        return path
    turn = np.linspace(0, 2 * np.pi, VERTICES)
    ring = 0.02 * np.column_stack([np.cos(turn), np.sin(turn)])
    ring[-1] = ring[0]
    with _whole(path).open("w") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for number in range(RINGS):
            centre = (-120 + 0.05 * (number % 1_000), 30 + 0.05 * (number // 1_000))
            points = ",".join(map("[%.7f, %.7f]".__mod__, map(tuple, (ring + centre).tolist())))
            file.write(
                f'{"," if number else ""}{{"type": "Feature", "properties": {{"id": "i{number}", "population": '
                f'{number % 977}}}, "geometry": {{"type": "Polygon", "coordinates": [[{points}]]}}}}\n'
            )
        file.write("]}\n")
    return _done(path)


def units_as_geopackage(folder: Path) -> Path:
    """GeoPackage of 240,000 units that share their borders, each of some sixteen vertices."""
    path = folder / "units.gpkg"
    if path.exists():
        return path
    wide, high = UNITS
    rng = np.random.default_rng(12)
    across, up = _borders(rng, (high + 1, wide)), _borders(rng, (wide + 1, high))
    shapes = [_unit(across, up, column, row) for row in range(high) for column in range(wide)]
    frame = gpd.GeoDataFrame(
        {"GEOID": [f"{place:012d}" for place in range(wide * high)], "POP20": rng.poisson(1_400, wide * high)},
        geometry=shapes,
        crs=4326,
    )
    frame.to_file(_whole(path), driver="GPKG")
    return _done(path)


def _borders(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Wiggles of the borders of one direction: three points between corners, off the straight line."""
    return rng.uniform(-0.2, 0.2, (*shape, 3))


def _unit(across: np.ndarray, up: np.ndarray, column: int, row: int) -> shapely.Polygon:
    along = np.array([0.25, 0.5, 0.75])
    south = np.column_stack([column + along, row + across[row, column]])
    north = np.column_stack([column + along, row + 1 + across[row + 1, column]])
    west = np.column_stack([column + up[column, row], row + along])
    east = np.column_stack([column + 1 + up[column + 1, row], row + along])
    corners = np.array([[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]], dtype=float)
    ring = np.vstack([corners[:1], south, corners[1:2], east, corners[2:3], north[::-1], corners[3:], west[::-1]])
    return shapely.Polygon(ring * [0.09, 0.06] + [-122.0, 25.0])


def _whole(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"part-{path.name}")


def _done(path: Path) -> Path:
    _whole(path).rename(path)
    return path
