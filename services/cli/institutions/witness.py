"""Commands of a witness: anybody's, on a machine that the operator of the log does not have."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.words import t

folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.group()
def witness() -> None:
    """Watch a public log: sign that it only grows, and nothing that contradicts it."""


@witness.command("new")
@folder_argument
@click.option("--name", required=True, metavar="NAME", help="Its name, such as witness.example.org/ann.")
def new(folder: Path, *, name: str) -> None:
    """Make a witness with a key of its own; prints what the log and verifiers know it by."""
    from services.publiclog.witness import new_witness

    click.echo(new_witness(folder, name).verifier.vkey)


@witness.command("follow")
@folder_argument
@click.argument("vkey", metavar="KEY")
@click.option("--instead", is_flag=True, help="The log changed its key: check its export, then take this one.")
def follow(folder: Path, vkey: str, *, instead: bool) -> None:
    """Follow a log from now on; its operator's `log key` prints its key."""
    from services.publiclog.witness import Witness

    click.echo(t("Follows {log}.", log=Witness(folder).follow(vkey, instead=instead).name))


@witness.command("pull")
@folder_argument
@click.argument("source")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write the signed checkpoint to.")
@click.option("--hand-in", is_flag=True, help="Hand the signature to the service at SOURCE.")
def pull(folder: Path, source: str, *, out: Path | None, hand_in: bool) -> None:
    """Fetch a log from SOURCE (a folder or an address) and sign it if it only grew; exits 1 if not. Run it daily."""
    from services.publiclog import pulling
    from services.publiclog.witness import Witness

    note = pulling.pull(Witness(folder), source)
    if out is not None:
        out.write_text(note, encoding="utf-8")
    else:
        click.echo(note, nl=False)
    if hand_in:
        pulling.hand_in(note, source)


@witness.command("serve")
@folder_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
def serve(folder: Path, *, host: str, port: int) -> None:
    """Answer the log until told to stop (C2SP tlog-witness: add-checkpoint)."""
    from services.publiclog.witness import Witness, serving

    server = serving(Witness(folder), host, port)
    click.echo(
        t(
            "{name} answers at {address}.",
            name=Witness(folder).name,
            address="http://{}:{}".format(*server.server_address[:2]),
        )
    )
    server.serve_forever()
