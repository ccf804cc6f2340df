"""Spellings one slip away from a name: a letter left out, doubled, changed, or two in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator

PEOPLE = 1_000
"""Places with fewer people are not guessed at."""
SHORTEST, LONGEST = 4, 25
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def keys(key: str) -> Iterator[str]:
    """Letters that differ from a name's by one slip, each once; of names in Latin letters."""
    if not (SHORTEST <= len(key) <= LONGEST and key.isascii()):
        return
    found: set[str] = {key}
    for at in range(len(key) + 1):
        head, tail = key[:at], key[at:]
        slips = [head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]]
        slips += [head + letter + end for letter in LETTERS for end in (tail, tail[1:])]
        for slip in slips:
            if slip not in found:
                found.add(slip)
                yield slip
