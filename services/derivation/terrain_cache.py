"""Keep on disk what every run on a layer shares: its contiguity and areas, and its simplified display.

Files lie under ``GEOPOLITY_HOME/cache/layers``, named by the layer's digest and the versions that made them; they
are this program's own, and one that cannot be read is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from geopolity.caching import SingleFlightCache
from geopolity.layers.layer import Layer
from geopolity.polity.record import ENGINE
from geopolity.polity.terrain import Terrain, survey
from maps.scenes.display import DisplayLayer, display_layer, simplified
from services.whole import write_whole

T = TypeVar("T")


KEPT = 4
_terrains: SingleFlightCache[str, Terrain] = SingleFlightCache(KEPT)


def terrain_of(layer: Layer, home: Path) -> Terrain:
    """Terrain of a layer: of the latest few that were asked for, from the disk, or surveyed and kept."""
    return _terrains.get(layer.digest, lambda: _kept(layer, home, Terrain, survey))


def warm_display(layer: Layer, home: Path) -> None:
    """Take a layer's display from the cache, or compute and keep it: seconds for some thousand units."""
    display_layer(layer, lambda _: _kept(layer, home, DisplayLayer, simplified))


def _kept(layer: Layer, home: Path, kind: type[T], compute: Callable[[Layer], T]) -> T:
    file = home / "cache" / "layers" / f"{_key(layer, kind)}.pickle"
    with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, ValueError):
        found = pickle.loads(file.read_bytes())  # noqa: S301 - a file of our own, from our own state folder
        if isinstance(found, kind):
            return found
    value = compute(layer)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the answer
        write_whole(file, pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))
    return value


def _key(layer: Layer, kind: type) -> str:
    made_by = ":".join(
        [ENGINE, kind.__module__, kind.__name__, *(version(name) for name in ("numpy", "shapely", "pyproj"))]
    )
    return f"{layer.digest[:24]}-{kind.__name__.lower()}-{hashlib.sha256(made_by.encode()).hexdigest()[:12]}"
