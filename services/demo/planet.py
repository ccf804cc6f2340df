"""Derive the issues that cross borders on the world's places, and load them into the store beside what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from boundaries.issues import issue_names, open_issue
from boundaries.planet.layer import NAME as LAYER
from geopolity.region import OnProgress
from services.demo.sample_issues import DemoRow, in_processes
from services.storage.store import Store

LONGEST_FIRST = ("mediterranean-fishing", "human-rights-planet", "smoke-haze", "bering-strait")
"""Issues that take longest start first, so that no process ends alone."""
AT_ONCE = 2
"""Processes at most: each holds the whole layer, a gigabyte."""


def planet_issues() -> list[str]:
    """Names of the sample issues on the world's places."""
    return [name for name in issue_names() if open_issue(name).layer == LAYER]


def demo_planet(
    store: Store,
    *,
    workers: int,
    on_progress: OnProgress | None = None,
    on_row: Callable[[DemoRow], None] | None = None,
) -> list[DemoRow]:
    """Build the layer once, derive its issues into ``GEOPOLITY_HOME/out/demo`` and load them; their rows in order."""
    names = planet_issues()
    prepare(store.home, on_progress)
    rows = {}
    for row in in_processes(names, store.home, min(workers, AT_ONCE), LONGEST_FIRST):
        rows[row.name] = row
        if on_row is not None:
            on_row(row)

    from services.polities.lifecycle import load_demo  # noqa: PLC0415 - the workers need no database

    load_demo([rows[name].folder for name in names], store)
    return [rows[name] for name in names]


def prepare(home: Path, on_progress: OnProgress | None = None) -> None:
    """Build the layer and survey it, so that every process only opens both."""
    from services.derivation.layers import Columns, build, open_layer  # noqa: PLC0415 - slow to import
    from services.derivation.terrain_cache import terrain_of, warm_display  # noqa: PLC0415

    build([LAYER], home, on_progress)
    layer = open_layer([LAYER], Columns(), home)
    terrain_of(layer, home)
    warm_display(layer, home)
