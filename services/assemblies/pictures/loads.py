"""How many seats are asked of each person, on the layer people are at home in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from geopolity.layers.layer import Layer
from geopolity.polity.membership import cell_name
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.load import loads
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.scenes.load import load_map
from services.clock import now
from services.derivation.layers import Columns, open_layer
from services.derivation.terrain_cache import warm_display
from services.storage.layers.census import find_layer
from services.storage.people.lot import active_polities
from services.storage.people.rolls import homes_in
from services.storage.store import Store
from services.storage.tables import LayerRow

if TYPE_CHECKING:
    from services.assemblies.planning import Planned


def load_picture(planned: Planned, store: Store, *, language: str = LANGUAGES[0]) -> str:
    """SVG of the base layer by load of a plan."""
    with store.reading() as session:
        row = find_layer(session)
        layer = open_layer([row.name], Columns(), store.home)
        warm_display(layer, store.home)
        return load_map(layer, load_by_unit(session, planned.plan.electorate, row, layer), texts(language))


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
