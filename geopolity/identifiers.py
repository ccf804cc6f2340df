"""Names of things, as distinct string types: ids never pass through a number."""

from __future__ import annotations

from typing import NewType

UnitId = NewType("UnitId", str)
LayerName = NewType("LayerName", str)
IssueName = NewType("IssueName", str)
PolityId = NewType("PolityId", str)
ConnectorId = NewType("ConnectorId", str)
