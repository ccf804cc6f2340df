"""Derive every sample issue, several at a time, and load the polities into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed, wait
from importlib import import_module
from pathlib import Path

from boundaries.issue_tables import issue_head, issue_names
from boundaries.planet.layer import NAME as WORLD_PLACES
from geopolity.region import Progress
from services.demo.rows import DemoRow, folder_of, keep_row, kept_row, made_of_issue, row_of
from services.ending import fresh_processes
from services.storage.store import Store

LONGEST_FIRST = (
    "east-coast-fishing-rights",
    "mississippi-water-quality",
    "smelter-emissions",
    "ogallala-aquifer",
    "human-rights",
)
"""Issues that take longest start first, so that no process ends alone."""
ENOUGH = 0.0005
"""Gap with which the demo is content once half of the work allowed is done."""
WITHOUT_KERNELS = ("human-rights", "human-rights-world", "human-rights-planet")
"""Issues that affect everyone: nothing is optimised, so they need no compiled kernel."""


def sample_issues() -> list[str]:
    """Names of the sample issues but those on the world's places, which have a demo of their own."""
    return [name for name in issue_names() if issue_head(name).layer != WORLD_PLACES]


def demo(store: Store, *, workers: int, on_row: Callable[[DemoRow], None] | None = None) -> list[DemoRow]:
    """Derive all sample issues into ``GEOPOLITY_HOME/out/demo``, load them, and return their rows in order.

    What stands there from an earlier run, and would come out the same, is kept.
    """
    names = sample_issues()
    rows = {}
    for row in in_processes(names, store.home, workers, LONGEST_FIRST):
        rows[row.name] = row
        if on_row is not None:
            on_row(row)

    from services.polities.lifecycle import load_demo  # noqa: PLC0415 - the workers need no database

    load_demo([rows[name].folder for name in names], store)
    return [rows[name] for name in names]


def demo_row(name: str, home: Path) -> DemoRow:
    """Derive one sample issue, write its folder, and say how it compares."""
    from services.derivation.derive import derive_into  # noqa: PLC0415 - imported in the worker only
    from services.derivation.requests.request import request_of  # noqa: PLC0415

    request = request_of(home, issue=name)
    _, written = derive_into(folder_of(name, home), request, home, _goes_on)
    row = row_of(written.folder)
    keep_row(row, made_of_issue(name, request, home), home)
    return row


def _goes_on(progress: Progress) -> bool:
    return progress.gap is None or progress.gap > ENOUGH or progress.done < 0.5


def in_processes(names: list[str], home: Path, workers: int, longest: Sequence[str]) -> Iterator[DemoRow]:
    """Rows of issues: those that are kept, and then, as they are done, those that so many processes derive."""
    kept = [row for row in (kept_row(name, home) for name in names) if row is not None]
    yield from kept
    missing = set(names) - {row.name for row in kept}
    if missing:
        yield from _derived([name for name in names if name in missing], home, workers, longest)


def _derived(names: list[str], home: Path, workers: int, longest: Sequence[str]) -> Iterator[DemoRow]:
    """Rows of issues as they are done; the longest are begun first."""
    order = sorted(names, key=lambda name: longest.index(name) if name in longest else len(longest))
    ahead = _before_kernels(order) if kernels_missing(home) else order
    with fresh_processes(min(workers, len(order))) as pool:
        running = [pool.submit(demo_row, name, home) for name in ahead]
        for later in ("services.polities.lifecycle", "services.assemblies.draws"):
            import_module(later)  # while the workers work
        if len(ahead) < len(order):
            wait(running[:1])
        running += [pool.submit(demo_row, name, home) for name in order if name not in ahead]
        for finished in as_completed(running):
            yield finished.result()


def kernels_missing(home: Path) -> bool:
    """Whether no kernel has been compiled for this home yet."""
    return not any((home / "cache" / "numba").rglob("*.nbi"))


def _before_kernels(order: list[str]) -> list[str]:
    """Issues to start before any kernel is compiled: the first compiles them for all, the others need none."""
    first = [name for name in order if name not in WITHOUT_KERNELS][:1]
    return [*first, *(name for name in order if name in WITHOUT_KERNELS)]
