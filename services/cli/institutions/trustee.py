"""A trustee's own tool, and what the office does with trustees."""

from __future__ import annotations

from pathlib import Path

import click

from services.bootstrap import Service
from services.cli.institutions.acts import agree, by_two
from services.cli.words import say, t

folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def trustee() -> None:
    """Hold a part of the keys of votes, on a machine of one's own; sums are opened by most of the trustees together."""


@trustee.command("new")
@folder_argument
@click.argument("name")
@click.option(
    "--witness", "witnesses", multiple=True, metavar="KEY", help="A witness that you trust; name two or more."
)
def new(folder: Path, name: str, *, witnesses: tuple[str, ...]) -> None:
    """Make a trustee's secret key in a new folder, and print the public one, for the office.

    Nothing is opened that at least two witnesses of yours have not signed.
    """
    from services.docket.sealed.trustee import new_trustee

    click.echo(new_trustee(folder, name, witnesses))
    click.echo(t("Keep {file}: whoever has it can act in your name.", file=folder), err=True)


@trustee.command("step")
@folder_argument
@click.argument("matter_id", metavar="MATTER")
@click.option("--at", "url", metavar="URL", help="Where the service answers (default: the store of this machine).")
@click.option(
    "--witness", "witnesses", multiple=True, metavar="KEY", help="One more witness that must have signed; repeat."
)
@click.pass_obj
def step(service: Service, /, *, folder: Path, matter_id: str, url: str | None, witnesses: tuple[str, ...]) -> None:
    """Do one's turn in a vote: send a part of its key, confirm it, or open the sum after the end. Run it daily."""
    from services.docket.sealed.trustee import Elsewhere, Here
    from services.docket.sealed.trustee import step as take

    house = Here(matter=matter_id, store=service.store) if url is None else Elsewhere(matter=matter_id, url=url)
    click.echo(say(take(folder, house, witnesses=witnesses)))


@trustee.command("appoint")
@click.argument("name")
@click.argument("key")
@by_two
@click.pass_obj
def appoint(service: Service, /, *, name: str, key: str, by: str | None, confirmed_by: str | None) -> None:
    """Appoint a trustee by the public key that their tool printed; the log says so, and who answers for it."""
    from services.docket.office_acts import ask_trustee
    from services.docket.sealed.ceremonies import appoint_trustee

    if not agree(service.store, (by, confirmed_by), lambda who: ask_trustee(name, key, who, service.store)):
        appoint_trustee(name, key, service.store)
    click.echo(t("{name} is a trustee.", name=name))
