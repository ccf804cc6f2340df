"""The engine: the smallest connected region that holds most of the affected people, with a certificate.

>>> from geopolity.region import RegionProblem, derive, verify
>>> problem = RegionProblem(cost=[2, 1, 1, 3], affected=[50, 0, 40, 10], edges=[(0, 1), (1, 2), (2, 3)], coverage=0.9)
>>> region = derive(problem)
>>> region.members.tolist(), region.certificate.cost, region.certificate.optimal
([True, True, True, False], 4, True)
>>> verify(problem, region)
"""

from geopolity.region.baselines import all_intersecting, cheapest_paths, greedy
from geopolity.region.certificate import Certificate, Method, Progress, Proof, Region
from geopolity.region.constrained.conflict import ConstraintsConflict
from geopolity.region.constrained.solving import derive, prove
from geopolity.region.constraints import Constraints, Limit
from geopolity.region.engine import Effort, OnProgress
from geopolity.region.heaviest import Heaviest, heaviest_connected
from geopolity.region.problem import ProblemError, RegionProblem
from geopolity.region.search.beginning import QuotaOutOfReach
from geopolity.region.verify import VerificationFailed, verify

__all__ = [
    "Certificate",
    "Constraints",
    "ConstraintsConflict",
    "Effort",
    "Heaviest",
    "Limit",
    "Method",
    "OnProgress",
    "ProblemError",
    "Progress",
    "Proof",
    "QuotaOutOfReach",
    "Region",
    "RegionProblem",
    "VerificationFailed",
    "all_intersecting",
    "cheapest_paths",
    "derive",
    "greedy",
    "heaviest_connected",
    "prove",
    "verify",
]
