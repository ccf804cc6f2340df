"""Layers that stay open in a running service, with what every derivation on them shares; the latest few."""

from __future__ import annotations

from pathlib import Path

from boundaries.errors import FileError
from geopolity.caching import SingleFlightCache
from geopolity.layers.layer import Layer
from services.derivation.layers import Columns, layer_names, open_layer
from services.derivation.terrain_cache import terrain_of, warm_display

KEPT = 4
_layers: SingleFlightCache[tuple[Path, str], Layer] = SingleFlightCache(KEPT)


def warm_layer(name: str, home: Path, *, drawing: bool = False) -> Layer:
    """Open a layer that is known by name, ready to be derived on and, where asked, to be drawn.

    Raises
    ------
    FileError
        If no layer has the name.
    """
    layer = _layers.get((home, name), lambda: _opened(name, home))
    if drawing:
        warm_display(layer, home)
    return layer


def _opened(name: str, home: Path) -> Layer:
    known = layer_names(home)
    if name not in known:
        raise FileError(
            "There is no layer {layer:quoted}; there are {layers:list}.",
            layer=name[:60],
            layers=list(known),
        )
    layer = open_layer([name], Columns(), home)
    terrain_of(layer, home)
    return layer
