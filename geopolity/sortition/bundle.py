"""What is published of a draw, as bytes of plain files without personal data; and what was promised before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geopolity.sortition.electorate import Electorate
from geopolity.sortition.lot import ALGORITHM, Shares
from geopolity.sortition.naming import Call
from geopolity.sortition.outside_audit import audited
from geopolity.sortition.randomness import Randomness
from geopolity.sortition.roll import Roll
from geopolity.sortition.shares import BITS

POLITIES, POOLS, SHARES = "polities.csv", "pools.csv", "shares.csv"
ROLL, SEATS, HEAD = "roll.csv.gz", "seats.csv", "bundle.json"
AUDIT = "audit.csv"
"""Lines of the roll that an outside auditor looks up."""
FROZEN = (POLITIES, POOLS, SHARES)
"""Tables fixed at the freeze."""
LINES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the freeze fixes and the public log keeps: nobody can change it once the randomness is known.

    Attributes
    ----------
    digests
        SHA-256 of each table in ``FROZEN``, hexadecimal.
    round
        The drand round that will be used; 0 where only rehearsals are meant.
    keys
        How many lines of the roll commit to a key of the person's ``own``, to one that an ``office`` made, and to
        ``none``; empty for rolls of before people held keys.
    """

    epoch: str
    mode: str
    rule: str
    roll_root: str
    digests: dict[str, str]
    round: int
    keys: Mapping[str, int] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """The promise as the log and ``bundle.json`` say it."""
        return {
            "algorithm": ALGORITHM,
            "digests": self.digests,
            "epoch": self.epoch,
            "mode": self.mode,
            "roll_root": self.roll_root,
            "round": self.round,
            "rule": self.rule,
        } | ({"keys": dict(self.keys)} if self.keys else {})

    @property
    def commitment(self) -> str:
        """SHA-256 of the promise."""
        text = json.dumps(self.facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def head(promise: Promise, randomness: Randomness) -> bytes:
    """Contents of ``bundle.json``."""
    record = promise.facts | {
        "commitment": promise.commitment,
        "randomness": randomness.record(),
        "rehearsal": randomness.is_rehearsal,
        "seat_unit_bits": BITS,
    }
    return (json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def frozen_tables(electorate: Electorate, shares: Shares, chambers: Sequence[int]) -> dict[str, Iterator[bytes]]:
    """Contents of the tables that the freeze fixes, piece by piece."""
    return {
        POLITIES: polity_table(electorate, shares, chambers),
        POOLS: pool_table(electorate, shares),
        SHARES: share_table(electorate, shares),
    }


def digests_of(tables: Mapping[str, Iterable[bytes]]) -> dict[str, str]:
    """SHA-256 of each table."""
    found = {}
    for name, pieces in tables.items():
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        found[name] = digest.hexdigest()
    return found


def polity_table(electorate: Electorate, shares: Shares, chambers: Sequence[int]) -> Iterator[bytes]:
    """Lines of ``polities.csv``."""
    columns = (electorate.seats, electorate.eligible, electorate.levels, shares.blocks, shares.weights, chambers)
    rows = zip(electorate.polities, *(map(_plain, column) for column in columns), strict=True)
    return _table("polity_id,seats,eligible,levels,block,weight,chambers", rows)


def pool_table(electorate: Electorate, shares: Shares) -> Iterator[bytes]:
    """Lines of ``pools.csv``."""
    cells = [electorate.cells[cell] for cell in electorate.pool_cell]
    factors = map(_plain, shares.factors[electorate.pool_cell])
    people = map(_plain, electorate.pool_people)
    rows = zip(electorate.pools, cells, electorate.pool_strata, people, factors, strict=True)
    return _table("pool_id,cell_id,stratum,n,factor", rows)


def share_table(electorate: Electorate, shares: Shares) -> Iterator[bytes]:
    """Lines of ``shares.csv``: every edge, those that carry nothing too."""
    polities, units = electorate.polities, shares.units.tolist()
    listed, start = electorate.edge_polity.tolist(), electorate.edge_start.tolist()
    rows = (
        (pool, polities[listed[edge]], str(units[edge]))
        for number, pool in enumerate(electorate.pools)
        for edge in range(start[number], start[number + 1])
    )
    return _table("pool_id,polity_id,share", rows)


def roll_table(roll: Roll) -> Iterator[bytes]:
    """Lines of ``roll.csv``."""
    return _table("pseudonym,pool_id" + (",commitment" if roll.commitments else ""), roll.lines)


def seat_table(calls: Iterable[Call]) -> Iterator[bytes]:
    """Lines of ``seats.csv``."""
    rows = ((call.polity, call.pool, call.pseudonym, str(call.rank), call.kind) for call in calls)
    return _table("polity_id,pool_id,pseudonym,rank,kind", rows)


def audit_table(roll: Roll, seed: bytes) -> Iterator[bytes]:
    """Lines of ``audit.csv``."""
    return _table("pseudonym", ((name,) for name in audited(seed, roll.pseudonyms)))


def _plain(number: Any) -> str:
    value = number.item() if hasattr(number, "item") else number
    return repr(value)


def _table(header: str, rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
    """Lines, many at once: nothing in them needs quoting (see :func:`check_names`)."""
    waiting = [header]
    for row in rows:
        waiting.append(",".join(row))
        if len(waiting) >= LINES_AT_ONCE:
            yield ("\n".join(waiting) + "\n").encode()
            waiting = []
    if waiting:
        yield ("\n".join(waiting) + "\n").encode()
