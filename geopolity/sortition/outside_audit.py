"""Which people of a roll an outside auditor looks up: sixty, by the draw's own randomness.

Sixty find at least one invented person in 95 of 100 cases where 5 in 100 are invented (1 - 0.95^60 = 0.954). What is
rarer than that is not found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

ROWS = 60


def audited(seed: bytes, pseudonyms: Iterable[str]) -> list[str]:
    """Pseudonyms to look up: those with the smallest SHA-256 of the seed, ``audit`` and themselves, sorted."""
    ranked = sorted(pseudonyms, key=lambda name: hashlib.sha256(seed + b"audit" + name.encode()).digest())
    return sorted(ranked[:ROWS])
