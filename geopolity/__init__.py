"""From who is affected by an issue to the smallest connected area that holds most of them, and to who decides there.

>>> from geopolity import Corridor, Issue, Layer, derive_polity

A table of the rooms stands in ``README.md`` beside this file. Nothing here reads a file, a clock or a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.affected import Area, Attribute, Corridor, Everyone, Footprint, Radius, Units
    from geopolity.affected.people import affected_people
    from geopolity.errors import GeopolityError
    from geopolity.layers.layer import Layer
    from geopolity.polity.derivation import Derivation, derive_polity
    from geopolity.polity.issue import Issue
    from geopolity.polity.places import polities_at
    from geopolity.region import Certificate, RegionProblem, derive, verify
    from geopolity.sortition import Electorate, draw, rehearsed, shares_of

__all__ = [
    "Area",
    "Attribute",
    "Certificate",
    "Corridor",
    "Derivation",
    "Electorate",
    "Everyone",
    "Footprint",
    "GeopolityError",
    "Issue",
    "Layer",
    "Radius",
    "RegionProblem",
    "Units",
    "affected_people",
    "derive",
    "derive_polity",
    "draw",
    "polities_at",
    "rehearsed",
    "shares_of",
    "verify",
]

__getattr__ = lazily(
    __name__,
    {
        "Area": "affected",
        "Attribute": "affected",
        "Certificate": "region",
        "Corridor": "affected",
        "Derivation": "polity.derivation",
        "Electorate": "sortition",
        "Everyone": "affected",
        "Footprint": "affected",
        "GeopolityError": "errors",
        "Issue": "polity.issue",
        "Layer": "layers.layer",
        "Radius": "affected",
        "RegionProblem": "region",
        "Units": "affected",
        "affected_people": "affected.people",
        "derive": "region",
        "derive_polity": "polity.derivation",
        "draw": "sortition",
        "polities_at": "polity.places",
        "rehearsed": "sortition",
        "shares_of": "sortition",
        "verify": "region",
    },
)
