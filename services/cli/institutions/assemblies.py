"""Commands of the lot: plan what can be staffed, freeze a roll, draw, and keep the seats."""

from __future__ import annotations

import shlex
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.assemblies.records import draw_record, plan_record
from services.bootstrap import Service
from services.cli.institutions.acts import agree, by_two
from services.cli.options import Flags, json_option, language_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import noop, t

if TYPE_CHECKING:
    from services.assemblies.held_draw import Held
    from services.assemblies.planning import LotRequest, Planned

SHOWN = 10


def request_options(command: Any) -> Any:
    """Add the options that say which seats are to be drawn."""
    for option in reversed(
        (
            click.option(
                "--polity", "polities", multiple=True, metavar="ID", help="Only this polity; repeat for several."
            ),
            click.option(
                "--strata",
                default="",
                metavar="A,B",
                help="Answers to keep quotas for, coarsest first: region,age,sex.",
            ),
            click.option(
                "--load-cap", type=float, default=0.5, show_default=True, help="Largest load of the default seats."
            ),
            click.option("--seats", type=int, metavar="N", help="Seats of every assembly, instead of the planner's."),
            click.option("--universal", is_flag=True, help="Everybody sits somewhere, in chambers of at most 150."),
            click.option(
                "--unequal", is_flag=True, help="Draw with least deviation where equal chances are impossible."
            ),
        )
    ):
        command = option(command)
    return command


@click.group()
def assembly() -> None:
    """Assemblies by lot: plan, open, draw, and who sits."""


@assembly.command("plan")
@request_options
@click.option(
    "--map", "picture", type=click.Path(path_type=Path, dir_okay=False), help="SVG file: the load of every place."
)
@language_option
@json_option
@click.pass_obj
def plan(service: Service, /, *, picture: Path | None, as_json: bool, language: str, **asked: Any) -> None:
    """Say how many seats the active polities can staff, and who would be asked too much."""
    from services.assemblies.planning import plan_assemblies

    planned = plan_assemblies(_request(asked), service.store)
    if picture is not None:
        from services.assemblies.pictures.loads import load_picture

        picture.write_text(load_picture(planned, service.store, language=language), encoding="utf-8")
    if as_json:
        click.echo(as_json_text(plan_record(planned)))
        return
    click.echo(_plan_text(planned))
    if picture is not None:
        click.echo(t("Open {file}", file=picture))


@assembly.command("open")
@request_options
@click.option(
    "--wait-minutes", type=click.IntRange(min=1), default=60, show_default=True,
    help="Least time until the drand round that is named.",
)  # fmt: skip
@json_option
@click.pass_obj
def open_epoch(service: Service, /, *, wait_minutes: int, as_json: bool, **asked: Any) -> None:
    """Freeze the roll and name the drand round of the draw."""
    from services.assemblies.draws import open_epoch as freeze

    epoch = freeze(_request(asked), service.store, wait=60 * wait_minutes)
    if as_json:
        click.echo(as_json_text(epoch))
        return
    equal = epoch.rule == "equal"
    first = (
        noop("Epoch {epoch} is frozen with equal chances.")
        if equal
        else noop("Epoch {epoch} is frozen with unequal chances.")
    )
    rows = [
        (t("roll root"), epoch.roll_root),
        (t("commitment"), epoch.commitment),
        (t("log"), t("{entries} entries, root {root}", entries=epoch.log_size, root=epoch.log_root)),
    ]
    width = max(11, *(len(label) for label, _ in rows))
    click.echo(t(first, epoch=epoch.epoch))
    click.echo("\n".join(f"  {label:<{width}}  {value}" for label, value in rows))
    click.echo(
        t(
            "Draw with round {round} of quicknet: geopolity assembly draw --randomness FILE --out BUNDLE",
            round=epoch.round,
        )
    )


@assembly.command("lapse")
@click.pass_obj
def lapse(service: Service, /) -> None:
    """Give up the frozen epoch without a draw; the log says so."""
    from services.assemblies.draws import lapse_epoch

    click.echo(t("Epoch {epoch} is given up; nobody was drawn.", epoch=lapse_epoch(service.store).epoch))


@assembly.command("draw")
@click.option(
    "--randomness", type=click.Path(path_type=Path), help="drand's JSON of the announced round: a binding draw."
)
@click.option("--rehearsal", metavar="SEED", help="Rehearse with any seed: all seats anew, and nobody is seated.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder for the bundle.")
@request_options
@language_option
@json_option
@click.pass_obj
def draw(  # noqa: PLR0913 - options of a command
    service: Service,
    /,
    *,
    randomness: Path | None,
    rehearsal: str | None,
    out: Path,
    language: str,
    as_json: bool,
    **asked: Any,
) -> None:
    """Draw all assemblies at once, and write everything a stranger needs to recompute it."""
    from services.assemblies.draws import draw_assemblies, rehearse_assemblies

    if (randomness is None) == (rehearsal is None):
        raise click.UsageError("Give either --randomness FILE (a binding draw) or --rehearsal SEED.")
    request = _request(asked)
    if rehearsal is not None:
        held = rehearse_assemblies(rehearsal, out, request, service.store, language=language)
    else:
        assert randomness is not None
        held = draw_assemblies(randomness, out, service.store, language=language)
    click.echo(as_json_text(draw_record(held)) if as_json else draw_text(held))


@assembly.command("seats")
@click.argument("polity", metavar="[ID]", required=False)
@json_option
@click.pass_obj
def seats(service: Service, /, *, polity: str | None, as_json: bool) -> None:
    """List who sits, by pseudonym, and until when."""
    from services.assemblies.seats import list_seats

    records = list_seats(service.store, polity)
    if as_json:
        click.echo(as_json_text(records))
        return
    header = [t("Polity"), t("Pseudonym"), t("Until"), t("Chamber"), t("Seat"), t("Class")]
    rows: list[list[Cell]] = [[r.polity, r.pseudonym, r.ends, r.chamber, r.number, r.term_class] for r in records]
    click.echo(table(header, rows, text_columns=3) if rows else t("Nobody sits yet; `geopolity assembly open` begins."))


@assembly.command("audit")
@click.argument("bundle", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="JSON file, for the auditor."
)
@click.pass_obj
def audit(service: Service, /, *, bundle: Path, out: Path) -> None:
    """Write, for an outside auditor alone, who stands behind the sixty lines that a draw named for the audit."""
    import json

    from services.assemblies.outside_audit import audited_lines

    named = (bundle / "audit.csv").read_text(encoding="utf-8").split()[1:]
    epoch = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))["epoch"]
    lines = audited_lines(epoch, named, service.store)
    out.write_text(as_json_text(lines), encoding="utf-8")
    click.echo(t("Wrote {entries:count} entries to {file}.", entries=len(lines), file=out))


@assembly.command("vacate")
@click.argument("polity", metavar="ID")
@click.argument("number", metavar="SEAT", type=int)
@click.option(
    "--reason", required=True, help="Why the seat is left; a reason outside the list is refused with the list."
)
@click.option("--chamber", type=click.IntRange(min=1), default=1, help="Chamber, in universal service.")
@by_two
@click.pass_obj
def vacate(service: Service, /, *, polity: str, number: int, reason: str, chamber: int, **said: Any) -> None:
    """Empty a seat; the next alternate takes the rest of its term. Of who holds a key two persons do it."""
    from services.assemblies.seats import vacate_seat
    from services.docket import office_acts
    from services.storage.offices.seats import Place

    place, names = Place(polity=polity, number=number, chamber=chamber), (said["by"], said["confirmed_by"])
    if agree(service.store, names, lambda who: office_acts.ask_vacancy(place, who, service.store, reason=reason)):
        click.echo(t("Seat {number} of {polity} was left ({reason}).", number=number, polity=polity, reason=reason))
        return
    with office_acts.at_machine(office_acts.VACATE, office_acts.holder(place), service.store) as here:
        vacated = vacate_seat(polity, number, here, reason=reason, chamber=chamber)
    sentence = (
        noop("Seat {number} of {polity} was left ({reason}); {successor} takes it.")
        if vacated.successor
        else noop(
            "Seat {number} of {polity} was left ({reason}); no alternate takes it, so it is empty until the next draw."
        )
    )
    click.echo(t(sentence, number=number, polity=polity, reason=reason, successor=vacated.successor))


@assembly.command("defer")
@click.argument("citizen_id", metavar="CITIZEN")
@click.option("--ground", required=True, help="Hardship; one outside the list is refused with the list.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Day of return, within a year.")
@by_two
@click.pass_obj
def defer(service: Service, /, *, citizen_id: str, ground: str, until: datetime, **said: Any) -> None:
    """Defer a citizen's service, once in a life; of who holds a key two persons do it."""
    from services.assemblies.seats import defer_service
    from services.docket import office_acts

    store, day, names = service.store, until.date(), (said["by"], said["confirmed_by"])
    if not agree(store, names, lambda who: office_acts.ask_deferral(citizen_id, who, store, ground=ground, until=day)):
        with office_acts.at_machine(office_acts.DEFER, office_acts.citizen(citizen_id), store) as here:
            defer_service(citizen_id, here, ground=ground, until=day)
    click.echo(t("Service is deferred until {day:day}.", day=until.date()))


@assembly.command("receipt")
@click.argument("citizen_id", metavar="CITIZEN")
@click.option("--epoch", required=True, metavar="NAME", help="Epoch, as `assembly open` named it.")
@click.pass_obj
def receipt(service: Service, /, *, citizen_id: str, epoch: str) -> None:
    """Print a citizen's receipt of the roll, for their eyes only."""
    from services.assemblies.seats import citizen_receipt

    click.echo(as_json_text(citizen_receipt(citizen_id, epoch, service.store).record()))


@assembly.command("check")
@click.argument("folder", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.argument("file", metavar="RECEIPT", type=click.Path(path_type=Path))
def check(folder: Path, file: Path) -> None:
    """Check from published files what the draw did with the holder of a receipt."""
    from services.assemblies.own_draw import check_own_draw, read_receipt

    click.echo(check_own_draw(folder, read_receipt(file)).sentence)


def draw_text(held: Held) -> str:
    """Say a draw in a table and what to do next."""
    electorate = held.frozen.electorate
    standing_by = Counter(call.polity for call in held.draw.calls if call.kind == "alternate")
    rows = [
        [name, seats, standing_by[name], eligible]
        for name, seats, eligible in zip(
            electorate.polities, electorate.seats.tolist(), electorate.eligible.tolist(), strict=True
        )
    ]
    if held.randomness.is_rehearsal:
        kind, argument = t("Rehearsal: nobody is seated."), held.randomness.seed
    else:
        kind = t("Drawn with round {round} of quicknet.", round=held.randomness.round)
        argument = held.randomness.value.hex()
    command = shlex.join(["python3", str(held.folder / "verify_draw.py"), str(held.folder), argument])
    return "\n".join(
        [
            t(
                "{kind} Epoch {epoch}, {assemblies} assemblies, one seat a person.",
                kind=kind,
                epoch=held.frozen.promise.epoch,
                assemblies=len(rows),
            ),
            "",
            table([t("Polity"), t("Delegates"), t("Alternates"), t("Eligible")], rows),
            "",
            t("Open {file}", file=held.folder / "report.html"),
            t("Recompute it: {command}", command=command),
        ]
    )


def _request(asked: Flags) -> LotRequest:
    from services.assemblies.planning import LotRequest

    return LotRequest(
        polities=tuple(sorted(set(asked["polities"]))),
        levels=tuple(level.strip() for level in asked["strata"].split(",")) if asked["strata"] else (),
        cap=asked["load_cap"],
        seats=asked["seats"],
        mode="universal" if asked["universal"] else "sampled",
        unequal=asked["unequal"],
    )


def _plan_text(planned: Planned) -> str:
    plan, electorate = planned.plan, planned.plan.electorate
    rows = [
        [name, seats, eligible, 100 * seats / eligible, chambers]
        for name, seats, eligible, chambers in zip(
            electorate.polities, electorate.seats.tolist(), electorate.eligible.tolist(), planned.chambers, strict=True
        )
    ]
    lines = [
        table([t("Polity"), t("Seats"), t("Eligible"), t("Chance %"), t("Chambers")], rows),
        "",
        t(
            "{people:count} people are in the lot; the largest load is {load:exact}: equal chances for all are "
            "possible."
            if plan.heaviest <= 1
            else "{people:count} people are in the lot; the largest load is {load:exact}: equal chances are "
            "impossible.",
            people=electorate.people,
            load=f"{plan.heaviest:.3f}",
        ),
        *plan.advice()[:SHOWN],
    ]
    if planned.left_out:
        lines.append(
            t("Left out, without an eligible person or an empty seat: {polities:list}.", polities=planned.left_out)
        )
    return "\n".join(lines)
