"""The command line: ``geopolity NOUN VERB``. Data goes to stdout, progress to stderr.

Exit status: 0 done, 1 the answer is no, 2 the request is wrong (or something unexpected happened;
its details are in the log). A person never sees a traceback.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from geopolity.errors import GeopolityError
from services.acting import act_as_operator
from services.bootstrap import bootstrap
from services.cli.alternatives import alternatives
from services.cli.catalogue import issue, layer
from services.cli.database import db
from services.cli.demo import demo
from services.cli.derivations import curve, derive, verify
from services.cli.doctor import completion, doctor
from services.cli.institutions.assemblies import assembly
from services.cli.institutions.citizens import citizen, roll
from services.cli.institutions.credential import credential
from services.cli.institutions.docket import docket
from services.cli.institutions.matters import matter
from services.cli.institutions.notices import notices
from services.cli.institutions.publiclog import log
from services.cli.institutions.trustee import trustee
from services.cli.institutions.votes import remedy, review, vote
from services.cli.institutions.witness import witness
from services.cli.keys import key
from services.cli.lookup import lookup
from services.cli.places import places
from services.cli.polities import polity
from services.cli.profile import profile
from services.cli.publishing import publish, tiles
from services.cli.serve import serve
from services.cli.society import simulate
from services.cli.words import say
from services.cli.worker import worker
from services.clock import now
from services.settings import Settings, read_settings


@click.group(name="geopolity", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def geopolity(context: click.Context) -> None:
    """From an issue's impact footprint to the smallest region that holds most of the people affected."""
    context.obj = service = bootstrap()
    act_as_operator()
    os.environ.setdefault("NUMBA_CACHE_DIR", str(service.settings.kernel_cache))


for command in (
    derive,
    verify,
    curve,
    alternatives,
    profile,
    layer,
    issue,
    demo,
    simulate,
    polity,
    lookup,
    places,
    assembly,
    roll,
    citizen,
    credential,
    db,
    log,
    witness,
    trustee,
    matter,
    vote,
    remedy,
    review,
    docket,
    notices,
    tiles,
    publish,
    serve,
    worker,
    key,
    doctor,
    completion,
):
    geopolity.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its status."""
    sys.exit(_status(arguments))


def _status(arguments: Sequence[str] | None) -> int:
    try:
        return int(geopolity.main(args=arguments, prog_name="geopolity", standalone_mode=False) or 0)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a person is answered with a sentence, always
        sentence, status = _answer(error)
        click.echo(sentence, err=True)
        return status


def _answer(error: BaseException) -> tuple[str, int]:
    match error:
        case GeopolityError():
            return say(error), error.exit_status
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message(), 2
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "geopolity"
            return f"{error.format_message()} `{command} --help` explains the options.", 2
        case click.ClickException():
            return error.format_message(), 2
        case click.Abort() | KeyboardInterrupt():
            return "Stopped.", 130
    return f"Something unexpected happened ({type(error).__name__}: {_first_line(error)}); {_log(read_settings())}", 2


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else "no message"


def _log(settings: Settings) -> str:
    try:
        settings.error_log.parent.mkdir(parents=True, exist_ok=True)
        with settings.error_log.open("a", encoding="utf-8") as log:
            log.write(f"{now()} {' '.join(sys.argv)}\n{traceback.format_exc()}\n")
    except OSError as error:
        return f"its details could not be written to {settings.error_log} ({error.strerror})."
    return f"its details are in {settings.error_log}."
