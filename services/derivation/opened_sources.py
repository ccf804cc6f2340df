"""Open the sources of a derivation folder, as its request would."""

from __future__ import annotations

from pathlib import Path

from services.derivation.audit.sources import Sources
from services.derivation.derive import layer_of
from services.derivation.requests.request import Request
from services.derivation.terrain_cache import terrain_of


def opened_sources(request: Request, home: Path, *, has_footprint: bool) -> Sources:
    """The layer with its terrain, and the issue where a footprint was given."""
    layer = layer_of(request, home)
    return Sources(layer=layer, terrain=terrain_of(layer, home), issue=request.issue if has_footprint else None)
