"""Pictures and the public report of the lot, from the store's polities and the layer people are at home in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.errors import GeopolityError
from geopolity.layers.layer import Layer
from geopolity.polity.membership import cell_name
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.load import loads
from geopolity.sortition.shares import UNIT, pool_sums
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.reports.draw import DrawPage, draw_report
from maps.reports.draw_account import AnswerLine, Drawn, account
from maps.scenes.load import load_map
from services.assemblies.held_draw import Held
from services.clock import now
from services.derivation.layers import Columns, open_layer
from services.derivation.terrain_cache import warm_display
from services.storage.layers.census import find_layer
from services.storage.people.lot import active_polities
from services.storage.people.rolls import homes_in
from services.storage.store import Store
from services.storage.tables import CitizenRow, EpochRow, LayerRow, RollRow

if TYPE_CHECKING:
    from services.assemblies.planning import Planned


def load_picture(planned: Planned, store: Store, *, language: str = LANGUAGES[0]) -> str:
    """SVG of the base layer by load of a plan."""
    with store.reading() as session:
        row = find_layer(session)
        layer = open_layer([row.name], Columns(), store.home)
        warm_display(layer, store.home)
        return load_map(layer, load_by_unit(session, planned.plan.electorate, row, layer), texts(language))


def draw_page(session: Session, held: Held, home: Path, *, language: str = LANGUAGES[0]) -> str:
    """Write the public report of a draw; without the picture where the base layer cannot be opened any more."""
    frozen, t = held.frozen, texts(language)
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
                answers=_answers(session, held),
            ),
            t,
        ),
        epoch=frozen.promise.epoch,
        randomness=held.randomness,
        titles={polity.issue: polity.title for polity in active_polities(session, now())},
        picture=picture,
    )
    return draw_report(page, t)


def _answers(session: Session, held: Held) -> tuple[AnswerLine, ...]:
    """Count the answers of everybody on the roll and of the delegates, beside what chances let expect."""
    electorate, roll = held.frozen.electorate, held.frozen.roll
    given = pool_sums(electorate, held.frozen.shares.units) / UNIT
    chance = dict(zip(electorate.pools, given / np.maximum(electorate.pool_people, 1), strict=True))
    on_roll = select(RollRow.citizen).join(EpochRow).where(EpochRow.epoch == roll.epoch)
    query = select(CitizenRow.key, CitizenRow.stratum).where(CitizenRow.key.in_(on_roll))
    texts = {int(row[0]): str(row[1]) for row in session.execute(query)}
    sitting = {call.pseudonym for call in held.draw.calls if call.kind == "delegate"}
    people = pd.DataFrame(
        {
            "stratum": [texts[citizen] for citizen in held.frozen.citizens],
            "expected": [chance[pool] for pool in roll.pools],
            "sits": [pseudonym in sitting for pseudonym in roll.pseudonyms],
        }
    )
    counts = people.groupby("stratum").agg(people=("sits", "size"), expected=("expected", "sum"), sits=("sits", "sum"))
    long = pd.DataFrame(
        [
            {"attribute": name, "answer": str(answer), "people": row.people, "expected": row.expected, "sits": row.sits}
            for row in counts.itertuples()
            for name, answer in json.loads(str(row.Index)).items()
        ],
        columns=["attribute", "answer", "people", "expected", "sits"],
    )
    return tuple(
        AnswerLine(
            attribute=row["attribute"],
            answer=row["answer"],
            has_quota=row["attribute"] in held.frozen.strata,
            people=int(row["people"]),
            expected=float(row["expected"]),
            delegates=int(row["sits"]),
        )
        for row in long.groupby(["attribute", "answer"], as_index=False).sum().to_dict("records")
    )


def load_by_unit(session: Session, electorate: Electorate, row: LayerRow, layer: Layer) -> pd.Series[float]:
    """Load of each unit by the cell that its polities make; NaN where nobody of the cell is in the lot."""
    inside: dict[str, list[str]] = {str(unit): [] for unit in layer.units.index}
    drawn = {*electorate.polities}
    for polity in active_polities(session, now()):
        if polity.issue in drawn:
            for unit in homes_in(session, polity, row).units:
                inside[unit].append(polity.issue)
    known = dict(zip(electorate.cells, np.where(electorate.cell_people > 0, loads(electorate), np.nan), strict=True))
    return pd.Series({unit: known.get(cell_name(tuple(sorted(names))), np.nan) for unit, names in inside.items()})
