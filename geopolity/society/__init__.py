"""A society on paper: who has a say in what concerns them, and whether the lot can staff it for thirty years.

Everything here is pure. Polities come from the engine, seats from ``sortition``, votes and calendars from ``docket``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.society.breaking import Breaking, breaking_points
    from geopolity.society.families import KINDS, Domain, Ground, domain_issue, domains
    from geopolity.society.history import Year, lived
    from geopolity.society.parameters import Parameter, Parameters, ParametersError
    from geopolity.society.say import Constituency, Counts, Deciding, Say, constituencies, deciding
    from geopolity.society.sensitivity import Turned, turned
    from geopolity.society.world import Polity, World

__all__ = [
    "KINDS",
    "Breaking",
    "Constituency",
    "Counts",
    "Deciding",
    "Domain",
    "Ground",
    "Parameter",
    "Parameters",
    "ParametersError",
    "Polity",
    "Say",
    "Turned",
    "World",
    "Year",
    "breaking_points",
    "constituencies",
    "deciding",
    "domain_issue",
    "domains",
    "lived",
    "turned",
]

__getattr__ = lazily(
    __name__,
    {
        "KINDS": "families",
        "Breaking": "breaking",
        "Constituency": "say",
        "Counts": "say",
        "Deciding": "say",
        "Domain": "families",
        "Ground": "families",
        "Parameter": "parameters",
        "Parameters": "parameters",
        "ParametersError": "parameters",
        "Polity": "world",
        "Say": "say",
        "Turned": "sensitivity",
        "World": "world",
        "Year": "history",
        "breaking_points": "breaking",
        "constituencies": "say",
        "deciding": "say",
        "domain_issue": "families",
        "domains": "families",
        "lived": "history",
        "turned": "sensitivity",
    },
)
