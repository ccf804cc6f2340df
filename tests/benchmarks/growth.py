"""How cost grows with a layer: the same footprints on counties, block groups and census blocks, 3,000 to 8 million units.

What is measured is the work to an answer that is at most one per cent larger than need be, the layer opened from the
cache; each run is a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from boundaries import open_layer
from geopolity.layers.contiguity import contiguity
from geopolity.layers.ground import unit_areas_m2
from geopolity.region import Progress, RegionProblem, derive
from tests.benchmarks.blocks import affecting, blocks, footprints, yardstick
from tests.benchmarks.layers_large import CRS, Ground, ground, largest_part

GOOD = 0.01
SAID = (
    "Processor seconds until at most 1 % larger than need be or the end of effort standard (GB of memory; gap), the "
    "layer opened. *Growth*: the power of the units that the seconds grow with, from each layer to the next; 1 is in "
    "proportion. Yardstick {:.2f} s."
)
LAYERS = ("counties", "block groups", "0.95 million", "8.1 million")


def growth() -> str:
    """One row a footprint: seconds and memory on each layer, and how the seconds grow with the units."""
    rows, sizes = [], [0] * len(LAYERS)
    for name in footprints():
        cells, seconds = [], []
        for place, layer in enumerate(LAYERS):
            command = [sys.executable, "-m", "tests.benchmarks.growth", layer, name]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            sizes[place] = int(said[0])
            seconds.append(float(said[1]))
            cells.append(
                "nobody" if math.isnan(seconds[-1]) else "{:.2f} ({:.1f}, {:.2f} %)".format(*map(float, said[1:]))
            )
        steps = zip(seconds[1:], seconds, sizes[1:], sizes, strict=False)
        slopes = [f"{math.log(more / less) / math.log(many / few):.2f}" for more, less, many, few in steps if less > 0]
        rows.append(f"| {name} | {' | '.join(cells)} | {', '.join(slopes)} |")
    head = " | ".join(f"{layer}, {size:,} units" for layer, size in zip(LAYERS, sizes, strict=True))
    return "\n".join(
        [
            "### How cost grows, 3,000 to 8 million units",
            "",
            SAID.format(yardstick()),
            "",
            f"| footprint | {head} | growth |",
            f"|---|{'---:|' * (len(LAYERS) + 1)}",
            *rows,
        ]
    )


def measured(layer: str, name: str) -> str:
    """Units, processor seconds, GB, gap in per cent; no seconds where no unit's middle lies in the footprint."""
    derive(RegionProblem(cost=[1, 1], affected=[1, 1], edges=[(0, 1)], coverage=1))
    problem = affecting(_ground(layer), footprints()[name])
    if not problem.affected.any():
        return f"{len(problem)} nan 0 nan"
    start = time.process_time()
    certificate = derive(problem, "standard", on_progress=_goes_on).certificate
    spent, peak = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return f"{len(problem)} {max(spent, 0.01):.3f} {peak:.2f} {100 * certificate.gap:.3f}"


def _goes_on(progress: Progress) -> bool:
    return progress.gap is None or progress.gap > GOOD


def _ground(layer: str) -> Ground:
    if layer == "counties":
        return _counties()
    return ground("us_blockgroups_2020") if layer == "block groups" else blocks(34 if layer.startswith("8") else 4)


def _counties() -> Ground:
    file = Path(os.environ["GEOPOLITY_SHARED"]) / "layers" / "us_counties_2016" / "us_counties_2016.parquet"
    layer = open_layer(file, population_column="POPESTIMATE2016")
    points = layer.units.to_crs(CRS["us_blockgroups_2020"]).representative_point()
    area = np.maximum(np.rint(unit_areas_m2(layer) / 1e4), 1).astype(np.int64)
    people = layer.units["population"].fillna(0).to_numpy(np.int64)
    arrays = largest_part(points.x.to_numpy(), points.y.to_numpy(), area, people, contiguity(layer).edges)
    return Ground(
        **dict(zip(("x", "y", "area", "people", "edges"), arrays, strict=True)), crs=CRS["us_blockgroups_2020"]
    )


if __name__ == "__main__":
    print(measured(sys.argv[1], sys.argv[2]))
