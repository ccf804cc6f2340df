"""The append-only Merkle tree of RFC 6962: roots, inclusion proofs, consistency proofs.

A leaf hash is SHA-256 of a zero byte and the entry; an inner hash, of a one byte and both halves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geopolity.errors import NegativeAnswer, RequestError

HASH_BYTES = 32


class ProofRefused(NegativeAnswer):
    """A proof does not show what it claims."""

    code = "proof-refused"


class TreeRangeError(RequestError):
    """A leaf or a size lies outside the tree."""

    code = "tree-range"


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree kept whole: ``levels[0]`` are the leaf hashes, each level above is half as long, the last is the root."""

    levels: tuple[Sequence[bytes], ...]

    @classmethod
    def over(cls, leaves: Iterable[bytes]) -> Tree:
        """Build the tree over leaf hashes."""
        levels = [list(leaves)]
        while len(levels[-1]) > 1:
            below = levels[-1]
            above = [_inner(left, right) for left, right in zip(below[::2], below[1::2], strict=False)]
            levels.append([*above, below[-1]] if len(below) % 2 else above)
        return cls(tuple(levels))

    @property
    def root(self) -> bytes:
        """Root; of no leaf, the hash of nothing."""
        return self.levels[-1][0] if self.levels[0] else hashlib.sha256(b"").digest()

    def proof(self, index: int) -> list[bytes]:
        """Hashes that lead from leaf ``index`` to the root, lowest first."""
        size = len(self.levels[0])
        if not 0 <= index < size:
            raise TreeRangeError(
                "There is no leaf {index} in a tree of {size}; give 0 to the size less one.",
                index=index,
                size=size,
            )
        places = ((level, (index >> height) ^ 1) for height, level in enumerate(self.levels))
        return [level[place] for level, place in places if place < len(level) > 1]


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes; of no leaf, the hash of nothing."""
    return Tree.over(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Hashes that lead from leaf ``index`` to the root, lowest first."""
    return Tree.over(leaves).proof(index)


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """Hashes that show that the tree of the first ``earlier`` leaves was only appended to."""
    if not 0 < earlier <= len(leaves):
        raise TreeRangeError(
            "A tree of {number:count} has no earlier size {earlier}; give 1 to its size.",
            number=len(leaves),
            earlier=earlier,
        )
    return _subproof(leaves, earlier, is_whole=True)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Refuse unless ``proof`` leads from leaf hash ``leaf`` at ``index`` to the root (RFC 9162, 2.1.3.2).

    Raises
    ------
    ProofRefused
        If it does not.
    """
    if not 0 <= index < size:
        raise ProofRefused(
            "Leaf {index} cannot be in a tree of {size}; ask for a proof within the tree.",
            index=index,
            size=size,
        )
    if len(leaf) != HASH_BYTES:
        raise ProofRefused(
            "A leaf hash has {wanted} bytes, not {given:count}; give the hash of the entry.",
            wanted=HASH_BYTES,
            given=len(leaf),
        )
    node, last, reached = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofRefused(
                "The proof of leaf {index} is too long; ask the log for it again.",
                index=index,
            )
        if node & 1 or node == last:
            reached = _inner(step, reached)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            reached = _inner(reached, step)
        node, last = node >> 1, last >> 1
    if last != 0 or reached != expected:
        raise ProofRefused(
            "The proof of leaf {index} does not reach the root; leaf, proof or root was altered.",
            index=index,
        )


def check_consistency(sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> None:
    """Refuse unless the later tree only appends to the earlier one (RFC 9162, 2.1.4.2).

    Raises
    ------
    ProofRefused
        If the proof does not show it.
    """
    earlier, later = sizes
    if 0 < earlier == later and not proof and roots[0] == roots[1]:
        return
    if not 0 < earlier < later or not proof:
        raise ProofRefused(
            "Nothing shows that the tree of {later} continues the tree of {earlier}.",
            later=later,
            earlier=earlier,
        )
    steps = list(proof) if earlier & (earlier - 1) else [roots[0], *proof]
    node, last = earlier - 1, later - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofRefused(
                "The proof from {earlier} to {later} leaves is too long; ask the log for it again.",
                earlier=earlier,
                later=later,
            )
        if node & 1 or node == last:
            old, new = _inner(step, old), _inner(step, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = _inner(new, step)
        node, last = node >> 1, last >> 1
    if last != 0 or (old, new) != roots:
        raise ProofRefused(
            "The tree of {later} leaves does not continue the tree of {earlier}: history was rewritten.",
            later=later,
            earlier=earlier,
        )


def _subproof(leaves: Sequence[bytes], earlier: int, *, is_whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if is_whole else [root(leaves)]
    half = _split(len(leaves))
    if earlier <= half:
        return [*_subproof(leaves[:half], earlier, is_whole=is_whole), root(leaves[half:])]
    return [*_subproof(leaves[half:], earlier - half, is_whole=False), root(leaves[:half])]


def _split(size: int) -> int:
    """Largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
