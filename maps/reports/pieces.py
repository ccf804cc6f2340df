"""What is proven of a polity in several pieces, in words."""

from __future__ import annotations

from maps.locale.texts import Texts


def in_pieces(pieces: int, smaller: str, slack: str, t: Texts) -> str:
    """How much smaller one in as many pieces could be; ``slack`` is empty where none is."""
    number = t.whole(pieces)
    if not slack:
        return t(
            "No area in at most {pieces} pieces that does so is {smaller}: this is proven.",
            pieces=number,
            smaller=smaller,
        )
    return t(
        "No area in at most {pieces} pieces that does so can be more than {slack} {smaller}.",
        pieces=number,
        slack=slack,
        smaller=smaller,
    )
