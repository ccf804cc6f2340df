"""What is installed, what is missing, and the one command for it."""

from __future__ import annotations

import click

from services.bootstrap import Service
from services.cli.options import json_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import t


@click.command()
@json_option
@click.pass_obj
def doctor(service: Service, /, *, as_json: bool) -> None:
    """Say what is installed and what is missing, with the one command for it; exit with 1 if something needed is."""
    from services.checkup import examine

    findings = examine(service)
    if as_json:
        click.echo(as_json_text(findings))
    else:
        states = {True: t("is there"), False: t("is missing")}
        rows: list[list[Cell]] = [[one.part, states[one.is_there], t(one.use), one.remedy] for one in findings]
        click.echo(table([t("Part"), "", t("For"), t("Command")], rows, text_columns=4))
    if any(one.is_needed and not one.is_there for one in findings):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, /, *, shell: str) -> None:
    """Print what makes a shell complete commands: `source <(geopolity completion bash)` goes into ~/.bashrc."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "geopolity", "_GEOPOLITY_COMPLETE").source())
