"""Check an exported log: verify_log.py DIR [KEY-HEX] [--witness VKEY]… [--against OLD] [--draw BUNDLE]. Exits 0 or 1.

Needs Python and the package `cryptography`; shares no code with geopolity. Give the key you were handed
before, or compare the one printed: keys.json came with the log. Each witness that you trust is named by its
vkey, which you got from the witness, and must have cosigned this very log; if you name none, two of those must that
the log itself states. OLD is an earlier export, or a note (checkpoint) that somebody else was shown: this log must be
its continuation. BUNDLE is a draw, checked by verify_draw.py: what it promised must stand in this log, and the
witnesses must have cosigned it before anybody could know the round of drand's quicknet that it named. DIR may also
hold a checkpoint and tiles alone (C2SP's tlog-tiles), as any server of files hands them out; then KEY-HEX is needed,
and read_tiles.py, which came with this program.
"""

import base64
import hashlib
import json
import sys
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
    size = head_of(note_parts((folder / "checkpoint").read_text(encoding="utf-8"))[0])[1]
    return lines_of_tiles(folder, size, root)


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
            at, signature, message = 0, packed[4:], text.encode()
            if kind == 4:
                at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {at}\n".encode() + message
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
            except InvalidSignature:
                raise ValueError(f"the signature of {name} under a checkpoint is false") from None
            return at
    return None


def notes_of(folder, key_hex, leaves):
    """All notes of an export, each signed by the log's key and of its own entries."""
    public = bytes.fromhex(key_hex)
    own = f"geopolity/{hashlib.sha256(public).hexdigest()[:16]}"
    files = [folder / "checkpoint", folder / "cosigned.jsonl"]
    notes = [files[0].read_text(encoding="utf-8")] if files[0].exists() else []
    notes += [json.loads(line)["note"] for line in lines_of(files[1])] if files[1].exists() else []
    for note in notes:
        origin, size, top = head_of(note_parts(note)[0])
        if origin != own or signed(note, origin, 1, public) is None:
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
    found = [(head_of(note_parts(note)[0])[1], signed(note, name, 4, material[1:])) for note in notes]
    return name, [(size, at) for size, at in found if at is not None]


def stated(lines):
    """The witnesses that the log says it has."""
    found = {}
    for record in map(json.loads, lines):
        if record["kind"] in ("witness added", "witness removed"):
            found[record["facts"]["witness"]] = record
    return [it["facts"]["vkey"] for it in found.values() if it["kind"] == "witness added"]


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
    people, machine, late = {}, 0, 0
    for record in map(json.loads, lines):
        kind, facts = record["kind"], record["facts"]
        if kind == "people registered":
            whose = facts.get("day"), facts.get("hand") or facts.get("office") or "?"
            people[whose] = people.get(whose, 0) + facts["people"]
        machine += facts.get("office") == "operator"
        late += kind == "draw given up" and facts.get("missed") is True
    if people:
        (day, hand), most = max(people.items(), key=lambda it: it[1])
        yield f"{sum(people.values())} people were registered by one hand, at most {most} in a day (by {hand} on {day})"
    if machine:
        yield f"{machine} entries were written at the operator's machine"
    if late:
        yield f"{late} draws were given up once their round was known"


def promised(bundle, notes, named, lines):
    """The sentence on a draw; refuses unless its promise was in the log, and cosigned, before its round was known."""
    head = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    wanted = {"commitment": head["commitment"], "rehearsal": head["rehearsal"], "round": head["round"]}
    for index, record in enumerate(map(json.loads, lines)):
        facts = record["facts"]
        if record["kind"] == "draw frozen" and {name: facts.get(name) for name in wanted} == wanted:
            known = GENESIS + (head["round"] - 1) * PERIOD
            if not head["rehearsal"]:
                late = "the promise of this draw only when its round was known, or never"
                witnessed(notes, named, lines, lambda size, at: size > index and at < known, late)
            return f"the draw of {bundle} was promised in entry {index}"
    raise ValueError(f"this log never promised the draw of {bundle}")


def continues(old, lines, leaves, key_hex):
    """Refuse unless the log begins with what another copy, or a note, says."""
    if old.is_dir():
        before = lines_of(old / "entries.jsonl")
        for index, line in enumerate(before):
            if lines[index : index + 1] != [line]:
                raise ValueError(f"entry {index} is not the one of {old}: the log has two histories")
        return f"continues {old} from entry {len(before)} on"
    note = old.read_text(encoding="utf-8")
    origin, size, top = head_of(note_parts(note)[0])
    if signed(note, origin, 1, bytes.fromhex(key_hex)) is None:
        raise ValueError(f"{old} is not signed by this log's key")
    if size > len(leaves) or root(leaves[:size]) != top:
        raise ValueError(f"{old} was signed by the same key and is of other entries: the log has two histories")
    return f"continues {old} from entry {size} on"


def check(folder, key_hex=None, witnesses=(), against=None, draw=None):
    key_hex = key_hex or json.loads((folder / "keys.json").read_text())["ed25519"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key_hex))
    is_tiled = not (folder / "entries.jsonl").exists()
    lines = tiled(folder) if is_tiled else lines_of(folder / "entries.jsonl")
    for index, line in enumerate(lines):
        try:
            record = json.loads(line)
            good = canonical(record) == line and record["index"] == index and set(record) == {"index", "kind", "facts"}
        except (ValueError, TypeError, KeyError):
            good = False
        if not good:
            raise ValueError(f"entry {index} is not a canonical entry with that index")
    leaves = [hashlib.sha256(b"\x00" + line).digest() for line in lines]
    size, time = 0, ""
    for number, line in enumerate([] if is_tiled else lines_of(folder / "checkpoints.jsonl")):
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
        if point["time"] < time:
            raise ValueError(f"checkpoint {number} is of before the one that it follows: the clock was set back")
        size, time = point["size"], point["time"]
    if size != len(lines) and not is_tiled:
        raise ValueError(f"entry {size} is covered by no checkpoint")
    said = [f"{len(lines)} entries verified under key {key_hex}"]
    notes = notes_of(folder, key_hex, leaves)
    if is_tiled and not notes:
        raise ValueError("there is no checkpoint over the tiles")
    if against is not None:
        said.append(continues(against, lines, leaves, key_hex))
    said[1:1] = witnessed(notes, witnesses, lines)
    if draw is not None:
        said.append(promised(draw, notes, witnesses, lines))
    return "; ".join([*said, *told(lines)])


def main(words):
    given, witnesses, paths = [], [], {}
    while words:
        word = words.pop(0)
        if word == "--witness":
            witnesses.append(words.pop(0))
        elif word in ("--against", "--draw"):
            paths[word[2:]] = Path(words.pop(0))
        else:
            given.append(word)
    return check(Path(given[0]), *given[1:2], witnesses=witnesses, **paths)


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except IndexError:
        sys.exit("Usage: verify_log.py DIR [PUBLIC-KEY-HEX] [--witness VKEY]… [--against OLD] [--draw BUNDLE]")
    except (ValueError, KeyError, TypeError, OSError) as error:
        sys.exit(f"Refused: {error}")
