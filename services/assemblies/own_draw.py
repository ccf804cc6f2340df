"""A citizen checks their own draw: one inclusion proof and the seats of their own pool, from the published files."""

from __future__ import annotations

import json
from pathlib import Path

from geopolity.errors import RequestError
from geopolity.sortition.bundle import HEAD, SEATS
from geopolity.sortition.randomness import Stream
from geopolity.sortition.roll import OwnDraw, Receipt, check_receipt


class ReceiptError(RequestError):
    """A receipt cannot be read, or is of another epoch than the bundle."""

    code = "receipt"


def read_receipt(file: Path) -> Receipt:
    """Read a receipt that a citizen keeps as JSON."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        return Receipt(**{**record, "proof": tuple(record["proof"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReceiptError(
            "{file} is no receipt of a roll; take the file that `geopolity assembly receipt` wrote.",
            file=file,
        ) from error


def check_own_draw(folder: Path, own: Receipt) -> OwnDraw:
    """What a published draw did with the holder of a receipt.

    Raises
    ------
    ReceiptError
        If the bundle is of another epoch, or cannot be read.
    ProofRefused
        If the holder was not on the roll, or was passed over.
    """
    try:
        head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
        seats = (folder / SEATS).read_bytes()
        root, value = head["roll_root"], bytes.fromhex(head["randomness"]["value"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReceiptError(
            "{folder} holds no draw; give the folder that `geopolity assembly draw` wrote.",
            folder=folder,
        ) from error
    if head["epoch"] != own.epoch:
        raise ReceiptError(
            "The receipt is of epoch {epoch} and the draw of {other}; give the other bundle.",
            epoch=own.epoch,
            other=head["epoch"],
        )
    called = _called_from(own.pool_id, seats)
    seed = Stream(value, bytes.fromhex(root), own.epoch).seed
    return check_receipt(own, roll_root=root, seed=seed, called=called)


def _called_from(pool: str, seats: bytes) -> list[tuple[str, str, str]]:
    """Lines of ``seats.csv`` of one pool, found without parsing the others."""
    rows, mark = [], f",{pool},".encode()
    at = seats.find(mark)
    while at >= 0:
        end = seats.find(b"\n", at)
        polity, where, pseudonym, _, kind = seats[seats.rfind(b"\n", 0, at) + 1 : end].decode().split(",")
        if where == pool:
            rows.append((polity, pseudonym, kind))
        at = seats.find(mark, end)
    return rows
