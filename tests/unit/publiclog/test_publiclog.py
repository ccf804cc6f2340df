"""A log that cannot be rewritten: forty ways to try, both verifiers refuse each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geopolity.publiclog import merkle
from geopolity.publiclog.checked import check_log
from geopolity.publiclog.log import Checkpoint, Entry, LogRefused, SaltError, commitment, signed_checkpoint
from services.verifiers import verify_log

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FORGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
LINES = [Entry(index=i, kind="vote", facts={"yes": i, "word": "härm"}).line for i in range(13)]
TIMES = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]
POINTS = [signed_checkpoint(LINES[:5], TIMES[0], KEY), signed_checkpoint(LINES, TIMES[1], KEY)]


def _changed(point, **change):
    fields = {name: getattr(point, name) for name in ("size", "root", "time", "signature")}
    return Checkpoint(**(fields | change))


def _replaced(items, index, item):
    return [*items[:index], item, *items[index + 1 :]]


TAMPERED = {
    **{
        f"vote {i} altered": (_replaced(LINES, i, Entry(index=i, kind="vote", facts={"yes": 99}).line), POINTS)
        for i in range(13)
    },
    **{f"entry {i} removed": (LINES[:i] + LINES[i + 1 :], POINTS) for i in range(13)},
    **{f"entry {i} with a space": (_replaced(LINES, i, LINES[i] + b" "), POINTS) for i in (0, 6, 12)},
    "entries exchanged": ([LINES[1], LINES[0], *LINES[2:]], POINTS),
    "entry added": ([*LINES, Entry(index=13, kind="vote", facts={}).line], POINTS),
    "key added": (_replaced(LINES, 3, LINES[3][:-1] + b',"x":1}'), POINTS),
    "not an object": (_replaced(LINES, 3, b"[]"), POINTS),
    "all removed": ([], POINTS),
    "time altered": (LINES, [POINTS[0], _changed(POINTS[1], time=TIMES[0])]),
    "root altered": (LINES, [POINTS[0], _changed(POINTS[1], root=bytes(32))]),
    "signature of another key": (LINES, [POINTS[0], signed_checkpoint(LINES, TIMES[1], FORGER)]),
    "checkpoints exchanged": (LINES, POINTS[::-1]),
    "no checkpoint": (LINES, []),
    "last checkpoint removed": (LINES, POINTS[:1]),
}


def _export(folder: Path, lines, points):
    folder.mkdir(exist_ok=True)
    (folder / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    rows = [{"size": p.size, "root": p.root.hex(), "time": p.time, "signature": p.signature.hex()} for p in points]
    (folder / "checkpoints.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "keys.json").write_text(json.dumps({"ed25519": KEY.public_key().public_bytes_raw().hex()}))
    return folder


def test_an_untouched_log_passes_both_verifiers(tmp_path):
    check_log(LINES, POINTS, KEY.public_key())
    assert verify_log.check(_export(tmp_path, LINES, POINTS)).startswith("13 entries")


@pytest.mark.parametrize("lie", TAMPERED)
def test_a_tampered_log_is_refused_by_both_verifiers(lie, tmp_path):
    with pytest.raises(LogRefused, match=r"[Ee]ntr|[Cc]heckpoint"):
        check_log(*TAMPERED[lie], KEY.public_key())
    with pytest.raises(ValueError, match=r"\d"):
        verify_log.check(_export(tmp_path, *TAMPERED[lie]))


def test_the_verifier_is_short_enough_to_read():
    assert len(Path(verify_log.__file__).read_text(encoding="utf-8").splitlines()) <= 250


def test_a_commitment_needs_a_salt_that_cannot_be_guessed():
    assert commitment("Ann", bytes(16)) != commitment("Ann", bytes(15) + b"1")
    with pytest.raises(SaltError, match="16 random bytes"):
        commitment("Ann", b"short")


@pytest.mark.parametrize("size", range(1, 18))
def test_every_proof_of_a_small_tree_holds(size):
    leaves = [merkle.leaf_hash(bytes([i])) for i in range(size)]
    for index in range(size):
        merkle.check_inclusion(leaves[index], index, size, merkle.inclusion_proof(leaves, index), merkle.root(leaves))
        roots = merkle.root(leaves[: index + 1]), merkle.root(leaves)
        merkle.check_consistency((index + 1, size), roots, merkle.consistency_proof(leaves, index + 1))


def test_a_leaf_outside_the_tree_has_no_proof():
    with pytest.raises(merkle.TreeRangeError, match="no leaf 1"):
        merkle.inclusion_proof([b"x"], 1)
    with pytest.raises(merkle.TreeRangeError, match="no earlier size 2"):
        merkle.consistency_proof([b"x"], 2)
