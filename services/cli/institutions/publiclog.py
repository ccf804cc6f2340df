"""Commands of the public log: export, verify, import."""

from __future__ import annotations

from pathlib import Path

import click

from services.bootstrap import Service
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import noop, t


@click.group()
def log() -> None:
    """Export, verify and take over the public log of every act."""


@log.command("export")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder to write.")
@click.pass_obj
def export_log(service: Service, /, *, out: Path) -> None:
    """Write the log with a signed checkpoint and its verifier."""
    from services.publiclog.export import export_log as export

    click.echo(t("Wrote {entries:count} entries to {file}.", entries=export(out, service.store), file=out))


@log.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--key", metavar="HEX", help="The log's key as you got it from elsewhere (default: what DIR says).")
@click.option(
    "--witness", "witnesses", multiple=True, metavar="KEY", help="A witness that must have signed it; repeat."
)
@click.option("--against", type=click.Path(path_type=Path, exists=True), metavar="OLD", help="An older export or note.")
@click.option(
    "--draw", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="BUNDLE",
    help="A draw whose promise the witnesses must have signed before its round was known.",
)  # fmt: skip
def verify_log(
    folder: Path, *, key: str | None, witnesses: tuple[str, ...], against: Path | None, draw: Path | None
) -> None:
    """Check an exported log from its files alone; without --witness, two of those that it states must have signed."""
    from services.publiclog.export import verify_export

    click.echo(verify_export(folder, key=key, witnesses=witnesses, against=against, draw=draw))


@log.command("key")
@click.pass_obj
def key(service: Service) -> None:
    """Print the key of this log, as witnesses take it."""
    from services.publiclog.cosigning import log_vkey

    click.echo(log_vkey(service.store))


@log.command("change-key")
@click.option("--lost", is_flag=True, help="The old key is lost, and cannot sign that another follows it.")
@click.pass_obj
def change_key(service: Service, /, *, lost: bool) -> None:
    """Sign the log with a new key from now on, and print it; the old one signs that, and is removed."""
    from services.publiclog.keys import change_key as change

    click.echo(change(service.store, lost=lost).vkey)
    click.echo(
        t("Publish this key, and hand it to the witnesses: `geopolity witness follow DIR KEY --instead`."), err=True
    )


@log.command("office")
@click.argument("name")
@click.pass_obj
def office(service: Service, /, *, name: str) -> None:
    """Print the pseudonym under which somebody in office stands in the log's lines."""
    from services.acting import pseudonym_of
    from services.publiclog.keys import office_secret, signing_key

    home = service.store.home
    click.echo(pseudonym_of(name, office_secret(home)))
    before = pseudonym_of(name, signing_key(home).private_bytes_raw())
    click.echo(t("In lines that were written before this secret was its own: {pseudonym}.", pseudonym=before), err=True)


@log.command("witnesses")
@click.option("--add", "vkey", metavar="KEY", help="Take a witness in, by the key that it printed.")
@click.option("--url", metavar="URL", help="Where that witness answers.")
@click.option("--remove", "name", metavar="NAME", help="Ask a witness no more.")
@click.pass_obj
def witnesses(service: Service, /, *, vkey: str | None, url: str | None, name: str | None) -> None:
    """List the witnesses of the log with how far each has signed; take one in, or let one go."""
    from services.publiclog import cosigning

    if vkey is not None:
        cosigning.add_witness(vkey, url or "", service.store)
    if name is not None:
        cosigning.remove_witness(name, service.store)
    rows: list[list[Cell]] = [[it.name, it.size, it.url] for it in cosigning.list_witnesses(service.store)]
    click.echo(table([t("Witness"), t("Signed lines"), t("Address")], rows) if rows else t("No witness."))


@log.command("cosign")
@click.option(
    "--note", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="Take instead what a witness signed by itself (`witness pull --out FILE`).",
)  # fmt: skip
@click.pass_obj
def cosign(service: Service, /, *, note: Path | None) -> None:
    """Sign the log and have every witness sign it; exits 1 if one did not. Run it daily, and before a draw."""
    from services.publiclog.cosigning import collect, take_note

    if note is not None:
        taken = take_note(note.read_text(encoding="utf-8"), service.store)
        click.echo(
            t("Signed by {witnesses:list}.", witnesses=taken) if taken else t("No witness of this log signed it.")
        )
        raise SystemExit(0 if taken else 1)
    asked = collect(service.store)
    for one in asked:
        sentence = noop("{name} signed {size:count} lines.") if one.signed else noop("{name} did not sign: {answer}")
        click.echo(t(sentence, name=one.witness, size=one.size, answer=one.answer))
    if not asked or not all(one.signed for one in asked):
        raise SystemExit(1)


@log.command("prove")
@click.argument("index", type=click.IntRange(min=0))
@click.option("--since", type=click.IntRange(min=1), help="Also show that the log only grew since it had this size.")
@click.pass_obj
def prove(service: Service, /, *, index: int, since: int | None) -> None:
    """Print an entry with the proof that it is in the log, as JSON (RFC 6962 hashes in hexadecimal)."""
    from services.publiclog.export import prove_entry

    click.echo(as_json_text(prove_entry(index, service.store, since=since)))


@log.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_obj
def import_log(service: Service, /, *, folder: Path) -> None:
    """Verify an exported log and take it over into a store that has none."""
    from services.publiclog.export import import_log as take_over

    click.echo(
        t("Took over {entries:count} entries from {folder}.", entries=take_over(folder, service.store), folder=folder)
    )
