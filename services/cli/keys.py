"""Keys of programs: make, list, revoke."""

from __future__ import annotations

import click

from services.bootstrap import Service
from services.cli.options import json_option
from services.cli.printing import as_json_text, table
from services.cli.words import t


@click.group()
def key() -> None:
    """Keys with which programs use the API."""


@key.command("make")
@click.argument("name")
@click.option("--roles", required=True, metavar="A,B", help="What it may do: clerk, analyst, civil servant, …")
@click.option("--days", "valid_days", type=click.IntRange(min=1), help="Days that it lasts; for ever by default.")
@click.pass_obj
def make(service: Service, /, *, name: str, roles: str, valid_days: int | None) -> None:
    """Make a key for a program and print it, once."""
    from services.auth.keys import make_key

    key_id, secret = make_key(name, roles, service.store, days=valid_days)
    click.echo(secret)
    click.echo(t("Keep this key, it is shown only now; `geopolity key revoke {key}` ends it.", key=key_id), err=True)


@key.command("list")
@json_option
@click.pass_obj
def list_all(service: Service, /, *, as_json: bool) -> None:
    """List the keys, without their secrets."""
    from services.auth.keys import list_keys

    records = list_keys(service.store)
    if as_json:
        click.echo(as_json_text(records))
        return
    rows = [[r.key_id, r.name, r.roles, r.ends_at or "–", r.revoked_at or "–"] for r in records]
    click.echo(
        table([t("Key"), t("Program"), t("Roles"), t("Ends"), t("Revoked")], rows, text_columns=5)
        if rows
        else t("No keys.")
    )


@key.command("revoke")
@click.argument("key_id", metavar="KEY")
@click.pass_obj
def revoke(service: Service, /, *, key_id: str) -> None:
    """End a key now."""
    from services.auth.keys import revoke_key

    revoke_key(key_id, service.store)
    click.echo(t("Key {key} is ended.", key=key_id))
