"""What witnesses must have signed, and when: thirty-odd ways to withhold or forge it, refused by two programs each.

The second reading of the same rules is the package's own (``services.docket.sealed.audit``, ``geopolity.publiclog``).
"""

from __future__ import annotations

import base64
import json
import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geopolity.errors import GeopolityError
from geopolity.publiclog import merkle
from geopolity.publiclog.log import canonical, signed_checkpoint
from geopolity.publiclog.notes import (
    COSIGNS,
    Head,
    cosignature,
    origin_of,
    read_head,
    read_note,
    read_vkey,
    signed,
    signed_at,
    verifier_of,
)
from geopolity.sortition.drand import QUICKNET
from services.docket.sealed.audit import check_witnessed, closed_board, lines_of
from services.verifiers import verify_log, verify_vote
from tests.unit.ballots.boards import VOTE, a_vote, write

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PEOPLE = {name: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n, name in enumerate(("w1", "w2", "w3"), 1)}
VKEYS = {name: verifier_of(name, key, COSIGNS).vkey for name, key in PEOPLE.items()}
CLOSED = 1_796_083_200  # 2026-12-01, when the board of the vote is closed
ROUND = 40_000_000
KNOWN = QUICKNET.time_of(ROUND)
PROMISE = {"commitment": "ab" * 32, "rehearsal": False, "round": ROUND}


def stating(*names):
    return [("witness added", {"witness": name, "vkey": VKEYS[name]}) for name in names]


def export(folder, log, signings):
    """A whole export; ``signings`` are sizes with the names of who signed them, and when."""
    write(folder, log)
    lines = (folder / "entries.jsonl").read_bytes().splitlines()
    point = signed_checkpoint(lines, "2026-12-02T00:00:00Z", KEY)
    row = {"size": point.size, "root": point.root.hex(), "time": point.time, "signature": point.signature.hex()}
    (folder / "checkpoints.jsonl").write_text(json.dumps(row) + "\n")
    (folder / "keys.json").write_text(json.dumps({"ed25519": KEY.public_key().public_bytes_raw().hex()}))
    notes = [_note(lines, size, by) for size, by in signings]
    (folder / "cosigned.jsonl").write_text("".join(json.dumps({"note": note}) + "\n" for note in notes))
    return folder


def _note(lines, size, by):
    head = Head(
        origin=origin_of(KEY.public_key().public_bytes_raw()),
        size=size,
        root=merkle.root([merkle.leaf_hash(it) for it in lines[:size]]),
    )
    return signed(head, KEY) + "".join(cosignature(head, name, PEOPLE[name], at=at) for name, at in by)


def altered(change):
    """A change of the only note of an export."""

    def apply(folder):
        file = folder / "cosigned.jsonl"
        note = json.loads(file.read_text().splitlines()[0])["note"]
        file.write_text(json.dumps({"note": change(note)}) + "\n")

    return apply


def forged(name, **change):
    """The signature of a witness, changed in a byte, in its time, or in whose it is."""

    def apply(note):
        rows = note.splitlines(keepends=True)
        place = next(n for n, row in enumerate(rows) if row.startswith(f"— {name} "))
        packed = bytearray(base64.b64decode(rows[place].split(" ")[2]))
        packed[change["byte"]] ^= 1
        rows[place] = f"— {change.get('to', name)} {base64.b64encode(packed).decode()}\n"
        return "".join(rows)

    return altered(apply)


@pytest.fixture(scope="module")
def votes(tmp_path_factory):
    log = [*stating("w1", "w2"), *a_vote()]
    both = [("w1", CLOSED + 60), ("w2", CLOSED + 90)]
    return export(tmp_path_factory.mktemp("vote") / "log", log, [(len(log), both)]), log


NOTHING = {
    "the file of signatures is gone": lambda folder: (folder / "cosigned.jsonl").unlink(),
    "the file of signatures is empty": lambda folder: (folder / "cosigned.jsonl").write_text(""),
    "one of two signed": altered(lambda note: note[: note.index("— w2 ")]),
    "none of two signed": altered(lambda note: note[: note.index("— w1 ")]),
    "a stranger's key under the name of one": forged("w2", byte=0),
    "a time changed": forged("w1", byte=8),
    "a signature changed": forged("w1", byte=40),
    "a signature's last byte changed": forged("w2", byte=-1),
    "one signed in the name of the other": forged("w1", byte=0, to="w2"),
}
OF_A_VOTE = NOTHING | {
    "both signed before the close": [("w1", CLOSED - 1), ("w2", CLOSED - 1)],
    "one signed before the close": [("w1", CLOSED + 1), ("w2", CLOSED - 1)],
    "both signed a shorter log": -10,
    "another root": altered(lambda note: note.replace(note.split("\n")[2], base64.b64encode(bytes(32)).decode())),
    "another size": altered(lambda note: note.replace(f"\n{note.split(chr(10))[1]}\n", "\n9999\n", 1)),
}


def _tampered(folder, log, kept, change):
    if callable(change):
        shutil.copytree(folder, kept)
        change(kept)
    elif isinstance(change, int):
        export(kept, log, [(len(log) + change, [("w1", CLOSED + 60), ("w2", CLOSED + 60)])])
    else:
        export(kept, log, [(len(log), change)])
    return kept


def test_a_board_that_two_stated_witnesses_signed_is_accepted(votes):
    folder, _ = votes
    assert "seen by 2 witnesses" in verify_vote.check(folder, VOTE)
    assert "seen by 2 witnesses" in verify_vote.check(folder, VOTE, [VKEYS["w1"], VKEYS["w2"]])
    assert "w1 signed" in verify_log.check(folder)
    check_witnessed(folder, closed_board(lines_of(folder), VOTE), [VKEYS["w1"], VKEYS["w2"]])


@pytest.mark.parametrize("named", [(), ("w1", "w2")], ids=["stated", "named"])
@pytest.mark.parametrize("lie", OF_A_VOTE)
def test_a_board_that_they_did_not_sign_after_its_close_is_refused_by_both(votes, named, lie, tmp_path):
    kept = _tampered(*votes, tmp_path / "log", OF_A_VOTE[lie])
    keys = [VKEYS[name] for name in named]
    with pytest.raises((ValueError, KeyError, IndexError)):
        verify_vote.check(kept, VOTE, keys)
    with pytest.raises((GeopolityError, ValueError)):
        check_witnessed(kept, closed_board(lines_of(kept), VOTE), keys or [VKEYS["w1"], VKEYS["w2"]])


def test_a_witness_that_was_let_go_or_that_nobody_stated_counts_for_nothing(votes, tmp_path):
    _, log = votes
    gone = [*stating("w1", "w2"), ("witness removed", {"witness": "w2", "vkey": VKEYS["w2"]}), *stating("w3")]
    log = [*gone, *log[2:]]
    both = [("w1", CLOSED + 60), ("w2", CLOSED + 60)]
    kept = export(tmp_path / "log", log, [(len(log), both)])
    with pytest.raises(ValueError, match="not cosigned since its end by w3"):
        verify_vote.check(kept, VOTE)
    with pytest.raises(ValueError, match="w3 has signed nothing"):
        verify_log.check(kept)


def _drawn(folder, at, size=3, promise=PROMISE, bundle=PROMISE):
    """A log that promised a draw in its third entry, and the head of a bundle."""
    log = [*stating("w1", "w2"), ("draw frozen", promise), ("draw held", {"commitment": promise["commitment"]})]
    export(folder / "log", log, [(size, [("w1", at[0]), ("w2", at[1])])])
    (folder / "draw").mkdir()
    (folder / "draw" / "bundle.json").write_text(json.dumps(bundle))
    return folder / "log", folder / "draw"


def _second(log, draw):
    """Whether two witnesses signed a head with the promise before the round was known, by the package's own reading."""
    head, lines = json.loads((draw / "bundle.json").read_text()), (log / "entries.jsonl").read_bytes().splitlines()
    wanted = {name: head[name] for name in PROMISE}
    index = next(
        (n for n, it in enumerate(lines) if it == canonical({"index": n, "kind": "draw frozen", "facts": wanted})), None
    )
    if index is None:
        return False
    names = set()
    for row in (log / "cosigned.jsonl").read_text().splitlines():
        note = read_note(json.loads(row)["note"])
        for name, vkey in VKEYS.items():
            at = signed_at(note, read_vkey(vkey))
            if at is not None and at < QUICKNET.time_of(head["round"]) and read_head(note).size > index:
                names.add(name)
    return len(names) > 1


def test_a_promise_that_was_signed_before_its_round_is_accepted(tmp_path):
    log, draw = _drawn(tmp_path, (KNOWN - 1, KNOWN - 3600))
    assert f"the draw of {draw} was promised in entry 2" in verify_log.check(log, draw=draw)
    assert _second(log, draw)


@pytest.mark.parametrize(
    "lie",
    [
        {"at": (KNOWN, KNOWN - 1)},
        {"at": (KNOWN, KNOWN)},
        {"at": (KNOWN + 9, KNOWN - 9)},
        {"size": 2},
        {"bundle": PROMISE | {"commitment": "cd" * 32}},
        {"bundle": PROMISE | {"round": ROUND + 1}},
        {"promise": PROMISE | {"rehearsal": True}},
        {"promise": PROMISE | {"round": ROUND - 1}},
    ],
    ids=str,
)
def test_a_promise_that_came_late_or_was_another_is_refused_by_both(lie, tmp_path):
    log, draw = _drawn(tmp_path, **({"at": (KNOWN - 1, KNOWN - 1)} | lie))
    with pytest.raises(ValueError, match="promise"):
        verify_log.check(log, draw=draw)
    assert not _second(log, draw)


def test_a_rehearsal_promises_no_round(tmp_path):
    rehearsal = PROMISE | {"rehearsal": True, "round": 0}
    log, draw = _drawn(tmp_path, (KNOWN + 1, KNOWN + 1), promise=rehearsal, bundle=rehearsal)
    assert "was promised in entry 2" in verify_log.check(log, draw=draw)
