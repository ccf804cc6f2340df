"""A vote of 150 encrypted ballots: how long one is encrypted, all are checked, the sum is opened, and a stranger verifies.

Two verifiers read the same log: the trustees' on libsodium, and the stranger's in the standard library.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from geopolity.ballots.ballot import CHOICES, Election, check_ballot, read_ballot, seal
from geopolity.ballots.group import base
from geopolity.ballots.tally import counted, open_part, read_opening, summed
from services.docket.sealed.audit import Line, closed_board
from services.verifiers import verify_vote
from tests.unit.ballots.boards import VOTE, a_vote, coins, write

HOUSE = 150


def run() -> str:
    """Return every figure as Markdown."""
    coin, election, voter = coins("bench"), Election(head="00" * 32, key=base(7)), "11" * 32
    sealing = _seconds(lambda: [seal(election, voter, CHOICES[k % 3], coin) for k in range(50)]) / 50
    ballots = [seal(election, voter, CHOICES[k % 3], coin)[0] for k in range(HOUSE)]
    records = [ballot.record() for ballot in ballots]
    checking = _seconds(lambda: [check_ballot(read_ballot(it), election, voter) for it in records])
    opening = _seconds(lambda: _opened(ballots, coin))
    log = a_vote(words=tuple(CHOICES[k % 3] for k in range(HOUSE)), electors=HOUSE)
    lines = [Line(index=index, kind=kind, facts=facts) for index, (kind, facts) in enumerate(log)]
    fast = _seconds(lambda: closed_board(lines, VOTE))
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place) / "log", log)
        command = [sys.executable, "-I", verify_vote.__file__, folder, VOTE]
        slow = _seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    rows = [
        ("one ballot encrypted (this machine, libsodium)", f"{1000 * sealing:.1f} ms", "1 s in a browser"),
        (f"{HOUSE} ballots checked as they come", f"{checking:.2f} s", "–"),
        (f"{HOUSE} ballots summed and opened by three trustees", f"{opening:.2f} s", "10 s"),
        ("a trustee checks the closed board", f"{fast:.2f} s", "–"),
        ("a stranger verifies all of it, standard library", f"{slow:.1f} s", "60 s"),
    ]
    head = ("what", "took", "goal, at most")
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, tuple("---" for _ in head), *rows])


def _opened(ballots: list, coin: Callable[[], int]) -> tuple[int, ...]:
    """Open a sum with the shares of the polynomial 7 + 3x + 2x² at 1, 2 and 3."""
    sums, board = summed(ballots), "22" * 32
    shares = {number: 7 + 3 * number + 2 * number**2 for number in (1, 2, 3)}
    openings = {
        number: read_opening(open_part(board, sums, share, coin), board, sums, base(share))
        for number, share in shares.items()
    }
    return counted(sums, openings, len(ballots))


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
