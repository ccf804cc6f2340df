"""A small store to publish: the contract tests' town with a river and a coast, and a log of their acts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
from shapely.geometry import box

from services.bootstrap import open_store
from services.settings import Settings
from services.storage.layers.census import keep_layer
from services.storage.polities import steps
from tests.contract.conftest import NOW, town
from tests.contract.test_store import RIVER

COAST = replace(
    RIVER,
    issue="coast",
    title="Coast",
    members=pd.Series([5.0, 2.5], index=["02", "03"]),
    population=2020,
    digest="c",
    boundary=box(1, 0, 3, 1),
)


def town_store(home: Path) -> Settings:
    """Store of the town with two polities in force."""
    settings = Settings(home=home, workers=1)
    with open_store(settings).writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    for proposal in (RIVER, COAST):
        in_force(proposal, settings)
    return settings


def in_force(proposal: steps.Proposal, settings: Settings, *, now: str = NOW) -> None:
    """Put a proposal into force."""
    with open_store(settings).writing() as session:
        row = steps.draft(session, proposal, layer=town().digest, proposer="ann")
        steps.propose(session, row, days=0, now=now)
        steps.activate(session, row, activator="bob", now=now)
