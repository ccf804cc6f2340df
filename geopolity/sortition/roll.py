"""The roll of one epoch: everybody who can be drawn, by pseudonym and pool, committed to by one Merkle root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from geopolity.assembly.credential import line_commitment
from geopolity.errors import RequestError
from geopolity.publiclog import merkle
from geopolity.sortition.naming import call_number

PSEUDONYM_CHARACTERS = 32


class RollError(RequestError):
    """A roll cannot be committed to as it is."""

    code = "roll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Pseudonyms (32 hexadecimal characters, random, of this epoch only), ascending, and each one's pool.

    Attributes
    ----------
    commitments
        Of each line to whoever stands behind it (``line_commitment``); none on rolls of before people held keys.
    """

    epoch: str
    pseudonyms: Sequence[str]
    pools: Sequence[str]
    commitments: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.commitments and len(self.commitments) != len(self.pseudonyms):
            raise RollError("A roll commits to everybody on it, or to nobody.")
        if len(self.pseudonyms) != len(self.pools):
            raise RollError(
                "{number:count} pseudonyms have {pools:count} pools; give each its own.",
                number=len(self.pseudonyms),
                pools=len(self.pools),
            )
        if any(left >= right for left, right in zip(self.pseudonyms, self.pseudonyms[1:], strict=False)):
            raise RollError("Pseudonyms must ascend without repetition, so that the roll says nothing by its order.")

    @property
    def lines(self) -> Iterator[tuple[str, ...]]:
        """The roll as it is published, line by line."""
        columns = (self.pseudonyms, self.pools, *((self.commitments,) if self.commitments else ()))
        return zip(*columns, strict=True)

    def tree(self) -> merkle.Tree:
        """Merkle tree over the lines of the roll."""
        return merkle.Tree.over(roll_leaf(*line) for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one citizen keeps: their line of the roll, and the proof that the root commits to it.

    Attributes
    ----------
    holder, salt
        What opens the commitment of the line: see ``line_commitment``.
    """

    epoch: str
    pseudonym: str
    pool_id: str
    index: int
    size: int
    proof: tuple[str, ...]
    roll_root: str
    holder: str = ""
    salt: str = ""

    @property
    def line(self) -> tuple[str, ...]:
        """The line of the roll."""
        if not self.salt:
            return (self.pseudonym, self.pool_id)
        return (self.pseudonym, self.pool_id, line_commitment(self.epoch, self.pseudonym, self.holder, self.salt))

    def record(self) -> dict[str, Any]:
        """The receipt as JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"proof": list(self.proof)}


@dataclass(frozen=True, slots=True)
class OwnDraw:
    """What the draw did with one citizen: ``kind`` is delegate, alternate or not called."""

    kind: str
    polity_id: str
    sentence: str


def roll_leaf(*line: str) -> bytes:
    """Hash of one line of the roll."""
    return merkle.leaf_hash(",".join(line).encode())


def receipt(roll: Roll, tree: merkle.Tree, index: int, *, holder: str = "", salt: str = "") -> Receipt:
    """Receipt of the citizen on line ``index``, with what opens its commitment."""
    return Receipt(
        epoch=roll.epoch,
        pseudonym=roll.pseudonyms[index],
        pool_id=roll.pools[index],
        index=index,
        size=len(roll.pseudonyms),
        proof=tuple(step.hex() for step in tree.proof(index)),
        roll_root=tree.root.hex(),
        holder=holder,
        salt=salt,
    )


def check_receipt(own: Receipt, *, roll_root: str, seed: bytes, called: Sequence[tuple[str, str, str]]) -> OwnDraw:
    """Check one citizen's own draw.

    Parameters
    ----------
    own
        Their receipt.
    roll_root, seed
        Of the published draw.
    called
        The seats of their own pool: ``(polity_id, pseudonym, kind)``.

    Raises
    ------
    ProofRefused
        If the citizen was not on the roll, or was passed over.
    """
    leaf = roll_leaf(*own.line)
    proof = [bytes.fromhex(step) for step in own.proof]
    merkle.check_inclusion(leaf, own.index, own.size, proof, bytes.fromhex(roll_root))
    mine = call_number(seed, own.pool_id, own.pseudonym)
    for polity, pseudonym, kind in called:
        if pseudonym == own.pseudonym:
            return OwnDraw(kind, polity, f"You are on the roll, and were drawn as {kind} for {polity}.")
    last = max((call_number(seed, own.pool_id, pseudonym) for _, pseudonym, _ in called), default=b"")
    if mine < last:
        raise merkle.ProofRefused(
            "Pseudonym {pseudonym} comes before somebody who was called from pool {pool}, and was passed over; "
            "object with this receipt.",
            pseudonym=own.pseudonym,
            pool=own.pool_id,
        )
    return OwnDraw("not called", "", "You are on the roll, and your number was not called.")
