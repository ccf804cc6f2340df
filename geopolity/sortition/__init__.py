"""The lot: seat every assembly from overlapping polities at once, with equal chances, for anyone to recompute.

An :class:`Electorate` counts people by pool and seats by polity; :func:`shares_of` fixes everybody's chance when the
roll is frozen; :func:`draw` names people once the announced randomness is there.
"""

from geopolity.sortition.electorate import MOST_SEATS, Electorate, ElectorateError
from geopolity.sortition.feasibility import DrawInfeasible, HallSet
from geopolity.sortition.load import loads
from geopolity.sortition.lot import ALGORITHM, Draw, LoadAboveOne, Shares, draw, draw_seats, shares_of
from geopolity.sortition.naming import Call
from geopolity.sortition.plan import Plan, assessed, planned
from geopolity.sortition.randomness import Randomness, Stream, accepted, rehearsed
from geopolity.sortition.roll import Receipt, Roll, check_receipt, receipt

__all__ = [
    "ALGORITHM",
    "MOST_SEATS",
    "Call",
    "Draw",
    "DrawInfeasible",
    "Electorate",
    "ElectorateError",
    "HallSet",
    "LoadAboveOne",
    "Plan",
    "Randomness",
    "Receipt",
    "Roll",
    "Shares",
    "Stream",
    "accepted",
    "assessed",
    "check_receipt",
    "draw",
    "draw_seats",
    "loads",
    "planned",
    "receipt",
    "rehearsed",
    "shares_of",
]
