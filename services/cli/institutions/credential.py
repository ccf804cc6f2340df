"""The person's own key, on their own machine: made, written for paper, and used to sign. It needs no store."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TextIO

import click

from services.cli.words import t

key_argument = click.argument("key_file", metavar="KEY", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def credential() -> None:
    """Make the key that a person signs with, and sign; nobody else should have it."""


@credential.command("new")
@key_argument
def new(key_file: Path) -> None:
    """Make a key in a new file that only its owner reads, and print its public half."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from geopolity.assembly.credential import public_half, words_of

    secret = Ed25519PrivateKey.generate().private_bytes_raw()
    try:
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.UsageError(f"{key_file} is there already, and is left alone; name a new file.") from error
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(f"{words_of(secret)}\n")
    click.echo(public_half(secret))
    click.echo(t("Keep {file}: whoever has it can act in your name.", file=key_file), err=True)


@credential.command("show")
@key_argument
@click.option("--card", type=click.Path(path_type=Path, dir_okay=False), help="SVG to write: a code for a camera.")
def show(key_file: Path, card: Path | None) -> None:
    """Print the words of a key for paper, and its public half; with --card, also a QR code of the words."""
    from geopolity.assembly.credential import public_half, words_of

    secret = secret_of_file(key_file)
    click.echo(words_of(secret))
    click.echo(public_half(secret))
    if card is not None:
        import segno

        segno.make(words_of(secret).upper(), error="m", micro=False).save(str(card), kind="svg", scale=6)
        click.echo(t("Open {file}", file=card), err=True)


@credential.command("sign")
@key_argument
@click.argument("statement_file", metavar="STATEMENT", type=click.File(encoding="utf-8"))
def sign(key_file: Path, statement_file: TextIO) -> None:
    """Sign the text that a page or command shows (- is stdin); prints text, key and signature, as JSON."""
    from geopolity.assembly.credential import signed

    act = signed(statement_file.read(), secret_of_file(key_file))
    click.echo(json.dumps({"statement": act.statement, "key": act.key, "signature": act.signature}))


def secret_of_file(file: Path) -> bytes:
    """The secret half of a key that is written in a file."""
    from geopolity.assembly.credential import CredentialError, secret_of

    try:
        return secret_of(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CredentialError("{file} cannot be read; `geopolity credential new` makes a key.", file=file) from error
