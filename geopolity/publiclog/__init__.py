"""The public log as values: the Merkle tree, its signed entries, and what may be told of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.publiclog.checked import check_log
    from geopolity.publiclog.disclosure import may_publish
    from geopolity.publiclog.log import Checkpoint, Entry, LogRefused
    from geopolity.publiclog.merkle import ProofRefused, Tree, check_consistency, check_inclusion

__all__ = [
    "Checkpoint",
    "Entry",
    "LogRefused",
    "ProofRefused",
    "Tree",
    "check_consistency",
    "check_inclusion",
    "check_log",
    "may_publish",
]

__getattr__ = lazily(
    __name__,
    {
        "Checkpoint": "log",
        "Entry": "log",
        "LogRefused": "log",
        "ProofRefused": "merkle",
        "Tree": "merkle",
        "check_consistency": "merkle",
        "check_inclusion": "merkle",
        "check_log": "checked",
        "may_publish": "disclosure",
    },
)
