"""Append to the public log inside the transaction of what an entry records, and seal it with signed checkpoints."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from geopolity.publiclog.log import SALT_BYTES, Checkpoint, Entry, commitment, signed_checkpoint
from services.records import Json
from services.storage.tables import CheckpointRow, LogRow


def append(session: Session, kind: str, facts: Json) -> int:
    """Add a public act to the log; returns its index."""
    last = session.scalar(select(func.max(LogRow.index)))
    index = 0 if last is None else last + 1
    session.add(LogRow(index=index, line=Entry(index=index, kind=kind, facts=facts).line))
    session.flush()
    return index


def append_all(session: Session, kind: str, many: Sequence[Json]) -> None:
    """Add many acts of one kind, in order."""
    last = session.scalar(select(func.max(LogRow.index)))
    first = 0 if last is None else last + 1
    rows = [
        {"index": index, "line": Entry(index=index, kind=kind, facts=facts).line}
        for index, facts in enumerate(many, start=first)
    ]
    if rows:
        session.execute(insert(LogRow), rows)


def committed(text: str) -> tuple[str, bytes]:
    """Stand-in for personal text in the log, and the salt to keep beside the text."""
    salt = secrets.token_bytes(SALT_BYTES)
    return commitment(text, salt), salt


def lines(session: Session) -> list[bytes]:
    """All lines, in order."""
    return list(session.scalars(select(LogRow.line).order_by(LogRow.index)))


def part(session: Session, start: int, count: int) -> tuple[list[bytes], int]:
    """Lines from an index on, at most so many, and how many there are in all."""
    size = session.scalar(select(func.count()).select_from(LogRow)) or 0
    query = select(LogRow.line).where(LogRow.index >= start).order_by(LogRow.index).limit(count)
    return list(session.scalars(query)), size


def seal(session: Session, key: Ed25519PrivateKey, now: str) -> Checkpoint:
    """Sign the log as it stands and keep the checkpoint; a size that was signed before keeps its first one."""
    written = lines(session)
    row = session.get(CheckpointRow, len(written))
    if row is None:
        point = signed_checkpoint(written, now, key)
        row = CheckpointRow(size=point.size, root=point.root, time=point.time, signature=point.signature)
        session.add(row)
        session.flush()
    return _checkpoint(row)


def checkpoints(session: Session) -> list[Checkpoint]:
    """All checkpoints, by size."""
    return [_checkpoint(row) for row in session.scalars(select(CheckpointRow).order_by(CheckpointRow.size))]


def restore(session: Session, written: list[bytes], points: list[Checkpoint]) -> None:
    """Put the lines and checkpoints of a verified export into a store with an empty log."""
    session.add_all(LogRow(index=index, line=line) for index, line in enumerate(written))
    session.add_all(
        CheckpointRow(size=point.size, root=point.root, time=point.time, signature=point.signature) for point in points
    )
    session.flush()


def _checkpoint(row: CheckpointRow) -> Checkpoint:
    return Checkpoint(size=row.size, root=bytes(row.root), time=row.time, signature=bytes(row.signature))
