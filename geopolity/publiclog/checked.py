"""Check a log as a value: its lines, its checkpoints, and the keys that signed them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from geopolity.publiclog import merkle
from geopolity.publiclog.keys import keys_of, signers, trusted_with
from geopolity.publiclog.log import Checkpoint, LogRefused, canonical


def check_log(lines: Sequence[bytes], checkpoints: Sequence[Checkpoint], key: Ed25519PublicKey) -> None:
    """Refuse unless every line is canonical and in order, and every checkpoint signs its part of the lines.

    Parameters
    ----------
    key
        One that the log has or had; it must have signed a checkpoint, and no key after it may have been lost: anybody
        could have added that to what it had signed.

    Raises
    ------
    LogRefused
        Naming the first entry, or the checkpoint, that does not hold.
    """
    for index, line in enumerate(lines):
        _check_line(line, index)
    if not checkpoints or checkpoints[-1].size != len(lines):
        covered = checkpoints[-1].size if checkpoints else 0
        raise LogRefused(
            "Entry {index} is not covered: the last checkpoint signs {size}.",
            index=min(covered, len(lines)),
            size=covered,
        )
    known = key.public_bytes_raw()
    keys = keys_of(lines, known)
    if known not in {signer.public for signer in signers(checkpoints, keys)} & trusted_with(known, keys):
        raise LogRefused(
            "The key {key}… has signed no checkpoint of this log, or none since the log's key was lost.",
            key=known.hex()[:16],
        )
    leaves = [merkle.leaf_hash(line) for line in lines]
    earlier = 0
    for number, checkpoint in enumerate(checkpoints):
        if not earlier <= checkpoint.size <= len(lines):
            raise LogRefused(
                "Checkpoint {number} signs {size} entries, which is out of order.",
                number=number,
                size=checkpoint.size,
            )
        if merkle.root(leaves[: checkpoint.size]) != checkpoint.root:
            raise LogRefused(
                "Entries {index} to {last} are not the ones that checkpoint {number} signed.",
                index=earlier,
                last=checkpoint.size - 1,
                number=number,
            )
        earlier = checkpoint.size


def _check_line(line: bytes, index: int) -> None:
    try:
        record = json.loads(line)
        is_whole = record["index"] == index and {*record} == {"index", "kind", "facts"} and canonical(record) == line
    except (ValueError, TypeError, KeyError):
        is_whole = False
    if not is_whole:
        raise LogRefused(
            "Entry {index} is not a canonical entry with that index.",
            index=index,
        )
