"""The log as static tiles (C2SP's tlog-tiles), which any server of files hands out, and reading one back from them.

A tile holds up to 256 hashes of one level: of leaves on level 0, of whole trees of 256 tiles' hashes above. A bundle
holds the entries of a tile of leaves, each after its length in two bytes. Only the last of a level is partial, and its
name says how wide it is, so that no file ever changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from geopolity.errors import NegativeAnswer, RequestError
from geopolity.publiclog.merkle import HASH_BYTES, root

HEIGHT, WIDTH = 8, 256
"""A tile covers so many levels of the tree, and is so wide."""
MOST_LEVELS = 8
LONGEST = 65_535
"""Bytes of an entry that fit into a bundle."""
Read = Callable[[str], bytes]
"""The content of a file of the log by its name."""


class TileError(RequestError):
    """There is no such tile in a log of this size."""

    code = "tile"


class TileRefused(NegativeAnswer):
    """A tile or a bundle is not what its name says."""

    code = "tile-refused"


@dataclass(frozen=True, slots=True)
class Tile:
    """A place in the grid of tiles: level, number, and how many hashes or entries it holds; level -1 is a bundle's."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its name, as ``tile/1/x001/067.p/3``."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level < 0 else str(self.level)
        return f"tile/{level}/{name}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def leaves(self) -> range:
        """The leaves under it."""
        below = WIDTH ** max(self.level, 0)
        first = self.number * WIDTH * below
        return range(first, first + self.width * below)


BUNDLE = -1


def read_path(path: str) -> Tile:
    """The tile of a name.

    Raises
    ------
    TileError
        If it is none.
    """
    start, _, rest = path.removeprefix("tile/").partition("/")
    name, _, width = rest.partition(".p/")
    digits = "".join(part.removeprefix("x") for part in name.split("/"))
    known = start.isascii() and digits.isascii() and digits.isdecimal() and len(digits) < HEIGHT * 3
    if known and (start == "entries" or start.isdecimal()) and (not width or (width.isascii() and width.isdecimal())):
        tile = Tile(BUNDLE if start == "entries" else int(start), int(digits), int(width or WIDTH))
        if tile.path == f"tile/{start}/{rest}" and tile.level < MOST_LEVELS and 0 < tile.width <= WIDTH:
            return tile
    raise TileError("{path:quoted} is no tile of a log.", path=path[:100])


def tiles_at(size: int) -> Iterator[Tile]:
    """All tiles and bundles of a log of so many entries."""
    for level in range(BUNDLE, MOST_LEVELS):
        count = size >> (HEIGHT * max(level, 0))
        for number in range(-(-count // WIDTH)):
            yield Tile(level, number, min(WIDTH, count - number * WIDTH))


def hashes_of(tile: Tile, leaves: Sequence[bytes]) -> bytes:
    """The content of a tile, given the leaf hashes under it."""
    below = WIDTH**tile.level
    return b"".join(root(leaves[start : start + below]) for start in range(0, tile.width * below, below))


def bundle_of(entries: Sequence[bytes]) -> bytes:
    """The content of a bundle.

    Raises
    ------
    TileRefused
        If an entry is too long for one.
    """
    if any(len(line) > LONGEST for line in entries):
        raise TileRefused("An entry is longer than {most:count} bytes, and fits into no bundle.", most=LONGEST)
    return b"".join(len(line).to_bytes(2, "big") + line for line in entries)


def files_of(lines: Sequence[bytes], leaves: Sequence[bytes]) -> dict[str, bytes]:
    """All tiles and bundles of a log, by name; a bundle with an entry that is too long is left out."""
    found, levels = {}, [list(leaves)]
    while len(levels[-1]) >= WIDTH:
        whole = range(0, len(levels[-1]) // WIDTH * WIDTH, WIDTH)
        levels.append([root(levels[-1][start : start + WIDTH]) for start in whole])
    for tile in tiles_at(len(lines)):
        part = slice(tile.number * WIDTH, tile.number * WIDTH + tile.width)
        if tile.level != BUNDLE:
            found[tile.path] = b"".join(levels[tile.level][part])
        elif all(len(line) <= LONGEST for line in lines[part]):
            found[tile.path] = bundle_of(lines[part])
    return found


@dataclass(slots=True)
class TiledTree:
    """The tree of a log of a size, read from its tiles; each is read once, and believed only against a signed root."""

    size: int
    read: Read
    _known: dict[Tile, bytes] = field(default_factory=dict)

    @property
    def root(self) -> bytes:
        """The root that the tiles lead to."""
        return self._over(0, self.size) if self.size else hashlib.sha256(b"").digest()

    def consistency_proof(self, earlier: int) -> list[bytes]:
        """Hashes that show that the tree of the first ``earlier`` leaves was only appended to."""
        if not 0 < earlier <= self.size:
            raise TileError("A log of {size:count} entries never had {earlier:count}.", size=self.size, earlier=earlier)
        return self._subproof(0, self.size, earlier, is_whole=True)

    def entries(self) -> Iterator[bytes]:
        """All entries, read from the bundles.

        Raises
        ------
        TileRefused
            If a bundle does not hold as many entries as its name says.
        """
        for tile in tiles_at(self.size):
            if tile.level == BUNDLE:
                yield from unbundled(self.read(tile.path), tile.width)

    def _subproof(self, start: int, end: int, earlier: int, *, is_whole: bool) -> list[bytes]:
        if earlier == end - start:
            return [] if is_whole else [self._over(start, end)]
        half = _half(end - start)
        if earlier <= half:
            left = self._subproof(start, start + half, earlier, is_whole=is_whole)
            return [*left, self._over(start + half, end)]
        right = self._subproof(start + half, end, earlier - half, is_whole=False)
        return [*right, self._over(start, start + half)]

    def _over(self, start: int, end: int) -> bytes:
        """Hash over a range of leaves that a tree of RFC 6962 has a node for."""
        count = end - start
        if count & (count - 1):
            half = _half(count)
            return _inner(self._over(start, start + half), self._over(start + half, end))
        level = (count.bit_length() - 1) // HEIGHT
        below = WIDTH**level
        return root([self._hash(level, place) for place in range(start // below, end // below)])

    def _hash(self, level: int, place: int) -> bytes:
        count = self.size >> (HEIGHT * level)
        number, inside = divmod(place, WIDTH)
        tile = Tile(level, number, min(WIDTH, count - number * WIDTH))
        content = self._known.setdefault(tile, self._known.get(tile) or self._whole(tile))
        return content[inside * HASH_BYTES : (inside + 1) * HASH_BYTES]

    def _whole(self, tile: Tile) -> bytes:
        content = self.read(tile.path)
        if len(content) != tile.width * HASH_BYTES:
            raise TileRefused("{path} does not hold {count} hashes.", path=tile.path, count=tile.width)
        return content


def unbundled(content: bytes, count: int) -> list[bytes]:
    """The entries of a bundle of so many.

    Raises
    ------
    TileRefused
        If it holds more or fewer, or is torn.
    """
    found, place = [], 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 2], "big")
        found.append(content[place + 2 : place + 2 + length])
        place += 2 + length
    if place != len(content) or len(found) != count:
        raise TileRefused("A bundle does not hold the {count} entries of its name.", count=count)
    return found


def _half(size: int) -> int:
    """Largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
