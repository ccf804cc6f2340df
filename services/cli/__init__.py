"""The command line: ``geopolity NOUN VERB``. Data goes to stdout, progress to stderr.

Exit status: 0 done, 1 the answer is no, 2 the request is wrong (or something unexpected happened;
its details are in the log). A person never sees a traceback.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence

import click

from geopolity.errors import GeopolityError
from services.acting import OPERATOR, acting
from services.bootstrap import bootstrap
from services.cli.on_demand import OnDemand
from services.cli.words import say
from services.clock import now
from services.extras import missing_extra
from services.settings import Settings, read_settings

YOUNG = 100_000
"""New objects after which rubbish is looked for; with Python's own 700, a fifth of a short command goes into that."""
COMMANDS = OnDemand(
    {
        "alternatives": "deriving.alternatives",
        "assembly": "institutions.assemblies",
        "citizen": "institutions.citizens",
        "completion": "doctor",
        "credential": "institutions.credential",
        "curve": "deriving.derivations",
        "db": "database",
        "demo": "demo",
        "derive": "deriving.derivations",
        "docket": "institutions.docket",
        "doctor": "doctor",
        "issue": "catalogue",
        "key": "keys",
        "layer": "catalogue",
        "log": "institutions.publiclog",
        "lookup": "lookup",
        "matter": "institutions.matters",
        "notices": "institutions.notices",
        "places": "places",
        "polity": "polities",
        "profile": "deriving.profile",
        "publish": "publishing",
        "remedy": "institutions.votes",
        "review": "institutions.votes",
        "roll": "institutions.citizens",
        "serve": "serve",
        "shapes": "deriving.shapes",
        "simulate": "society",
        "tiles": "publishing",
        "trustee": "institutions.trustee",
        "verify": "deriving.derivations",
        "vote": "institutions.votes",
        "watch": "deriving.watch",
        "witness": "institutions.witness",
        "worker": "worker",
    }
)
"""In which module of this room each command stands."""


@click.group(
    name="geopolity",
    commands=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.pass_context
def geopolity(context: click.Context) -> None:
    """From an issue's impact footprint to the smallest region that holds most of the people affected."""
    context.obj = service = bootstrap()
    context.with_resource(acting(OPERATOR))  # until the command is done
    os.environ.setdefault("NUMBA_CACHE_DIR", str(service.settings.kernel_cache))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its status."""
    gc.set_threshold(YOUNG)
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
    if isinstance(error, ModuleNotFoundError):
        error = missing_extra(error) or error
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
