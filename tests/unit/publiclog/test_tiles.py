"""Tiles of a log: their names as C2SP writes them, whole at every size, and the log read back from them alone."""

from __future__ import annotations

import pytest

from geopolity.publiclog import merkle
from geopolity.publiclog.tiles import (
    BUNDLE,
    LONGEST,
    Tile,
    TiledTree,
    TileError,
    TileRefused,
    bundle_of,
    files_of,
    read_path,
    tiles_at,
    unbundled,
)

SIZES = (0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_536, 66_050)


def _log(size):
    lines = [b"entry %d" % number for number in range(size)]
    return lines, [merkle.leaf_hash(line) for line in lines]


def test_names_are_those_of_the_specification():
    named = {
        "tile/0/x001/x234/067": Tile(0, 1234067),
        "tile/1/000": Tile(1, 0),
        "tile/0/999.p/3": Tile(0, 999, 3),
        "tile/0/x001/000": Tile(0, 1000),
        "tile/entries/x001/067.p/8": Tile(BUNDLE, 1067, 8),
    }
    for name, tile in named.items():
        assert (tile.path, read_path(name)) == (name, tile)


@pytest.mark.parametrize(
    "name",
    ["", "tile", "tile/0", "tile/0/1", "tile/0/0000", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256",
     "tile/0/000.p/257", "tile/0/000.p/03", "tile/0/x000/001", "tile/-1/000", "tile/8/000", "tile/0/x1/000",
     "tile/entries/../000", "tile/0/\u0660\u0660\u0660", "tile/0/000.p/", "tile/0/" + "x001/" * 20 + "000"],
)  # fmt: skip
def test_what_is_no_name_of_a_tile_is_refused(name):
    with pytest.raises(TileError, match="is no tile"):
        read_path(name)


@pytest.mark.parametrize("size", SIZES)
def test_a_log_is_read_back_from_its_tiles_alone(size):
    lines, leaves = _log(size)
    files = files_of(lines, leaves)
    assert set(files) == {tile.path for tile in tiles_at(size)}
    tree = TiledTree(size, files.__getitem__)
    assert tree.root == merkle.root(leaves)
    assert list(tree.entries()) == lines
    for earlier in {1, 255, 256, 300, size - 1, size} & set(range(1, size + 1)):
        proof = tree.consistency_proof(earlier)
        merkle.check_consistency((earlier, size), (merkle.root(leaves[:earlier]), tree.root), proof)
        if size < 2000:
            assert proof == merkle.consistency_proof(leaves, earlier)


def test_a_whole_tile_never_changes_while_the_log_grows():
    small, large = (files_of(*_log(size)) for size in (1000, 1900))
    whole = [name for name in small if ".p/" not in name]
    assert len(whole) == 6
    assert all(small[name] == large[name] for name in whole)


def test_a_changed_hash_leads_to_another_root_and_a_short_tile_is_refused():
    lines, leaves = _log(300)
    files = files_of(lines, leaves)
    for name in files:
        if "entries" in name:
            continue
        changed = files | {name: files[name][:-1] + bytes([files[name][-1] ^ 1])}
        is_used = name != "tile/1/000.p/1" and name != "tile/0/000"
        assert (TiledTree(300, changed.__getitem__).root != merkle.root(leaves)) or not is_used
        short = files | {name: files[name][:-1]}
        if is_used:
            with pytest.raises(TileRefused, match="does not hold"):
                _ = TiledTree(300, short.__getitem__).root


def test_a_torn_bundle_is_refused_and_so_is_an_entry_that_is_too_long():
    whole = bundle_of([b"one", b"two"])
    assert unbundled(whole, 2) == [b"one", b"two"]
    for broken, count in ((whole[:-1], 2), (whole, 1), (whole, 3), (whole + b"\x00", 2), (b"", 1)):
        with pytest.raises(TileRefused, match="does not hold"):
            unbundled(broken, count)
    with pytest.raises(TileRefused, match="fits into no bundle"):
        bundle_of([b"x" * (LONGEST + 1)])
    assert set(files_of([b"x" * (LONGEST + 1)], [merkle.leaf_hash(b"")])) == {"tile/0/000.p/1"}
