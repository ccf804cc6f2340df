"""Export the public log for strangers, verify an export, and take one over on another host."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from geopolity.errors import RequestError
from geopolity.publiclog import merkle
from geopolity.publiclog.keys import keys_of
from geopolity.publiclog.log import Checkpoint, LogRefused
from geopolity.publiclog.notes import Head, read_head, read_note, signed
from geopolity.publiclog.tiles import files_of
from services.clock import now
from services.publiclog.keys import KEY, Signer, signer, signing_key
from services.records import Json
from services.storage import publiclog
from services.storage.store import Store
from services.verifiers import read_tiles, verify_log, verify_vote


class LogFolderError(RequestError):
    """The folder of an export cannot be used, or the store has a log already."""

    code = "log-folder"


def export_log(folder: Path, store: Store) -> int:
    """Write the log with all its checkpoints, one of them of now, the public key and the verifier.

    Returns
    -------
    int
        How many entries were written.
    """
    if folder.exists():
        raise LogFolderError(
            "{folder} is there already and is left alone; give --out the name of a new folder.",
            folder=folder,
        )
    with store.writing() as session:
        own = signer(session, store.home)
        publiclog.seal(session, own.key, now())
        lines, points = publiclog.lines(session), publiclog.checkpoints(session)
        cosigned = publiclog.cosignatures(session)
    draft = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, content in log_files(lines, points, cosigned, own).items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).write_bytes(content)
    draft.rename(folder)
    return len(lines)


def log_files(
    lines: Sequence[bytes], points: Sequence[Checkpoint], cosigned: Mapping[int, Sequence[str]], own: Signer
) -> dict[str, bytes]:
    """Lay an export out: entries, checkpoints, notes with the witnesses' cosignatures, the public key, the verifier.

    Beside them stand the tiles of the newest checkpoint, from which any reader of C2SP's tlog-tiles reads the log.
    """
    notes = [note_of(point, cosigned.get(point.size, ()), own) for point in points]
    witnessed = (note for note, point in zip(notes, points, strict=True) if point.size in cosigned)
    size = points[-1].size if points else 0
    newest = {"checkpoint": notes[-1].encode()} if notes else {}
    tiled = files_of(lines[:size], [merkle.leaf_hash(line) for line in lines[:size]])
    return (
        newest
        | tiled
        | {
            "cosigned.jsonl": "".join(
                f"{json.dumps({'note': note}, ensure_ascii=False)}\n" for note in witnessed
            ).encode(),
            "entries.jsonl": b"".join(line + b"\n" for line in lines),
            "checkpoints.jsonl": "".join(_row(point) for point in points).encode(),
            "keys.json": (json.dumps({"ed25519": own.public.hex()}) + "\n").encode(),
            "verify_log.py": Path(verify_log.__file__).read_bytes(),
            "read_tiles.py": Path(read_tiles.__file__).read_bytes(),
            "verify_vote.py": Path(verify_vote.__file__).read_bytes(),
        }
    )


def note_of(point: Checkpoint, cosignatures: Sequence[str], own: Signer) -> str:
    """A checkpoint as a signed note, with the cosignatures under it."""
    return signed(Head(origin=own.origin, size=point.size, root=point.root), own.key) + "".join(cosignatures)


def newest_note(store: Store) -> str:
    """The newest checkpoint that witnesses signed, or else the newest of all; empty where none is signed."""
    with store.reading() as session:
        points, cosigned = publiclog.checkpoints(session), publiclog.cosignatures(session)
        own = signer(session, store.home)
    point = next((it for it in reversed(points) if it.size in cosigned), points[-1] if points else None)
    return "" if point is None else note_of(point, cosigned.get(point.size, ()), own)


def sealed_note(store: Store) -> str:
    """A checkpoint of the log as it is now, for a witness to sign."""
    with store.writing() as session:
        own = signer(session, store.home)
        point = publiclog.seal(session, own.key, now())
        cosigned = publiclog.cosignatures(session)
    return note_of(point, cosigned.get(point.size, ()), own)


def verify_export(
    folder: Path,
    *,
    key: str | None = None,
    witnesses: Sequence[str] = (),
    against: Path | None = None,
    draw: Path | None = None,
) -> str:
    """What was verified; refuses naming the entry, the checkpoint or the witness.

    Parameters
    ----------
    key
        The log's, in hexadecimal, as it was got from elsewhere; without it the one that came with the log is believed,
        unless the log says that an older one was lost.
    """
    if not (folder / "entries.jsonl").is_file():
        raise LogFolderError(
            "{folder} holds no entries.jsonl; give the folder that `geopolity log export` wrote.",
            folder=folder,
        )
    try:
        return str(verify_log.check(folder, key, witnesses=witnesses, against=against, draw=draw))  # type: ignore[no-untyped-call]  # it stands alone, for strangers
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise LogRefused(
            "The log in {folder} is refused: {reason}.",
            folder=folder,
            reason=str(error),
        ) from error


def lines_of(folder: Path, *, key: str | None = None) -> list[bytes]:
    """The lines of an export, once it is verified."""
    verify_export(folder, key=key)
    return (folder / "entries.jsonl").read_bytes().split(b"\n")[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryProof:
    """An entry, its leaf hash, the proofs as hashes in hexadecimal, and the checkpoint that they lead to."""

    entry: Json
    leaf: str
    inclusion: list[str]
    consistency: list[str] | None
    checkpoint: Json

    def as_json(self) -> Json:
        """As it is printed and answered; without a consistency proof where none was asked for."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return said if self.consistency is not None else {k: v for k, v in said.items() if k != "consistency"}


def prove_entry(index: int, store: Store, *, since: int | None = None) -> EntryProof:
    """Return an entry with its inclusion proof under a checkpoint signed now, and a consistency proof on demand.

    Raises
    ------
    TreeRangeError
        If the log has no such entry, or never had that size.
    """
    with store.writing() as session:
        point = publiclog.seal(session, signing_key(store.home), now())
        lines = publiclog.lines(session)
    leaves = [merkle.leaf_hash(line) for line in lines]
    proof = [step.hex() for step in merkle.inclusion_proof(leaves, index)]
    grown = None if since is None else [step.hex() for step in merkle.consistency_proof(leaves, since)]
    return EntryProof(
        entry=json.loads(lines[index]),
        leaf=leaves[index].hex(),
        inclusion=proof,
        consistency=grown,
        checkpoint=json.loads(_row(point)),
    )


def import_log(folder: Path, store: Store) -> int:
    """Verify an export and put it into a store whose log is empty; returns how many entries there are."""
    own = _own_key(store.home)
    lines = lines_of(folder, key=own if own == _named_key(folder) else None)
    _check_key(folder, own)
    points = [_point(line) for line in (folder / "checkpoints.jsonl").read_text(encoding="utf-8").splitlines()]
    with store.writing() as session:
        there = len(publiclog.lines(session))
        if there:
            raise LogFolderError(
                "The store's log has {number:count} entries already and is never overwritten; use a new "
                "GEOPOLITY_HOME.",
                number=there,
            )
        publiclog.restore(session, lines, points)
        for key in keys_of(lines, bytes.fromhex(_named_key(folder))):
            publiclog.follow_key(session, key.public)
        for size, witness, line in _cosignatures(folder):
            publiclog.keep_cosignature(session, size, witness, line)
        publiclog.append(session, "log restored", {"entries": len(lines), "at": now()})
    return len(lines)


def _named_key(folder: Path) -> str:
    """The key that an export says it is signed by, in hexadecimal; empty where it says none."""
    try:
        return str(json.loads((folder / "keys.json").read_text(encoding="utf-8"))["ed25519"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _own_key(home: Path) -> str | None:
    """The key of the log that is kept here, if there is one."""
    kept = (home / "keys" / KEY).exists()
    return signing_key(home).public_key().public_bytes_raw().hex() if kept else None


def _check_key(folder: Path, own: str | None) -> None:
    theirs = _named_key(folder)
    if own != theirs:
        raise LogFolderError(
            "The log in {folder} is signed by the key {key}…, which this host does not have, so it could not "
            "continue it; copy keys/log.ed25519 from the host that wrote it to {keys} first.",
            folder=folder,
            key=theirs[:16],
            keys="GEOPOLITY_HOME/keys",
        )


def _cosignatures(folder: Path) -> Iterator[tuple[int, str, str]]:
    """Size, witness and line of every cosignature of an export; one of before witnesses has none."""
    file = folder / "cosigned.jsonl"
    for row in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        content = json.loads(row)["note"]
        note = read_note(content)
        below = content.rpartition("\n\n")[2].splitlines(keepends=True)
        for (name, _), line in zip(note.signatures[1:], below[1:], strict=True):
            yield read_head(note).size, name, line


def _row(point: Checkpoint) -> str:
    row = {"size": point.size, "root": point.root.hex(), "time": point.time, "signature": point.signature.hex()}
    return json.dumps(row, sort_keys=True) + "\n"


def _point(line: str) -> Checkpoint:
    row = json.loads(line)
    signature, root = bytes.fromhex(row["signature"]), bytes.fromhex(row["root"])
    return Checkpoint(size=row["size"], root=root, time=row["time"], signature=signature)
