"""Read the entries of a log from its tiles (C2SP's tlog-tiles): for verify_log.py, where there is no entries.jsonl.

Needs nothing but Python; shares no code with geopolity.
"""

import hashlib


def tile_names(level, count):
    """Names of the tiles of a level with so many hashes or entries, and how many each holds."""
    for number in range(-(-count // 256)):
        width, digits = min(256, count - 256 * number), f"{number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        name = "/x".join(digits[start : start + 3] for start in range(0, len(digits), 3))
        first, _, last = name.rpartition("/x")
        path = f"tile/{level}/" + (f"x{first}/" if first else "") + last
        yield path + ("" if width == 256 else f".p/{width}"), width


def lines_of_tiles(folder, size, root):
    """All entries of a log of so many in tiles, whose hashes of every level must be those of its entries."""
    lines = []
    for path, width in tile_names("entries", size):
        content, found = (folder / path).read_bytes(), []
        while content:
            length = int.from_bytes(content[:2], "big")
            if len(content) < 2 + length:
                raise ValueError(f"{path} ends in the middle of an entry")
            found.append(content[2 : 2 + length])
            content = content[2 + length :]
        if len(found) != width:
            raise ValueError(f"{path} holds {len(found)} entries")
        lines += found
    check_tiles(folder, [hashlib.sha256(b"\x00" + line).digest() for line in lines], root)
    return lines


def check_tiles(folder, hashes, root):
    level = 0
    while hashes:
        for number, (path, width) in enumerate(tile_names(level, len(hashes))):
            if (folder / path).read_bytes() != b"".join(hashes[256 * number : 256 * number + width]):
                raise ValueError(f"{path} does not hold the hashes of its entries")
        hashes = [root(hashes[start : start + 256]) for start in range(0, len(hashes) // 256 * 256, 256)]
        level += 1
