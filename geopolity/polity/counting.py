"""The integers of a polity's problem: costs of units, affected people, and links over water."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from geopolity.affected.people import Affected
from geopolity.arrays import FloatArray, IntArray
from geopolity.layers.layer import Layer
from geopolity.polity.bridges import is_bridge
from geopolity.polity.issue import Objective
from geopolity.polity.terrain import Terrain

COST_TOTAL = 2**31
"""Costs and affected people are counted in units so fine that their totals stay below this."""
AREA_UNITS_M2 = (1, 100, 10_000, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """The integers that decide, and what one of them stands for.

    Attributes
    ----------
    bridge
        The part of each cost that is the price of a bridge; ``None`` where they have none.
    """

    cost: IntArray
    cost_unit: int | str
    people: IntArray
    people_unit: Decimal
    bridge: IntArray | None = None

    @classmethod
    def of(
        cls, affected: Affected, smallest: Objective, layer: Layer, terrain: Terrain, *, bridge_km: float = 0.0
    ) -> Counted:
        """Count affected people in the finest part of a person that keeps their total small enough."""
        people = affected.table["affected"].fillna(0.0).to_numpy(dtype=np.float64)
        digits = 3
        while people.sum() * 10.0**digits >= COST_TOTAL:
            digits -= 1
        scaled = np.rint(people * 10.0**digits).astype(np.int64)
        part = Decimal(1).scaleb(-digits)
        if bridge_km:
            priced = prices(bridge_km, people, layer, terrain)
            cost, unit = priced.area + priced.bridge, priced.unit
            return cls(cost=cost, cost_unit=unit, people=scaled, people_unit=part, bridge=priced.bridge)
        plain, unit_of = costs(smallest, layer, terrain)
        return cls(cost=plain, cost_unit=unit_of, people=scaled, people_unit=part)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """Areas of units, and what bridges among them cost beside; both in ``unit`` m²."""

    area: IntArray
    bridge: IntArray
    unit: int


def prices(bridge_km: float, affected: FloatArray, layer: Layer, terrain: Terrain) -> Prices:
    """What units cost where a kilometre through a bridge counts as ``bridge_km`` km² beside its area.

    A bridge is as long as a square of its area; the unit of cost is the finest in which the dearest total is small.
    """
    people = layer.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    bridges = is_bridge(pd.Series(affected), pd.Series(people)).to_numpy(np.bool_)
    total = float((terrain.areas_m2 + 1e3 * bridge_km * np.sqrt(terrain.areas_m2)).sum())
    unit = next((unit for unit in AREA_UNITS_M2 if total / unit < COST_TOTAL), AREA_UNITS_M2[-1])
    area = np.maximum(np.rint(terrain.areas_m2 / unit), 1).astype(np.int64)
    dearer = np.rint(1e3 * bridge_km * np.sqrt(area * float(unit)) / unit).astype(np.int64)
    return Prices(area=area, bridge=np.where(bridges, dearer, 0), unit=unit)


def costs(smallest: Objective, layer: Layer, terrain: Terrain) -> tuple[IntArray, int | str]:
    """Cost of each unit, and what one cost unit is: m², ``person`` or ``unit``."""
    if smallest == "units":
        return np.ones(len(layer), np.int64), "unit"
    if smallest == "population":
        people = layer.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
        return np.maximum(np.rint(people), 1).astype(np.int64), "person"
    total = float(terrain.areas_m2.sum())
    unit = next((unit for unit in AREA_UNITS_M2 if total / unit < COST_TOTAL), AREA_UNITS_M2[-1])
    return np.maximum(np.rint(terrain.areas_m2 / unit), 1).astype(np.int64), unit


def links(layer: Layer, terrain: Terrain, connector_km: float | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Edges (``from, to, kind``) and connectors (``connector_id, km, cost, inside``), none where no length is given."""
    ids = layer.units.index.to_numpy()
    graph, edges = terrain.contiguity, terrain.edges
    none = pd.DataFrame({"connector_id": [], "km": [], "cost": [], "inside": []}).astype(
        {"connector_id": str, "km": float, "cost": np.int64, "inside": bool}
    )
    if connector_km is None:
        return edges, none
    from geopolity.layers.connectors import connectors  # noqa: PLC0415

    found = connectors(layer, graph.components, connector_km)
    if found.empty:
        return edges, none
    names = found["connector_id"].to_numpy()
    ends = pd.concat(
        [
            pd.DataFrame({"from": ids[found[side].to_numpy()], "to": names, "kind": "connector"})
            for side in ("from_unit", "to_unit")
        ]
    ).sort_values(["to", "from"])
    over_water = pd.DataFrame(
        {"connector_id": names, "km": found["km"].to_numpy(), "cost": np.int64(1), "inside": False}
    ).sort_values("connector_id", ignore_index=True)
    return pd.concat([edges, ends], ignore_index=True), over_water
