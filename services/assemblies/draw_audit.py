"""Re-check a published draw: its randomness against the pinned chain, all else by the standalone verifier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from geopolity.messages import Message
from geopolity.sortition.drand import QUICKNET, RandomnessRefused, verified_randomness
from services.derivation.audit.evidence import VerificationFailed
from services.verifiers import verify_draw


def audit_draw(folder: Path) -> Iterator[Message]:
    """What holds of a draw, a sentence each.

    Raises
    ------
    VerificationFailed
        At the first fact that does not hold.
    """
    try:
        head = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
        chance = head["randomness"]
        if not head["rehearsal"]:
            yield _signed(chance)
        found = str(verify_draw.check(folder, chance["value"]))  # type: ignore[no-untyped-call]  # it stands alone
    except Exception as error:  # whatever a file breaks, it is not this draw
        raise VerificationFailed(
            "The draw in {folder} is refused: {reason}.",
            folder=folder,
            reason=str(error),
        ) from error
    yield Message(found[0].upper() + found[1:])
    if head["rehearsal"]:
        yield Message("It is a rehearsal with the seed {seed:quoted}: it seats nobody.", seed=chance.get("seed"))


def _signed(chance: dict[str, str | int]) -> Message:
    number = int(chance["round"])
    try:
        value = verified_randomness(number, bytes.fromhex(str(chance["signature"])))
    except RandomnessRefused as error:
        raise ValueError(str(error).rstrip(".")) from error
    if value.hex() != chance["value"] or chance["chain"] != QUICKNET.digest:
        message = f"its randomness is not that of round {number} of {QUICKNET.name}"
        raise ValueError(message)
    return Message("Round {round} of {chain} is signed by the pinned key.", round=number, chain=QUICKNET.name)
