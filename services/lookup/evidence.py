"""What a version's derivation says beyond its units: who is affected outside, and which units its bridges connect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from geopolity.exports import later
from geopolity.polity.bridges import is_bridge
from services.storage.polities.versions import file_content, file_sizes
from services.storage.tables import PolityRow
from services.whole import write_whole

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")

FORMAT = "1"
"""Changes when what is kept means something else."""
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


def evidence_of(session: Session, row: PolityRow, home: Path) -> Evidence:
    """What a version's derivation says of the units outside, and of its bridges; kept beside the store once it is read.

    A version and its files never change, so what was read of them holds.
    """
    sizes = file_sizes(session, row)
    if "units.parquet" not in sizes:
        return Evidence()
    name = f"evidence-{FORMAT}-{row.digest[:24]}-{sizes['units.parquet']}-{sizes.get('edges.csv', 0)}.json"
    kept = home / "cache" / "lookup" / name
    with suppress(OSError, ValueError, LookupError, TypeError):
        return _of_json(json.loads(kept.read_text(encoding="utf-8")))
    found = _read(session, row)
    with suppress(OSError):  # a cache that cannot be written costs time, not the answer
        write_whole(kept, json.dumps({"outside": found.outside, "bridges": found.bridges}).encode())
    return found


def _of_json(said: dict[str, Any]) -> Evidence:
    bridges = {unit: tuple(names) for unit, names in said["bridges"].items()}
    return Evidence(outside=said["outside"], bridges=bridges)


def _read(session: Session, row: PolityRow) -> Evidence:
    table = file_content(session, row, "units.parquet")
    assert table is not None
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
