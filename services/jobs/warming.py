"""What a worker does before its first job while nothing waits: a small derivation, which loads all that any needs."""

from __future__ import annotations

import dataclasses
import logging
import tempfile
from pathlib import Path

from services.jobs import queue
from services.storage.store import Store

log = logging.getLogger(__name__)


def warm_up(store: Store) -> None:
    """Derive and draw a polity of squares and forget it, and open the layer of most issues; not if a job waits.

    Code is imported then, and compiled kernels are loaded: seconds that nobody waits for. Whatever goes wrong is logged
    and left to the job that it matters to: the worker works all the same.
    """
    try:
        if not queue.counts(store).get("queued"):
            _warm_up(store.home)
    except Exception:
        log.exception("the worker could not get ready and works all the same")


def _warm_up(home: Path) -> None:
    from geopolity.layers.ground import ground  # noqa: PLC0415 - heavy, as all that is loaded here
    from geopolity.region import prove  # noqa: PLC0415
    from services.derivation.derive import write  # noqa: PLC0415
    from services.derivation.kernels import derive_squares  # noqa: PLC0415
    from services.derivation.open_layers import warm_layer  # noqa: PLC0415
    from services.derivation.requests.issues import DEFAULT_LAYER  # noqa: PLC0415

    made = derive_squares()
    proven = dataclasses.replace(made, region=prove(made.problem, made.region))
    with tempfile.TemporaryDirectory() as folder:
        write(proven, Path(folder) / "polity", Path(folder))
    ground(warm_layer(DEFAULT_LAYER, home, drawing=True))
