"""Commands that publish: vector tiles, the static site."""

from __future__ import annotations

from pathlib import Path

import click

from maps.locale.catalogue import LANGUAGES
from services.bootstrap import Service
from services.cli.words import t


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option(
    "--layer", "layers", multiple=True, metavar="NAME", help="A kept layer; repeat for several (default: all)."
)
@click.option("--first-zoom", type=click.IntRange(0, 16), default=0, show_default=True, help="Coarsest zoom.")
@click.option("--last-zoom", type=click.IntRange(0, 16), default=8, show_default=True, help="Finest zoom.")
@click.pass_obj
def tiles(service: Service, /, *, out: Path, layers: tuple[str, ...], first_zoom: int, last_zoom: int) -> None:
    """Write vector tiles of layers, polities, membership cells and borders as PMTiles archives."""
    from services.views.tiles import write_tiles

    for archive in write_tiles(out, service.store, layers=layers, zooms=(first_zoom, last_zoom)):
        megabytes = f"{archive.size / 1e6:.1f}"
        click.echo(t("Wrote {file} ({megabytes:exact} MB)", file=archive.file, megabytes=megabytes))


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the site.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Language of pages."
)
@click.option("--address", metavar="URL", help="Where the site will be, for its sitemap (GEOPOLITY_PUBLIC_URL).")
@click.option(
    "--service", "objections", metavar="URL", help="The service that takes objections (GEOPOLITY_PUBLIC_URL)."
)
@click.option("--anew", is_flag=True, help="Make everything again, whether it changed or not.")
@click.pass_obj
def publish(service: Service, /, *, out: Path, language: str, anew: bool, **at: str | None) -> None:
    """Write the static site: pages, reports, downloads, tiles, the private look-up, the log; only what changed."""
    from services.site.publish import LOCAL, Edition
    from services.site.publish import publish as bring_up_to_date

    settings = service.settings
    built = bring_up_to_date(
        out,
        service.store,
        Edition(
            language=language,
            address=at["address"] or settings.public_url or LOCAL,
            service=(at["objections"] or settings.public_url or "").rstrip("/"),
        ),
        workers=settings.workers,
        anew=anew,
    )
    click.echo(
        t(
            "Made {made} parts of the site and kept {kept}; {files:count} files, {megabytes:exact} MB.",
            made=built.made,
            kept=built.kept,
            files=built.files,
            megabytes=f"{built.size / 1e6:.1f}",
        )
    )
    click.echo(t("To look at it: {command}", command=f"python3 -m http.server --directory {out}"))
