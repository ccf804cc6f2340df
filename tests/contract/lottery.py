"""A town where two polities draw lots, under a clock that stands."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd
from time_machine import travel

from services.assemblies import draws
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.people.lot import active_polities, in_the_lot
from services.storage.polities import steps
from services.storage.publiclog import lines
from tests.contract.conftest import NOW
from tests.contract.test_store import RIVER
from tests.unit.sortition.test_randomness import DUE, RECORD, ROUND

MOMENT = "2026-01-02T00:00:00Z"
SIGNED = {"round": ROUND, "signature": RECORD["signature"]}


@contextmanager
def standing(monkeypatch):
    """A clock that stands, to be moved; and the drand round that a freeze names is the one whose signature is known."""
    monkeypatch.setattr(draws, "announced_round", lambda moment, wait: ROUND)
    monkeypatch.setattr(draws, "_unix", lambda moment: DUE + 60)
    monkeypatch.setattr(draws, "draw_page", lambda *_, **__: "")
    with travel(MOMENT, tick=False) as clock:
        yield clock


def settle(store):
    """Two polities, one inside the other, and 300 people of age with consent."""
    with store.writing() as session:
        layer = find_layer(session)
        for name, members in (("river", ["01"]), ("town", ["01", "02", "03"])):
            proposal = replace(RIVER, issue=name, title=name.title(), members=pd.Series(1.0, index=members))
            row = steps.draft(session, proposal, layer=layer.digest, proposer="ann")
            steps.propose(session, row, days=0, now=NOW)
            steps.activate(session, row, activator="bob", now=NOW)
        register(session, {"01": 100, "02": 200})
    return store


def register(session, counts, **said):
    newcomers = [
        Newcomer(unit_id=unit, stratum={"sex": "fm"[k % 2]}, **said)
        for unit, count in counts.items()
        for k in range(count)
    ]
    ids = citizens.register(session, find_layer(session), newcomers, now=NOW)
    if said.get("is_of_age", True):
        citizens.give_all_consent(session, ids, now=NOW)
    return ids


def signed(tmp_path, record=SIGNED):
    file = tmp_path / "round.json"
    file.write_text(json.dumps(record))
    return file


def kinds(store):
    with store.reading() as session:
        return [json.loads(line)["kind"] for line in lines(session)]


def roll(store):
    with store.reading() as session:
        rows = active_polities(session, MOMENT)
        return set(in_the_lot(session, rows, MOMENT, levels=("sex",), rehearsal=False).citizens)
