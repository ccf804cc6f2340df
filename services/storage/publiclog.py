"""Append to the public log inside the transaction of what an entry records, and seal it with signed checkpoints."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from geopolity.publiclog.keys import has_signed
from geopolity.publiclog.log import SALT_BYTES, Checkpoint, Entry, commitment, signed_checkpoint
from geopolity.publiclog.notes import Verifier
from geopolity.publiclog.tiles import LONGEST
from services.acting import hand, office
from services.records import Json
from services.storage.tables import CheckpointRow, CosignatureRow, LogKeyRow, LogRow, WitnessRow


class AnotherKeyError(RequestError):
    """The key at hand is not the one that signs the log."""

    code = "another-log-key"


class EntryTooLong(RequestError):
    """What is to be logged fits into no bundle of the log's tiles."""

    code = "entry-too-long"


PEOPLE_REGISTERED = "people registered"


def append(session: Session, kind: str, facts: Json) -> int:
    """Add a public act to the log; returns its index."""
    last = session.scalar(select(func.max(LogRow.index)))
    index = 0 if last is None else last + 1
    session.add(LogRow(index=index, line=_line(index, kind, facts)))
    session.flush()
    return index


def append_all(session: Session, kind: str, many: Sequence[Json]) -> None:
    """Add many acts of one kind, in order."""
    last = session.scalar(select(func.max(LogRow.index)))
    first = 0 if last is None else last + 1
    rows = [{"index": index, "line": _line(index, kind, facts)} for index, facts in enumerate(many, start=first)]
    if rows:
        session.execute(insert(LogRow), rows)


def newest_of(session: Session, kind: str) -> Json | None:
    """Facts of the newest entry of a kind; nothing if there is none."""
    start = b'{"facts":'
    mark = f',"kind":"{kind}"}}'.encode()
    for line in session.scalars(select(LogRow.line).order_by(LogRow.index.desc())):
        if line.startswith(start) and bytes(line).endswith(mark):
            facts: Json = json.loads(line)["facts"]
            return facts
    return None


def registered_alone(session: Session, whose: str, day: str) -> int:
    """How many people a hand registered on a day without a second person, whatever it called itself."""
    said = beginning_with(session, f'{{"facts":{{"day":"{day}"', PEOPLE_REGISTERED)
    return sum(int(it["people"]) for it in said if it.get("hand", it.get("office", "")) == whose)


def beginning_with(session: Session, start: str, kind: str) -> list[Json]:
    """Facts of the lines of a kind that begin so, in order."""
    first, end = start.encode(), f',"kind":"{kind}"}}'.encode()
    query = select(LogRow.line).where(LogRow.line >= first, LogRow.line < first + b"\xff").order_by(LogRow.index)
    return [json.loads(line)["facts"] for line in session.scalars(query) if bytes(line).endswith(end)]


def note_registered(session: Session, people: int, *, now: str, kind: str = PEOPLE_REGISTERED) -> None:
    """Say in the log how many people were registered and by which hand, and nothing of whom or where."""
    append(session, kind, {"day": now[:10], "people": people} | ({} if hand() == office() else {"hand": hand()}))


def committed(text: str) -> tuple[str, bytes]:
    """Stand-in for personal text in the log, and the salt to keep beside the text."""
    salt = secrets.token_bytes(SALT_BYTES)
    return commitment(text, salt), salt


def lines(session: Session) -> list[bytes]:
    """All lines, in order."""
    return list(session.scalars(select(LogRow.line).order_by(LogRow.index)))


def part(session: Session, start: int, count: int) -> tuple[list[bytes], int]:
    """Lines from an index on, at most so many, and how many there are in all."""
    return from_to(session, start, count), session.scalar(select(func.count()).select_from(LogRow)) or 0


def from_to(session: Session, start: int, count: int) -> list[bytes]:
    """Lines from an index on, at most so many."""
    query = select(LogRow.line).where(LogRow.index >= start).order_by(LogRow.index).limit(count)
    return list(session.scalars(query))


def seal(session: Session, key: Ed25519PrivateKey, now: str) -> Checkpoint:
    """Sign the log as it stands and keep the checkpoint; a size that was signed before keeps its first one.

    Its time is never before that of the last one, whatever the clock says.

    Raises
    ------
    AnotherKeyError
        If another key signs this log.
    """
    _check_key(session, key)
    written = lines(session)
    row = session.get(CheckpointRow, len(written))
    if row is None:
        last = session.scalar(select(func.max(CheckpointRow.time))) or ""
        point = signed_checkpoint(written, max(now, last), key)
        row = CheckpointRow(size=point.size, root=point.root, time=point.time, signature=point.signature)
        session.add(row)
        session.flush()
    return _checkpoint(row)


def log_keys(session: Session) -> list[bytes]:
    """Public keys of the log, first to last; none before its first checkpoint."""
    return list(session.scalars(select(LogKeyRow.public).order_by(LogKeyRow.number)))


def follow_key(session: Session, public: bytes) -> None:
    """Let a key sign from now on."""
    session.add(LogKeyRow(number=len(log_keys(session)), public=public))
    session.flush()


def _check_key(session: Session, key: Ed25519PrivateKey) -> None:
    """Refuse a key that is not the log's: a second history would begin with it."""
    keys, public = log_keys(session), key.public_key().public_bytes_raw()
    if not keys:
        row = session.scalar(select(CheckpointRow).order_by(CheckpointRow.size.desc()).limit(1))
        if row is None or has_signed(public, _checkpoint(row)):
            follow_key(session, public)
            return
    elif keys[-1] == public:
        return
    raise AnotherKeyError(
        "The log is signed by another key than the one in keys/log.ed25519 of GEOPOLITY_HOME; copy the log's own key "
        "there. If a change of the key was cut short, `geopolity log change-key` ends it; if the key is lost, "
        "`geopolity log change-key --lost` says so in the log and goes on with a new one."
    )


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


def add_witness(session: Session, verifier: Verifier, url: str, *, now: str) -> None:
    """Take a witness in, or ask it elsewhere."""
    session.merge(WitnessRow(name=verifier.name, vkey=verifier.vkey, url=url))
    append(session, "witness added", {"witness": verifier.name, "vkey": verifier.vkey, "at": now})


def remove_witness(session: Session, name: str, *, now: str) -> bool:
    """Let a witness go; returns whether there was one of the name."""
    row = session.get(WitnessRow, name)
    if row is None:
        return False
    session.delete(row)
    append(session, "witness removed", {"witness": name, "vkey": row.vkey, "at": now})
    return True


def witnesses(session: Session) -> list[WitnessRow]:
    """All witnesses, by name."""
    return list(session.scalars(select(WitnessRow).order_by(WitnessRow.name)))


def keep_cosignature(session: Session, size: int, witness: str, line: str) -> None:
    """Keep what a witness signed; the latest of a head stands."""
    session.merge(CosignatureRow(size=size, witness=witness, line=line))


def cosigned_size(session: Session, witness: str) -> int:
    """Entries of the largest head that a witness signed."""
    return session.scalar(select(func.max(CosignatureRow.size)).where(CosignatureRow.witness == witness)) or 0


def cosignatures(session: Session) -> dict[int, list[str]]:
    """Lines of the witnesses under each head that one of them signed, by its size."""
    found: dict[int, list[str]] = {}
    for row in session.scalars(select(CosignatureRow).order_by(CosignatureRow.size, CosignatureRow.witness)):
        found.setdefault(row.size, []).append(row.line)
    return found


def _line(index: int, kind: str, facts: Json) -> bytes:
    line = Entry(index=index, kind=kind, facts=_with_office(facts)).line
    if len(line) > LONGEST:
        raise EntryTooLong(
            "A line of the log has {most:count} bytes at most, and this one would have {given:count}; say it shorter.",
            most=LONGEST,
            given=len(line),
        )
    return line


def _with_office(facts: Json) -> Json:
    """What an entry says, with the office that acts."""
    return facts | {"office": office()} if office() else facts


def _checkpoint(row: CheckpointRow) -> Checkpoint:
    return Checkpoint(size=row.size, root=bytes(row.root), time=row.time, signature=bytes(row.signature))
