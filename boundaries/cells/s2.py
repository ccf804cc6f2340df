"""Cells of the S2 grid from their ids: a face of the cube, then a quarter of the cell above, thirty times at most.

Hilbert curve and the quadratic projection of a cell's sides are those of the S2 library (Google, 2005).
"""

from __future__ import annotations

import re

import numpy as np

from geopolity.arrays import FloatArray

LEVELS = 30
PLACES = ((0, 1, 3, 2), (0, 2, 3, 1), (3, 2, 0, 1), (3, 1, 0, 2))
"""Column and row bit of each quarter, by the curve's orientation."""
TURNS = (1, 0, 0, 3)
TOKEN, NUMBER = re.compile(r"[0-9a-f]{1,16}"), re.compile(r"-?[0-9]{17,20}")


def cell_number(text: str) -> int | None:
    """The 64-bit id in a token (hexadecimal without trailing zeros) or a decimal number; ``None`` for no cell."""
    if NUMBER.fullmatch(text):
        number = int(text) % 2**64
    elif TOKEN.fullmatch(text.lower()):
        number = int(text.lower().ljust(16, "0"), 16)
    else:
        return None
    low = number & -number
    is_cell = number != 0 and number >> 61 < 6 and low.bit_length() % 2 == 1 and low.bit_length() <= 61
    return number if is_cell else None


def corners(number: int) -> FloatArray:
    """Latitudes and longitudes of the four corners of a cell."""
    level = LEVELS - ((number & -number).bit_length() - 1) // 2
    face = number >> 61
    turn, column, row = face & 1, 0, 0
    for depth in range(1, level + 1):
        quarter = (number >> (61 - 2 * depth)) & 3
        place = PLACES[turn][quarter]
        column, row, turn = 2 * column + (place >> 1), 2 * row + (place & 1), turn ^ TURNS[quarter]
    ends = [[_side((k + step) / 2**level) for step in (0, 1)] for k in (column, row)]
    around = [(ends[0][a], ends[1][b]) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
    x, y, z = np.array([_direction(face, u, v) for u, v in around]).T
    return np.asarray(np.degrees(np.column_stack([np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)])))


def _side(part: float) -> float:
    """Place along a side of a face, -1 to 1, from its share of cells."""
    return (4 * part * part - 1) / 3 if part >= 0.5 else (1 - 4 * (1 - part) ** 2) / 3


def _direction(face: int, u: float, v: float) -> tuple[float, float, float]:
    return ((1, u, v), (-u, 1, v), (-u, -v, 1), (-1, -v, -u), (v, -1, -u), (v, u, -1))[face]
