"""The public report of a draw: one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geopolity.publiclog.disclosure import LEAST, may_publish
from geopolity.sortition.randomness import Randomness
from maps.assets import inline_style
from maps.documents import environment
from maps.linked_data import Measured, data_block, dataset
from maps.locale.texts import Texts, texts
from maps.reports.draw_account import Account
from maps.reports.draw_panel import Panel, panel_notes, panel_rows
from maps.scenes.load import load_legend

EN = texts("en")

_environment = environment(inline_style=inline_style, data_block=data_block)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPage:
    """What the page shows.

    Attributes
    ----------
    picture
        SVG of loads, empty where no layer can be drawn.
    panels
        Assemblies beside the people of their polities, where these were profiled in the words of the roll.
    """

    account: Account
    epoch: str
    randomness: Randomness
    titles: Mapping[str, str]
    picture: str
    panels: tuple[Panel, ...] = ()


def _linked(page: DrawPage, t: Texts) -> dict[str, Any]:
    said = page.account
    return dataset(
        t("Draw by lot, epoch {epoch}", epoch=page.epoch),
        said.headline,
        said.commitment,
        [
            Measured(name=t("delegates, {polity}", polity=page.titles.get(line.polity, line.polity)), value=line.seats)
            for line in said.assemblies
        ],
    )


def draw_report(page: DrawPage, t: Texts = EN) -> str:
    """Write the page."""

    def counted(people: int) -> str:
        return t.whole(people) if may_publish(people) else t("fewer than {number}", number=LEAST)

    chance = page.randomness
    return _environment.get_template("reports/draw.jinja").render(
        t=t,
        counted=counted,
        said=page.account,
        epoch=page.epoch,
        rehearsal=chance.is_rehearsal,
        titles=page.titles,
        map=page.picture,
        panels=[(page.titles.get(one.polity, one.polity), one.seats, panel_rows(one, t)) for one in page.panels],
        panel_notes=panel_notes(page.panels, t),
        legend=load_legend(t),
        linked=_linked(page, t),
        argument=chance.seed if chance.is_rehearsal else chance.value.hex(),
    )
