"""The look-up: one place, or a file of them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.bootstrap import Service
from services.cli.options import json_option
from services.cli.printing import table
from services.cli.progress import ProgressBar
from services.cli.words import t
from services.clock import today

if TYPE_CHECKING:
    from services.lookup.found import LookupAnswer, NearPolity
    from services.storage.store import Store

ONE_OF = "--lon and --lat, --unit, --postcode, --place, --address or --file"


@click.command()
@click.option("--lon", type=float, help="Longitude in degrees, WGS 84.")
@click.option("--lat", type=float, help="Latitude in degrees, WGS 84.")
@click.option("--unit", metavar="ID", help="A unit instead of a point.")
@click.option("--postcode", metavar="CODE", help="A US postcode, which may lie in several units.")
@click.option("--place", metavar="NAME", help="A place in any script: 'Portland, ME', Köln, 東京.")
@click.option("--address", metavar="TEXT", help="A street address, of files added with `places add`.")
@click.option("--file", "source", metavar="FILE", type=click.Path(path_type=Path), help="Many: CSV or Parquet.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Parquet file with the answer to --file.")
@click.option("--pairs", is_flag=True, help="With --file: also write which polities each row belongs to.")
@click.option("--scheduler", metavar="ADDRESS", help="With --file: let the workers of a dask cluster do it.")
@click.option("--layer", metavar="NAME", help="Layer of --unit or --file (default: the base layer).")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Answer as of the end of this day, UTC; default today.")
@json_option
@click.pass_obj
def lookup(service: Service, /, *, as_json: bool, **asked: Any) -> None:
    """Say which polities a place belongs to, and why."""
    chosen = [name for name in ("unit", "postcode", "place", "address", "source") if asked[name] is not None]
    is_point = asked["lon"] is not None and asked["lat"] is not None
    if len(chosen) + is_point != 1 or (not is_point and (asked["lon"] is not None or asked["lat"] is not None)):
        raise click.UsageError(f"Give one of {ONE_OF}.")
    day = _day(asked.pop("date"))
    if asked["source"] is not None:
        _many(service.store, day, as_json=as_json, **asked)
        return
    found = _one(service.store, day, **asked)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2) if as_json else _text(found))


def _day(date: datetime | None) -> str:
    return today() if date is None else date.date().isoformat()


def _one(store: Store, day: str, **asked: Any) -> LookupAnswer:
    from services.lookup import answer

    if asked["lon"] is not None:
        return answer.lookup(asked["lon"], asked["lat"], day, store)
    if asked["unit"] is not None:
        return answer.lookup_unit(asked["unit"], day, store, asked["layer"])
    from services.lookup import named

    if asked["postcode"] is not None:
        return named.lookup_postcode(asked["postcode"], day, store)
    if asked["address"] is not None:
        return named.lookup_address(asked["address"], day, store)
    return named.lookup_text(asked["place"], day, store)


def _text(found: LookupAnswer) -> str:
    if found.choices:
        return _choices(found)
    where = ", ".join(unit.name for unit in found.units) or "no unit"
    if not found.units:
        place = f"{found.title} is outside" if found.title else "Outside"
        lines = [
            f"{place} every unit of {near.unit.layer}; the nearest is {near.unit.name}, "
            f"{near.distance_m / 1000:,.1f} km away."
            for near in found.nearest
        ]
        return "\n".join(lines) or "The store keeps no layer yet; `./run demo` loads one."
    count = len(found.polities)
    noun = "polity" if count == 1 else "polities"
    lines = [f"{found.title or where} belongs to {count} {noun} ({found.date}).", ""]
    if found.title and len(found.units) > 1:
        lines.insert(1, f"It lies in several units: {where}.")
    for polity in found.polities:
        border = polity.border_distance_m
        near = "" if border is None else f" The border is {_far(border)} away."
        note = "" if polity.certainty == "certain" else f" ({polity.certainty})"
        lines.append(f"  {polity.title}{note}\n    {polity.reason}.{near}")
    lines += [f"  Affected, not inside: {one.title}\n    {_affected(one)}; {one.why}." for one in found.near]
    lines += [f"  Proposed, open to objections until {str(it.open_until)[:10]}: {it.title}" for it in found.proposals]
    if found.others:
        others = "; ".join(one.title for one in found.others[:3])
        lines.append(f"\nOthers of that name: {others}{' …' if len(found.others) > 3 else ''}.")
    lines += [f"  In force: {law.title}, decided by the assembly of {law.polity}" for law in found.laws]
    return "\n".join(lines)


def _affected(one: NearPolity) -> str:
    """``Kings County: 1,234 people affected``."""
    return "; ".join(f"{part.name}: {part.affected:,.0f} affected" for part in one.parts if part.affected)


def _choices(found: LookupAnswer) -> str:
    if any(one.sure is not None for one in found.choices):
        rows = [[one.title, f"{one.sure:.0%}" if one.sure else "", one.id] for one in found.choices]
        return "\n".join(
            ["Several addresses fit; ask again with one:", "", table([t("Address"), t("Sure"), t("Or its id")], rows)]
        )
    rows = [[one.title, "" if one.people is None else f"{one.people:,}", one.id] for one in found.choices]
    first = (
        "Nothing is spelt so; these are spelt nearly so:"
        if found.is_near
        else "Several places fit; ask again with one:"
    )
    lines = [first, "", table([t("Place"), t("People"), t("Or its id")], rows)]
    if found.more:
        lines += ["", f"{found.more:,} more fit; add a region or country to narrow it."]
    return "\n".join(lines)


def _far(metres: float) -> str:
    return f"{metres:,.0f} m" if metres < 1000 else f"{metres / 1000:,.1f} km"


def _many(store: Store, day: str, *, as_json: bool, **asked: Any) -> None:
    from services.lookup.bulk.resolve import BulkRequest, resolve_file

    if asked["out"] is None:
        raise click.UsageError("--file needs --out FILE.parquet for its answer.")
    request = BulkRequest(
        source=asked["source"],
        out=asked["out"],
        date=day,
        layer=asked["layer"],
        wants_pairs=asked["pairs"],
        scheduler=asked["scheduler"],
    )
    with ProgressBar() as bar:
        outcome = resolve_file(
            request,
            store,
            lambda done, of: bar.draw(f"part {done}" + (f" of {of}" if of else ""), done / (of or 99)),
        )
    tally = outcome.tally
    written = [str(path) for path in (outcome.out, outcome.pairs, outcome.rejects) if path is not None]
    if as_json:
        record = {"rows": tally.rows, "outside": tally.outside, "rejected": tally.rejected, "polities": tally.counts}
        click.echo(json.dumps(record | {"files": written}, indent=2))
        return
    click.echo(table([t("Polity"), t("Rows")], [[name, count] for name, count in tally.counts.items()]))
    counts = {"rows": tally.rows, "outside": tally.outside, "rejected": tally.rejected}
    click.echo(f"\n{t('{rows:count} rows: {outside:count} in no unit, {rejected:count} rejected.', **counts)}")
    click.echo(t("Open {file}", file=", ".join(written)))
