"""Commands for the life of a polity."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.options import json_option, within_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.progress import ProgressBar
from services.cli.words import noop, spoken_texts, t

if TYPE_CHECKING:
    from services.storage.polities.versions import Version

HEADER = [
    *(noop("Polity"), noop("Status"), noop("Since"), noop("Version")),
    *(noop("Units"), noop("People"), noop("Inside %")),
]
EMPTY = noop("The store holds no polity yet; `./run demo` derives six and loads them.")
DAYS = 30

id_argument = click.argument("polity_id", metavar="ID")
by_option = click.option("--by", required=True, metavar="NAME", help="Who does it; kept in the store, not in the log.")
text_option = click.option("--text", required=True, help="The reason, in words; the log holds only its commitment.")


@click.group()
def polity() -> None:
    """Polities in the store, in all their versions."""


@polity.command("list")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Only what was active at the end of this day, UTC.")
@json_option
@click.pass_obj
def list_polities(service: Service, /, *, date: datetime | None, as_json: bool) -> None:
    """List the polities."""
    from services.polities import shown

    versions = shown.list_polities(service.store, date.date().isoformat() if date else None)
    if as_json:
        click.echo(as_json_text([one.as_json() for one in versions]))
        return
    rows: list[list[Cell]] = [
        [one.id, one.status, (one.valid_from or "–")[:10], one.version, one.units, one.population, 100 * one.coverage]
        for one in versions
    ]
    click.echo(table([t(word) for word in HEADER], rows, text_columns=3) if rows else t(EMPTY))


@polity.command("show")
@id_argument
@click.option("--version", type=click.IntRange(min=1), help="Another version than the active one.")
@click.option("--geojson", is_flag=True, help="The unsimplified boundary, instead of the figures.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write, instead of printing.")
@click.pass_obj
def show_polity(service: Service, /, *, polity_id: str, version: int | None, geojson: bool, out: Path | None) -> None:
    """Show one polity: figures and objections, or the boundary."""
    from services.polities.shown import show_polity

    shown = show_polity(polity_id, service.store, version)
    text = shown.boundary.rstrip("\n") if geojson else as_json_text(shown.as_json())
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
        click.echo(t("Wrote {file}", file=out), err=True)


@polity.command("draft")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@by_option
@click.pass_obj
def draft_polity(service: Service, /, *, folder: Path, by: str) -> None:
    """Keep a derivation folder as the next version, as a draft."""
    from services.polities import lifecycle

    version = lifecycle.draft_polity(folder, service.store, by=by)
    click.echo(
        t(
            "Kept {version} as a draft; `geopolity polity propose {polity}` opens it to objections.",
            version=_named(version),
            polity=version.id,
        )
    )


@polity.command("propose")
@click.argument("source", metavar="DIR|ID")
@by_option
@click.option(
    "--days", type=click.IntRange(min=14), default=DAYS, show_default=True, help="How long it is open to objections."
)
@click.pass_obj
def propose_polity(service: Service, /, *, source: str, by: str, days: int) -> None:
    """Open a derivation folder, or a draft, to objections."""
    from services.polities import lifecycle

    version = lifecycle.propose_polity(source, service.store, by=by, days=days)
    click.echo(
        t(
            "Proposed {version}; it is open to objections until {until:moment}.",
            version=_named(version),
            until=version.open_until,
        )
    )


@polity.command("object")
@id_argument
@by_option
@text_option
@click.pass_obj
def object_to_polity(service: Service, /, *, polity_id: str, by: str, text: str) -> None:
    """Object to an open proposal."""
    from services.polities import lifecycle

    number = lifecycle.object_to_polity(polity_id, service.store, by=by, text=text)
    click.echo(
        t(
            "Recorded objection {number} to {polity}; it must be answered before the proposal can be activated.",
            number=number,
            polity=polity_id,
        )
    )


@polity.command("answer")
@click.argument("number", metavar="OBJECTION", type=int)
@by_option
@text_option
@click.pass_obj
def answer_objection(service: Service, /, *, number: int, by: str, text: str) -> None:
    """Answer an objection."""
    from services.polities import lifecycle

    lifecycle.answer_objection(number, service.store, by=by, text=text)
    click.echo(t("Answered objection {number}.", number=number))


@polity.command("activate")
@id_argument
@by_option
@click.pass_obj
def activate_polity(service: Service, /, *, polity_id: str, by: str) -> None:
    """Make the proposed version the active one."""
    from services.polities import lifecycle

    version = lifecycle.activate_polity(polity_id, service.store, by=by)
    click.echo(t("Activated {version}, valid since {since:moment}.", version=_named(version), since=version.valid_from))


@polity.command("withdraw")
@id_argument
@click.pass_obj
def withdraw_polity(service: Service, /, *, polity_id: str) -> None:
    """Give up a draft or a proposal."""
    from services.polities import lifecycle

    click.echo(t("Withdrew {version}.", version=_named(lifecycle.withdraw_polity(polity_id, service.store))))


@polity.command("explain")
@id_argument
@click.option("--version", type=click.IntRange(min=1), help="Which version (default: the one in force).")
@within_option
@click.pass_obj
def explain_polity(service: Service, /, *, polity_id: str, version: int | None, within: float) -> None:
    """Work out why each unit is in: what the polity would be without it. Its page and look-ups say so from then on."""
    from maps.reports.exchange import summary_words
    from services.derivation.alternatives import Question
    from services.derivation.exchanges import exchanges_of
    from services.polities.explained import explain_polity as use_case

    question = Question(within=within, count=1)
    with ProgressBar() as bar:
        answer = use_case(polity_id, service.store, question, version=version, on_progress=bar)
    click.echo(summary_words(exchanges_of(answer), spoken_texts()))


@polity.command("retire")
@id_argument
@click.pass_obj
def retire_polity(service: Service, /, *, polity_id: str) -> None:
    """End the validity of an active polity."""
    from services.polities import lifecycle

    click.echo(t("Retired {version}.", version=_named(lifecycle.retire_polity(polity_id, service.store))))


@polity.command("diff")
@id_argument
@click.option("--from", "before", type=click.IntRange(min=1), help="Earlier version (default: the one before).")
@click.option("--to", "after", type=click.IntRange(min=1), help="Later version (default: the latest).")
@json_option
@click.pass_obj
def polity_diff(service: Service, /, *, polity_id: str, before: int | None, after: int | None, as_json: bool) -> None:
    """Say which units joined and left between two versions."""
    from services.polities import lifecycle

    if (before is None) != (after is None):
        raise click.UsageError("--from and --to go together; give both, or neither for the last two versions.")
    pair = None if before is None or after is None else (before, after)
    changes = lifecycle.polity_diff(polity_id, service.store, pair)
    if as_json:
        click.echo(as_json_text(json.loads(changes.reset_index().to_json(orient="records"))))
        return
    rows = [[row.change, unit_id, row.name_, row.population] for unit_id, row in _rows(changes)]
    click.echo(
        table([t("Change"), t("Unit"), t("Name"), t("People")], rows, text_columns=3)
        if rows
        else t("No unit changed sides.")
    )


@polity.command("relations")
@id_argument
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="As of the end of this day, UTC.")
@click.pass_obj
def polity_relations(service: Service, /, *, polity_id: str, date: datetime | None) -> None:
    """Say how the other active polities lie to one, as JSON: covers, covered, overlaps, touches, children."""
    from services.polities import relations

    click.echo(
        as_json_text(relations.polity_relations(polity_id, service.store, date.date().isoformat() if date else None))
    )


@polity.command("overlaps")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="As of the end of this day, UTC.")
@json_option
@click.pass_obj
def polity_overlaps(service: Service, /, *, date: datetime | None, as_json: bool) -> None:
    """Say how many people each two active polities share."""
    from services.polities import relations

    matrices = relations.overlap_matrix(service.store, date.date().isoformat() if date else None)
    if as_json:
        click.echo(as_json_text({layer: matrix.to_dict() for layer, matrix in matrices.items()}))
        return
    for layer, matrix in matrices.items():
        numbers = [f"({number})" for number in range(1, len(matrix) + 1)]
        rows = [[f"{n} {name}", *map(round, row)] for n, (name, row) in zip(numbers, matrix.iterrows(), strict=True)]
        click.echo(f"{t('People in both, on {layer}:', layer=layer)}\n\n{table([t('Polity'), *numbers], rows)}")
    if not matrices:
        click.echo(t(EMPTY))


def _rows(changes: Any) -> Any:
    renamed = changes.rename(columns={"name": "name_"})
    return zip(renamed.index, renamed.itertuples(index=False), strict=True)


def _named(version: Version) -> str:
    """``river, version 2``."""
    return t("{polity}, version {number}", polity=version.id, number=version.version)
