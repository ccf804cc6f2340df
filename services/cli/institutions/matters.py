"""Commands for laws before assemblies: petitions, hearings, evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from services.bootstrap import Service
from services.cli.institutions.acts import agree, by_two, link_option, secret_in, signed_in, signed_option
from services.cli.options import json_option
from services.cli.printing import as_json_text, table
from services.cli.words import t

if TYPE_CHECKING:
    from geopolity.docket.matter import Matter

Day = click.DateTime(["%Y-%m-%d"])
id_argument = click.argument("matter_id", metavar="MATTER")
until_option = click.option("--until", type=Day, required=True, help="First day on which it may end.")


@click.group()
def matter() -> None:
    """Laws before assemblies: petitions, hearings, evidence."""


@matter.command("file")
@click.option(
    "--polity", "polity_id", required=True, metavar="ID", help="Polity of the issue; root for what concerns everyone."
)
@click.option("--law", required=True, metavar="NAME", help="Name of the law: small letters, digits, hyphens.")
@click.option("--title", required=True, help="What it is about, in a few words.")
@click.option("--harm", required=True, help="Who is harmed and how; the log holds a commitment to it.")
@click.option(
    "--petitioner",
    type=click.Choice(["resident", "citizen", "delegate", "civil servant", "review timer"]),
    default="resident",
    show_default=True,
    help="Who raises it.",
)
@click.option("--text", "text_file", type=click.Path(path_type=Path), help="File with the law's text, if it is new.")
@click.pass_obj
def file_matter(service: Service, /, *, text_file: Path | None, **said: str) -> None:
    """Raise a harm: file a petition against a law."""
    from services.docket import petitions

    text = None if text_file is None else petitions.read_text(text_file)
    matter_id = petitions.file_matter(petitions.Petition(text=text, **said), service.store)
    click.echo(t("Filed {matter}; `geopolity matter admit {matter}` puts it on the docket.", matter=matter_id))


@matter.command("admit")
@id_argument
@click.pass_obj
def admit(service: Service, /, *, matter_id: str) -> None:
    """Admit a petition by the admission rule."""
    from services.docket import petitions

    click.echo(_is(matter_id, petitions.admit(matter_id, service.store)))


@matter.command("reject")
@id_argument
@click.option("--text", required=True, help="The reason, in words; the log holds only its commitment.")
@click.pass_obj
def reject(service: Service, /, *, matter_id: str, text: str) -> None:
    """Reject a petition."""
    from services.docket import petitions

    click.echo(_is(matter_id, petitions.reject(matter_id, service.store, reason=text)))


def _hold(step: Callable[..., object], service: Service, matter_id: str, until: date) -> None:
    step(matter_id, service.store, until=until)
    click.echo(t("{matter} is heard until {day:day}.", matter=matter_id, day=until))


@matter.command("hear")
@id_argument
@until_option
@click.pass_obj
def hear(service: Service, /, *, matter_id: str, until: datetime) -> None:
    """Open a hearing."""
    from services.docket import hearings

    _hold(hearings.hear, service, matter_id, until.date())


@matter.command("extend")
@id_argument
@until_option
@click.pass_obj
def extend(service: Service, /, *, matter_id: str, until: datetime) -> None:
    """Put off the end of a hearing, to two years from its opening at most."""
    from services.docket import hearings

    _hold(hearings.extend, service, matter_id, until.date())


@matter.command("shorten")
@id_argument
@until_option
@click.pass_obj
def shorten(service: Service, /, *, matter_id: str, until: datetime) -> None:
    """Bring the end of a hearing forward, with a week's notice."""
    from services.docket import hearings

    _hold(hearings.shorten, service, matter_id, until.date())


@matter.command("brief")
@id_argument
@click.option("--text", required=True, help="The matter in plain words.")
@click.pass_obj
def brief(service: Service, /, *, matter_id: str, text: str) -> None:
    """Write the brief in plain words."""
    from services.docket import hearings

    hearings.brief(matter_id, service.store, text=text)
    click.echo(t("Kept the brief."))


@matter.command("evidence")
@id_argument
@click.option("--by", required=True, metavar="NAME", help="Who brings it.")
@click.option("--text", required=True, help="Summary in plain words.")
@click.option("--file", "source", type=click.Path(path_type=Path), help="The evidence itself, at most 20 MB.")
@click.option("--link", metavar="ADDRESS", help="Where it is published.")
@click.pass_obj
def evidence(service: Service, /, *, matter_id: str, source: Path | None, **said: str) -> None:
    """Add evidence to an open hearing."""
    from services.docket import hearings

    given = hearings.Evidence(author=said["by"], summary=said["text"], file=source, link=said["link"])
    digest = hearings.add_evidence(matter_id, given, service.store)
    click.echo(t("Kept the evidence, SHA-256 {digest}." if digest else "Kept the evidence.", digest=digest))


@matter.command("testify")
@id_argument
@click.option("--by", required=True, metavar="NAME", help="Who speaks.")
@click.option("--text", required=True, help="What they say.")
@click.pass_obj
def testify(service: Service, /, *, matter_id: str, by: str, text: str) -> None:
    """Add testimony to an open hearing."""
    from services.docket import hearings

    hearings.add_testimony(matter_id, service.store, by=by, text=text)
    click.echo(t("Kept the testimony."))


@matter.command("recuse")
@id_argument
@link_option
@signed_option
@click.pass_obj
def recuse(service: Service, /, *, matter_id: str, link_file: TextIO, signed_file: Path | None) -> None:
    """Take no part in one matter: a delegate, with their own one-time sign-in link, which it uses up."""
    from services.docket import hearings

    delegate = hearings.recuse_by_link(matter_id, secret_in(link_file), service.store, signed=signed_in(signed_file))
    click.echo(t("{delegate} takes no part in {matter}.", delegate=delegate, matter=matter_id))


@matter.command("ready")
@id_argument
@click.pass_obj
def ready(service: Service, /, *, matter_id: str) -> None:
    """Close the hearing: electorate and law are frozen."""
    from services.docket import hearings

    after = hearings.ready(matter_id, service.store)
    number = len(after.electorate or ())
    click.echo(t("{matter} is ready: {number} delegates may vote.", matter=matter_id, number=number))


@matter.command("stay")
@id_argument
@click.option("--text", required=True, help="The reason, in words.")
@by_two
@click.pass_obj
def stay(service: Service, /, *, matter_id: str, text: str, by: str | None, confirmed_by: str | None) -> None:
    """Stay a matter, unless its vote is open."""
    from services.docket import matters
    from services.docket.office_acts import ask_stay

    if not agree(service.store, (by, confirmed_by), lambda who: ask_stay(matter_id, who, service.store, reason=text)):
        matters.stay(matter_id, service.store, reason=text)
    click.echo(t("{matter} is stayed; `geopolity matter resume {matter}` takes it up again.", matter=matter_id))


@matter.command("resume")
@id_argument
@click.option("--polity", "polity_id", metavar="ID", help="Polity that it is routed to, if another.")
@by_two
@click.pass_obj
def resume(service: Service, /, *, matter_id: str, polity_id: str | None, **said: str | None) -> None:
    """Take a stayed matter up again, with a new electorate; elsewhere, two persons answer for it."""
    from services.docket import matters
    from services.docket.office_acts import ask_routing

    store, names, there = service.store, (said["by"], said["confirmed_by"]), polity_id or ""
    if there and agree(store, names, lambda who: ask_routing(matter_id, there, who, store)):
        after = matters.matter_of(matter_id, store)
    else:
        after = matters.resume(matter_id, store, polity_id=polity_id)
    click.echo(_is(matter_id, after))


@matter.command("list")
@click.option("--polity", "polity_id", metavar="ID", help="Only those before this polity's assembly.")
@json_option
@click.pass_obj
def list_matters(service: Service, /, *, polity_id: str | None, as_json: bool) -> None:
    """List the matters."""
    from services.docket import matters

    records = matters.list_matters(service.store, polity_id)
    if as_json:
        click.echo(as_json_text(records))
        return
    rows = [[r.matter_id, r.state, r.title, r.review_at or "–"] for r in records]
    click.echo(
        table([t("Matter"), t("State"), t("Title"), t("Review")], rows, text_columns=4)
        if rows
        else t("The docket is empty.")
    )


@matter.command("show")
@id_argument
@click.option("--language", default="en", show_default=True, help="Language of the question: de, en, es, fr, pt.")
@click.pass_obj
def show_matter(service: Service, /, *, matter_id: str, language: str) -> None:
    """Show all that may be read before voting, as JSON."""
    from services.docket import matters

    click.echo(as_json_text(matters.show_matter(matter_id, service.store, language=language)))


def _is(matter_id: str, after: Matter) -> str:
    """What became of a matter."""
    return t("{matter} is {state:state}.", matter=matter_id, state=str(after.state))
