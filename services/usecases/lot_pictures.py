"""Pictures and the public report of the lot, from the store's polities and the layer people are at home in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from geopolity.errors import GeopolityError
from geopolity.layer import Layer
from geopolity.membership import cell_name
from geopolity.sortition.account import account
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.load import loads
from maps.draw_report import DrawPage, draw_report
from maps.load_map import load_map
from services.settings import Settings
from services.storage.layers import find_layer
from services.storage.lot import active_polities
from services.storage.rolls import homes_in
from services.storage.store import open_store, reading
from services.storage.tables import LayerRow
from services.usecases.layers import Columns, open_layer
from services.usecases.moments import now

if TYPE_CHECKING:
    from services.usecases.draws import Held
    from services.usecases.lot_planning import Planned


def load_picture(planned: Planned, settings: Settings) -> str:
    """SVG of the base layer by load of a plan."""
    with reading(open_store(settings)) as session:
        row = find_layer(session)
        layer = open_layer([row.name], Columns(), settings)
        return load_map(layer, _load_by_unit(session, planned.plan.electorate, row, layer))


def draw_page(session: Session, held: Held, settings: Settings) -> str:
    """Write the public report of a draw; without the picture where the base layer cannot be opened any more."""
    frozen = held.frozen
    try:
        row = find_layer(session)
        layer = open_layer([row.name], Columns(), settings)
        picture = load_map(layer, _load_by_unit(session, frozen.electorate, row, layer))
    except GeopolityError:
        picture = ""
    page = DrawPage(
        account=account(frozen.electorate, frozen.shares, held.draw, frozen.promise, held.randomness),
        epoch=frozen.promise.epoch,
        randomness=held.randomness,
        titles={polity.issue: polity.title for polity in active_polities(session, now())},
        picture=picture,
    )
    return draw_report(page)


def _load_by_unit(session: Session, electorate: Electorate, row: LayerRow, layer: Layer) -> pd.Series[float]:
    """Load of each unit by the cell that its polities make; NaN where nobody of the cell is in the lot."""
    inside: dict[str, list[str]] = {str(unit): [] for unit in layer.units.index}
    drawn = {*electorate.polities}
    for polity in active_polities(session, now()):
        if polity.issue in drawn:
            for unit in homes_in(session, polity, row).units:
                inside[unit].append(polity.issue)
    known = dict(zip(electorate.cells, np.where(electorate.cell_people > 0, loads(electorate), np.nan), strict=True))
    return pd.Series({unit: known.get(cell_name(tuple(sorted(names))), np.nan) for unit, names in inside.items()})
