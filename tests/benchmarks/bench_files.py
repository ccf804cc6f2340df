"""Large files as people have them: seconds and peak memory of reading each, in a process of its own.

The files are written once to the cache of the home (5 GB).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import files_large
from tests.benchmarks.timing import Rows

GIGABYTE = 1e9
READING = """
import resource, time
from boundaries import open_layer
from boundaries.spreads import open_spread
begun = time.perf_counter()
read = {call}
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, {count})
"""
PEER = """
import resource, time
import geopandas, pandas
begun = time.perf_counter()
read = {call}
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, len(read))
"""
SPREAD = "open_spread({path!r}, people_column='POP20')", "len(read.people)"
LAYER = "open_layer({path!r})", "len(read)"
PANDAS = "pandas.read_csv({path!r})"
GEOPANDAS = "geopandas.read_file({path!r})"


def run() -> str:
    """Return every figure as Markdown."""
    head = ("file", "size", "rows", "seconds", "peak memory", "goal", "peer on the same file")
    lines = [" | ".join(["", *row, ""]).strip() for row in (head, ("---",) * len(head), *_rows())]
    return "**Large files, from disk to a validated layer or spread**\n\n" + "\n".join(lines)


def _rows() -> Rows:
    return [
        _row(files_large.people_at_points, "CSV of points with people", SPREAD, PANDAS, "1.5 GB"),
        _row(files_large.areas_as_geojson, "GeoJSON of areas", LAYER, GEOPANDAS, "1.5 GB"),
        _row(files_large.units_as_geopackage, "GeoPackage of 240,000 units", LAYER, GEOPANDAS, "10 s"),
    ]


def _row(write: Callable[[Path], Path], name: str, reading: tuple[str, str], peer: str, goal: str) -> tuple[str, ...]:
    path = write(_cache())
    call, count = reading
    seconds, memory, rows = _measured(READING.format(call=call.format(path=str(path)), count=count))
    their_seconds, their_memory, _ = _measured(PEER.format(call=peer.format(path=str(path))))
    return (
        name,
        f"{path.stat().st_size / GIGABYTE:.2f} GB",
        f"{int(rows):,}",
        f"{seconds:.1f}",
        f"{memory:.2f} GB",
        goal,
        f"{peer.partition('(')[0]} {their_seconds:.1f} s, {their_memory:.2f} GB",
    )


def _measured(program: str) -> tuple[float, float, float]:
    """Seconds, peak memory (GB) and rows of a program in a process of its own."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds, memory, rows = map(float, done.stdout.split())
    return seconds, memory, rows


def _cache() -> Path:
    return Path(os.environ.get("GEOPOLITY_HOME", "var")) / "cache" / "benchmarks"
