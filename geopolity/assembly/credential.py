"""The key that a person holds: what it signs, how it is written on paper, and what a roll says of it.

An Ed25519 key pair (RFC 8032) is made on the person's own device, and its secret half never leaves it. It signs
statements: short texts of named lines, that a person can read before signing. On paper the secret half is written as
proquints (Wilkerson 2009, arXiv:0901.4016): words that can be said in any language, 16 bits each, the last a checksum.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from geopolity.errors import NegativeAnswer, RequestError

KEY_BYTES, SIGNATURE_BYTES = 32, 64
CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aiou"
WORDS = KEY_BYTES // 2 + 1
HEADING = "geopolity {kind} 1"
"""First line of a statement: what it is, and the version of how it is written."""


class CredentialError(RequestError):
    """A key, a signature, a statement or words of paper are none."""

    code = "credential"


class SignatureRefused(NegativeAnswer):
    """A statement was not signed by the key that it names, or says something else than it should."""

    code = "signature-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A statement, the key that signed it (64 hexadecimal digits) and the signature (128)."""

    statement: str
    key: str
    signature: str

    def __post_init__(self) -> None:
        for what, text, size in (("key", self.key, KEY_BYTES), ("signature", self.signature, SIGNATURE_BYTES)):
            if len(text) != 2 * size or not {*text} <= {*"0123456789abcdef"}:
                raise CredentialError(
                    "The {what} {text:quoted} is not {digits} hexadecimal digits in small letters.",
                    what=what,
                    text=text[:80],
                    digits=2 * size,
                )

    def fields(self, kind: str) -> dict[str, str]:
        """What the statement says, once kind and signature are checked.

        Raises
        ------
        SignatureRefused
            If it is of another kind, names another key, or is not signed by it.
        """
        said = read_statement(self.statement, kind)
        if said.get("key") != self.key:
            raise SignatureRefused("The statement names another key than the one that signed it; sign it again.")
        try:
            public_key(self.key).verify(bytes.fromhex(self.signature), self.statement.encode())
        except InvalidSignature as error:
            raise SignatureRefused(
                "The signature under the statement is not of the key {key}…; sign exactly the text that is shown.",
                key=self.key[:16],
            ) from error
        return said


def statement(kind: str, fields: Mapping[str, str]) -> str:
    r"""Write what is signed: a heading, then one named value a line, in the order given.

    >>> statement("consent", {"citizen": "9f", "until": "2027-11-29"})
    'geopolity consent 1\ncitizen 9f\nuntil 2027-11-29\n'
    """
    return "".join(f"{line}\n" for line in (HEADING.format(kind=kind), *(" ".join(pair) for pair in fields.items())))


def read_statement(text: str, kind: str) -> dict[str, str]:
    """What a statement of a kind says.

    Raises
    ------
    SignatureRefused
        If it is of another kind, or not written as statements are.
    """
    heading, *lines = text.split("\n")
    fields = dict(line.split(" ", 1) for line in lines if " " in line)
    if heading != HEADING.format(kind=kind) or statement(kind, fields) != text:
        raise SignatureRefused("The statement is no {kind:quoted} as it is shown; sign exactly that text.", kind=kind)
    return fields


def public_key(text: str) -> Ed25519PublicKey:
    """Read the public half of a key."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError as error:
        raise CredentialError("{key:quoted} is no public key.", key=text[:80]) from error


def public_half(secret: bytes) -> str:
    """Public half of a key as 64 hexadecimal digits."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()


def signed(text: str, secret: bytes) -> Signed:
    """Sign a statement."""
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return Signed(statement=text, key=public_half(secret), signature=key.sign(text.encode()).hex())


def words_of(secret: bytes) -> str:
    """Write the secret half for paper: 16 words, and a last one that tells a slip of the pen."""
    whole = secret + hashlib.sha256(secret).digest()[:2]
    return " ".join(_word(int.from_bytes(whole[place : place + 2], "big")) for place in range(0, len(whole), 2))


def secret_of(words: str) -> bytes:
    """Read the secret half from paper.

    Raises
    ------
    CredentialError
        If a word is none, or the last does not fit the others.
    """
    found = words.lower().replace("-", " ").split()
    if len(found) != WORDS:
        raise CredentialError("A key is {wanted} words, and these are {number}.", wanted=WORDS, number=len(found))
    whole = b"".join(_number(word).to_bytes(2, "big") for word in found)
    secret, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    if hashlib.sha256(secret).digest()[:2] != check:
        raise CredentialError("The words do not fit together; one of them was misread.")
    return secret


def line_commitment(epoch: str, pseudonym: str, holder: str, salt: str) -> str:
    """What a line of a roll says of its person: SHA-256 of these four, one a line.

    Parameters
    ----------
    holder
        ``key`` and the public half, or ``id`` and the random id of somebody who is registered without a key.
    """
    return hashlib.sha256(f"{epoch}\n{pseudonym}\n{holder}\n{salt}".encode()).hexdigest()


def _word(number: int) -> str:
    first, middle, last = number >> 10, number >> 4 & 63, number & 15
    return "".join(
        (
            CONSONANTS[first >> 2],
            VOWELS[first & 3],
            CONSONANTS[middle >> 2],
            VOWELS[middle & 3],
            CONSONANTS[last],
        )
    )


def _number(word: str) -> int:
    number = 0
    if len(word) != 5:
        raise CredentialError("{word:quoted} is no word of a key; each has five letters.", word=word[:20])
    for place, letter in enumerate(word):
        letters = VOWELS if place % 2 else CONSONANTS
        if letter not in letters:
            raise CredentialError("{word:quoted} is no word of a key; look at it again.", word=word)
        number = number * len(letters) + letters.index(letter)
    return number
