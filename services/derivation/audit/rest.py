"""The rest of a large layer, as ``rest.json`` tells of it: one vertex that nobody affected lives in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from geopolity.arrays import NameArray
from geopolity.messages import Message
from geopolity.polity.abridged import edges_to_rest, least_beyond, rest_record, with_rest
from services.derivation.audit.evidence import Evidence, VerificationFailed, equal, read_json, whole_number
from services.verifiers.check_bound import rows

FILE = "rest.json"


class Links(NamedTuple):
    """Edges (``from, to, kind``) and connectors of a layer."""

    edges: pd.DataFrame
    connectors: pd.DataFrame


def rest_holds(folder: Path, evidence: Evidence) -> Message:
    """What the folder says of the units that it does not list, against its tables."""
    stated = read_json(folder / FILE)
    units, costs = (whole_number(stated[key], key, file=FILE) for key in ("units", "costs"))
    vertex = evidence.connectors.get(stated["vertex"])
    if vertex is None or vertex.inside or units < 1 or costs < units:
        raise VerificationFailed(
            "rest.json says that {vertex} stands for {units} units that cost {costs} together; connectors.csv has no "
            "such vertex, or it is inside.",
            vertex=stated["vertex"],
            units=units,
            costs=costs,
        )
    equal("cost", FILE, stated["cost"], vertex.cost)
    return Message(
        "{units} units are not listed: nobody affected lives there, and {vertex} stands for all of them",
        units=units,
        vertex=stated["vertex"],
    )


def rest_again(
    folder: Path,
    whole: Links,
    units: tuple[NameArray, pd.Series[int], pd.Series[float]],
    agree: Callable[[str, str, object, object], None],
) -> Links:
    """The links that a folder should list, from those of its layer; what it says of the rest is compared.

    ``units`` are the ids that are listed, the cost of every unit by id, and the people of those not listed.
    """
    listed, cost, people = units
    stated = read_json(folder / FILE)
    name = str(stated["vertex"])
    near = {row["connector_id"] for row in rows(folder / "connectors.csv")} - {name}
    connectors = whole.connectors[whole.connectors["connector_id"].isin(near)]
    here = np.concatenate([listed, connectors["connector_id"].to_numpy()]).astype(str)
    every = pd.concat([cost, whole.connectors.set_index("connector_id")["cost"]])
    least = least_beyond(whole.edges, here, every)
    for key, found in rest_record(cost[people.index], people, name, least).items():
        agree(f"{key} of the rest", FILE, stated.get(key), found)
    return Links(edges_to_rest(whole.edges, here, name), with_rest(connectors, name, least))
