"""Derive the issues that cross borders on the world's places, and load them into the store beside what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from boundaries.issue_tables import issue_head, issue_names
from boundaries.planet.layer import NAME as LAYER
from geopolity.region import OnProgress
from geopolity.threads import in_threads
from services.demo.rows import DemoRow
from services.demo.sample_issues import in_processes, kernels_missing
from services.ending import fresh_processes
from services.storage.store import Store

LONGEST_FIRST = ("mediterranean-fishing", "human-rights-planet", "smoke-haze", "bering-strait")
"""Issues that take longest start first, so that no process ends alone."""
SMALL = ("smelter-emissions", "east-coast-fishing-rights")
"""Issues on counties that between them need every compiled kernel."""
AT_ONCE = 2
"""Processes at most: each holds the whole layer, a gigabyte."""


def planet_issues() -> list[str]:
    """Names of the sample issues on the world's places."""
    return [name for name in issue_names() if issue_head(name).layer == LAYER]


def demo_planet(
    store: Store,
    *,
    workers: int,
    on_progress: OnProgress | None = None,
    on_row: Callable[[DemoRow], None] | None = None,
) -> list[DemoRow]:
    """Build the layer once, derive its issues into ``GEOPOLITY_HOME/out/demo`` and load them; their rows in order."""
    names = planet_issues()
    with fresh_processes(1) as beside:
        compiling = beside.submit(compile_kernels, store.home)
        prepare(store.home, on_progress)
        compiling.result()
    rows = {}
    for row in in_processes(names, store.home, min(workers, AT_ONCE), LONGEST_FIRST):
        rows[row.name] = row
        if on_row is not None:
            on_row(row)

    from services.polities.lifecycle import load_demo  # noqa: PLC0415 - the workers need no database

    load_demo([rows[name].folder for name in names], store)
    return [rows[name] for name in names]


def prepare(home: Path, on_progress: OnProgress | None = None) -> None:
    """Build the layer, survey it and simplify it for display, so that every process only opens what was made."""
    from services.derivation.layers import Columns, build, open_layer  # noqa: PLC0415 - slow to import
    from services.derivation.terrain_cache import terrain_of, warm_display  # noqa: PLC0415

    build([LAYER], home, on_progress)
    layer = open_layer([LAYER], Columns(), home)
    in_threads(lambda make: make(layer, home), [terrain_of, warm_display])


def compile_kernels(home: Path) -> None:
    """Derive two small issues, one of whose regions spans water, so that whatever is compiled is kept for all."""
    from services.derivation.derive import derive  # noqa: PLC0415 - imported in the worker only
    from services.derivation.requests.request import request_of  # noqa: PLC0415

    if kernels_missing(home):
        for name in SMALL:
            derive(request_of(home, issue=name), home)
