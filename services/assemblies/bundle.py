"""Write a draw for strangers: a folder of plain files with its verifier, whole or not at all."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geopolity.errors import RequestError
from geopolity.sortition import bundle
from geopolity.sortition.bundle import Promise
from geopolity.sortition.lot import Draw
from geopolity.sortition.randomness import Randomness, Stream
from geopolity.sortition.roll import Roll
from services.verifiers import verify_draw

FILES = (
    bundle.HEAD,
    bundle.POLITIES,
    bundle.POOLS,
    bundle.SHARES,
    bundle.ROLL,
    bundle.SEATS,
    bundle.AUDIT,
    "verify_draw.py",
)


REPORT = "report.html"


class BundleFolderError(RequestError):
    """The folder of a bundle cannot be used."""

    code = "bundle-folder"


def check_out(folder: Path) -> None:
    """Refuse a folder that is there already."""
    if folder.exists():
        raise BundleFolderError(
            "{folder} is there already and is left alone; give --out the name of a new folder.",
            folder=folder,
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DrawBundle:
    """What is published of a draw; ``tables`` as the freeze made them, ``report`` a page in words and pictures."""

    promise: Promise
    randomness: Randomness
    tables: dict[str, Iterator[bytes]]
    roll: Roll
    draw: Draw
    report: str = ""


def write_bundle(folder: Path, published: DrawBundle) -> None:
    """Write everything a stranger needs to recompute the draw."""
    check_out(folder)
    draft = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, pieces in published.tables.items():
        _write(draft / name, pieces)
    _write(draft / bundle.SEATS, bundle.seat_table(published.draw.calls))
    promise = published.promise
    stream = Stream(published.randomness.value, bytes.fromhex(promise.roll_root), promise.epoch)
    _write(draft / bundle.AUDIT, bundle.audit_table(published.roll, stream.seed))
    with (
        (draft / bundle.ROLL).open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed,
    ):
        for piece in bundle.roll_table(published.roll):
            packed.write(piece)
    (draft / bundle.HEAD).write_bytes(bundle.head(published.promise, published.randomness))
    if published.report:
        (draft / REPORT).write_text(published.report, encoding="utf-8")
    shutil.copyfile(verify_draw.__file__, draft / "verify_draw.py")
    draft.rename(folder)


def _write(file: Path, pieces: Iterable[bytes]) -> None:
    with file.open("wb") as out:
        out.writelines(pieces)
