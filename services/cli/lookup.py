"""The command that says which polities a point belongs to."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from services.cli.options import json_option
from services.settings import Settings


@click.command()
@click.option("--lon", type=float, required=True, help="Longitude in degrees, WGS 84.")
@click.option("--lat", type=float, required=True, help="Latitude in degrees, WGS 84.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Answer as of this day, UTC; default today.")
@json_option
@click.pass_obj
def lookup(settings: Settings, /, *, lon: float, lat: float, date: datetime | None, as_json: bool) -> None:
    """Say which polities a point belongs to, and why."""
    from services.usecases.lookup import lookup as look_up

    day = (date or datetime.now(UTC)).date().isoformat()
    record = look_up(lon, lat, day, settings)
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
        return
    for nearest in record.get("nearest", []):
        away = f"{nearest['distance_m'] / 1000:,.1f} km away"
        click.echo(f"Outside every unit of {nearest['layer']}; the nearest is {nearest['name']}, {away}.")
    for polity in record["polities"]:
        click.echo(f"{polity['title']}: {polity['reason']} ({polity['certainty']})")
    if not record["polities"]:
        click.echo("No polity here on that day.")
