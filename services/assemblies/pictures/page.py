"""The public report of a draw, from the store's polities and the layer people are at home in."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from geopolity.errors import GeopolityError
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.reports.draw import DrawPage, draw_report
from maps.reports.draw_account import Drawn, account
from maps.scenes.load import load_map
from services.assemblies.held_draw import Held
from services.assemblies.pictures.answers import answer_lines, answers_of
from services.assemblies.pictures.loads import load_by_unit
from services.assemblies.pictures.panels import panels_of
from services.clock import now
from services.derivation.layers import Columns, open_layer
from services.derivation.terrain_cache import warm_display
from services.storage.layers.census import find_layer
from services.storage.people.lot import active_polities


def draw_page(session: Session, held: Held, home: Path, *, language: str = LANGUAGES[0]) -> str:
    """Write the public report of a draw; without the picture where the base layer cannot be opened any more."""
    frozen, t = held.frozen, texts(language)
    answers, active = answers_of(session, held), active_polities(session, now())
    try:
        row = find_layer(session)
        layer = open_layer([row.name], Columns(), home)
        warm_display(layer, home)
        picture = load_map(layer, load_by_unit(session, frozen.electorate, row, layer), t)
    except GeopolityError:
        picture = ""
    page = DrawPage(
        account=account(
            Drawn(
                electorate=frozen.electorate,
                shares=frozen.shares,
                draw=held.draw,
                promise=frozen.promise,
                randomness=held.randomness,
                answers=answer_lines(held, answers),
            ),
            t,
        ),
        epoch=frozen.promise.epoch,
        randomness=held.randomness,
        titles={polity.issue: polity.title for polity in active},
        panels=panels_of(session, held, answers, active),
        picture=picture,
    )
    return draw_report(page, t)
