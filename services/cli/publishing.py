"""Commands that publish: vector tiles, the static site."""

from __future__ import annotations

from pathlib import Path

import click

from services.settings import Settings


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option(
    "--layer", "layers", multiple=True, metavar="NAME", help="A kept layer; repeat for several (default: all)."
)
@click.option("--first-zoom", type=click.IntRange(0, 16), default=0, show_default=True, help="Coarsest zoom.")
@click.option("--last-zoom", type=click.IntRange(0, 16), default=8, show_default=True, help="Finest zoom.")
@click.pass_obj
def tiles(settings: Settings, /, *, out: Path, layers: tuple[str, ...], first_zoom: int, last_zoom: int) -> None:
    """Write vector tiles of layers, polities, membership cells and borders as PMTiles archives."""
    from services.usecases.tiles import write_tiles

    for archive in write_tiles(out, settings, layers=layers, zooms=(first_zoom, last_zoom)):
        click.echo(f"Wrote {archive.file} ({archive.size / 1e6:.1f} MB)")
