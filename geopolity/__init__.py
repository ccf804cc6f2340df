"""From who is affected by an issue to the smallest connected area that holds most of them, and to who decides there.

>>> from geopolity import Issue, Layer, derive_polity

A table of the rooms stands in ``README.md`` beside this file. Nothing here reads a file, a clock or a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.layers.layer import Layer
    from geopolity.polity.derivation import Derivation, derive_polity
    from geopolity.polity.issue import Issue
    from geopolity.region import RegionProblem, derive, verify

__all__ = [
    "Derivation",
    "Issue",
    "Layer",
    "RegionProblem",
    "derive",
    "derive_polity",
    "verify",
]

__getattr__ = lazily(
    __name__,
    {
        "Derivation": "polity.derivation",
        "Issue": "polity.issue",
        "Layer": "layers.layer",
        "RegionProblem": "region",
        "derive": "region",
        "derive_polity": "polity.derivation",
        "verify": "region",
    },
)
