"""From outside data to validated frames.

    from boundaries import open_layer, open_issue

Everything here is imported on first use, so that naming the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "open_layer": "boundaries.layers",
    "layer_names": "boundaries.layers",
    "open_issue": "boundaries.issues",
    "issue_names": "boundaries.issue_tables",
    "open_footprint": "boundaries.footprints.files",
    "open_spread": "boundaries.spreads",
}
__all__ = ["issue_names", "layer_names", "open_footprint", "open_issue", "open_layer", "open_spread"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'boundaries' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
