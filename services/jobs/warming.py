"""What a worker does before its first job while nothing waits: a small derivation, which loads all that any needs."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geopolity.errors import GeopolityError
from services.jobs import queue
from services.storage.store import Store

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

SIDE = 6


def warm_up(store: Store) -> None:
    """Derive and draw a polity of squares and forget it, and open the layer of most issues; not if a job waits.

    Code is imported then, and compiled kernels are loaded: seconds that nobody waits for. What goes wrong is left to
    the job that it matters to.
    """
    with contextlib.suppress(GeopolityError, OSError):
        if not queue.counts(store).get("queued"):
            _warm_up(store.home)


def _warm_up(home: Path) -> None:
    from services.derivation.derive import write  # noqa: PLC0415 - heavy, as all that is loaded here
    from services.derivation.open_layers import warm_layer  # noqa: PLC0415
    from services.derivation.requests.issues import DEFAULT_LAYER  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        write(_of_squares(), Path(folder) / "polity", Path(folder))
    warm_layer(DEFAULT_LAYER, home, drawing=True)


def _of_squares() -> Derivation:
    import dataclasses  # noqa: PLC0415

    import geopandas as gpd  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    from geopolity import Area, Issue, Layer, derive_polity  # noqa: PLC0415
    from geopolity.identifiers import IssueName, LayerName  # noqa: PLC0415
    from geopolity.region import prove  # noqa: PLC0415

    places = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    squares = gpd.GeoDataFrame(
        {"population": [100.0 + 7 * x + y for x, y in places]},
        geometry=[shapely.box(x, 40 + y, x + 1, 41 + y) for x, y in places],
        crs=4326,
        index=[f"{x}{y}" for x, y in places],
    )
    issue = Issue(
        name=IssueName("squares"),
        title="Squares",
        question="",
        footprint=Area(shapes=gpd.GeoSeries([shapely.box(0.3, 40.3, 4.4, 42.2)], crs=4326)),
        layer=LayerName("squares"),
    )
    derivation = derive_polity(issue, Layer.from_geodataframe(squares, name="squares"))
    return dataclasses.replace(derivation, region=prove(derivation.problem, derivation.region))
