"""Signed notes and cosignatures as C2SP writes them; the first is one that Go's `note` package made."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geopolity.publiclog.notes import (
    COSIGNS,
    SIGNS,
    Head,
    NoteError,
    NoteRefused,
    cosignature,
    origin_of,
    read_head,
    read_note,
    read_vkey,
    signed,
    signed_at,
    verifier_of,
)
from services.verifiers import verify_log

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
HEAD = Head(origin=origin_of(KEY.public_key().public_bytes_raw()), size=5, root=bytes(range(32)))
NOTE = signed(HEAD, KEY) + cosignature(HEAD, "w.example/1", WITNESS, at=1_700_000_000)
OWN, OUTSIDE = verifier_of(HEAD.origin, KEY, SIGNS), verifier_of("w.example/1", WITNESS, COSIGNS)
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_that_another_program_signed_is_read():
    assert signed_at(read_note(GO_NOTE), read_vkey(GO_KEY)) == 0
    assert read_vkey(GO_KEY).vkey == GO_KEY
    with pytest.raises(NoteRefused, match="PeterNeumann"):
        signed_at(read_note(GO_NOTE.replace("answer", "Answer")), read_vkey(GO_KEY))


def test_a_checkpoint_says_its_head_its_log_and_its_witness():
    note = read_note(NOTE)
    assert read_head(note) == HEAD
    assert (signed_at(note, OWN), signed_at(note, OUTSIDE)) == (0, 1_700_000_000)
    assert signed_at(note, verifier_of("w.example/2", WITNESS, COSIGNS)) is None
    assert [read_vkey(it.vkey) for it in (OWN, OUTSIDE)] == [OWN, OUTSIDE]
    assert NOTE.startswith(f"{HEAD.origin}\n5\n{base64.b64encode(HEAD.root).decode()}\n\n— ")


def test_the_program_for_strangers_reads_the_same():
    assert verify_log.signed(NOTE, OWN.name, 1, OWN.public) == 0
    assert verify_log.signed(NOTE, OUTSIDE.name, 4, OUTSIDE.public) == 1_700_000_000
    assert verify_log.signed(GO_NOTE, "PeterNeumann", 1, read_vkey(GO_KEY).public) == 0


@pytest.mark.parametrize("change", [("\n5\n", "\n6\n"), (HEAD.origin + "\n5", "other\n5"), ("\n\n— ", "\nmore\n\n— ")])
def test_a_head_that_was_altered_is_refused_by_both(change):
    forged = NOTE.replace(*change, 1)
    for verifier, kind in ((OWN, 1), (OUTSIDE, 4)):
        with pytest.raises(NoteRefused):
            signed_at(read_note(forged), verifier)
        with pytest.raises(ValueError, match="is false"):
            verify_log.signed(forged, verifier.name, kind, verifier.public)


def test_the_time_of_a_cosignature_is_signed_too():
    line = NOTE.splitlines()[-1]
    packed = bytearray(base64.b64decode(line.split(" ")[2]))
    packed[11] ^= 1
    later = NOTE.replace(line.split(" ")[2], base64.b64encode(packed).decode())
    with pytest.raises(NoteRefused):
        signed_at(read_note(later), OUTSIDE)
    with pytest.raises(ValueError, match="is false"):
        verify_log.signed(later, OUTSIDE.name, 4, OUTSIDE.public)


@pytest.mark.parametrize(
    "content", ["", "\n", "text\n", "a\n\nb\n", "a\n\n— name\n", "a\n\n— name !!!\n", "a\n\n— n AAAA\n", NOTE[:-1], "\n\n— n " + "A" * 8 + "\n" * 200]
)  # fmt: skip
def test_what_is_no_note_is_refused(content):
    with pytest.raises(NoteError):
        read_head(read_note(content))


@pytest.mark.parametrize(
    "text", ["o\n05\nAA==\n", "o\n-1\n{}\n", "o\n5\n{}\nextension\n", "o\n5\n", "\n5\n{}\n", "o\nfive\n{}\n", "o\n5\nAAAA\n"]
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    note = f"{text.replace('{}', base64.b64encode(bytes(32)).decode())}\n{NOTE.splitlines()[-1]}\n"
    with pytest.raises(NoteError):
        read_head(read_note(note))


@pytest.mark.parametrize("vkey", ["", "x", "a+b+c", GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY[:-4], GO_KEY.replace("+AR", "+CR")])  # fmt: skip
def test_what_is_no_key_is_refused(vkey):
    with pytest.raises(NoteError):
        read_vkey(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b"])
def test_a_name_that_no_note_can_hold_is_refused(name):
    with pytest.raises(NoteError):
        verifier_of(name, KEY, COSIGNS)
