"""Large real layers as arrays for the engine's benchmark: built once, kept under ``GEOPOLITY_HOME/cache/bench``.

French communes as they are; New York in cells of 50 m, with the empty ground inside the city filled in; US block groups
as Voronoi cells of their points, clipped to the lower 48 states.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import Voronoi

from boundaries import open_layer
from geopolity.layers.contiguity import contiguity
from geopolity.layers.ground import unit_areas_m2
from geopolity.region import RegionProblem
from geopolity.region.graph import components, graph_of

CELL_FEET = 50 * 3.280833333
CLOSING_FEET = 1_000 * 3.280833333
"""Water narrower than twice this, between two shores of the city, counts as inside its outline."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The largest connected part of a layer: where units lie (x, y of ``crs``), what they cost, who lives there."""

    x: np.ndarray
    y: np.ndarray
    area: np.ndarray
    people: np.ndarray
    edges: np.ndarray
    crs: str

    def problem(self, shape: shapely.Geometry, coverage: str = "0.9", objective: str = "area") -> RegionProblem:
        """People whose unit has its point under the shape are affected."""
        shapely.prepare(shape)
        under = shapely.contains_xy(shape, self.x, self.y)
        cost = {"area": self.area, "population": self.people + 1, "units": np.ones(len(self.x), np.int64)}[objective]
        return RegionProblem(cost=cost, affected=np.where(under, self.people, 0), edges=self.edges, coverage=coverage)


def ground(name: str) -> Ground:
    """Open a layer, or build and keep it."""
    file = Path(os.environ["GEOPOLITY_HOME"]) / "cache" / "bench" / f"{name}.npz"
    crs = CRS[name]
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        arrays = largest_part(*BUILDERS[name]())
        np.savez(file, **dict(zip(("x", "y", "area", "people", "edges"), arrays, strict=True)))
    with np.load(file) as kept:
        return Ground(**{name: kept[name] for name in ("x", "y", "area", "people", "edges")}, crs=crs)


def _shared() -> Path:
    return Path(os.environ["GEOPOLITY_SHARED"])


def largest_part(x, y, area, people, edges):
    """Arrays of the largest connected part alone."""
    label, _ = components(*graph_of(edges, len(x)), np.ones(len(x), bool))
    inside = label == np.bincount(label).argmax()
    place = np.cumsum(inside) - 1
    kept = inside[edges].all(axis=1)
    return x[inside], y[inside], area[inside], people[inside], place[edges[kept]]


def _communes():
    layer = open_layer(_shared() / "layers" / "fr_communes_2021" / "fr_communes_2021.parquet")
    frame = layer.units
    points = frame.to_crs(2154).representative_point()
    area = np.maximum(np.rint(unit_areas_m2(layer) / 1e4), 1).astype(np.int64)
    return (
        points.x.to_numpy(),
        points.y.to_numpy(),
        area,
        frame["population"].to_numpy(np.int64),
        contiguity(layer).edges,
    )


def _new_york():
    cells = pd.read_parquet(_shared() / "layers" / "nyc_2023" / "nyc_popgrid_50m_2020.parquet")
    city = gpd.read_parquet(_shared() / "layers" / "nyc_2023" / "nyc_nta_2023.parquet").to_crs(2263).union_all()
    outline = shapely.simplify(city, 50).buffer(CLOSING_FEET, quad_segs=4).buffer(-CLOSING_FEET, quad_segs=4)
    west, south, east, north = (int(bound // CELL_FEET) for bound in outline.bounds)
    ix, iy = (grid.ravel() for grid in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1)))
    shapely.prepare(outline)
    filled = shapely.contains_xy(outline, (ix + 0.5) * CELL_FEET, (iy + 0.5) * CELL_FEET)
    table = pd.concat([cells[["ix", "iy", "pop"]], pd.DataFrame({"ix": ix[filled], "iy": iy[filled], "pop": 0.0})])
    table = table.groupby(["ix", "iy"], sort=True)["pop"].sum().reset_index()
    place = pd.Series(np.arange(len(table)), index=pd.MultiIndex.from_frame(table[["ix", "iy"]]))
    edges = []
    for step in ((1, 0), (0, 1)):
        other = place.reindex(pd.MultiIndex.from_arrays([table["ix"] + step[0], table["iy"] + step[1]])).to_numpy()
        near = ~np.isnan(other)
        edges.append(np.column_stack([np.flatnonzero(near), other[near].astype(np.int64)]))
    x, y = (table["ix"].to_numpy() + 0.5) * CELL_FEET, (table["iy"].to_numpy() + 0.5) * CELL_FEET
    return x, y, np.full(len(table), 25), np.rint(table["pop"]).to_numpy(np.int64), np.vstack(edges)


def _block_groups():
    points = pd.read_csv(
        _shared() / "layers" / "us_blockgroups_2020" / "us_blockgroup_cenpop2020.csv.gz", dtype={"ST": str}
    )
    points = points[~points["ST"].isin(["AK", "HI", "PR", "02", "15", "72"])].drop_duplicates(["lat", "lon"])
    places = gpd.GeoSeries(gpd.points_from_xy(points["lon"], points["lat"]), crs=4326).to_crs(5070)
    nation = gpd.read_parquet(_shared() / "layers" / "us_counties_2016" / "us_counties_2016.parquet").to_crs(5070)
    inside = nation.geometry.representative_point().x.between(
        -2.4e6, 2.3e6
    ) & nation.geometry.representative_point().y.between(2e5, 3.3e6)
    land = shapely.simplify(shapely.coverage_union_all(nation.geometry[inside].to_numpy()), 300)
    shapely.prepare(land)
    xy = np.column_stack([places.x, places.y])
    far = np.array([[-1e7, -1e7], [-1e7, 1e7], [1e7, -1e7], [1e7, 1e7]])
    diagram = Voronoi(np.vstack([xy, far]))
    rings = [diagram.vertices[diagram.regions[diagram.point_region[i]]] for i in range(len(xy))]
    cells = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    whole = shapely.contains_properly(land, cells)
    cells[~whole] = shapely.intersection(shapely.make_valid(cells[~whole]), land)
    area = shapely.area(cells)
    pairs, ends = diagram.ridge_points, np.array(diagram.ridge_vertices)
    real = (pairs < len(xy)).all(axis=1) & (ends >= 0).all(axis=1)
    borders = shapely.linestrings(diagram.vertices[ends[real]])
    kept = area > 0
    pairs = pairs[real][shapely.intersects(land, borders)]
    pairs = pairs[kept[pairs].all(axis=1)]
    place = np.cumsum(kept) - 1
    people = points["pop2020"].to_numpy(np.int64)
    return (
        xy[kept, 0],
        xy[kept, 1],
        np.maximum(np.rint(area[kept] / 1e4), 1).astype(np.int64),
        people[kept],
        place[pairs],
    )


BUILDERS: dict[str, Callable] = {
    "fr_communes_2021": _communes,
    "nyc_50m_filled": _new_york,
    "us_blockgroups_2020": _block_groups,
}
CRS = {"fr_communes_2021": "EPSG:2154", "nyc_50m_filled": "EPSG:2263", "us_blockgroups_2020": "EPSG:5070"}


def shapes(name: str) -> dict[str, tuple[str, shapely.Geometry]]:
    """Eight footprints of a layer, two of each kind: name → (kind, shape in the layer's coordinates)."""
    return {"fr_communes_2021": _french, "nyc_50m_filled": _of_new_york, "us_blockgroups_2020": _american}[name]()


def _around(points: list[tuple[float, float]], km: float, crs: str, metre: float = 1.0) -> shapely.Geometry:
    located = gpd.GeoSeries([shapely.Point(point) for point in points], crs=4326).to_crs(crs)
    return located.buffer(km * 1000 * metre).union_all()


def _along(line: gpd.GeoSeries, km: float, crs: str, metre: float = 1.0) -> shapely.Geometry:
    return line.to_crs(crs).buffer(km * 1000 * metre).union_all()


def _footprint(name: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(_shared() / "footprints" / f"{name}.parquet").to_crs(4326)


def _french() -> dict[str, tuple[str, shapely.Geometry]]:
    crs = CRS["fr_communes_2021"]
    rivers, airports = _footprint("ne_rivers_fr"), _footprint("ne_airports_fr")
    urban = _footprint("ne_urban_fr").to_crs(crs)
    cities = [
        (2.35, 48.86),
        (4.85, 45.76),
        (5.37, 43.3),
        (-0.58, 44.84),
        (-1.55, 47.22),
        (3.06, 50.63),
        (1.44, 43.6),
        (7.75, 48.58),
    ]
    return {
        "Paris, 40 km": ("one piece", _around(cities[:1], 40, crs)),
        "Lyon, 60 km": ("one piece", _around(cities[1:2], 60, crs)),
        "Loire, 15 km": ("corridor", _along(rivers[rivers["name"] == "Loire"].geometry, 15, crs)),
        "Rhône, 15 km": (
            "corridor",
            _along(rivers[rivers["name"].isin(["Rhône", "Rhone", "Rh?ne"])].geometry, 15, crs),
        ),
        "4 cities, 30 km": ("clusters", _around(cities[:4], 30, crs)),
        "Lille, Bordeaux, Strasbourg, 30 km": ("clusters", _around([cities[5], cities[3], cities[7]], 30, crs)),
        "urban areas, 2 km": ("scatter", urban.buffer(2_000).union_all()),
        "airports, 10 km": ("scatter", airports.to_crs(crs).buffer(10_000).union_all()),
    }


def _of_new_york() -> dict[str, tuple[str, shapely.Geometry]]:
    crs, foot = CRS["nyc_50m_filled"], 3.280833333
    places = [
        (-73.98, 40.75),
        (-73.78, 40.65),
        (-73.92, 40.83),
        (-73.99, 40.6),
        (-73.85, 40.73),
        (-74.13, 40.6),
        (-73.95, 40.7),
        (-73.89, 40.87),
    ]
    avenue = gpd.GeoSeries([shapely.LineString([(-74.01, 40.705), (-73.97, 40.77), (-73.92, 40.86)])], crs=4326)
    boulevard = gpd.GeoSeries(
        [shapely.LineString([(-73.99, 40.69), (-73.9, 40.68), (-73.8, 40.7), (-73.74, 40.72)])], crs=4326
    )
    rng = np.random.default_rng(4)
    scattered = [(x + dx, y + dy) for x, y in places for dx, dy in rng.normal(0, 0.03, (4, 2))]
    return {
        "Midtown, 3 km": ("one piece", _around(places[:1], 3, crs, foot)),
        "Kennedy airport, 6 km": ("one piece", _around(places[1:2], 6, crs, foot)),
        "Broadway, 1 km": ("corridor", _along(avenue, 1, crs, foot)),
        "Atlantic to Queens, 1 km": ("corridor", _along(boulevard, 1, crs, foot)),
        "4 places, 2 km": ("clusters", _around(places[:4], 2, crs, foot)),
        "3 places, 1.5 km": ("clusters", _around(places[4:7], 1.5, crs, foot)),
        "8 places, 0.8 km": ("scatter", _around(places, 0.8, crs, foot)),
        "32 places, 0.4 km": ("scatter", _around(scattered, 0.4, crs, foot)),
    }


def _american() -> dict[str, tuple[str, shapely.Geometry]]:
    crs = CRS["us_blockgroups_2020"]
    rivers, plants = _footprint("ne_rivers_us"), _footprint("powerplants_us")
    swaths, shaking = _footprint("hurricane_wind_swaths_us"), _footprint("shakemap_northridge_pga")
    nuclear = plants[plants["primary_fuel"] == "Nuclear"].to_crs(crs)
    coal = plants[(plants["primary_fuel"] == "Coal") & (plants["capacity_mw"] > 1500)].to_crs(crs)
    katrina = swaths[(swaths["name"] == "KATRINA") & (swaths["wind_kt"] == 50)].to_crs(crs)
    far = [(-122.3, 47.45), (-104.67, 39.86), (-84.43, 33.64), (-71.0, 42.36)]
    return {
        "Northridge, 0.1 g": ("one piece", shaking[shaking["pga_g_ge"] == 0.1].to_crs(crs).union_all()),
        "Katrina, 50 kt": ("one piece", katrina.union_all()),
        "Mississippi, 20 km": ("corridor", _along(rivers[rivers["name"] == "Mississippi"].geometry, 20, crs)),
        "Ohio, 20 km": ("corridor", _along(rivers[rivers["name"] == "Ohio"].geometry, 20, crs)),
        "4 far airports, 60 km": ("clusters", _around(far, 60, crs)),
        "3 eastern cities, 50 km": ("clusters", _around([(-80.0, 40.45), (-78.65, 35.8), (-84.4, 33.75)], 50, crs)),
        "nuclear sites, 15 km": ("scatter", nuclear.buffer(15_000).union_all()),
        "large coal sites, 15 km": ("scatter", coal.buffer(15_000).union_all()),
    }
