"""Commands for people: register, yearly consent, moving, erasing, and the roll of a polity."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.institutions.acts import agree, by_two, signed_in, signed_option
from services.cli.options import json_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import t

if TYPE_CHECKING:
    from services.storage.store import Store

id_argument = click.argument("citizen_id", metavar="ID")
unit_option = click.option("--unit", required=True, metavar="ID", help="Unit where the person lives.")
layer_option = click.option("--layer", metavar="NAME", help="Layer of the unit (default: the base layer).")
date_option = click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="As of the end of this day, UTC.")


@click.group()
def citizen() -> None:
    """Register people and keep their yearly consent; no name and no address is kept."""


@citizen.command("register")
@click.option("--unit", metavar="ID", help="Unit where the person lives.")
@click.option("--minor", is_flag=True, help="Below the minimum age: a resident until registered as of age.")
@click.option(
    "--stratum", "answers", multiple=True, metavar="KEY=VALUE", help="An answer by which the lot is balanced."
)
@click.option("--file", "source", type=click.Path(path_type=Path), help="Instead: a CSV or Parquet file of people.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="With --file: where the new ids go (CSV).")
@click.option("--batch", metavar="NAME", default="", help="With --file: rows of an equal file are other people.")
@click.option("--synthetic", is_flag=True, help="Mark them as made up, for demonstrations.")
@layer_option
@click.pass_obj
def register(service: Service, /, *, unit: str | None, source: Path | None, **said: Any) -> None:
    """Register a person, or a file of them (columns unit_id, of_age, consent, and any strata)."""
    from services.assemblies import citizens
    from services.storage.people.citizens import Newcomer

    if (unit is None) == (source is None):
        raise click.UsageError("Give --unit for one person, or --file for many.")
    if source is not None:
        _register_file(service.store, source, said)
        return
    pairs = [answer.partition("=") for answer in said["answers"]]
    if any(not (mark and key and value) for key, mark, value in pairs):
        raise click.UsageError("Give --stratum as KEY=VALUE, for example --stratum age=30-44.")
    newcomer = Newcomer(
        unit_id=str(unit),
        is_of_age=not said["minor"],
        is_synthetic=said["synthetic"],
        stratum={key: value for key, _, value in pairs},
    )
    click.echo(citizens.register_citizen(newcomer, service.store, said["layer"]))
    click.echo(t("Keep this id: it is the only name the store knows."), err=True)


@citizen.command("consent")
@id_argument
@signed_option
@click.pass_obj
def give_consent(service: Service, /, *, citizen_id: str, signed_file: Path | None) -> None:
    """Give consent for one year; nothing renews it but doing so again. Without --signed it is an act without a key."""
    from services.assemblies import citizens, consents

    signed, store = signed_in(signed_file), service.store
    until = (
        citizens.give_consent(citizen_id, store)
        if signed is None
        else consents.consent(citizen_id, signed, store, is_own=False).until
    )
    click.echo(t("A citizen until {until:moment}.", until=until))


@citizen.command("statement")
@id_argument
@click.argument("kind", type=click.Choice(["consent", "withdrawal"]))
@click.option("--key", required=True, metavar="HEX", help="Public half of the person's key.")
@click.pass_obj
def statement(service: Service, /, *, citizen_id: str, kind: str, key: str) -> None:
    """Print the text that a person signs, to be handed to `geopolity credential sign`."""
    from services.assemblies import consents

    written = consents.consent_statement if kind == "consent" else consents.withdrawal_statement
    click.echo(written(citizen_id, key, service.store), nl=False)


@citizen.command("withdraw")
@id_argument
@signed_option
@by_two
@click.pass_obj
def withdraw_consent(service: Service, /, *, citizen_id: str, signed_file: Path | None, **said: str | None) -> None:
    """End consent now: who holds a key signs it, or two persons of the office answer for it."""
    from services.assemblies import citizens, consents
    from services.docket import office_acts

    store, signed, names = service.store, signed_in(signed_file), (said["by"], said["confirmed_by"])
    if signed is not None:
        consents.withdraw(citizen_id, signed, store)
    elif not agree(store, names, lambda who: office_acts.ask_withdrawal(citizen_id, who, store)):
        with office_acts.at_machine(office_acts.WITHDRAW, office_acts.citizen(citizen_id), store) as here:
            citizens.withdraw_consent(citizen_id, here)
    click.echo(t("A resident from now on."))


@citizen.command("move")
@id_argument
@unit_option
@layer_option
@by_two
@click.pass_obj
def move(service: Service, /, *, citizen_id: str, unit: str, layer: str | None, **said: str | None) -> None:
    """Give a person another home; of who holds a key two persons do it."""
    from services.assemblies import citizens
    from services.docket import office_acts

    store, names = service.store, (said["by"], said["confirmed_by"])
    if not agree(store, names, lambda who: office_acts.ask_move(citizen_id, unit, who, store, layer)):
        with office_acts.at_machine(office_acts.MOVE, office_acts.citizen(citizen_id), store) as here:
            citizens.move_citizen(citizen_id, unit, here, layer)
    click.echo(t("At home in {unit} from now on.", unit=unit))


@citizen.command("show")
@id_argument
@date_option
@click.pass_obj
def show(service: Service, /, *, citizen_id: str, date: datetime | None) -> None:
    """Show a person's standing, polities, entitlements and obligations, as JSON."""
    from services.assemblies import citizens

    click.echo(as_json_text(citizens.show_citizen(citizen_id, service.store, _day(date))))


@citizen.command("erase")
@id_argument
@by_two
@click.pass_obj
def erase(service: Service, /, *, citizen_id: str, by: str | None, confirmed_by: str | None) -> None:
    """Forget a person; past draws still verify. Of who holds a key two persons do it."""
    from services.assemblies import citizens
    from services.docket import office_acts

    store = service.store
    if not agree(store, (by, confirmed_by), lambda who: office_acts.ask_erasure(citizen_id, who, store)):
        with office_acts.at_machine(office_acts.ERASE, office_acts.citizen(citizen_id), store) as here:
            citizens.erase_citizen(citizen_id, here)
    click.echo(t("Erased: home, strata and consent are gone."))


@citizen.command("carry")
@click.option("--from", "former", required=True, metavar="LAYER", help="Layer or digest that people are at home on.")
@click.option("--to", metavar="LAYER", help="Layer to carry them to (default: the base layer).")
@click.pass_obj
def carry(service: Service, /, *, former: str, to: str | None) -> None:
    """Carry all homes to another vintage of a layer; uncertain ones are listed for review."""
    from geopolity.layers.crosswalk import CERTAIN
    from services.assemblies import citizens

    moved = citizens.carry_homes(former, service.store, to=to)
    unsure = moved[moved["share"] < CERTAIN]
    rows = [[home, target, 100 * share, people] for home, target, share, people in unsure.itertuples()]
    if rows:
        click.echo(table([t("Former home"), t("New home"), t("Lies there %"), t("People")], rows, text_columns=2))
    carried, left = int(moved["citizens"].sum()), int(unsure["citizens"].sum())
    click.echo(t("Carried {people:count} people; {left:count} to review.", people=carried, left=left))


@citizen.command("review")
@json_option
@click.pass_obj
def review(service: Service, /, *, as_json: bool) -> None:
    """List people whose home was carried and may be wrong."""
    from services.assemblies import citizens

    records = citizens.homes_to_review(service.store)
    if as_json:
        click.echo(as_json_text(records))
        return
    rows: list[list[Cell]] = [[one.id, one.home, 100 * (one.share or 0)] for one in records]
    click.echo(
        table([t("Citizen"), t("Home"), t("Lies there %")], rows, text_columns=2) if rows else t("Nobody to review.")
    )


@click.command()
@click.argument("polity_id", metavar="ID")
@date_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="CSV file for the whole roll.")
@json_option
@click.pass_obj
def roll(service: Service, /, *, polity_id: str, date: datetime | None, out: Path | None, as_json: bool) -> None:
    """Count the people at home in a polity, or write them all."""
    import csv

    from boundaries.tables.formulas import defused_text
    from services.assemblies import citizens

    counts = {"citizens": 0, "residents": 0}
    entries = citizens.polity_roll(polity_id, service.store, _day(date))
    with click.open_file(str(out) if out else "-", "w", encoding="utf-8", lazy=True) as file:
        writer = csv.writer(file, lineterminator="\n")
        if out:
            writer.writerow(["citizen_id", "home", "standing", "stratum"])
        for entry in entries:
            word = "citizen" if entry.is_citizen else "resident"
            counts[f"{word}s"] += 1
            if out:
                writer.writerow([defused_text(it) for it in (entry.citizen_id, entry.home, word, entry.stratum)])
    record = {"id": polity_id} | counts | ({"file": str(out)} if out else {})
    if as_json:
        click.echo(as_json_text(record))
        return
    click.echo(t("{polity}: {citizens:count} citizens and {residents:count} residents.", polity=polity_id, **counts))
    if out:
        click.echo(t("Open {file}", file=out))


def _register_file(store: Store, source: Path, said: dict[str, Any]) -> None:
    from boundaries.tables.formulas import defused
    from services.assemblies import citizens

    out: Path | None = said["out"]
    if out is None:
        raise click.UsageError("--file needs --out FILE.csv for the new ids: the store knows no other name.")
    how = {"is_synthetic": said["synthetic"], "batch": said["batch"]}
    done = citizens.register_file(source, store, said["layer"], **how)
    lines = "".join(f"{row},{citizen_id}\n" for row, citizen_id in done.ids.items())
    out.write_text(f"row,citizen_id\n{lines}", encoding="utf-8")
    click.echo(t("Registered {people:count} people; their ids are in {file}.", people=len(done.ids), file=out))
    if done.known:
        known = t(
            "{people:count} of them were registered from this very file before, and keep their ids; --batch NAME makes "
            "its rows other people.",
            people=done.known,
        )
        click.echo(known, err=True)
    if len(done.rejects):
        rejects = out.with_suffix(".rejects.csv")
        defused(done.rejects).to_csv(rejects)
        left_out = t("Left out {rows:count} rows; the reasons are in {file}.", rows=len(done.rejects), file=rejects)
        click.echo(left_out, err=True)


def _day(date: datetime | None) -> str | None:
    return date.date().isoformat() if date else None
