"""Who would decide without the polity: the best single state beside it, kept for the versions looked at last."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from geopolity.caching import SingleFlightCache
from geopolity.polity.abridged import restored
from geopolity.society.say import Deciding, deciding
from services.polities.published import Identity, identity, published
from services.storage.tables import LayerRow, PolityRow
from services.views.base_map import ground

KEPT = 512
"""Versions; two small figures each."""
_compared: SingleFlightCache[Identity, Deciding | None] = SingleFlightCache(KEPT)


def who_decides(session: Session, row: PolityRow, home: Path) -> Deciding | None:
    """Compare a version with the best single state; ``None`` where it has no derivation or its layer no states."""
    return _compared.get(identity(session, row), lambda: _compare(session, row, home))


def _compare(session: Session, row: PolityRow, home: Path) -> Deciding | None:
    derivation = published(session, row)
    if derivation is None:
        return None
    layer = ground(session, session.get_one(LayerRow, row.layer), home)
    return deciding(restored(derivation.units, layer), layer.units)
