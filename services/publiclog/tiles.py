"""Tiles of this store's log, each made of the lines under it when it is asked for."""

from __future__ import annotations

from sqlalchemy.orm import Session

from geopolity.publiclog import merkle
from geopolity.publiclog.tiles import BUNDLE, WIDTH, TileError, bundle_of, read_path
from services.storage import publiclog
from services.storage.store import Store

MOST_KEPT = 50_000
_kept: dict[tuple[str, int], bytes] = {}
"""Hash of each whole tile of leaves, by store and first leaf: entries never change."""


def tile_content(path: str, store: Store) -> bytes:
    """The content of a tile or bundle by its name, such as ``0/000.p/3`` or ``entries/000``.

    Raises
    ------
    TileError
        If it is no name of one, or the log is not that long.
    """
    tile = read_path(f"tile/{path}")
    with store.reading() as session:
        size = publiclog.part(session, 0, 1)[1]
        if tile.leaves.stop > size:
            raise TileError("{path:quoted} is of more than the {size:count} entries of this log.", path=path, size=size)
        if tile.level == BUNDLE:
            return bundle_of(publiclog.from_to(session, tile.leaves.start, tile.width))
        if tile.level == 0:
            return b"".join(_leaves(session, tile.leaves.start, tile.width))
        below = WIDTH**tile.level
        starts = range(tile.leaves.start, tile.leaves.stop, below)
        return b"".join(_over(session, store.url, range(start, start + below, WIDTH)) for start in starts)


def _over(session: Session, url: str, tiles: range) -> bytes:
    """Hash over whole tiles of leaves, given where each begins."""
    if len(_kept) > MOST_KEPT:
        _kept.clear()
    for start in tiles:
        if (url, start) not in _kept:
            _kept[url, start] = merkle.root(_leaves(session, start, WIDTH))
    return merkle.root([_kept[url, start] for start in tiles])


def _leaves(session: Session, start: int, count: int) -> list[bytes]:
    return [merkle.leaf_hash(line) for line in publiclog.from_to(session, start, count)]
