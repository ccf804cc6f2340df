"""Check an exported log: verify_log.py DIR [KEY-HEX] [--witness VKEY]… [--against OLD] [--draw BUNDLE]. Exits 0 or 1.

Needs Python and the package `cryptography`; shares no code with geopolity. Give the key you were handed before (an
older one of this log, too), or compare the one printed: keys.json came with the log. Each witness you trust is named by
its vkey, got from the witness, and must have cosigned this log; if you name none, two of those must that it states.
OLD is an earlier export, or a note (checkpoint) somebody else was shown: this log must be its continuation. BUNDLE is a
draw, checked by verify_draw.py: its promise must stand here, cosigned before anybody could know its round of drand's
quicknet. DIR may hold a checkpoint and tiles alone (C2SP's tlog-tiles); then the newest KEY-HEX is needed.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS, PERIOD = 1692803367, 3  # of quicknet: round n is published at GENESIS + (n - 1) * PERIOD


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


def tiled(folder):
    try:
        from services.verifiers.read_tiles import lines_of_tiles
    except ImportError:
        from read_tiles import lines_of_tiles
    return lines_of_tiles(folder, head_of(note_parts((folder / "checkpoint").read_text(encoding="utf-8"))[0])[1], root)


def note_parts(note):
    text, _, below = note.rpartition("\n\n")
    lines = [line.split(" ") for line in below.splitlines()]
    if not text or not below.endswith("\n") or not all(len(line) == 3 and line[0] == "—" for line in lines):
        raise ValueError("a checkpoint is no signed note")
    return text + "\n", [(name, base64.b64decode(packed, validate=True)) for _, name, packed in lines]


def head_of(text):
    origin, size, packed, *rest = text.split("\n")
    if rest != [""] or not size.isdecimal() or str(int(size)) != size:
        raise ValueError("a checkpoint does not state an origin, a size and a root")
    return origin, int(size), base64.b64decode(packed, validate=True)


def signed(note, name, kind, public):
    """When a key signed a note: 0 if its signatures have no time, None if it did not; refuses a false one."""
    text, signatures = note_parts(note)
    key_id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
    for whose, packed in signatures:
        if whose == name and packed[:4] == key_id:
            at = int.from_bytes(packed[4:12], "big") if kind == 4 else 0
            message = f"cosignature/v1\ntime {at}\n{text}" if kind == 4 else text
            if not holds(public, packed[12:] if kind == 4 else packed[4:], message):
                raise ValueError(f"the signature of {name} under a checkpoint is false")
            return at
    return None


def keys_of(lines, key_hex):
    """The log's keys, first to last: each with the entry that says so, and whether the one before was lost."""
    found = []
    for index, record in enumerate(map(json.loads, lines)):
        if record["kind"] == "log key changed":
            said = [record["facts"][name] for name in ("origin", "from", "to")]
            old, new, proof = (bytes.fromhex(record["facts"][name]) for name in ("from", "to", "proof"))
            found = found or [(old, -1, False)]
            if found[-1][0] != old or not holds(new, proof, "\n".join(["geopolity log key 1", *said, ""])):
                raise ValueError(f"entry {index} changes a key that was not the log's, or not to one that signed it")
            found.append((new, index, record["facts"].get("lost") is True))
    return found or [(bytes.fromhex(key_hex), -1, False)]


def holds(public, signature, text):
    with contextlib.suppress(InvalidSignature):
        return Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode()) is None
    return False


def notes_of(folder, keys, leaves):
    """All notes of an export, each signed by the newest key and of its own entries."""
    own = f"geopolity/{hashlib.sha256(keys[0][0]).hexdigest()[:16]}"
    files = [folder / "checkpoint", folder / "cosigned.jsonl"]
    notes = [files[0].read_text(encoding="utf-8")] if files[0].exists() else []
    notes += [json.loads(line)["note"] for line in lines_of(files[1])] if files[1].exists() else []
    for note in notes:
        origin, size, top = head_of(note_parts(note)[0])
        if origin != own or signed(note, origin, 1, keys[-1][0]) is None:
            raise ValueError(f"a checkpoint of {size} entries is not signed by the log")
        if size > len(leaves) or root(leaves[:size]) != top:
            raise ValueError(f"the entries are not those of the checkpoint over {size}: the log has two histories")
    return notes


def signings(notes, vkey):
    """The name of a witness, and the sizes that it signed with their times."""
    name, key_id, packed = vkey.strip().split("+", 2)
    material = base64.b64decode(packed, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8] != key_id or material[0] != 4:
        raise ValueError(f"{vkey} is no key of a witness")
    found = ((head_of(note_parts(note)[0])[1], signed(note, name, 4, material[1:])) for note in notes)
    return name, [(size, at) for size, at in found if at is not None]


def stated(lines):
    """The witnesses that the log says it has."""
    said = [it for it in map(json.loads, lines) if it["kind"] in ("witness added", "witness removed")]
    last = {it["facts"]["witness"]: it for it in said}
    return [it["facts"]["vkey"] for it in last.values() if it["kind"] == "witness added"]


def witnessed(notes, named, lines, fits=lambda *_: True, what="nothing of this log"):
    """A sentence on each witness; refuses where one that was named, or all but one that are stated, signed nothing."""
    found = [signings(notes, vkey) for vkey in named or stated(lines)]
    seen = {name: [it for it in times if fits(*it)] for name, times in found}
    missing = [name for name, times in seen.items() if not times]
    if len(found) - len(missing) < (len(found) if named else min(2, len(found))):
        raise ValueError(f"the witness {missing[0]} has signed {what}")
    last = {name: max(times) for name, times in seen.items() if times}
    days = {name: f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" for name, (_, at) in last.items()}
    return [f"{name} signed {size} entries on {days[name]}" for name, (size, _) in last.items()]


def told(lines):
    """What nobody else counts for the reader: who was registered by one hand in a day, and what one place did alone."""
    said, people = [(it["kind"], it["facts"]) for it in map(json.loads, lines)], Counter()
    for facts in (facts for kind, facts in said if kind == "people registered"):
        people[facts.get("day"), facts.get("hand") or facts.get("office") or "?"] += facts["people"]
    machine = sum(facts.get("office") == "operator" for _, facts in said)
    late = sum(kind == "draw given up" and facts.get("missed") is True for kind, facts in said)
    for (day, hand), most in people.most_common(1):
        yield f"{people.total()} people were registered by one hand, at most {most} in a day (by {hand} on {day})"
    if machine:
        yield f"{machine} entries were written at the operator's machine"
    if late:
        yield f"{late} draws were given up once their round was known"


def promised(bundle, notes, named, lines):
    """The sentence on a draw; refuses unless its promise was in the log, and cosigned, before its round was known."""
    head = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    wanted = {"commitment": head["commitment"], "rehearsal": head["rehearsal"], "round": head["round"]}
    for index, record in enumerate(map(json.loads, lines)):
        if record["kind"] == "draw frozen" and {name: record["facts"].get(name) for name in wanted} == wanted:
            known = GENESIS + (head["round"] - 1) * PERIOD
            if not head["rehearsal"]:
                late = "the promise of this draw only when its round was known, or never"
                witnessed(notes, named, lines, lambda size, at: size > index and at < known, late)
            return f"the draw of {bundle} was promised in entry {index}"
    raise ValueError(f"this log never promised the draw of {bundle}")


def continues(old, lines, leaves, keys):
    """Refuse unless the log begins with what another copy, or a note, says."""
    if old.is_dir():
        before = lines_of(old / "entries.jsonl")
        for index, line in enumerate(before):
            if lines[index : index + 1] != [line]:
                raise ValueError(f"entry {index} is not the one of {old}: the log has two histories")
        return f"continues {old} from entry {len(before)} on"
    note = old.read_text(encoding="utf-8")
    origin, size, top = head_of(note_parts(note)[0])
    if not any(signed(note, origin, 1, key) == 0 for key, _, _ in keys):
        raise ValueError(f"{old} is not signed by this log's key")
    if size > len(leaves) or root(leaves[:size]) != top:
        raise ValueError(f"{old} was signed by the same key and is of other entries: the log has two histories")
    return f"continues {old} from entry {size} on"


def chained(points, keys, lines, leaves):
    """The keys that signed; refuses unless each checkpoint is of its entries, and signed by the key of its turn."""
    turn, used, size, time = 0, set(), 0, ""
    for number, point in enumerate(map(json.loads, points)):
        statement = canonical({name: point[name] for name in ("size", "root", "time")}).decode()
        while not holds(keys[turn][0], bytes.fromhex(point["signature"]), statement):  # a key follows once it is said
            turn += 1
            if turn == len(keys) or keys[turn][1] >= (point["size"] if keys[turn][2] else size):
                raise ValueError(f"checkpoint {number} is not signed by the log's key")
        if not size <= point["size"] <= len(lines):
            raise ValueError(f"checkpoint {number} signs {point['size']} entries, which is out of order")
        if root(leaves[: point["size"]]).hex() != point["root"]:
            raise ValueError(f"entries {size} to {point['size'] - 1} are not those that checkpoint {number} signed")
        if point["time"] < time:
            raise ValueError(f"checkpoint {number} is of before the one that it follows: the clock was set back")
        used, size, time = used | {keys[turn][0]}, point["size"], point["time"]
    if size != len(lines):
        raise ValueError(f"entry {size} is covered by no checkpoint")
    return used


def check(folder, key_hex=None, witnesses=(), against=None, draw=None):
    is_given, key_hex = bool(key_hex), key_hex or json.loads((folder / "keys.json").read_text())["ed25519"]
    is_tiled = not (folder / "entries.jsonl").exists()
    lines = tiled(folder) if is_tiled else lines_of(folder / "entries.jsonl")
    for index, line in enumerate(lines):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            record = json.loads(line)
            if canonical(record) == line and record["index"] == index and set(record) == {"index", "kind", "facts"}:
                continue
        raise ValueError(f"entry {index} is not a canonical entry with that index")
    leaves, keys = [hashlib.sha256(b"\x00" + line).digest() for line in lines], keys_of(lines, key_hex)
    used = {keys[-1][0]} if is_tiled else chained(lines_of(folder / "checkpoints.jsonl"), keys, lines, leaves)
    after_loss = max(turn for turn, (_, _, lost) in enumerate(keys) if lost or turn == 0)
    if after_loss and not is_given:  # anybody could have added that line to what the lost key had signed
        raise ValueError(f"entry {keys[after_loss][1]} says that the key was lost; give the new one, got elsewhere")
    if bytes.fromhex(key_hex) not in used & {key for key, _, _ in keys[after_loss:]}:
        raise ValueError(f"the key {key_hex[:16]}… has signed nothing of this log, or nothing since its key was lost")
    notes = notes_of(folder, keys, leaves)
    also = [
        f"entry {at} changed the key to {new.hex()}{', the old one being lost' * lost}" for new, at, lost in keys[1:]
    ]
    grown = [] if against is None else [continues(against, lines, leaves, keys)]
    said = [f"{len(lines)} entries verified under key {key_hex}", *witnessed(notes, witnesses, lines), *also, *grown]
    said += [] if draw is None else [promised(draw, notes, witnesses, lines)]
    return "; ".join([*said, *told(lines)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("key_hex", nargs="?")
    parser.add_argument("--witness", action="append", default=[], dest="witnesses")
    parser.add_argument("--against", type=Path)
    parser.add_argument("--draw", type=Path)
    try:
        print(check(**vars(parser.parse_args())))
    except (ValueError, KeyError, TypeError, OSError) as error:
        sys.exit(f"Refused: {error}")
