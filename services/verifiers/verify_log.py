"""Check an exported public log: verify_log.py DIR [PUBLIC-KEY-HEX]. Exits 0 or 1.

Needs Python and the package `cryptography`; shares no code with geopolity. Give the key you were handed
before, or compare the one printed: keys.json came with the log.
"""

import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(record):
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


def lines_of(path):
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise ValueError(f"{path.name} ends in the middle of a line")
    return content.split(b"\n")[:-1]


def check(folder, key_hex=None):
    key_hex = key_hex or json.loads((folder / "keys.json").read_text())["ed25519"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key_hex))
    lines = lines_of(folder / "entries.jsonl")
    for index, line in enumerate(lines):
        try:
            record = json.loads(line)
            good = canonical(record) == line and record["index"] == index and set(record) == {"index", "kind", "facts"}
        except (ValueError, TypeError, KeyError):
            good = False
        if not good:
            raise ValueError(f"entry {index} is not a canonical entry with that index")
    leaves = [hashlib.sha256(b"\x00" + line).digest() for line in lines]
    size = 0
    for number, line in enumerate(lines_of(folder / "checkpoints.jsonl")):
        point = json.loads(line)
        statement = canonical({name: point[name] for name in ("size", "root", "time")})
        try:
            key.verify(bytes.fromhex(point["signature"]), statement)
        except InvalidSignature:
            raise ValueError(f"checkpoint {number} is not signed by the key") from None
        if not size <= point["size"] <= len(lines):
            raise ValueError(f"checkpoint {number} signs {point['size']} entries, which is out of order")
        if root(leaves[: point["size"]]).hex() != point["root"]:
            raise ValueError(f"entries {size} to {point['size'] - 1} are not those that checkpoint {number} signed")
        size = point["size"]
    if size != len(lines):
        raise ValueError(f"entry {size} is covered by no checkpoint")
    return f"{size} entries verified under key {key_hex}"


if __name__ == "__main__":
    try:
        print(check(Path(sys.argv[1]), *sys.argv[2:3]))
    except (ValueError, KeyError, TypeError, OSError) as error:
        sys.exit(f"Refused: {error}")
