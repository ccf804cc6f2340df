"""One law before one assembly: what is asked, in which order, and how it is decided.

| module | idea |
|---|---|
| `question.py` | the one question, in frozen words |
| `states.py` | every state and every legal step, in one table |
| `matter.py` | a law before an assembly, and its steps |
| `hearing.py` | evidence, testimony, brief, and how long they are heard |
| `ballot.py` | secret ballots with trackers, and what is published of them |
| `tally.py` | when harm is declared, and when a remedy is approved |
| `closing.py` | when a vote may close, and how much is told of it |
| `remedy.py` | what the civil service must say of a remedy |
| `calendar.py` | how often an assembly meets, and what it can bear |
| `summons.py` | the call to serve: excuses from a closed list, appeal, silence |
| `obligations.py` | who is taxed, and who is in the lottery |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.docket.ballot import Ballot, BallotError, Receipt
    from geopolity.docket.calendar import Calendar
    from geopolity.docket.hearing import Hearing
    from geopolity.docket.matter import Matter, MatterError, Petitioner
    from geopolity.docket.remedy import Remedy, RemedyError
    from geopolity.docket.states import State, StepRefused
    from geopolity.docket.summons import Summons
    from geopolity.docket.tally import Tally

__all__ = [
    "Ballot",
    "BallotError",
    "Calendar",
    "Hearing",
    "Matter",
    "MatterError",
    "Petitioner",
    "Receipt",
    "Remedy",
    "RemedyError",
    "State",
    "StepRefused",
    "Summons",
    "Tally",
]

__getattr__ = lazily(
    __name__,
    {
        "Ballot": "ballot",
        "BallotError": "ballot",
        "Calendar": "calendar",
        "Hearing": "hearing",
        "Matter": "matter",
        "MatterError": "matter",
        "Petitioner": "matter",
        "Receipt": "ballot",
        "Remedy": "remedy",
        "RemedyError": "remedy",
        "State": "states",
        "StepRefused": "states",
        "Summons": "summons",
        "Tally": "tally",
    },
)
