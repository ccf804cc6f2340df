"""What people are told: hand mails over, see what waits, print letters."""

from __future__ import annotations

from pathlib import Path

import click

from services.bootstrap import Service
from services.cli.options import json_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import spoken, t, term


@click.group()
def notices() -> None:
    """What people are told, by mail and by letter."""


@notices.command("send")
@json_option
@click.pass_obj
def send(service: Service, /, *, as_json: bool) -> None:
    """Queue what is due and hand waiting mails to the server of GEOPOLITY_SMTP_URL; the service does so by itself."""
    from services.telling.sending import post_of, run_telling

    done = run_telling(service.store, post_of(service.settings))
    if as_json:
        click.echo(as_json_text(done))
        return
    known = {"told": done.told, "sent": done.sent, "failed": done.failed}
    click.echo(t("{told:count} new; {sent:count} mails sent, {failed:count} not taken.", **known))


@notices.command("letters")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Print those that wait into one PDF.")
@json_option
@click.pass_obj
def letters(service: Service, /, *, out: Path | None, as_json: bool) -> None:
    """List the letters that wait to be printed; with --out, print them, a page each, and mark them as printed."""
    from services.telling.letters import letters_waiting, mark_printed, print_letters

    waiting = letters_waiting(service.store)
    if out is not None and waiting:
        pdf, numbers = print_letters(service.store, root=service.settings.public_url or "", language=spoken())
        out.write_bytes(pdf)
        mark_printed(numbers, service.store)
    if as_json:
        click.echo(as_json_text(waiting))
        return
    rows: list[list[Cell]] = [[one.number, term("notice", one.kind), one.citizen, one.made_at[:10]] for one in waiting]
    click.echo(table([t("Letter"), t("What"), t("To"), t("Since")], rows) if rows else t("No letter waits."))
    if out is not None and rows:
        click.echo(t("Open {file}", file=str(out)))
