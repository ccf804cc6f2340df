"""Looking places up: agreement with GEOS, and speed beside STRtree, geopandas, PostGIS and DuckDB on the same points.

French communes are read where GEOPOLITY_SHARED says; without it US counties stand for both. PostGIS runs as a private
cluster; a peer that is not installed is named and left out.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from boundaries import open_layer
from geopolity.arrays import GeometryArray
from geopolity.geometry.snapping import SNAP
from geopolity.lookup import UnitIndex, border_of, index_units
from geopolity.polity.membership import Memberships, memberships
from services.bootstrap import open_store
from services.settings import Settings

Rows = list[tuple[str, ...]]
SHARED = os.environ.get("GEOPOLITY_SHARED")
RANDOM, ON_BORDERS = 1_000_000, 100_000
MANY, SOME, FEW = 20_000_000, 200_000, 20_000
PEOPLE = 20_000_000


def run() -> str:
    """Return every figure as Markdown."""
    name, shapes = _layer()
    index = index_units(shapes)
    sections = [
        (f"Points to units: {name}, {len(shapes):,} units", ("what", "found", "goal"), agreement(index, shapes)),
        (
            "The same points, one after the other",
            ("tool", "points", "million a second", "geopolity ×"),
            points(index, shapes),
        ),
        ("One look-up in this process", ("what", "µs", "goal"), single(index, shapes)),
        ("Unit-keyed citizens", ("what", "found", "goal"), citizens()),
        ("A Parquet file of 20 million people", ("what", "seconds", "peak memory, GB"), files()),
    ]
    return "\n\n".join(f"**{title}**\n\n{_table(head, rows)}" for title, head, rows in sections)


def agreement(index: UnitIndex, shapes: GeometryArray) -> Rows:
    """Compare with GEOS on random points and on borders, both in steps of 1e-7 degrees."""
    rng = np.random.default_rng(1)
    steps = shapely.transform(shapes, lambda xy: np.rint(xy * SNAP))
    tree, rows = shapely.STRtree(steps), []
    for what, xy in (
        ("random points", _scattered(shapes, RANDOM, rng)),
        ("points on borders", _on_borders(shapes, rng)),
    ):
        x, y = np.rint(xy * SNAP)
        point, unit = tree.query(shapely.points(x, y), predicate="intersects")
        expected = np.full(len(x), len(shapes))
        np.minimum.at(expected, point, unit)
        expected[expected == len(shapes)] = -1
        wrong = int((index.at_all(x / SNAP, y / SNAP) != expected).sum())
        rows.append((f"{len(x):,} {what} that disagree with GEOS", str(wrong), "0"))
    seconds = _best(lambda: index_units(shapes), 2)
    return [*rows, ("build the index", f"{seconds:.2f} s, {index.nbytes / 1e6:,.0f} MB", "")]


def points(index: UnitIndex, shapes: GeometryArray) -> Rows:
    """Resolve the same scattered points with every tool; slow tools get fewer of them."""
    lon, lat = _scattered(shapes, MANY, np.random.default_rng(2))
    ours = MANY / _best(lambda: index.at_all(lon, lat), 3) / 1e6
    some = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon[:SOME], lat[:SOME]), crs=4326)
    units = gpd.GeoDataFrame({"unit": np.arange(len(shapes))}, geometry=list(shapes), crs=4326)
    tree, places = shapely.STRtree(shapes), some.geometry.to_numpy()
    peers: list[tuple[str, int, Callable[[], object]]] = [
        ("shapely STRtree", SOME, lambda: tree.query(places, predicate="intersects")),
        ("geopandas sjoin", SOME, lambda: gpd.sjoin(some, units, predicate="intersects")),
    ]
    rows = [("geopolity", f"{MANY:,}", f"{ours:.1f} (goal 10)", "1")]
    for tool, count, work in peers:
        speed = count / _best(work, 1) / 1e6
        rows.append((tool, f"{count:,}", f"{speed:.3f}", f"{ours / speed:,.0f}"))
    return [*rows, _postgis(units, lon[:FEW], lat[:FEW], ours)]


def single(index: UnitIndex, shapes: GeometryArray) -> Rows:
    """Ask for one place at a time: unit, cell, polities; and the distance to a border."""
    rng = np.random.default_rng(3)
    lon, lat = _scattered(shapes, 20_000, rng)
    members = _overlapping(len(shapes), 500, rng)
    pairs = list(zip(lon.tolist(), lat.tolist(), strict=True))
    border = border_of(shapely.union_all(shapes[: len(shapes) // 10]))
    found = _best(lambda: [members.polities_of(index.at(*pair)) for pair in pairs], 3)
    apart = _best(lambda: [border.distance_m(*pair) for pair in pairs], 1)
    return [
        ("point → unit → cell → polities", f"{found / len(pairs) * 1e6:.1f}", "50"),
        (f"distance to a border of {len(border.segment):,} stretches", f"{apart / len(pairs) * 1e6:.1f}", ""),
    ]


def citizens() -> Rows:
    """Resolve 20 million unit-keyed citizens to cells, and to counts of 500 polities, on 30,000 units."""
    rng = np.random.default_rng(4)
    start = time.perf_counter()
    members = _overlapping(30_000, 500, rng)
    built, start = time.perf_counter() - start, time.perf_counter()
    members.replaced("p007", np.arange(2_000))
    changed = time.perf_counter() - start
    units = rng.integers(0, 30_000, PEOPLE).astype(np.int32)
    cells = PEOPLE / _best(lambda: members.cells_of(units), 3) / 1e6
    counts = PEOPLE / _best(lambda: members.counts(units), 3) / 1e6
    held = members.cells_of(units[:1000]).itemsize * 330e6 / 1e9
    live = sum(signature is not None for signature in members.signatures)
    return [
        ("20 M citizens to cells, million a second", f"{cells:.0f}", "100"),
        ("20 M citizens to counts of 500 polities, million a second", f"{counts:.0f}", "40"),
        ("the same counts in DuckDB (join and group), million a second", _duckdb(members, units), ""),
        ("cells of 330 M citizens", f"{held:.2f} GB", "2 GB"),
        (f"cells of 30,000 units in 500 polities ({live:,} cells)", f"{1000 * built:.0f} ms", ""),
        ("one polity changed", f"{1000 * changed:.1f} ms", ""),
    ]


def files() -> Rows:
    """Resolve a file of 20 million unit ids in a process of its own, alone and on a dask cluster of two workers."""
    with tempfile.TemporaryDirectory() as folder:
        home, rng = Path(folder), np.random.default_rng(5)
        layer = open_layer("us-counties")
        _store(layer, home)
        ids, codes = pa.array(layer.units.index), rng.integers(0, len(layer), PEOPLE)
        column = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), ids).cast(pa.string())
        pq.write_table(pa.table({"unit_id": column}), home / "people.parquet", row_group_size=2**20)
        rows = []
        for what, extra in (("alone", []), ("two dask workers", ["cluster"])):
            command = [sys.executable, "-m", "tests.benchmarks.bench_lookup", folder, *extra]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds, memory = done.stdout.split()[-2:]
            rows.append((what, f"{float(seconds):.1f}", memory))
    return rows


def _file_run(home: Path, *, cluster: bool) -> None:
    from services.lookup.bulk.resolve import BulkRequest, resolve_file

    settings, scheduler, workers = Settings(home=home / "home", workers=1), None, None
    if cluster:
        from distributed import LocalCluster

        workers = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(home))
        scheduler = workers.scheduler_address
    start = time.perf_counter()
    out = home / f"answer{cluster}.parquet"
    resolve_file(
        BulkRequest(source=home / "people.parquet", out=out, date="2099-01-01", scheduler=scheduler),
        open_store(settings),
    )
    seconds = time.perf_counter() - start
    if workers is not None:
        workers.close()
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    print(seconds, f"{int(line.split()[1]) / 1e6:.2f}")  # of this process; a dask worker has its own


def _store(layer: object, home: Path) -> None:
    from dataclasses import replace

    from services.storage.layers.census import keep_layer
    from services.storage.polities import steps
    from tests.contract.test_store import RIVER

    now, ids = "2026-01-01T00:00:00Z", layer.units.index
    with open_store(Settings(home=home / "home", workers=1)).writing() as session:
        keep_layer(session, layer, now=now, is_base=True)
        for number in range(6):
            inside = pd.Series(1.0, index=ids[number * 300 : number * 300 + 700])
            proposal = replace(RIVER, issue=f"issue-{number}", members=inside)
            row = steps.draft(session, proposal, layer=layer.digest, proposer="ann")
            steps.propose(session, row, days=0, now=now)
            steps.activate(session, row, activator="bob", now=now)


def _layer() -> tuple[str, GeometryArray]:
    if SHARED is None:
        return "us-counties", open_layer("us-counties").units.geometry.to_crs(4326).to_numpy()
    communes = gpd.read_parquet(Path(SHARED) / "layers/fr_communes_2021/fr_communes_2021.parquet").sort_values("COM")
    return "fr_communes_2021", communes.geometry.to_crs(4326).to_numpy()


def _scattered(shapes: GeometryArray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random points in the boxes of random units: most on land, many near borders, in no order."""
    box = shapely.bounds(shapes)[rng.integers(0, len(shapes), count)]
    return np.stack([rng.uniform(box[:, 0], box[:, 2]), rng.uniform(box[:, 1], box[:, 3])])


def _on_borders(shapes: GeometryArray, rng: np.random.Generator) -> np.ndarray:
    vertices = shapely.get_coordinates(shapes)
    return vertices[rng.integers(0, len(vertices), ON_BORDERS)].T


def _overlapping(units: int, polities: int, rng: np.random.Generator) -> Memberships:
    starts, sizes = rng.integers(0, units, polities), rng.integers(10, units // 10, polities)
    return memberships(
        units, {f"p{k:03}": np.arange(starts[k], min(starts[k] + sizes[k], units)) for k in range(polities)}
    )


def _postgis(units: gpd.GeoDataFrame, lon: np.ndarray, lat: np.ndarray, ours: float) -> tuple[str, ...]:
    import psycopg
    import pytest

    from tests.postgis import new_cluster, remove

    try:
        cluster = new_cluster()
    except pytest.fail.Exception:
        return ("PostGIS ST_Covers", "not installed", "–", "–")
    try:
        url = cluster.url().replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE u (unit int, shape geometry)")
            with cursor.copy("COPY u FROM STDIN") as copy:
                for unit, shape in enumerate(
                    shapely.to_wkb(shapely.set_srid(units.geometry.to_numpy(), 4326), hex=True, include_srid=True)
                ):
                    copy.write_row((unit, shape))
            cursor.execute("CREATE INDEX ON u USING gist (shape)")
            cursor.execute("CREATE TEMP TABLE p (lon float8, lat float8)")
            with cursor.copy("COPY p FROM STDIN") as copy:
                for pair in zip(lon.tolist(), lat.tolist(), strict=True):
                    copy.write_row(pair)
            cursor.execute("ANALYZE u")
            start = time.perf_counter()
            cursor.execute(
                "SELECT count(unit) FROM p LEFT JOIN u ON ST_Covers(shape, ST_SetSRID(ST_MakePoint(lon, lat), 4326))"
            )
            speed = len(lon) / (time.perf_counter() - start) / 1e6
    finally:
        remove(cluster)
    return ("PostGIS ST_Covers", f"{len(lon):,}", f"{speed:.4f}", f"{ours / speed:,.0f}")


def _duckdb(members: Memberships, units: np.ndarray) -> str:
    if importlib.util.find_spec("duckdb") is None:
        return "not installed"
    import duckdb

    incidence = members.incidence.tocoo()
    connection = duckdb.connect()
    connection.register("people", pa.table({"unit": units}))
    connection.register("cells", pa.table({"unit": np.arange(len(members.unit_cell)), "cell": members.unit_cell}))
    connection.register("belongs", pa.table({"cell": incidence.row, "polity": incidence.col}))
    query = """SELECT polity, sum(n) FROM (SELECT cell, count(*) AS n FROM people JOIN cells USING (unit) GROUP BY cell)
               JOIN belongs USING (cell) GROUP BY polity"""
    return f"{len(units) / _best(lambda: connection.execute(query).fetchall(), 3) / 1e6:.0f}"


def _best(work: Callable[[], object], times: int) -> float:
    work()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def _table(head: tuple[str, ...], rows: Rows) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, tuple("---" for _ in head), *rows])


if __name__ == "__main__":
    _file_run(Path(sys.argv[1]), cluster=len(sys.argv) > 2)
