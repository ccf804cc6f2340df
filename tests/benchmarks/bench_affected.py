"""Counting affected people: accuracy against known answers, and seconds beside geopandas, tobler and rasterstats.

Layers beyond the embedded ones and the published answers are read where GEOPOLITY_SHARED says; without it their
rows say so.
"""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries import issue_names, open_issue, open_layer
from geopolity.affected.footprint import Area, Footprint, Radius
from geopolity.affected.overlay import laid_out
from geopolity.affected.people import affected_people
from geopolity.geometry.buffers import around_line, around_points
from geopolity.geometry.crs import WGS84, cylindrical, split_antimeridian
from geopolity.geometry.interpolation import areal_weights, transfer
from geopolity.identifiers import LayerName
from geopolity.layers.contiguity import contiguity
from geopolity.layers.ground import ground
from geopolity.layers.layer import Layer
from tests.benchmarks.counting_peers import peers
from tests.benchmarks.timing import Rows, median, once

SHARED = os.environ.get("GEOPOLITY_SHARED")


def run() -> str:
    """Return every figure as Markdown."""
    sections = [
        ("Accuracy", ("check", "found", "goal"), accuracy()),
        ("Sample issues on us-counties", ("issue", "people affected", "units", "first s", "again s"), issues()),
        ("Many sites, linear decay over 20 km, us-counties", ("sites", "people", "s"), sites()),
        ("Where people live, by 100 m cells (16 circles of 1 km in New York)", ("spread", "mean error"), finer()),
        ("Speed", ("layer", "units", "footprint", "first contact ms", "cached contact ms", "goal ms"), speed()),
        ("Contiguity from shared vertices", ("layer", "units", "rook pairs", "parts", "s", "goal s"), borders()),
        (
            "Beside other tools, same data",
            ("tool", "layer, footprint", "ms", "people", "against geopolity"),
            peers(shapes((-84.4, 33.7))["5,000 vertices"]),
        ),
    ]
    return "\n\n".join(f"**{title}**\n\n{table(head, rows)}" for title, head, rows in sections)


def table(head: tuple[str, ...], rows: Rows) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# ── accuracy ────────────────────────────────────────────────────────────────────────────────────────────────


def accuracy() -> Rows:
    rows = [
        ("half of a slanted 1° unit, latitude 0 to 89, largest error of the share", f"{half_units():.1e}", "1e-4"),
        ("circle of 1 to 500 km, latitude 0 to 90, largest error of the area", f"{circles():.2%}", "0.1 %"),
        ("50 km around a 2,500 km coast, largest error of the distance", f"{coast():.3%}", "0.1 %"),
    ]
    if SHARED is None:
        return [*rows, ("areal_stl, ejam_10", "left out: GEOPOLITY_SHARED names no folder", "")]
    found, conserved = areal_stl()
    return [
        *rows,
        ("areal_stl, largest relative error", f"{found:.1e}", "1e-9"),
        ("areal_stl, total conserved to", f"{conserved:.1e}", "1e-12"),
        ("ejam_10, largest error in people", f"{ejam():.3f}", "0.05"),
        *intervals(),
    ]


def intervals() -> Rows:
    """How often the nominal 90 % interval holds the truth where its constants were not fitted."""
    calibration = importlib.import_module("tests.benchmarks.calibration")
    found = calibration.two_fold()
    return [(f"90 % interval on {title}", str(held), "0.85 to 0.95") for title, held, _ in found]


def half_units() -> float:
    unit = shapely.Polygon([(0, 0), (1, 0), (1.5, 0.99), (0.5, 0.99)])
    worst = 0.0
    for latitude in [*range(0, 90, 5), 88, 89]:
        for longitude in (10.0, 179.5):
            place = np.array([longitude, latitude])
            whole = shapely.transform(unit, lambda xy, at=place: xy + at)
            half = shapely.transform(unit, lambda xy, at=place: xy + at + [0.5, 0])
            layer = drawn([whole], [1.0])
            share = affected_people(Area(shapes=gpd.GeoSeries([half], crs=4326)), layer).table["share"].iloc[0]
            worst = max(worst, abs(share - 0.5))
    return worst


def circles() -> float:
    worst = 0.0
    for radius in (1.0, 50.0, 500.0):
        points = np.array([[179.9, latitude] for latitude in (0, 30, 45, 60, 75, 85, 89, 90)], dtype=float)
        area = shapely.area(cylindrical(around_points(points, np.full(len(points), radius))))
        exact = shapely.area(cylindrical(finer_circles(points, radius)))
        worst = max(worst, float(np.abs(area / exact - 1).max()))
    return worst


def finer_circles(points: np.ndarray, radius: float) -> np.ndarray:
    """Circles of 20,000 geodesic vertices, as the truth."""
    azimuth = np.linspace(0, 360, 20_000, endpoint=False)[::-1]
    rings = []
    for longitude, latitude in points:
        start = (np.full(20_000, longitude), np.full(20_000, latitude))
        east, north, _ = WGS84.fwd(*start, azimuth, np.full(20_000, 1000 * radius))
        rings.append(shapely.Polygon(np.column_stack([east, north])))
    return split_antimeridian(np.array(rings, dtype=object))


def coast() -> float:
    shore = np.array([[-67, 44.8], [-70, 43.5], [-70.7, 42], [-74, 40.5], [-75.5, 36], [-81, 31.5], [-80, 25.5]])
    (pieces,) = around_line(shore, np.array([50.0]))
    edge = shapely.get_coordinates(shapely.union_all(pieces).exterior)[::5]
    dense = shapely.get_coordinates(shapely.segmentize(shapely.linestrings(shore), 0.005))
    size = (len(edge), len(dense))
    columns = [np.broadcast_to(edge[:, [axis]], size).ravel() for axis in (0, 1)]
    others = [np.broadcast_to(dense[:, axis], size).ravel() for axis in (0, 1)]
    metres = np.asarray(WGS84.inv(*columns, *others)[2]).reshape(size)
    return float(np.abs(metres.min(axis=1) / 50_000 - 1).max())


def areal_stl() -> tuple[float, float]:
    folder = Path(str(SHARED)) / "oracles" / "exposure" / "areal_stl"
    tracts, wards = gpd.read_file(folder / "tracts.gpkg"), gpd.read_file(folder / "wards.gpkg")
    expected = pd.read_csv(folder / "expected.csv").set_index("WARD")["TOTAL_E"].loc[wards["WARD"].astype(int)]
    people = tracts["TOTAL_E"].to_numpy(dtype=float)
    carried = transfer(people, areal_weights(tracts.geometry, wards.geometry, plane="as-drawn"), len(wards))
    return float(np.abs(carried / expected.to_numpy() - 1).max()), abs(float(carried.sum() / people.sum()) - 1)


def ejam() -> float:
    folder = Path(str(SHARED)) / "oracles" / "exposure" / "ejam_10"
    blocks = pd.read_csv(folder / "blocksnearby_10pts_1mile.csv")
    groups = pd.read_csv(folder / "blockgroup_population.csv").drop_duplicates("bgid").set_index("bgid")["pop"]
    expected = pd.read_csv(folder / "expected_by_site.csv")["pop"].to_numpy(dtype=float)
    place = groups.index.get_indexer(blocks["bgid"])
    weights = pd.DataFrame({"source": place, "target": blocks["ejam_uniq_id"] - 1, "weight": blocks["blockwt"]})
    people = np.where(np.isin(np.arange(len(groups)), place), groups.to_numpy(dtype=float), 0.0)
    return float(np.abs(transfer(people, weights, len(expected)) - expected).max())


# ── speed ───────────────────────────────────────────────────────────────────────────────────────────────────


def issues() -> Rows:
    rows: Rows = []
    layer = open_layer("us-counties")
    ground(layer)
    for name in issue_names():
        issue = open_issue(name)
        if issue.layer != "us-counties" or issue.affects_everyone:
            continue
        first, found = once(lambda issue=issue: affected_people(issue.footprint, layer))
        again = median(lambda issue=issue: affected_people(issue.footprint, layer), 3)
        units = int((found.table["affected"] > 0).sum())
        rows.append((name, f"{found.total:,.0f}", str(units), f"{first:.2f}", f"{again:.2f}"))
    return rows


def sites() -> Rows:
    if SHARED is None:
        return [("left out: GEOPOLITY_SHARED", "", "")]
    layer = open_layer("us-counties")
    plants = gpd.read_parquet(Path(SHARED) / "footprints" / "powerplants_us.parquet").geometry
    plants = plants[plants.y <= 90]
    rows: Rows = []
    for count in (100, 1000, len(plants)):
        some = plants.iloc[:: len(plants) // count][:count]
        footprint = Radius(points=some, distance_km=20, decay="linear")
        seconds, found = once(lambda f=footprint: affected_people(f, layer))
        rows.append((f"{len(some):,}", f"{found.total:,.0f}", f"{seconds:.1f}"))
    return rows


def finer() -> Rows:
    if SHARED is None:
        return [("left out: GEOPOLITY_SHARED", "")]
    oracle = importlib.import_module("tests.oracles.test_dasymetric")
    known = importlib.import_module("tests.benchmarks.calibration").neighbourhoods()
    spreads = {"evenly": None, "points of 100 m": oracle.points(), "raster of 100 m": oracle.raster()}
    rows: Rows = []
    for name, spread in spreads.items():
        errors = [
            abs(affected_people(circle, known.layer, spread=spread).total / true.sum() - 1)
            for circle, true in oracle.circles(known)
        ]
        rows.append((name, f"{np.mean(errors):.1%}"))
    return rows


def speed() -> Rows:
    rows: Rows = []
    for name, make, centre, goals in layers():
        layer = make()
        for (title, footprint), goal in zip(shapes(centre).items(), goals, strict=True):
            ground.cache_clear()
            laid_out.cache_clear()
            gc.collect()
            first = once(lambda f=footprint, at=layer: affected_people(f, at))[0] if "circle" in title else None
            ground(layer)
            cached = median(lambda f=footprint, at=layer: affected_people(f, at))
            start = "" if first is None else f"{1000 * first:,.0f}"
            rows.append((name, f"{len(layer):,}", title, start, f"{1000 * cached:.1f}", goal))
    return rows if SHARED is not None else [*rows, ("larger layers", "", "left out: GEOPOLITY_SHARED", "", "", "")]


def shapes(centre: tuple[float, float]) -> dict[str, Footprint]:
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    size = 1.5 * (1 + 0.3 * np.sin(7 * angle) + 0.05 * np.sin(131 * angle))
    star = np.column_stack([centre[0] + size * np.cos(angle), centre[1] + size * np.sin(angle)])
    return {
        "circle of 50 km": Radius(points=gpd.GeoSeries([shapely.Point(centre)], crs=4326), distance_km=50),
        "5,000 vertices": Area(shapes=gpd.GeoSeries([shapely.Polygon(star)], crs=4326)),
    }


def layers() -> list[tuple[str, Callable[[], Layer], tuple[float, float], tuple[str, str]]]:
    known: list[tuple[str, Callable[[], Layer], tuple[float, float], tuple[str, str]]] = [
        ("us-counties", lambda: open_layer("us-counties"), (-84.4, 33.7), ("", ""))
    ]
    if SHARED is None:
        return known
    return [
        *known,
        ("fr_communes_2021", communes, (2.35, 48.85), ("20", "100")),
        ("us_blockgroups_2020 (Voronoi)", block_groups, (-84.4, 33.7), ("1000", "1000")),
    ]


def communes() -> Layer:
    return open_layer(Path(str(SHARED)) / "layers" / "fr_communes_2021" / "fr_communes_2021.parquet")


def block_groups() -> Layer:
    points = pd.read_csv(Path(str(SHARED)) / "layers" / "us_blockgroups_2020" / "us_blockgroup_cenpop2020.csv.gz")
    points = points[points["ST"] != 72].drop_duplicates(["lon", "lat"])
    places = shapely.multipoints(points[["lon", "lat"]].to_numpy())
    cells = shapely.get_parts(shapely.voronoi_polygons(places, extend_to=shapely.box(-180, 15, -60, 75), ordered=True))
    cells = shapely.intersection(cells, shapely.box(-180, 15, -60, 75))
    return drawn(list(cells), points["pop2020"].astype(float).tolist())


def borders() -> Rows:
    goals = {"us-counties": "1", "fr_communes_2021": "5"}
    rows: Rows = []
    for name, make, _, _ in layers():
        layer = make()
        contiguity.cache_clear()
        seconds, found = once(lambda at=layer: contiguity(at))
        parts = str(int(found.components.max()) + 1)
        rows.append((name, f"{len(layer):,}", f"{len(found.edges):,}", parts, f"{seconds:.2f}", goals.get(name, "")))
    return rows


# ── drawing   ───────────────────────────────────────────────────────────────────────────────────────────────


def drawn(cells: list[shapely.Geometry], people: list[float]) -> Layer:
    ids = pd.Index([f"{number:06d}" for number in range(len(cells))], name="unit_id")
    units = gpd.GeoDataFrame({"name": ids, "population": people}, index=ids, geometry=cells, crs=4326)
    return Layer(name=LayerName("drawn"), title="", vintage="", source="", licence="", units=units)
