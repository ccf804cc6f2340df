"""The clock of the tests, in every Python that they start: Python imports this module before anything else.

``TESTS_SHIFT`` is how many seconds the tests' clock runs ahead of the machine's. All processes of a run share it, so
a service, its worker and the test that talks to both agree on what time it is.
"""

from __future__ import annotations

import os
import time

SHIFT = "TESTS_SHIFT"


def travel() -> None:
    """Go to the tests' time, if one is named; time runs on from there."""
    if shift := os.environ.get(SHIFT):
        from time_machine import travel

        travel(time.time() + float(shift), tick=True).start()


travel()
