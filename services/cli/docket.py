"""Commands for clerks, delegates and civil servants: matters, votes, remedies, reviews, housekeeping."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from services.cli.options import json_option
from services.cli.table import table
from services.settings import Settings

Day = click.DateTime(["%Y-%m-%d"])
id_argument = click.argument("matter_id", metavar="MATTER")
polity_argument = click.argument("polity_id", metavar="POLITY")
until_option = click.option("--until", type=Day, required=True, help="First day on which it may end.")
delegate_option = click.option("--delegate", required=True, metavar="PSEUDONYM", help="The delegate's pseudonym.")


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
def file_matter(settings: Settings, /, *, text_file: Path | None, **said: str) -> None:
    """Raise a harm: file a petition against a law."""
    from services.usecases import docket

    text = None if text_file is None else docket.read_text(text_file)
    matter_id = docket.file_matter(docket.Petition(text=text, **said), settings)
    click.echo(f"Filed {matter_id}; `geopolity matter admit {matter_id}` puts it on the docket.")


@matter.command("admit")
@id_argument
@click.pass_obj
def admit(settings: Settings, /, *, matter_id: str) -> None:
    """Admit a petition by the admission rule."""
    from services.usecases import docket

    click.echo(f"{matter_id} is {docket.admit(matter_id, settings).state}.")


@matter.command("reject")
@id_argument
@click.option("--text", required=True, help="The reason, in words; the log holds only its commitment.")
@click.pass_obj
def reject(settings: Settings, /, *, matter_id: str, text: str) -> None:
    """Reject a petition."""
    from services.usecases import docket

    click.echo(f"{matter_id} is {docket.reject(matter_id, settings, reason=text).state}.")


@matter.command("hear")
@id_argument
@until_option
@click.pass_obj
def hear(settings: Settings, /, *, matter_id: str, until: datetime) -> None:
    """Open a hearing."""
    from services.usecases import docket

    docket.hear(matter_id, settings, until=until.date())
    click.echo(f"{matter_id} is heard until {until.date()}.")


@matter.command("extend")
@id_argument
@until_option
@click.pass_obj
def extend(settings: Settings, /, *, matter_id: str, until: datetime) -> None:
    """Put off the end of a hearing."""
    from services.usecases import docket

    docket.extend(matter_id, settings, until=until.date())
    click.echo(f"{matter_id} is heard until {until.date()}.")


@matter.command("brief")
@id_argument
@click.option("--text", required=True, help="The matter in plain words.")
@click.pass_obj
def brief(settings: Settings, /, *, matter_id: str, text: str) -> None:
    """Write the brief in plain words."""
    from services.usecases import docket

    docket.brief(matter_id, settings, text=text)
    click.echo("Kept the brief.")


@matter.command("evidence")
@id_argument
@click.option("--by", required=True, metavar="NAME", help="Who brings it.")
@click.option("--text", required=True, help="Summary in plain words.")
@click.option("--file", "source", type=click.Path(path_type=Path), help="The evidence itself, at most 20 MB.")
@click.option("--link", metavar="ADDRESS", help="Where it is published.")
@click.pass_obj
def evidence(settings: Settings, /, *, matter_id: str, source: Path | None, **said: str) -> None:
    """Add evidence to an open hearing."""
    from services.usecases import docket

    given = docket.Evidence(author=said["by"], summary=said["text"], file=source, link=said["link"])
    digest = docket.add_evidence(matter_id, given, settings)
    click.echo(f"Kept the evidence{f', SHA-256 {digest}' if digest else ''}.")


@matter.command("testify")
@id_argument
@click.option("--by", required=True, metavar="NAME", help="Who speaks.")
@click.option("--text", required=True, help="What they say.")
@click.pass_obj
def testify(settings: Settings, /, *, matter_id: str, by: str, text: str) -> None:
    """Add testimony to an open hearing."""
    from services.usecases import docket

    docket.add_testimony(matter_id, settings, by=by, text=text)
    click.echo("Kept the testimony.")


@matter.command("recuse")
@id_argument
@delegate_option
@click.pass_obj
def recuse(settings: Settings, /, *, matter_id: str, delegate: str) -> None:
    """Take a delegate out of one matter."""
    from services.usecases import docket

    docket.recuse(matter_id, delegate, settings)
    click.echo(f"{delegate} takes no part in {matter_id}.")


@matter.command("ready")
@id_argument
@click.pass_obj
def ready(settings: Settings, /, *, matter_id: str) -> None:
    """Close the hearing: electorate and law are frozen."""
    from services.usecases import docket

    after = docket.ready(matter_id, settings)
    click.echo(f"{matter_id} is ready: {len(after.electorate or ())} delegates may vote.")


@matter.command("stay")
@id_argument
@click.option("--text", required=True, help="The reason, in words.")
@click.pass_obj
def stay(settings: Settings, /, *, matter_id: str, text: str) -> None:
    """Stay a matter; an open vote is void."""
    from services.usecases import docket

    docket.stay(matter_id, settings, reason=text)
    click.echo(f"{matter_id} is stayed; `geopolity matter resume {matter_id}` takes it up again.")


@matter.command("resume")
@id_argument
@click.option("--polity", "polity_id", metavar="ID", help="Polity that it is routed to, if another.")
@click.pass_obj
def resume(settings: Settings, /, *, matter_id: str, polity_id: str | None) -> None:
    """Take a stayed matter up again, with a new electorate."""
    from services.usecases import docket

    click.echo(f"{matter_id} is {docket.resume(matter_id, settings, polity_id=polity_id).state}.")


@matter.command("list")
@click.option("--polity", "polity_id", metavar="ID", help="Only those before this polity's assembly.")
@json_option
@click.pass_obj
def list_matters(settings: Settings, /, *, polity_id: str | None, as_json: bool) -> None:
    """List the matters."""
    from services.usecases import docket

    records = docket.list_matters(settings, polity_id)
    if as_json:
        click.echo(_json(records))
        return
    rows = [[r["matter_id"], r["state"], r["title"], r["review_at"] or "–"] for r in records]
    click.echo(table(["Matter", "State", "Title", "Review"], rows, text_columns=4) if rows else "The docket is empty.")


@matter.command("show")
@id_argument
@click.option("--language", default="en", show_default=True, help="Language of the question: de, en, es, fr, pt.")
@click.pass_obj
def show_matter(settings: Settings, /, *, matter_id: str, language: str) -> None:
    """Show all that may be read before voting, as JSON."""
    from services.usecases import docket

    click.echo(_json(docket.show_matter(matter_id, settings, language=language)))


@click.group()
def vote() -> None:
    """Ask the delegates the one question: does the law allow for harm."""


@vote.command("open")
@id_argument
@click.pass_obj
def open_vote(settings: Settings, /, *, matter_id: str) -> None:
    """Open the vote of a matter that is ready."""
    from services.usecases import docket

    click.echo(f"Vote {docket.open_vote(matter_id, settings)} is open.")


@vote.command("cast")
@id_argument
@delegate_option
@click.option("--choice", required=True, metavar="yes|no|abstain", help="Does the law allow for harm?")
@click.option("--nonce", metavar="WORD", help="Your own secret for the tracker, 8 characters or more.")
@click.pass_obj
def cast(settings: Settings, /, *, matter_id: str, delegate: str, choice: str, nonce: str | None) -> None:
    """Cast a ballot; prints the receipt, as JSON."""
    from services.usecases import docket

    click.echo(_json(docket.cast(matter_id, delegate, choice, settings, nonce=nonce)))
    click.echo("Keep this receipt: after the close, the tracker finds your ballot in the list.", err=True)


@vote.command("close")
@id_argument
@click.option("--review-at", type=Day, help="Day of the review if no harm is found (default: in six years).")
@json_option
@click.pass_obj
def close_vote(settings: Settings, /, *, matter_id: str, review_at: datetime | None, as_json: bool) -> None:
    """Close the vote, count and publish."""
    from services.usecases import docket

    record = docket.close_vote(matter_id, settings, review_at=_day(review_at))
    click.echo(_json(record) if as_json else _counted(record))


@vote.command("result")
@id_argument
@json_option
@click.pass_obj
def vote_result(settings: Settings, /, *, matter_id: str, as_json: bool) -> None:
    """Show the result of a closed vote."""
    from services.usecases import docket

    record = docket.vote_result(matter_id, settings)
    click.echo(_json(record) if as_json else _counted(record))


@click.group()
def remedy() -> None:
    """Propose what ends a declared harm, and put it into force."""


@remedy.command("propose")
@id_argument
@click.option("--by", required=True, metavar="NAME", help="Civil servant who answers for it.")
@click.option("--effect", required=True, help="What it changes for those affected.")
@click.option("--cost", required=True, help="What it costs, and who pays.")
@click.option("--alternative", "alternatives", multiple=True, help="What else was weighed, and why not; repeat.")
@click.option("--law", "law_file", type=click.Path(path_type=Path), help="File with the law as amended.")
@click.option("--repeal", is_flag=True, help="The remedy is to end the law.")
@click.pass_obj
def propose(settings: Settings, /, *, matter_id: str, law_file: Path | None, repeal: bool, **said: Any) -> None:
    """Propose a remedy: effect, cost, alternatives, and the law as amended."""
    from geopolity.docket.remedy import Remedy
    from services.usecases import docket

    text = "" if law_file is None else docket.read_text(law_file)
    author, alternatives = said["by"], tuple(said["alternatives"])
    proposal = Remedy(
        author=author, effect=said["effect"], cost=said["cost"], alternatives=alternatives, law=text, repeals=repeal
    )
    docket.propose_remedy(matter_id, proposal, settings)
    click.echo(f"Proposed; `geopolity matter hear {matter_id}` opens the hearing on it.")


@remedy.command("enact")
@id_argument
@click.option("--review-at", type=Day, help="Day of the review (default: in six years).")
@click.option("--sunset-at", type=Day, help="Last day of the law, if it has one.")
@click.pass_obj
def enact(settings: Settings, /, *, matter_id: str, review_at: datetime | None, sunset_at: datetime | None) -> None:
    """Put an approved remedy into force."""
    from services.usecases import docket

    after = docket.enact(matter_id, settings, review_at=_day(review_at), sunset_at=_day(sunset_at))
    click.echo(f"{matter_id} is {after.state}; it is reviewed on {after.review_at}.")


@click.group()
def review() -> None:
    """Decisions that come back to their assembly."""


@review.command("due")
@click.option("--date", type=Day, help="Due by this day (default: today).")
@json_option
@click.pass_obj
def due(settings: Settings, /, *, date: datetime | None, as_json: bool) -> None:
    """List the decisions whose review is due."""
    from services.usecases.due import reviews_due

    records = reviews_due(settings, by=_day(date))
    if as_json:
        click.echo(_json(records))
        return
    rows = [[r["matter_id"], r["state"], r["title"], r["review_at"]] for r in records]
    click.echo(table(["Matter", "State", "Title", "Review"], rows, text_columns=4) if rows else "No review is due.")


@review.command("begin")
@id_argument
@click.pass_obj
def begin(settings: Settings, /, *, matter_id: str) -> None:
    """Begin a review that is due."""
    from services.usecases import docket

    click.echo(f"{matter_id} is in {docket.begin_review(matter_id, settings).state}.")


@click.group()
def docket() -> None:
    """Housekeeping of the assemblies: what is due, who is called, when they meet, who owes what."""


@docket.command("run")
@json_option
@click.pass_obj
def run(settings: Settings, /, *, as_json: bool) -> None:
    """Do everything that is due: reviews, laws that end, seats that fall vacant. Run it daily."""
    from dataclasses import asdict

    from services.usecases.due import run_due

    done = run_due(settings)
    if as_json:
        click.echo(_json(asdict(done)))
        return
    click.echo(
        f"{len(done.reviews)} reviews begun, {len(done.sunsets)} laws ended, {len(done.stayed)} matters stayed, "
        f"{len(done.seats)} seats looked after."
    )


@docket.command("summon")
@polity_argument
@click.pass_obj
def summon(settings: Settings, /, *, polity_id: str) -> None:
    """Call everybody who was seated and not called yet."""
    from services.usecases import service

    click.echo(f"Called {service.send_summonses(polity_id, settings)} delegates of {polity_id}.")


@docket.command("accept")
@polity_argument
@delegate_option
@click.pass_obj
def accept(settings: Settings, /, *, polity_id: str, delegate: str) -> None:
    """Answer a summons: the seat is taken."""
    from services.usecases import service

    service.accept_summons(polity_id, delegate, settings)
    click.echo(f"{delegate} takes the seat.")


@docket.command("excuse")
@polity_argument
@delegate_option
@click.option("--ground", required=True, help="From the closed list; a wrong one prints it.")
@click.option("--grant/--refuse", "is_granted", default=True, show_default=True, help="The decision.")
@click.pass_obj
def excuse(settings: Settings, /, *, polity_id: str, delegate: str, ground: str, is_granted: bool) -> None:
    """Decide an excuse, or the appeal against a refusal."""
    from services.usecases import service

    after = service.excuse(polity_id, delegate, ground, settings, is_granted=is_granted)
    appeal = "" if is_granted or after.is_final else "; an appeal is decided by the same command"
    click.echo(f"{delegate}: {after.answer}{appeal}.")


@docket.command("defer")
@polity_argument
@delegate_option
@click.option("--ground", required=True, help="Hardship from the closed list; a wrong one prints it.")
@until_option
@click.pass_obj
def defer(settings: Settings, /, *, polity_id: str, delegate: str, ground: str, until: datetime) -> None:
    """Put a delegate's service off, once and for a year at most."""
    from services.usecases import service

    service.defer(polity_id, delegate, ground, settings, until=until.date())
    click.echo(f"{delegate} is deferred until {until.date()}; the alternate takes the seat.")


@docket.command("silent")
@polity_argument
@click.pass_obj
def silent(settings: Settings, /, *, polity_id: str) -> None:
    """Replace those who let the time to answer pass."""
    from services.usecases import service

    click.echo(f"Replaced {len(service.mark_silent(polity_id, settings))} delegates of {polity_id}.")


@docket.command("session")
@polity_argument
@click.option("--date", type=Day, required=True, help="Day on which the assembly meets.")
@click.pass_obj
def session(settings: Settings, /, *, polity_id: str, date: datetime) -> None:
    """Set a day of session, within what the members can bear."""
    from services.usecases import service

    held = service.schedule(polity_id, date.date(), settings)
    click.echo(f"{polity_id} meets on {date.date()}; {len(held)} sessions are set.")


@docket.command("load")
@json_option
@click.pass_obj
def load(settings: Settings, /, *, as_json: bool) -> None:
    """Report how often each assembly met in a year, and when it must meet next."""
    from services.usecases import service

    records = service.load_report(settings)
    if as_json:
        click.echo(_json(records))
        return
    rows = [[r["polity"], r["days_in_year"], r["most"], r["next_by"]] for r in records]
    header = ["Assembly", "Days in a year", "At most", "Next by"]
    click.echo(table(header, rows) if rows else "No assembly sits.")


@docket.command("obligations")
@polity_argument
@json_option
@click.pass_obj
def obligations(settings: Settings, /, *, polity_id: str, as_json: bool) -> None:
    """Say who is taxed for the polity's common ground, and who is in its lottery."""
    from services.usecases import service

    found = service.obligations(polity_id, settings)
    record = {"polity": polity_id, "taxed": found.taxed, "in_lottery": found.in_lottery, "residents": found.residents}
    click.echo(
        _json(record)
        if as_json
        else f"{polity_id}: {found.taxed:,} people are taxed for its common ground; "
        f"{found.in_lottery:,} citizens among them are in the lottery."
    )


def _counted(record: dict[str, Any]) -> str:
    if record["outcome"] == "void":
        return f"{record['vote']} is void; nothing was counted."
    votes = f"{record['yes']} yes, {record['no']} no, {record['abstain']} abstained, of {record['electorate']}"
    return f"{record['vote']}: {record['outcome']} ({votes})."


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _json(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False, default=str)
