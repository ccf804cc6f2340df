"""The public report of a draw: one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jinja2

from geopolity.publiclog.disclosure import LEAST, may_publish
from geopolity.sortition.randomness import Randomness
from maps.assets import TEMPLATES, inline_style
from maps.linked_data import Measured, data_block, dataset
from maps.locale.texts import texts
from maps.reports.draw_account import Account
from maps.scenes.load import load_legend

EN = texts("en")

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=jinja2.select_autoescape(default=True),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(inline_style=inline_style, data_block=data_block)
_environment.filters.update(exact=EN.whole, percent=EN.percent, tiny=EN.tiny)
_environment.filters["counted"] = lambda count: EN.whole(count) if may_publish(count) else f"fewer than {LEAST}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPage:
    """What the page shows; ``picture`` is the SVG of loads, empty where no layer can be drawn."""

    account: Account
    epoch: str
    randomness: Randomness
    titles: Mapping[str, str]
    picture: str


def _linked(page: DrawPage) -> dict[str, Any]:
    said = page.account
    return dataset(
        f"Draw by lot, epoch {page.epoch}",
        said.headline,
        dict(said.digests)["Commitment"],
        [
            Measured(name=f"delegates, {page.titles.get(line.polity, line.polity)}", value=line.seats)
            for line in said.assemblies
        ],
    )


def draw_report(page: DrawPage) -> str:
    """Write the page."""
    chance = page.randomness
    return _environment.get_template("reports/draw.jinja").render(
        said=page.account,
        epoch=page.epoch,
        rehearsal=chance.is_rehearsal,
        titles=page.titles,
        map=page.picture,
        legend=load_legend(),
        linked=_linked(page),
        argument=chance.seed if chance.is_rehearsal else chance.value.hex(),
    )
