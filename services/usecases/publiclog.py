"""Export the public log for strangers, and verify an export."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from geopolity.publiclog import LogRefused, signed_checkpoint
from services import verify_log
from services.settings import Settings
from services.storage.store import open_store
from services.storage.tables import LogRow


class LogFolderError(RequestError):
    """The folder of an export cannot be used."""

    code = "log-folder"


def export_log(folder: Path, settings: Settings) -> int:
    """Write the log, a checkpoint signed now, the public key and the verifier; return how many entries."""
    if folder.exists():
        raise LogFolderError(f"{folder} is there already and is left alone; give --out the name of a new folder.")
    with Session(open_store(settings)) as session:
        lines = list(session.scalars(select(LogRow.line).order_by(LogRow.index)))
    key = _signing_key(settings)
    point = signed_checkpoint(lines, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), key)
    row = {"size": point.size, "root": point.root.hex(), "time": point.time, "signature": point.signature.hex()}
    draft = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    (draft / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    (draft / "checkpoints.jsonl").write_text(json.dumps(row, sort_keys=True) + "\n", encoding="utf-8")
    (draft / "keys.json").write_text(json.dumps({"ed25519": key.public_key().public_bytes_raw().hex()}) + "\n")
    shutil.copyfile(verify_log.__file__, draft / "verify_log.py")
    draft.rename(folder)
    return len(lines)


def verify_export(folder: Path) -> str:
    """Say what was verified, or refuse naming the entry or the checkpoint."""
    if not (folder / "entries.jsonl").is_file():
        raise LogFolderError(f"{folder} holds no entries.jsonl; give the folder that `geopolity log export` wrote.")
    try:
        return str(verify_log.check(folder))  # type: ignore[no-untyped-call]  # it stands alone, for strangers
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise LogRefused(f"The log in {folder} is refused: {error}.") from error


def _signing_key(settings: Settings) -> Ed25519PrivateKey:
    file = settings.home / "keys" / "log.ed25519"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 - private
            out.write(Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
