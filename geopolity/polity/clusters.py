"""Clusters of affected people: neighbouring units in which somebody is affected, and an issue of each alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geopolity.affected.footprint import Units
from geopolity.affected.mixed import Product
from geopolity.arrays import IntArray
from geopolity.identifiers import IssueName, UnitId
from geopolity.polity.bridges import BRIDGE_SHARE
from geopolity.polity.issue import Issue
from geopolity.region.graph import components, graph_of

LEAST_SHARE = 0.01
"""A cluster with a smaller share of all people affected has no polity of its own."""


def clusters(units: pd.DataFrame, edges: IntArray) -> list[list[str]]:
    """Ids of the units of each cluster, the one with most people affected first.

    Parameters
    ----------
    units
        By unit id: ``population, affected``.
    edges
        (m, 2) positions of units that touch.
    """
    affected = units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    bitten = (affected > 0) & (affected >= BRIDGE_SHARE * units["population"].fillna(0.0).to_numpy(dtype=np.float64))
    label, count = components(*graph_of(edges, len(units)), bitten)
    held = np.bincount(label[bitten], weights=affected[bitten], minlength=count)
    ids = units.index.astype(str).to_numpy()
    large = [at for at in np.argsort(-held, kind="stable") if held[at] >= LEAST_SHARE * affected.sum()]
    return [ids[bitten & (label == at)].tolist() for at in large]


def of_cluster(issue: Issue, number: int, ids: list[str], place: str) -> Issue:
    """The issue for the people of one cluster alone."""
    there = Units(weights={UnitId(unit): 1.0 for unit in ids})
    return replace(
        issue,
        name=IssueName(f"{issue.name}-{number}"),
        title=f"{issue.title}: {place}",
        footprint=Product(parts=(issue.footprint, there)),
        pieces=1,
    )
