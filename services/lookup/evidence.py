"""What a version's derivation says beyond its units: who is affected outside, and which units its bridges connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

import pandas as pd
from sqlalchemy.orm import Session

from geopolity.polity.bridges import is_bridge
from services.storage.polities.versions import file_content
from services.storage.tables import PolityRow

SOMEBODY = 0.5
"""People affected outside, from which on they are spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What the files of a version add; empty of one that was drafted without files.

    Attributes
    ----------
    outside
        People affected in units outside, by unit id; half a person at least.
    bridges
        Of each unit that is inside only to connect: names of the two neighbours inside with most people affected.
    """

    outside: Mapping[str, float] = field(default_factory=dict)
    bridges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def evidence_of(session: Session, row: PolityRow) -> Evidence:
    """Read what a version's derivation says of the units outside, and of its bridges."""
    table = file_content(session, row, "units.parquet")
    if table is None:
        return Evidence()
    units = pd.read_parquet(BytesIO(table), columns=["name", "population", "affected", "inside"])
    units.index = units.index.astype(str)
    outside = units["affected"][~units["inside"] & (units["affected"] >= SOMEBODY)]
    inside = units[units["inside"]]
    bridging = inside.index[is_bridge(inside["affected"], inside["population"])]
    edges = file_content(session, row, "edges.csv") if len(bridging) else None
    return Evidence(
        outside={str(unit): float(people) for unit, people in outside.items()},
        bridges={} if edges is None else _bridges(edges, inside, bridging),
    )


def _bridges(edges: bytes, inside: pd.DataFrame, bridging: pd.Index) -> dict[str, tuple[str, ...]]:
    """Names of the neighbours inside of each bridge, at most two, those with most people affected."""
    pairs = pd.read_csv(BytesIO(edges), dtype=str, usecols=["from", "to"], keep_default_na=False)
    both = pd.concat([pairs, pairs.rename(columns={"from": "to", "to": "from"})])
    near = both[both["from"].isin(bridging) & both["to"].isin(inside.index)]
    ranked = near.assign(affected=inside["affected"].reindex(near["to"]).to_numpy()).sort_values(
        ["affected", "to"], ascending=[False, True], kind="stable"
    )
    first = ranked.groupby("from").head(2)
    named = first.assign(name=inside["name"].reindex(first["to"]).to_numpy())
    return {str(unit): tuple(names) for unit, names in named.groupby("from")["name"] if len(names) > 1}
