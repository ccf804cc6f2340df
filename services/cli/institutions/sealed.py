"""Votes that no server reads, by commands: the key, a delegate's own sealed ballot, its check, and the whole vote's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.printing import as_json_text
from services.cli.words import t

if TYPE_CHECKING:
    from services.records import Json

id_argument = click.argument("matter_id", metavar="MATTER")
FilePath = click.Path(path_type=Path, dir_okay=False)


@click.command("prepare")
@id_argument
@click.option(
    "--trustee", "trustees", multiple=True, metavar="NAME", help="Who makes its key (default: the first five)."
)
@click.option("--threshold", type=int, help="How many of them open the sum (default: three of five).")
@click.pass_obj
def prepare(service: Service, /, *, matter_id: str, trustees: tuple[str, ...], threshold: int | None) -> None:
    """Name the trustees who make the key of a matter's next vote; it opens once they are done."""
    from services.docket.sealed.ceremonies import prepare_key

    shown = prepare_key(matter_id, service.store, trustees=trustees, threshold=threshold)
    names = [it["name"] for it in shown.trustees]
    click.echo(
        t(
            "The key of {vote} is made by {names:list}; {least} of them open it.",
            vote=shown.vote,
            names=names,
            least=shown.threshold,
        )
    )


@click.command("key")
@id_argument
@click.pass_obj
def key(service: Service, /, *, matter_id: str) -> None:
    """Print how far the key of a vote is, and what its ballots are bound to, as JSON."""
    from services.docket.sealed.ceremonies import show_key

    click.echo(as_json_text(show_key(matter_id, service.store)))


@click.command("seal")
@click.argument("vote_file", metavar="VOTE", type=FilePath)
@click.argument("key_file", metavar="KEY", type=FilePath)
@click.option("--delegate", required=True, metavar="PSEUDONYM", help="The delegate's pseudonym.")
@click.option("--choice", required=True, metavar="yes|no|abstain", help="Does the law allow for harm?")
@click.option("--out", type=FilePath, required=True, help="File to write: the sealed ballot, signed.")
@click.option(
    "--challenge", is_flag=True, help="Show instead what was sealed, to be checked elsewhere; it is not cast."
)
def seal(vote_file: Path, key_file: Path, *, delegate: str, out: Path, **said: Any) -> None:
    """Encrypt and sign a ballot on the delegate's own machine; VOTE is what `vote key` printed, KEY their own key."""
    from geopolity.assembly.credential import public_half, signed
    from geopolity.ballots.ballot import seal as encrypt
    from geopolity.ballots.group import written
    from services.cli.institutions.credential import secret_of_file
    from services.docket.sealed.casting import ballot_statement, election_of
    from services.docket.sealed.trustee import coin

    head, secret = _head(vote_file), secret_of_file(key_file)
    ballot, hidden = encrypt(election_of(head), public_half(secret), said["choice"], coin)
    record: dict[str, Any] = {"head": head, "ballot": ballot.record()}
    if said["challenge"]:
        record["hidden"] = [written(one) for one in hidden]
    else:
        act = signed(ballot_statement(head, delegate, public_half(secret), ballot.digest), secret)
        record |= {
            "delegate": delegate,
            "act": {"statement": act.statement, "key": act.key, "signature": act.signature},
        }
    out.write_text(json.dumps(record), encoding="utf-8")
    click.echo(ballot.digest)


@click.command("post")
@id_argument
@click.argument("ballot_file", metavar="BALLOT", type=FilePath)
@click.pass_obj
def post(service: Service, /, *, matter_id: str, ballot_file: Path) -> None:
    """Cast a sealed ballot; prints the receipt, as JSON."""
    from geopolity.assembly.credential import Signed
    from geopolity.ballots.ballot import BallotRefused
    from services.docket.sealed.casting import cast_sealed

    record = _read(ballot_file)
    if "hidden" in record or "act" not in record:
        raise BallotRefused("A ballot whose randomness was shown is not cast; seal a new one.")
    receipt = cast_sealed(matter_id, record["delegate"], record["ballot"], Signed(**record["act"]), service.store)
    click.echo(as_json_text(receipt))


@click.command("audit")
@click.argument("challenged_file", metavar="FILE", type=FilePath)
def audit(challenged_file: Path) -> None:
    """Say what a challenged ballot holds: whoever made it lied if that is not what was chosen."""
    from geopolity.ballots.ballot import challenged, read_ballot
    from geopolity.ballots.group import scalar
    from services.docket.sealed.casting import election_of

    record = _read(challenged_file)
    hidden = tuple(scalar(one) for one in record.get("hidden", []))
    word = challenged(read_ballot(record["ballot"]), election_of(record["head"]), hidden)
    click.echo(t("This ballot holds {choice:quoted}.", choice=word))


@click.command("verify")
@click.argument("log", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("vote")
@click.option("--witness", "witnesses", multiple=True, metavar="KEY", help="A witness that must have signed; repeat.")
def verify(log: Path, vote: str, *, witnesses: tuple[str, ...]) -> None:
    """Check a whole vote from an exported log alone: key, ballots, board, sum and outcome."""
    from services.verification import verify_a_vote

    click.echo(verify_a_vote(log, vote, witnesses))


COMMANDS = (prepare, key, seal, post, audit, verify)
"""Commands of ``vote`` that are about sealed votes."""


def _head(file: Path) -> Json:
    from geopolity.ballots.ballot import BallotRefused

    head = _read(file).get("head")
    if not isinstance(head, dict):
        raise BallotRefused(
            "{file} names no open vote; take what `geopolity vote key` prints once it is open.", file=file
        )
    return head


def _read(file: Path) -> Json:
    from geopolity.ballots.ballot import BallotRefused

    try:
        found: Json = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BallotRefused("{file} holds no JSON.", file=file) from error
    return found
