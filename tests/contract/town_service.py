"""A service whose store keeps the town, and what an analyst asks of it."""

from __future__ import annotations

import json
from contextlib import contextmanager

from tests.contract.conftest import town
from tests.served import served

SQUARE = {"type": "Polygon", "coordinates": [[[0.1, 0.1], [1.4, 0.1], [1.4, 0.9], [0.1, 0.9], [0.1, 0.1]]]}
ASKED = {"title": "My river", "layer": "town", "footprint": {"kind": "drawn", "geojson": SQUARE}}


@contextmanager
def serving_town(settings):
    folder = settings.home / "layers"
    folder.mkdir(parents=True)
    layer = town()
    layer.units.to_parquet(folder / "town.parquet")
    record = {key: getattr(layer, key) for key in ("title", "vintage", "source", "licence")}
    (folder / "town.json").write_text(json.dumps(record))
    with served(settings, worker=False) as running:
        yield running
