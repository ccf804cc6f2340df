"""The command that watches a feed of events, and lets what is new wait for a person."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geopolity.errors import GeopolityError
from services.bootstrap import Service
from services.cli.options import (
    HOW_OPTIONS,
    WHAT_OPTIONS,
    coverage_option,
    json_option,
    language_option,
    options,
    request,
)
from services.cli.printing import as_json_text
from services.cli.words import percent, say, t

if TYPE_CHECKING:
    from services.derivation.requests.request import Request
    from services.derivation.watching import Seen


@click.command()
@click.argument("feed", metavar="FOLDER|URL")
@options(*WHAT_OPTIONS, coverage_option, *HOW_OPTIONS)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where folders are written.")
@click.option("--by", metavar="NAME", help="Keep each version as a draft too, under this name.")
@click.option("--every", type=click.FloatRange(min=1), metavar="SECONDS", help="Look again and again (default: once).")
@language_option
@json_option
@click.pass_obj
def watch(  # noqa: PLR0913 - one parameter an option
    service: Service,
    /,
    *,
    feed: str,
    out: Path,
    by: str | None,
    every: float | None,
    as_json: bool,
    language: str,
    **values: Any,
) -> None:
    """Watch a folder, or an address of this machine, where ShakeMap, NHC, KML or CAP files of events arrive.

    A new version of an event's footprint becomes a derivation beside the last, with what changed. --issue names whose
    layer, question and settings it takes; its own footprint is replaced. Nothing is published: a person proposes.
    """
    from services.derivation.watching import Watch, look

    home = service.settings.home
    known = Watch(
        out=out,
        home=home,
        make=lambda file: _request(values, file, home),
        asked=_fingerprint(values, home),
        keep=None if by is None else _keeper(service, by),
        language=language,
    )
    told: set[str] = set()
    _tell(look(feed, known), told, as_json=as_json)
    while every is not None:
        threading.Event().wait(every)
        try:
            _tell(look(feed, replace(known, asked=_fingerprint(values, home))), told, as_json=as_json)
        except GeopolityError as error:  # such as a server that is down for a minute
            click.echo(say(error), err=True)


def _tell(found: Iterable[Seen], told: set[str], *, as_json: bool) -> None:
    """Print what a look came to; what still fails, as was said before, is not said again."""
    for seen in found:
        line = as_json_text(seen.as_json()) if as_json else _told(seen)
        if seen.folder or line not in told:
            click.echo(line)
        told.add(line)


def _fingerprint(values: dict[str, Any], home: Path) -> str:
    """Digest of how requests are made: the options, the files that they name, the layers and issues that are kept."""
    held = [one for value in values.values() for one in (value if isinstance(value, tuple) else (value,)) if one]
    named = sorted(file for one in held if (file := Path(str(one))).is_file())
    kept = sorted(file for room in ("layers", "issues") for file in (home / room).glob("*"))
    states = [(str(file), (found := file.stat()).st_size, found.st_mtime_ns) for file in (*named, *kept)]
    return hashlib.sha256(repr((sorted(values.items()), states)).encode("utf-8", "replace")).hexdigest()


def _request(values: dict[str, Any], file: Path, home: Path) -> Request:
    """A request for a file, with the settings of the issue that is named."""
    name = values["issue_name"]
    asked = request(values | {"issue_name": None, "footprints": (str(file),)}, home)
    if name is None:
        return asked
    known = request(values | {"footprints": (), **dict.fromkeys(_ABOUT_FOOTPRINTS), "footprint_where": ()}, home)
    return replace(known, issue=replace(known.issue, footprint=asked.issue.footprint), options=asked.options)


_ABOUT_FOOTPRINTS = ("mix", "buffer_km", "decay", "weight_column", "levels", "low", "high", "codes")


def _keeper(service: Service, by: str) -> Any:
    from services.polities import lifecycle

    def keep(folder: Path) -> str:
        version = lifecycle.draft_polity(folder, service.store, by=by)
        return t(
            "Kept {version} as a draft; `geopolity polity propose {polity}` opens it to objections.",
            version=f"{version.id} {version.version}",
            polity=version.id,
        )

    return keep


def _told(seen: Seen) -> str:
    from services.derivation.watching import printable

    said = printable(say(seen.said))
    if not seen.event:
        return t("{file}: {said}", file=seen.file, said=said)
    if not seen.folder:
        return t("{event} ({file}): {said}", event=seen.event, file=seen.file, said=said)
    figures = seen.figures
    first = t(
        "{event}, version {version} ({file}): {units:count} units and {people:count} people, gap {gap}; {joined:count} "
        "units joined, {left:count} left. It waits in {folder} for a person who proposes it.",
        event=seen.event,
        version=seen.version,
        file=seen.file,
        units=figures["units"],
        people=figures["population"],
        gap=percent(figures["gap"], 2),
        joined=figures.get("units_joined", figures["units"]),
        left=figures.get("units_left", 0),
        folder=seen.folder,
    )
    return "\n".join(part for part in (first, said) if part)
