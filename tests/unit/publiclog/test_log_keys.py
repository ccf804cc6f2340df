"""A log whose key changes: who knows any of its keys checks all of it, and no lie about a change is taken."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geopolity.publiclog import merkle
from geopolity.publiclog.checked import check_log
from geopolity.publiclog.keys import KIND, change
from geopolity.publiclog.log import Entry, LogRefused, signed_checkpoint
from geopolity.publiclog.notes import Head, origin_of, signed
from geopolity.publiclog.tiles import files_of
from services.verifiers import verify_log

ONE, TWO, THREE, FORGER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(1, 5))
TIME = "2026-01-01T00:00:00Z"


def public(key):
    return key.public_key().public_bytes_raw()


ORIGIN = origin_of(public(ONE))


def a_log(*steps):
    """Lines and checkpoints of steps: an act, a change of the key, or the key that signs what stands."""
    lines, points = [], []
    for step in steps:
        if isinstance(step, Ed25519PrivateKey):
            points.append(signed_checkpoint(lines, TIME, step))
        else:
            kind, facts = ("vote", {"yes": step}) if isinstance(step, int) else (KIND, step)
            lines.append(Entry(index=len(lines), kind=kind, facts=facts).line)
    return lines, points


def to(new, old, *, lost=False, **lie):
    return change(public(old), new, ORIGIN, lost=lost) | lie


def write(folder, lines, points, key):
    folder.mkdir(exist_ok=True)
    (folder / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    rows = [{"size": p.size, "root": p.root.hex(), "time": p.time, "signature": p.signature.hex()} for p in points]
    (folder / "checkpoints.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "keys.json").write_text(json.dumps({"ed25519": public(key).hex()}))
    return folder


HONEST = {
    "one change": a_log(1, ONE, to(TWO, ONE), ONE, 2, TWO),
    "two changes": a_log(1, ONE, to(TWO, ONE), ONE, 2, TWO, to(THREE, TWO), TWO, 3, THREE),
    "nothing since": a_log(1, to(TWO, ONE), ONE),
}
LOST = a_log(1, ONE, to(TWO, ONE, lost=True), TWO, 2, TWO)


@pytest.mark.parametrize("name", HONEST)
def test_who_knows_any_key_that_signed_checks_all_of_it(name, tmp_path):
    lines, points = HONEST[name]
    signed = [key for key in (ONE, TWO, THREE) if any(_is_of(key, point) for point in points)]
    for key in signed:
        check_log(lines, points, key.public_key())
        said = verify_log.check(write(tmp_path, lines, points, signed[-1]), public(key).hex())
        assert f"{len(lines)} entries verified under key {public(key).hex()}" in said
        assert "changed the key" in said


def _is_of(key, point):
    return signed_checkpoint(LINES_OF[id(point)], point.time, key).signature == point.signature


LINES_OF = {id(point): lines[: point.size] for lines, points in HONEST.values() for point in points}

LIES = {
    "a forger says that the key changed": (a_log(1, ONE, to(FORGER, ONE), FORGER, 2, FORGER), ONE),
    "the old key never signed the change": (a_log(1, ONE, to(TWO, ONE), 2, TWO), ONE),
    "the new key did not sign it": (a_log(1, ONE, to(TWO, ONE, proof="00" * 64), ONE, 2, TWO), ONE),
    "the new key signed for another log": (a_log(1, ONE, to(TWO, ONE, origin="geopolity/0"), ONE, 2, TWO), ONE),
    "a change of a key that was not the log's": (a_log(1, ONE, to(TWO, FORGER), ONE, 2, TWO), ONE),
    "a change from a key that was left": (a_log(1, to(TWO, ONE), ONE, 2, TWO, to(THREE, ONE), TWO, THREE), ONE),
    "the old key goes on after the new one": (a_log(1, to(TWO, ONE), ONE, 2, TWO, 3, ONE), ONE),
    "the new key signs before it is said": (a_log(1, TWO, to(TWO, ONE), ONE, 2, TWO), ONE),
    "a stranger's log that names the known key last": (a_log(1, to(ONE, FORGER), FORGER), ONE),
    "a stranger's log that was changed to the known key, which signed nothing": (
        a_log(1, to(ONE, FORGER), FORGER, 2, FORGER),
        ONE,
    ),
    "a key is said to be lost, and the known one did not sign that": (
        a_log(1, to(FORGER, ONE, lost=True), FORGER, 2, FORGER),
        ONE,
    ),
    "half a key": (a_log(1, to(TWO, ONE, to="ab"), ONE), ONE),
    "a key that is none": (a_log(1, to(TWO, ONE, to="zz" * 32), ONE), ONE),
    "no proof": (a_log(1, {"origin": ORIGIN, "from": public(ONE).hex(), "to": public(TWO).hex()}, ONE, 2, TWO), ONE),
    "a key that is a number": (a_log(1, to(TWO, ONE, to=7), ONE), ONE),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_a_change_is_refused_by_both_verifiers(lie, tmp_path):
    (lines, points), known = LIES[lie]
    with pytest.raises(LogRefused, match=r"[Ee]ntr|[Cc]heckpoint|key"):
        check_log(lines, points, known.public_key())
    with pytest.raises((ValueError, KeyError, TypeError)):
        verify_log.check(write(tmp_path, lines, points, known), public(known).hex())


def test_only_who_has_the_new_key_from_elsewhere_trusts_a_log_that_lost_its_old_one(tmp_path):
    """Anybody can add such a line, and a key of theirs, to what the lost key had signed."""
    lines, points = LOST
    folder = write(tmp_path, lines, points, TWO)
    check_log(lines, points, TWO.public_key())
    said = verify_log.check(folder, public(TWO).hex())
    assert f"entry 1 changed the key to {public(TWO).hex()}, the old one being lost" in said
    with pytest.raises(LogRefused, match="since the log's key was lost"):
        check_log(lines, points, ONE.public_key())
    with pytest.raises(ValueError, match="nothing since its key was lost"):
        verify_log.check(folder, public(ONE).hex())
    with pytest.raises(ValueError, match="entry 1 says that the key was lost; give the new one"):
        verify_log.check(folder)  # what came with it vouches for nothing


def test_tiles_that_a_key_which_was_left_signed_are_refused(tmp_path):
    """A key that is in other hands is changed; who holds it goes on from there with lines of their own."""
    lines, _ = a_log(1, to(TWO, ONE), 2, 99)
    leaves = [merkle.leaf_hash(line) for line in lines]
    for name, content in files_of(lines, leaves).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    head = Head(origin=ORIGIN, size=len(lines), root=merkle.root(leaves))
    (tmp_path / "checkpoint").write_text(signed(head, TWO))
    assert "4 entries" in verify_log.check(tmp_path, public(TWO).hex())
    (tmp_path / "checkpoint").write_text(signed(head, ONE))
    for known in (ONE, TWO):
        with pytest.raises(ValueError, match=r"not signed by the log|has signed nothing"):
            verify_log.check(tmp_path, public(known).hex())
