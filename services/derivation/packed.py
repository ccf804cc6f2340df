"""A set of units as text: one bit each in id order (``geopolity.arrays.packed``), in base64."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from geopolity import arrays
from geopolity.arrays import BoolArray


def packed(inside: BoolArray) -> dict[str, Any]:
    """The set, and how many units it has."""
    return {"units": int(np.count_nonzero(inside)), "inside": base64.b64encode(arrays.packed(inside)).decode()}
