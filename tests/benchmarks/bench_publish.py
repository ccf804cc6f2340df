"""Publishing: tiles beside tippecanoe and PostGIS, look-ups in the browser, the site full and incremental.

Large layers are read where GEOPOLITY_SHARED says; a peer that is not installed is named and left out.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import importlib.util
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries import open_layer
from geopolity.layers.layer import Layer
from geopolity.polity.baselines import baselines
from maps.reports.polity import report_html, report_pdf
from maps.tiles.content import TileSource
from maps.tiles.pyramid import pmtiles, pyramid
from services.bootstrap import open_store
from services.derivation.derive import derive
from services.derivation.requests.request import request_of
from services.lookup.private_index import private_index
from services.settings import Settings, read_settings
from services.site.product import digest_of
from services.site.publish import Edition, publish
from services.storage.layers.census import keep_layer
from services.storage.polities import steps
from tests.benchmarks.tile_peers import postgis, tippecanoe
from tests.e2e.site import CHROMIUM, chromium
from tests.unit.tiles.test_valid import as_area
from tests.vector_tile import read

Rows = list[tuple[str, ...]]
SHARED = os.environ.get("GEOPOLITY_SHARED")
GOALS = {"30k": "4 s", "240k": "90 s"}
NOW = "2026-01-01T00:00:00Z"
LOOKUPS = 200_000
COUNTS = (6, 500)


def run() -> str:
    """Return every figure as Markdown."""
    return "\n\n".join(part().strip() for part in PARTS.values())


def tiles() -> str:
    """Write the units of each layer as zooms 0 to 8, and let others do the same."""
    _warm()
    rows: Rows = []
    valid: list[str] = []
    for size, name, source in _sources():
        seconds, cpu, content = _timed(lambda source=source: pmtiles(pyramid(source)))
        goal = f" (goal {GOALS[size]})" if size in GOALS else ""
        rows.append((name, "geopolity", f"{seconds:.1f}{goal}", f"{cpu:.1f}", f"{len(content) / 1e6:.1f}"))
        rows.append((name, *tippecanoe(source)))
        if size != "240k":
            rows.append((name, *postgis(source)))
            valid.append(f"{name}: {_valid(source)}")
    head = ("layer", "tool", "seconds", "of processor time", "MB")
    note = (
        "Units, borders and labels of zooms 0 to 8. tippecanoe writes units only, from a FlatGeobuf file that was there "
        "before; ST_AsMVT is asked for every tile that has units, one after the other, by a table with a GiST index."
    )
    said = f"Valid polygons among all that every eighth tile of zooms 3 to 8 draws: {'; '.join(valid)}."
    return f"### Tiles\n\n{note}\n\n{_table(head, rows)}\n\n{said}"


def _valid(source: TileSource) -> str:
    """How many polygons are valid, of how many that were looked at."""
    drawn = [
        as_area(feature).is_valid
        for number, (_, tile) in enumerate(pyramid(source).all_tiles(3, 8))
        if number % 8 == 0
        for layer in read(gzip.decompress(tile)).values()
        for feature in layer
        if feature.kind == "polygon"
    ]
    return f"{sum(drawn):,} of {len(drawn):,}"


def lookup() -> str:
    """Resolve places in a browser from the downloaded index."""
    if importlib.util.find_spec("playwright") is None or not CHROMIUM.exists():
        return (
            "### Look-up in the browser\n\nNot measured: it needs playwright and chromium (`./run test` installs both)."
        )
    with _store(6) as settings, tempfile.TemporaryDirectory() as folder:
        seconds, _, index = _timed(lambda: private_index("2026-01-02", open_store(settings)))
        (Path(folder) / "index.bin").write_bytes(index.content)
        shutil.copy(Path(__file__).parents[2] / "maps/static/private-index.mjs", folder)
        (Path(folder) / "index.html").write_text("<!doctype html><title>look-up</title>")
        opened, rate, first, record = _in_browser(Path(folder))
    rows = [
        ("index of 3,142 counties and 6 polities, MB", f"{len(index.content) / 1e6:.2f}", "3"),
        ("build it, s", f"{seconds:.1f}", ""),
        ("open it in the browser, ms", f"{opened:.0f}", ""),
        ("places resolved a second, unit and polities", f"{rate:,.0f}", ""),
        ("first whole answer with distances, ms", f"{first:.0f}", ""),
        ("a further whole answer, ms", f"{record:.1f}", ""),
    ]
    return f"### Look-up in the browser\n\n{_table(('what', 'found', 'goal'), rows)}"


def site() -> str:
    """Build the site of 6 and of 500 polities: from nothing, again, and after one boundary moved."""
    rows: Rows = []
    for count in COUNTS:
        with _store(count) as settings, tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "site"
            build = functools.partial(publish, out, open_store(settings), Edition(), workers=settings.workers)
            full, _, built = _timed(build)
            again, _, _ = _timed(build)
            _move(settings)
            moved, _, after = _timed(build)
            rows.append(
                (
                    f"{count}",
                    f"{full:.1f}",
                    f"{again:.1f}",
                    f"{moved:.1f} ({after.made} of {after.made + after.kept} parts)",
                    f"{built.files:,}",
                    f"{built.size / 1e6:,.0f}",
                )
            )
    head = ("polities", "full, s", "nothing changed, s", "one boundary moved, s", "files", "MB")
    return f"### Site\n\n{_table(head, rows)}"


def reports() -> str:
    """Write a polity's report as a tagged PDF, and let a browser print the same page."""
    settings, issue = read_settings(), "hurricane-relief"
    derivation = derive(request_of(settings.home, issue=issue), settings.home).derivation
    rows: Rows = []
    for nth in ("first", "second"):
        html_seconds, _, html = _timed(lambda: report_html(derivation, baselines=baselines(derivation)))
        seconds, _, content = _timed(lambda html=html: report_pdf(html))
        rows.append(
            (f"geopolity, the {nth} of a process", f"{html_seconds:.2f}", f"{seconds:.2f}", f"{len(content) / 1e3:.0f}")
        )
    if CHROMIUM.exists():
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "report.html").write_text(html, encoding="utf-8")
            command = [CHROMIUM, "--headless", "--no-sandbox", "--no-pdf-header-footer", "--print-to-pdf=report.pdf"]
            seconds, _, _ = _timed(
                lambda: subprocess.run([*command, "report.html"], check=True, capture_output=True, cwd=folder)
            )
            rows.append(
                (
                    "chromium, starting included",
                    "–",
                    f"{seconds:.2f}",
                    f"{(Path(folder) / 'report.pdf').stat().st_size / 1e3:.0f}",
                )
            )
    return f"### Reports\n\n{_table(('report of hurricane-relief', 'HTML, s', 'PDF, s (goal 2)', 'kB'), rows)}"


PARTS: dict[str, Callable[[], str]] = {"tiles": tiles, "lookup": lookup, "site": site, "reports": reports}


def _sources() -> Iterator[tuple[str, str, TileSource]]:
    yield "3k", "us-counties, 3,142 units", _source(open_layer("us-counties"))
    if SHARED is None:
        return
    communes = open_layer(f"{SHARED}/layers/fr_communes_2021/fr_communes_2021.parquet")
    yield "30k", f"French communes, {len(communes):,} units", _source(communes)
    groups = _block_groups()
    yield "240k", f"US block groups, {len(groups.units):,} units", groups


def _source(layer: Layer) -> TileSource:
    units = layer.units
    table = pd.DataFrame(units[["name", "population"]]).assign(parent=units.get("parent", None))
    return TileSource(
        name=str(layer.name),
        title=layer.title,
        licence=layer.licence,
        units=table,
        shapes=units.geometry.to_crs(4326).to_numpy(),
    )


def _block_groups() -> TileSource:
    """Voronoi cells of block groups' centres of population, clipped to the lower 48 states; kept for the next run."""
    from scipy.spatial import Voronoi

    file = Path(os.environ["GEOPOLITY_HOME"]) / "cache" / "bench" / "block-groups.parquet"
    if not file.exists():
        points = pd.read_csv(f"{SHARED}/layers/us_blockgroups_2020/us_blockgroup_cenpop2020.csv.gz", dtype={"ST": str})
        points = points[~points["ST"].isin(["AK", "HI", "PR", "02", "15", "72"])].drop_duplicates(["lat", "lon"])
        nation = open_layer("us-counties").units.to_crs(4326)
        nation = nation[~nation["state"].isin(["AK", "HI", "02", "15"])]
        land = shapely.coverage_union_all(shapely.coverage_simplify(nation.geometry.to_numpy(), 0.01))
        xy = points[["lon", "lat"]].to_numpy()
        diagram = Voronoi(np.vstack([xy, [[-900, -900], [-900, 900], [900, -900], [900, 900]]]))
        rings = [diagram.vertices[diagram.regions[diagram.point_region[place]]] for place in range(len(xy))]
        cells = shapely.polygons([shapely.linearrings(ring) for ring in rings])
        shapely.prepare(land)
        cut = ~shapely.contains_properly(land, cells)
        cells[cut] = shapely.intersection(shapely.make_valid(cells[cut]), land)
        kept = shapely.area(cells) > 0
        frame = gpd.GeoDataFrame(
            {
                "name": [f"Block group {number}" for number in range(kept.sum())],
                "population": points["pop2020"].to_numpy(float)[kept],
                "parent": points["ST"].to_numpy()[kept],
            },
            geometry=[_polygonal(cell) for cell in cells[kept]],
            index=pd.Index([f"{number:06}" for number in range(kept.sum())], name="unit_id"),
            crs=4326,
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(file)
    frame = gpd.read_parquet(file)
    return TileSource(
        name="block-groups",
        title="Block groups",
        licence="US public domain",
        units=pd.DataFrame(frame.drop(columns="geometry")),
        shapes=frame.geometry.to_numpy(),
    )


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])


def _warm() -> None:
    """Compile the kernels."""
    squares = np.array([shapely.box(x, 0, x + 1, 1) for x in range(3)], dtype=object)
    units = pd.DataFrame({"name": "x", "population": 1.0, "parent": None}, index=["a", "b", "c"])
    pmtiles(pyramid(TileSource(name="x", title="x", licence="x", units=units, shapes=squares)), last=2)


@contextmanager
def _store(count: int) -> Iterator[Settings]:
    """A store with all counties and so many overlapping polities, each some hundred counties side by side."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), workers=2)
        layer = open_layer("us-counties")
        shapes = layer.units.geometry.to_crs(4326).to_numpy()
        rng = np.random.default_rng(6)
        middles = shapely.get_coordinates(shapely.centroid(shapes))
        with open_store(settings).writing() as session:
            keep_layer(session, layer, now=NOW, is_base=True)
        for number in range(count):
            near = np.argsort(np.hypot(*(middles - middles[rng.integers(len(shapes))]).T))
            _in_force(settings, layer, shapes, number, near[: int(rng.integers(20, 300))])
        yield settings


def _in_force(settings: Settings, layer: Layer, shapes: np.ndarray, number: int, inside: np.ndarray) -> None:
    from tests.contract.test_store import RIVER

    units = layer.units.iloc[np.sort(inside)]
    with open_store(settings).writing() as session:
        proposal = replace(
            RIVER,
            issue=f"issue-{number:03}",
            title=f"Issue {number}",
            members=units["population"] / 2,
            boundary=shapely.coverage_union_all(shapes[inside]),
            population=int(units["population"].sum()),
            affected=float(units["population"].sum() / 1.8),
            digest=digest_of(number, inside.tolist()),
        )
        row = steps.draft(session, proposal, layer=layer.digest, proposer="ann")
        steps.propose(session, row, days=0, now=NOW)
        steps.activate(session, row, activator="bob", now=NOW if row.version == 1 else "2026-02-01T00:00:00Z")


def _move(settings: Settings) -> None:
    """Let one polity lose and gain a county."""
    layer = open_layer("us-counties")
    _in_force(settings, layer, layer.units.geometry.to_crs(4326).to_numpy(), 3, np.arange(100, 140))


def _in_browser(folder: Path) -> tuple[float, float, float, float]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://localhost:{server.server_port}/index.html")
        found = page.evaluate(
            """async (count) => {
                const { download } = await import("./private-index.mjs");
                let start = performance.now();
                const index = await download("index.bin");
                const opened = performance.now() - start, layer = index.layers[0];
                let seed = 1;
                const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
                const places = Array.from({ length: count }, () => {
                    const unit = Math.floor(random() * layer.ids.length), box = layer.box.subarray(4 * unit, 4 * unit + 4);
                    return [(box[0] + random() * (box[2] - box[0])) / 1e7, (box[1] + random() * (box[3] - box[1])) / 1e7];
                });
                start = performance.now();
                let held = 0;
                for (const [lon, lat] of places) {
                    const unit = layer.unitAt(lon, lat);
                    for (const polity of layer.polities) held += polity.holds(unit);
                }
                const rate = count / ((performance.now() - start) / 1000);
                start = performance.now();
                for (const [lon, lat] of places.slice(0, 50)) index.lookup(lon, lat);
                const first = performance.now() - start;
                start = performance.now();
                for (const [lon, lat] of places.slice(0, 200)) index.lookup(lon, lat);
                return [opened, rate, first, (performance.now() - start) / 200, held];
            }""",
            LOOKUPS,
        )
    server.shutdown()
    server.server_close()
    opened, rate, first, record, _ = found
    return opened, rate, first, record


def _timed(work: Callable[[], object]) -> tuple[float, float, object]:
    cpu, start = time.process_time(), time.perf_counter()
    found = work()
    return time.perf_counter() - start, time.process_time() - cpu, found


def _table(head: tuple[str, ...], rows: Rows) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, tuple("---" for _ in head), *rows])
