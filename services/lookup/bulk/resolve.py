"""Resolve a file of points or unit ids: units and cells of every row, people per polity, pairs on demand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from services.clock import end_of
from services.cluster import connect_cluster
from services.lookup.bulk.cluster import tallies_on
from services.lookup.bulk.parts import Job, Tally, join, prepare, tallies
from services.lookup.bulk.source import open_source
from services.lookup.index import open_lookup_index
from services.storage.layers.census import find_layer
from services.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRequest:
    """What to resolve, as of which day, and how.

    Attributes
    ----------
    layer
        Kept layer whose units and polities are asked for; by default the base layer.
    scheduler
        Address of a dask scheduler whose workers do it; ``None`` does it here.
    """

    source: Path
    out: Path
    date: str
    layer: str | None = None
    wants_pairs: bool = False
    scheduler: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkOutcome:
    """How a file came out, and where the answer is; files that were not needed are ``None``."""

    tally: Tally
    out: Path
    pairs: Path | None
    rejects: Path | None


def resolve_file(
    request: BulkRequest, store: Store, on_part: Callable[[int, int | None], None] | None = None
) -> BulkOutcome:
    """Resolve a file; a run that was killed goes on where it was.

    Parameters
    ----------
    on_part
        Called after each part with how many are done, and how many there are where that is known.
    """
    source, moment = open_source(request.source), end_of(request.date)
    with store.reading() as session:
        layer = find_layer(session, request.layer).digest
        index = open_lookup_index(session, store.home, moment)
    job = Job(source=source, out=request.out, layer=layer, generation=index.generation, wants_pairs=request.wants_pairs)
    prepare(job)
    with ExitStack() as stack:
        if request.scheduler is None:
            work = tallies(job, index)
        else:
            client = stack.enter_context(connect_cluster(request.scheduler))
            work = tallies_on(client, job, store, moment)
        for number, _ in enumerate(work, start=1):
            if on_part is not None:
                on_part(number, source.part_count)
    tally = join(job)
    return BulkOutcome(
        tally=tally,
        out=job.out,
        pairs=job.pairs if request.wants_pairs else None,
        rejects=job.rejects if tally.rejected else None,
    )
