"""A society on paper: who has a say in what concerns them, and whether the lot can staff it for thirty years.

Everything here is pure. Polities come from the engine, seats from ``sortition``, votes and calendars from ``docket``.
"""

from geopolity.society.breaking import Breaking, breaking_points
from geopolity.society.families import KINDS, Domain, Ground, domain_issue, domains
from geopolity.society.history import Year, lived
from geopolity.society.parameters import Parameter, Parameters, ParametersError
from geopolity.society.say import Constituency, Counts, Deciding, Say, constituencies, deciding, say
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
    "say",
    "turned",
]
