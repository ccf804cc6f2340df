"""The same parts on the workers of a dask cluster: each opens the store itself and writes the parts it is given."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from services.lookup.bulk.parts import Job, Tally, done, resolve_part
from services.lookup.bulk.source import BulkFileError
from services.lookup.index import LookupIndex, open_lookup_index
from services.storage.store import Store

if TYPE_CHECKING:
    from distributed import Client


def tallies_on(client: Client, job: Job, store: Store, moment: str) -> Iterator[Tally]:
    """Resolve the missing parts of a Parquet file on the workers; yields tallies as they come."""
    from distributed import as_completed  # noqa: PLC0415

    if job.source.part_count is None:
        raise BulkFileError(
            "{path} is CSV, which is read in one go; give the cluster a Parquet file.",
            path=job.source.path,
        )
    missing = [number for number in range(job.source.part_count) if done(job, number) is None]
    running = client.map(_on_worker, missing, job=job, store=store, moment=moment, pure=False)
    for finished in as_completed(running):
        yield finished.result()


def _on_worker(number: int, *, job: Job, store: Store, moment: str) -> Tally:
    return resolve_part(job, number, _index(store, moment, job.generation))


@lru_cache(maxsize=1)
def _index(store: Store, moment: str, _generation: str) -> LookupIndex:
    with store.reading() as session:
        return open_lookup_index(session, store.home, moment)
