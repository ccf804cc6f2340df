"""Resolve where a point lies: in which unit, how far from a border, and what is nearest outside.

| module | idea |
|---|---|
| `outlines.py` | outlines of units as integer edges |
| `grid.py` | the index: cells wholly inside one unit, or with the few edges that cross them (hot kernels) |
| `unit_index.py` | the grid of one layer, asked for one point or for millions |
| `borders.py` | distance to the nearest border, anywhere on Earth (hot kernel) |
| `resolver.py` | a point's unit and its distances to all borders in one call (hot kernel) |
"""

from __future__ import annotations

from geopolity.geometry.snapping import PointError, snapped
from geopolity.lookup.borders import Border, border_of
from geopolity.lookup.unit_index import UnitIndex, index_units

__all__ = ["Border", "PointError", "UnitIndex", "border_of", "index_units", "snapped"]
