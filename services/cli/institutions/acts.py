"""Options of acts about people: their own link and signature, or the names of the two who answer for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from geopolity.assembly.credential import Signed
    from services.auth.roles import Principal
    from services.storage.store import Store

link_option = click.option(
    "--link", "link_file", type=click.File(), required=True, help="File with the delegate's own link; - is stdin."
)
signed_option = click.option(
    "--signed",
    "signed_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that `geopolity credential sign` wrote, for who holds a key.",
)


def by_two(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the names of the two persons of the office who answer for an act."""
    asks = click.option("--by", metavar="NAME", help="Who of the office asks for it.")
    confirms = click.option("--confirmed-by", metavar="NAME", help="The second person, who confirms it.")
    return asks(confirms(command))


def secret_in(file: TextIO) -> str:
    """The secret of a one-time link."""
    return file.read().strip().rpartition("token=")[2]


def signed_in(file: Path | None) -> Signed | None:
    """What a file holds that was signed; ``None`` without a file."""
    from geopolity.assembly.credential import CredentialError, Signed

    if file is None:
        return None
    try:
        return Signed(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CredentialError(
            "{file} holds nothing signed; take what `geopolity credential sign` wrote.", file=file
        ) from error


def agree(store: Store, names: tuple[str | None, str | None], ask: Callable[[Principal], int]) -> bool:
    """Ask for an act and confirm it, if two persons are named; returns whether they are."""
    from services.auth.roles import Principal, Role
    from services.docket.office_acts import confirm

    if names == (None, None):
        return False
    first, second = (Principal(name=name or "", roles=frozenset({Role.CLERK})) for name in names)
    if not (first.name and second.name):
        raise click.UsageError("Two persons answer for it: give --by and --confirmed-by.")
    confirm(ask(first), second, store)
    return True
