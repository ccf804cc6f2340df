"""The person's key: statements that say what was signed, and words for paper that notice a slip."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geopolity.assembly.credential import (
    CredentialError,
    SignatureRefused,
    Signed,
    _word,
    line_commitment,
    public_half,
    secret_of,
    signed,
    statement,
    words_of,
)

SECRET = bytes(range(32))
KEY = public_half(SECRET)
CONSENT = statement("consent", {"citizen": "ann", "key": KEY, "until": "2027-11-29"})


def test_the_published_example_of_proquints():
    assert [_word(0x7F00), _word(0x0001)] == ["lusab", "babad"]  # 127.0.0.1
    assert [_word(0x3F54), _word(0xDCC1)] == ["gutih", "tugad"]  # 63.84.220.193


def test_paper_holds_the_key_and_tells_a_misread_word():
    words = words_of(SECRET)
    assert len(words.split()) == 17
    assert secret_of(words.upper().replace(" ", "-")) == SECRET
    first, second, *rest = words.split()
    with pytest.raises(CredentialError, match="do not fit together"):
        secret_of(" ".join([second, first, *rest]))
    with pytest.raises(CredentialError, match="17 words, and these are 16"):
        secret_of(" ".join([*rest, first]))
    with pytest.raises(CredentialError, match="'xxxxx' is no word"):
        secret_of(" ".join(["xxxxx", second, *rest]))


def test_a_statement_that_was_signed_says_what_it_says():
    assert signed(CONSENT, SECRET).fields("consent") == {"citizen": "ann", "key": KEY, "until": "2027-11-29"}


@pytest.mark.parametrize(
    "changed",
    [
        CONSENT.replace("ann", "bob"),
        CONSENT + "extra line\n",
        CONSENT.rstrip("\n"),
        CONSENT.replace("2027", "2028"),
    ],
)
def test_a_changed_statement_is_refused(changed):
    act = signed(CONSENT, SECRET)
    with pytest.raises(SignatureRefused):
        Signed(statement=changed, key=act.key, signature=act.signature).fields("consent")


def test_another_kind_and_anothers_key_are_refused():
    with pytest.raises(SignatureRefused, match="no 'withdrawal'"):
        signed(CONSENT, SECRET).fields("withdrawal")
    other = Ed25519PrivateKey.generate()
    forged = Signed(
        statement=CONSENT,
        key=other.public_key().public_bytes_raw().hex(),
        signature=other.sign(CONSENT.encode()).hex(),
    )
    with pytest.raises(SignatureRefused, match="names another key"):
        forged.fields("consent")


@pytest.mark.parametrize(("key", "signature"), [("AB" * 32, "00" * 64), ("00" * 31, "00" * 64), (KEY, "00" * 63)])
def test_keys_and_signatures_are_small_hexadecimal_of_one_length(key, signature):
    with pytest.raises(CredentialError, match="hexadecimal digits"):
        Signed(statement=CONSENT, key=key, signature=signature)


def test_a_line_of_the_roll_commits_to_its_holder():
    line = line_commitment("e", "p", f"key {KEY}", "00" * 16)
    assert len(line) == 64
    assert line != line_commitment("e", "p", "id ann", "00" * 16)
    assert line != line_commitment("e", "p", f"key {KEY}", "01" * 16)
