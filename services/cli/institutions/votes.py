"""Commands that ask the one question, and carry its answer: votes, remedies, reviews."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from services.bootstrap import Service
from services.cli.institutions.acts import link_option, secret_in, signed_in, signed_option
from services.cli.institutions.sealed import COMMANDS
from services.cli.institutions.trustee import trustee
from services.cli.options import json_option
from services.cli.printing import as_json_text, table
from services.cli.words import t

if TYPE_CHECKING:
    from services.docket.decisions import VoteResult

Day = click.DateTime(["%Y-%m-%d"])
id_argument = click.argument("matter_id", metavar="MATTER")


@click.group()
def vote() -> None:
    """Ask the delegates the one question: does the law allow for harm."""


for one in COMMANDS:
    vote.add_command(one)
vote.add_command(trustee)


@vote.command("open")
@id_argument
@click.option("--days", type=int, help="Days that it lasts (default: the least, 3 or GEOPOLITY_VOTE_DAYS).")
@click.pass_obj
def open_vote(service: Service, /, *, matter_id: str, days: int | None) -> None:
    """Open the vote of a matter that is ready."""
    from services.docket import decisions

    click.echo(t("Vote {vote} is open.", vote=decisions.open_vote(matter_id, service.store, days=days)))


@vote.command("cast")
@id_argument
@link_option
@signed_option
@click.option("--choice", required=True, metavar="yes|no|abstain", help="Does the law allow for harm?")
@click.option("--nonce", metavar="WORD", help="Your own secret for the tracker, 8 characters or more.")
@click.pass_obj
def cast(service: Service, /, *, matter_id: str, link_file: TextIO, choice: str, **said: Any) -> None:
    """Cast a ballot with your own one-time sign-in link, which it uses up; prints the receipt, as JSON."""
    from services.docket import decisions

    own = {"nonce": said["nonce"], "signed": signed_in(said["signed_file"])}
    receipt = decisions.cast_by_link(matter_id, secret_in(link_file), choice, service.store, **own)
    click.echo(as_json_text(receipt))
    click.echo(t("Keep this receipt: after the close, the tracker finds your ballot in the list."), err=True)


@vote.command("close")
@id_argument
@click.option("--review-at", type=Day, help="Day of the review if no harm is found (default: in six years).")
@json_option
@click.pass_obj
def close_vote(service: Service, /, *, matter_id: str, review_at: datetime | None, as_json: bool) -> None:
    """Close the vote, count and publish."""
    from services.docket import decisions

    record = decisions.close_vote(matter_id, service.store, review_at=_day(review_at))
    click.echo(as_json_text(record) if as_json else _counted(record))


@vote.command("result")
@id_argument
@json_option
@click.pass_obj
def vote_result(service: Service, /, *, matter_id: str, as_json: bool) -> None:
    """Show the result of a closed vote."""
    from services.docket import decisions

    record = decisions.vote_result(matter_id, service.store)
    click.echo(as_json_text(record) if as_json else _counted(record))


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
def propose(service: Service, /, *, matter_id: str, law_file: Path | None, repeal: bool, **said: Any) -> None:
    """Propose a remedy: effect, cost, alternatives, and the law as amended."""
    from geopolity.docket.remedy import Remedy
    from services.docket import decisions, petitions

    text = "" if law_file is None else petitions.read_text(law_file)
    author, alternatives = said["by"], tuple(said["alternatives"])
    proposal = Remedy(
        author=author, effect=said["effect"], cost=said["cost"], alternatives=alternatives, law=text, repeals=repeal
    )
    decisions.propose_remedy(matter_id, proposal, service.store)
    click.echo(t("Proposed; `geopolity matter hear {matter}` opens the hearing on it.", matter=matter_id))


@remedy.command("enact")
@id_argument
@click.option("--review-at", type=Day, help="Day of the review (default: in six years).")
@click.option("--sunset-at", type=Day, help="Last day of the law, if it has one.")
@click.pass_obj
def enact(service: Service, /, *, matter_id: str, review_at: datetime | None, sunset_at: datetime | None) -> None:
    """Put an approved remedy into force."""
    from services.docket import decisions

    after = decisions.enact(matter_id, service.store, review_at=_day(review_at), sunset_at=_day(sunset_at))
    click.echo(
        t(
            "{matter} is {state:state}; it is reviewed on {day:day}.",
            matter=matter_id,
            state=str(after.state),
            day=after.review_at,
        )
    )


@click.group()
def review() -> None:
    """Decisions that come back to their assembly."""


@review.command("due")
@click.option("--date", type=Day, help="Due by this day (default: today).")
@json_option
@click.pass_obj
def due(service: Service, /, *, date: datetime | None, as_json: bool) -> None:
    """List the decisions whose review is due."""
    from services.docket.due import reviews_due

    records = reviews_due(service.store, by=_day(date))
    if as_json:
        click.echo(as_json_text(records))
        return
    rows = [[r.matter_id, r.state, r.title, r.review_at] for r in records]
    click.echo(
        table([t("Matter"), t("State"), t("Title"), t("Review")], rows, text_columns=4)
        if rows
        else t("No review is due.")
    )


@review.command("begin")
@id_argument
@click.pass_obj
def begin(service: Service, /, *, matter_id: str) -> None:
    """Begin a review that is due."""
    from services.docket import matters

    state = str(matters.begin_review(matter_id, service.store).state)
    click.echo(t("{matter} is in {state:state}.", matter=matter_id, state=state))


def _counted(result: VoteResult) -> str:
    if result.waits_for_trustees:
        return t("{vote} is closed, and waits for its trustees to open the sum.", vote=result.vote)
    if result.outcome == "void":
        return t("{vote} is void; nothing was counted.", vote=result.vote)
    if result.yes is None:
        return t(
            "{vote}: {outcome:outcome} ({voted} of {electorate} voted, {quorum} were needed); the sums would tell who "
            "chose what, so nobody is told.",
            vote=result.vote,
            outcome=result.outcome,
            voted=len(result.voted),
            electorate=result.electorate,
            quorum=result.quorum,
        )
    return t(
        "{vote}: {outcome:outcome} ({yes} yes, {no} no, {abstain} abstained, of {electorate}).",
        vote=result.vote,
        outcome=result.outcome,
        yes=result.yes,
        no=result.no,
        abstain=result.abstain,
        electorate=result.electorate,
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
