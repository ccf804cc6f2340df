"""What an amendment changes in a law, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Change = Literal["kept", "removed", "added"]
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 20_000
"""Words and marks beyond which the two texts are shown one after the other."""


class Piece(NamedTuple):
    """A stretch of text, and what the amendment does to it."""

    change: Change
    text: str


def redline(before: str, after: str) -> tuple[Piece, ...]:
    """Pieces that read, without the added, as the law before, and without the removed, as the law after."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > LONGEST:
        return Piece("removed", before), Piece("added", after)
    found: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("kept", "".join(old[a:b])))
            continue
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        found += [Piece("removed", removed)] if removed else []
        found += [Piece("added", added)] if added else []
    return tuple(found)
