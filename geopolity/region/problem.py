"""The region problem in integers: costs, affected people, contiguity, and the quota to reach.

    minimise c(S) over S with G[S] connected and a(S) ≥ Q

Everything that decides is an integer here, so the answer is the same bits on every machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from geopolity.errors import RequestError

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LARGEST_EXACT = 2**53
"""Totals of people stay below this, so that no step through a float loses a person."""


class ProblemError(RequestError):
    """The arrays do not describe a region problem."""

    code = "region-problem"
