"""The command that says who is affected: shares of groups, ratios to a reference, with both errors."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.bootstrap import Service
from services.cli.options import BANDS_HELP, Bands, json_option, language_option
from services.cli.printing import Cell, as_json_text, table
from services.cli.words import fixed, percent, spoken_texts, t

if TYPE_CHECKING:
    from geopolity.polity.profile import Line, Median
    from services.derivation.profiled import Who


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--groups", type=click.Path(path_type=Path), required=True, metavar="FILE.toml", help="Groups, bases, medians."
)
@click.option("--bands", "bands_km", type=Bands(), metavar="KM,KM", help=BANDS_HELP)
@click.option(
    "--issue",
    metavar="NAME|FILE.toml",
    help="With --bands, the issue that DIR was derived for; without it, bands lie around the footprint as it is drawn.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.html", help="Where to write it as a page.")
@language_option
@json_option
@click.pass_obj
def profile(  # noqa: PLR0913 - one parameter an option
    service: Service,
    /,
    *,
    folder: Path,
    groups: Path,
    bands_km: tuple[float, ...] | None,
    issue: str | None,
    out: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """Say who is affected: groups of people among them, in the polity, in the best states and everywhere."""
    from services.derivation.profiled import who
    from services.derivation.requests.issues import open_issue

    if issue is not None and bands_km is None:
        raise click.UsageError("--issue would change nothing: it is about --bands, and none are given.")
    home = service.store.home
    opened = None if issue is None else open_issue(issue, home)
    found = who(folder, groups, home, bands_km=bands_km or (), issue=opened)
    click.echo(as_json_text(found.as_json()) if as_json else _report(found))
    if out is not None:
        click.echo(t("Open {file}", file=_written(found, out, language)), err=as_json)


def _written(found: Who, out: Path, language: str) -> Path:
    from maps.locale.texts import texts
    from maps.reports.profile import profile_html
    from services.derivation.folder import OutputFolderError
    from services.derivation.opened_folder import title_of

    html = profile_html(
        title_of(found.issue), found.lines, found.medians, found.reference, texts(language), bands=found.bands
    )
    try:
        out.write_text(html, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputFolderError(
            "{file} cannot be written ({reason}); choose another --out.", file=out, reason=error.strerror
        ) from error
    return out


def _report(found: Who) -> str:
    from maps.reports.profile import headline, notes

    words = spoken_texts()
    header = [
        t("Group"),
        t("Where"),
        t("People"),
        t("Share"),
        t("Sampling"),
        t("Where people live"),
        t("Ratio"),
        t("Use"),
    ]
    parts = [headline(found.lines, words), table(header, [_row(line) for line in found.lines], text_columns=2)]
    if found.bands:
        parts.append(_bands(found))
    if found.medians:
        medians = [t("Of what"), t("Where"), t("Median"), t("Range")]
        parts.append(table(medians, [_median(one) for one in found.medians], text_columns=2))
    return "\n\n".join([*parts, *notes(found.lines, words)])


def _bands(found: Who) -> str:
    from maps.reports.profile import band_words, counts_of

    words = spoken_texts()
    rows: list[list[Cell]] = [
        [band_words(one.name, words), people, affected] for one, people, affected in counts_of(found.bands)
    ]
    return table([t("Where"), t("People"), t("Affected")], rows)


def _row(line: Line) -> list[Cell]:
    from maps.reports.profile import place_words, quality_words

    words = spoken_texts()
    ratio = f"{fixed(line.ratio, 2)} ({fixed(line.ratio_low, 2)}–{fixed(line.ratio_high, 2)})"
    return [
        line.group,
        place_words(line.place, line.kind, words),
        round(line.people),
        _share(line.share),
        f"±{_share(line.sampling)}",
        f"±{_share(line.placing)}",
        ratio if math.isfinite(line.ratio) else None,
        quality_words(line.quality, words),
    ]


def _share(value: float) -> str:
    return percent(value, 1) if math.isfinite(value) else "–"


def _median(one: Median) -> list[Cell]:
    from maps.reports.profile import place_words

    value = one.value if math.isfinite(one.value) else None
    between = f"{fixed(one.low, 0)}–{fixed(one.high, 0)}" if math.isfinite(one.low + one.high) else None
    return [one.name, place_words(one.place, one.kind, spoken_texts()), value, between]
