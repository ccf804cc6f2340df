"""A part of the site that is made as a whole, and how a site is brought up to date: only what changed is made again.

``manifest.json`` lists every file with its checksum, and every product with the digest of what it was made of. While
files are written, ``.publishing`` lists them first: who comes after a kill makes what stands there again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geopolity.errors import RequestError
from services.ending import fresh_processes
from services.records import as_json
from services.stamp import program_stamp

MANIFEST, JOURNAL = "manifest.json", ".publishing"
Files = Mapping[str, bytes]
"""Contents by path from the site's root."""


class SiteFolderError(RequestError):
    """The folder of a site is taken by something else, or cannot be written."""

    code = "site-folder"


@dataclass(frozen=True, kw_only=True)
class Product:
    """Files that are made together.

    Attributes
    ----------
    name
        Its place in the site; a product's files lie under it or beside it.
    made_of
        Digest of everything that decides its bytes but for this program.
    make
        Makes the files; a function of a module with its arguments, so that another process can call it.
    """

    name: str
    made_of: str
    make: Callable[[], Files]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was done to bring a site up to date."""

    made: int
    kept: int
    removed: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class FileMade:
    """A published file: its digest and size."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class ProductMade:
    """A product as it was made: the digest of what of, and its files."""

    made_of: str
    files: list[str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a site holds: all files, and the product that each belongs to."""

    files: dict[str, FileMade]
    products: dict[str, ProductMade]
    torn: frozenset[str] = frozenset()
    """Files that a publishing which was killed may have written."""


def digest_of(*parts: object) -> str:
    """Digest of values that JSON can say."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def build(out: Path, products: Sequence[Product], *, workers: int, anew: bool = False) -> Built:
    """Bring the site in a folder up to date with its products.

    Parameters
    ----------
    anew
        Make everything again, whatever the manifest says.

    Raises
    ------
    SiteFolderError
        If the folder holds anything but a site.
    """
    before = _read(out)
    stamp = program_stamp()
    wanted = {product.name: digest_of(stamp, product.made_of) for product in products}
    due = [product for product in products if anew or not _is_whole(out, before, product.name, wanted[product.name])]
    kept = {name: before.products[name].files for name in wanted if name not in {one.name for one in due}}
    files = {path: before.files[path] for paths in kept.values() for path in paths}
    made: dict[str, list[str]] = dict(kept)
    try:
        _note(out, before.torn)
        for product, contents in _made(due, workers):
            made[product.name] = sorted(contents)
            _note(out, contents)
            for path, content in contents.items():
                _write(out / path, content)
                files[path] = FileMade(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
        removed = _clear(out, before, files)
        manifest = Manifest(
            files=dict(sorted(files.items())),
            products={name: ProductMade(made_of=wanted[name], files=made[name]) for name in sorted(wanted)},
        )
        said = {"files": as_json(manifest.files), "products": as_json(manifest.products)}
        _write(out / MANIFEST, (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
        (out / JOURNAL).unlink()
    except OSError as error:
        raise SiteFolderError(
            "{out} cannot be written ({reason}); choose another --out.",
            out=out,
            reason=error.strerror,
        ) from error
    size = sum(entry.bytes for entry in files.values())
    return Built(made=len(due), kept=len(kept), removed=removed, files=len(files), size=size)


def _made(due: Sequence[Product], workers: int) -> Iterable[tuple[Product, Files]]:
    if workers <= 1 or len(due) <= 1:
        return ((product, product.make()) for product in due)
    return _made_in_processes(due, workers)


def _made_in_processes(due: Sequence[Product], workers: int) -> Iterable[tuple[Product, Files]]:
    with fresh_processes(min(workers, len(due))) as pool:
        yield from zip(due, pool.map(_make, due), strict=True)


def _make(product: Product) -> Files:
    return product.make()


def _read(out: Path) -> Manifest:
    """Return the manifest of the site that is there; an empty one where nothing is."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise SiteFolderError(
            "{out} is not a folder; give --out the name of a new folder.",
            out=out,
        )
    if not out.exists() or not any(out.iterdir()):
        return Manifest(files={}, products={})
    torn = _torn(out)
    if torn is not None and not (out / MANIFEST).exists():
        return Manifest(files={}, products={}, torn=torn)
    try:
        found = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(
            files={path: FileMade(**said) for path, said in found["files"].items()},
            products={name: ProductMade(**said) for name, said in found["products"].items()},
            torn=torn or frozenset(),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SiteFolderError(
            "{out} holds files but no site of ours, so it is left alone; give --out the name of a new folder.",
            out=out,
        ) from error


def _torn(out: Path) -> frozenset[str] | None:
    """Files that a publishing which did not end had begun to write; ``None`` if every one ended."""
    try:
        return frozenset((out / JOURNAL).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return None


def _note(out: Path, paths: Iterable[str]) -> None:
    """Say which files are about to be written, before any is."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.writelines(f"{path}\n" for path in paths)
        journal.flush()
        os.fsync(journal.fileno())


def _is_whole(out: Path, before: Manifest, name: str, made_of: str) -> bool:
    entry = before.products.get(name)
    return entry is not None and entry.made_of == made_of and all(_is_as_made(out, before, it) for it in entry.files)


def _is_as_made(out: Path, before: Manifest, path: str) -> bool:
    """Whether a file is the one that the manifest lists, byte for byte."""
    said, file = before.files.get(path), out / path
    if said is None or not file.is_file() or file.stat().st_size != said.bytes:
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == said.sha256


def _clear(out: Path, before: Manifest, files: Mapping[str, FileMade]) -> int:
    """Remove files that the site had and has no longer; what is not the site's is left alone."""
    stale = [path for path in before.files | dict.fromkeys(before.torn) if path not in files]
    for path in stale:
        (out / path).unlink(missing_ok=True)
    for path in (*stale, *before.torn):
        _draft_of(out / path).unlink(missing_ok=True)
        for folder in (out / path).parents:
            if folder == out or (folder.is_dir() and any(folder.iterdir())):
                break
            if folder.is_dir():
                folder.rmdir()
    return len(stale)


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.draft")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft_of(path)
    draft.write_bytes(content)
    draft.replace(path)
