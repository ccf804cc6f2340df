"""Commands for the house of an assembly: what is due, who is called, when they meet, who owes what."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from services.bootstrap import Service
from services.cli.institutions.acts import agree, by_two, link_option, secret_in, signed_in, signed_option
from services.cli.options import json_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import noop, t

Day = click.DateTime(["%Y-%m-%d"])
polity_argument = click.argument("polity_id", metavar="POLITY")
until_option = click.option("--until", type=Day, required=True, help="First day on which it may end.")
delegate_option = click.option("--delegate", required=True, metavar="PSEUDONYM", help="The delegate's pseudonym.")


@click.group()
def docket() -> None:
    """Housekeeping of the assemblies: what is due, who is called, when they meet, who owes what."""


@docket.command("run")
@json_option
@click.pass_obj
def run(service: Service, /, *, as_json: bool) -> None:
    """Do everything that is due: votes and laws that end, reviews, seats that fall vacant. Run it daily."""
    from services.docket.due import run_due

    done = run_due(service.store)
    if as_json:
        click.echo(as_json_text(done))
        return
    counts = {
        "votes": len(done.votes),
        "reviews": len(done.reviews),
        "laws": len(done.sunsets),
        "matters": len(done.stayed),
    }
    sentence = noop(
        "{votes} votes closed, {reviews} reviews begun, {laws} laws ended, {matters} matters stayed, {seats} seats "
        "looked after."
    )
    click.echo(t(sentence, **counts, seats=len(done.seats)))


@docket.command("summon")
@polity_argument
@click.pass_obj
def summon(service: Service, /, *, polity_id: str) -> None:
    """Call everybody who was seated and not called yet."""
    from services.assemblies import jury_duty

    called = jury_duty.send_summonses(polity_id, service.store)
    click.echo(t("Called {number} delegates of {polity}.", number=called, polity=polity_id))


@docket.command("accept")
@polity_argument
@link_option
@signed_option
@click.pass_obj
def accept(service: Service, /, *, polity_id: str, link_file: TextIO, signed_file: Path | None) -> None:
    """Answer a summons: a delegate takes the seat, with their own one-time sign-in link, which it uses up."""
    from services.assemblies import jury_duty

    delegate = jury_duty.accept_by_link(polity_id, secret_in(link_file), service.store, signed=signed_in(signed_file))
    click.echo(t("{delegate} takes the seat.", delegate=delegate))


@docket.command("excuse")
@polity_argument
@delegate_option
@click.option("--ground", required=True, help="From the closed list; a wrong one prints it.")
@click.option("--grant/--refuse", "is_granted", default=True, show_default=True, help="The decision.")
@by_two
@click.pass_obj
def excuse(service: Service, /, *, polity_id: str, delegate: str, ground: str, is_granted: bool, **said: Any) -> None:
    """Decide an excuse that nobody asked for here, or the appeal; of who holds a key two persons grant it."""
    from services.assemblies import jury_duty
    from services.docket import office_acts

    names = (said["by"], said["confirmed_by"])
    if is_granted and agree(
        service.store, names, lambda who: office_acts.ask_excuse(polity_id, delegate, ground, who, service.store)
    ):
        click.echo(t("{delegate}: {answer:answer}.", delegate=delegate, answer="excused"))
        return
    alone = office_acts.at_machine(office_acts.EXCUSE, office_acts.delegate(polity_id, delegate), service.store)
    with alone if is_granted else nullcontext(service.store) as here:
        after = jury_duty.excuse(polity_id, delegate, ground, here, is_granted=is_granted)
    sentence = (
        noop("{delegate}: {answer:answer}.")
        if is_granted or after.is_final
        else noop("{delegate}: {answer:answer}; an appeal is decided by the same command.")
    )
    click.echo(t(sentence, delegate=delegate, answer=after.answer))


@docket.command("ask")
@polity_argument
@link_option
@signed_option
@click.option("--ground", required=True, help="From the closed list; a wrong one prints it.")
@click.option("--text", required=True, help="A few words for the clerk alone.")
@click.pass_obj
def ask(service: Service, /, *, polity_id: str, link_file: TextIO, ground: str, text: str, **said: Any) -> None:
    """Ask the clerk to be excused, or appeal once: a delegate, with their own one-time link, which it uses up."""
    from services.assemblies.excuses import ask_by_link

    own = signed_in(said["signed_file"])
    number = ask_by_link(polity_id, secret_in(link_file), ground, text, service.store, signed=own)
    click.echo(t("Request {number} waits for the clerk; `geopolity docket decide {number}` decides it.", number=number))


@docket.command("requests")
@json_option
@click.pass_obj
def requests(service: Service, /, *, as_json: bool) -> None:
    """List the requests to be excused that wait for a decision."""
    from services.assemblies.excuses import waiting_requests

    records = waiting_requests(service.store)
    if as_json:
        click.echo(as_json_text(records))
        return
    rows: list[list[Cell]] = [[r.request, r.polity, r.delegate, r.ground, r.text] for r in records]
    header = [t("Request"), t("Assembly"), t("Delegate"), t("Ground"), t("In their words")]
    click.echo(table(header, rows) if rows else t("Nobody waits to be excused."))


@docket.command("decide")
@click.argument("number", type=int, metavar="REQUEST")
@click.option("--grant/--refuse", "is_granted", default=True, show_default=True, help="The decision.")
@click.option("--reason", default="", help="What the delegate is told; a refusal needs it.")
@click.pass_obj
def decide(service: Service, /, *, number: int, is_granted: bool, reason: str) -> None:
    """Grant a request to be excused, or refuse it with a reason."""
    from services.assemblies.excuses import decide_request

    after = decide_request(number, service.store, is_granted=is_granted, reason=reason)
    click.echo(t("{delegate}: {answer:answer}.", delegate=after.pseudonym, answer=after.answer))


@docket.command("defer")
@polity_argument
@delegate_option
@click.option("--ground", required=True, help="Hardship from the closed list; a wrong one prints it.")
@until_option
@by_two
@click.pass_obj
def defer(service: Service, /, *, polity_id: str, delegate: str, ground: str, until: datetime, **said: Any) -> None:
    """Put a delegate's service off, once and for a year at most; of who holds a key two persons do it."""
    from services.assemblies import jury_duty
    from services.docket import office_acts

    day, store = until.date(), service.store
    put_off = {"ground": ground, "until": day.isoformat()}
    names = (said["by"], said["confirmed_by"])
    if not agree(store, names, lambda who: office_acts.ask_seat_deferral(polity_id, delegate, put_off, who, store)):
        with office_acts.at_machine(office_acts.PUT_OFF, office_acts.delegate(polity_id, delegate), store) as here:
            jury_duty.defer(polity_id, delegate, ground, here, until=day)
    click.echo(t("{delegate} is deferred until {day:day}; the alternate takes the seat.", delegate=delegate, day=day))


@docket.command("silent")
@polity_argument
@by_two
@click.pass_obj
def silent(service: Service, /, *, polity_id: str, by: str | None, confirmed_by: str | None) -> None:
    """Replace those who let the time to answer pass; who answers for it attests that they were called."""
    from services.assemblies import jury_duty
    from services.docket.assembly_acts import ask_silent

    store = service.store
    gone = jury_duty.who_is_late(polity_id, store)
    if not (gone and agree(store, (by, confirmed_by), lambda who: ask_silent(polity_id, who, store) or 0)):
        gone = jury_duty.mark_silent(polity_id, store)
    click.echo(t("Replaced {number} delegates of {polity}.", number=len(gone), polity=polity_id))


@docket.command("session")
@polity_argument
@click.option("--date", type=Day, required=True, help="Day on which the assembly meets.")
@click.pass_obj
def session(service: Service, /, *, polity_id: str, date: datetime) -> None:
    """Set a day of session, within what the members can bear."""
    from services.assemblies import jury_duty

    held = jury_duty.schedule(polity_id, date.date(), service.store)
    said = {"polity": polity_id, "day": date.date(), "number": len(held)}
    click.echo(t("{polity} meets on {day:day}; {number} sessions are set.", **said))


@docket.command("load")
@json_option
@click.pass_obj
def load(service: Service, /, *, as_json: bool) -> None:
    """Report how often each assembly met in a year, and when it must meet next."""
    from services.assemblies import jury_duty

    records = jury_duty.load_report(service.store)
    if as_json:
        click.echo(as_json_text(records))
        return
    rows: list[list[Cell]] = [[r.polity, r.days_in_year, r.most, r.next_by] for r in records]
    header = [t("Assembly"), t("Days in a year"), t("At most"), t("Next by")]
    click.echo(table(header, rows) if rows else t("No assembly sits."))


@docket.command("obligations")
@polity_argument
@json_option
@click.pass_obj
def obligations(service: Service, /, *, polity_id: str, as_json: bool) -> None:
    """Say who is taxed for the polity's common ground, and who is in its lottery."""
    from services.assemblies import jury_duty

    found = jury_duty.obligations(polity_id, service.store)
    record = {"polity": polity_id, "taxed": found.taxed, "in_lottery": found.in_lottery, "residents": found.residents}
    click.echo(
        as_json_text(record)
        if as_json
        else t(
            "{polity}: {taxed:count} people are taxed for its common ground; {citizens:count} citizens among them are "
            "in the lottery.",
            polity=polity_id,
            taxed=found.taxed,
            citizens=found.in_lottery,
        )
    )
