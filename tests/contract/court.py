"""An assembly of nine with three alternates, and a matter taken as far as a test wants it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from geopolity.docket.hearing import LEAST
from geopolity.docket.remedy import Remedy
from services.bootstrap import open_store
from services.clock import now
from services.demo import cut_short
from services.docket import decisions, hearings, matters, petitions
from services.settings import Settings
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.polities import steps
from services.storage.tables import AlternateRow, CitizenRow, EpochRow, SeatRow
from tests.contract.test_store import RIVER

REMEDY = Remedy(author="office", effect="less", cost="1", alternatives=("nothing",), law="Weirs open in spring.")
LAW, OLD = "weirs", "Weirs stay shut."
SEATS, ALTERNATES = 9, 3


@dataclass(frozen=True)
class Court:
    """The assembly of the river: delegates d1 to d9, alternates a1 to a3; d1 and d2 live in unit 02."""

    settings: Settings

    @property
    def store(self):
        return open_store(self.settings)

    @property
    def delegates(self):
        return [f"d{number}" for number in range(1, SEATS + 1)]

    def file(self, **said):
        petition = {"polity_id": "river", "law": LAW, "title": "Weirs", "harm": "No fish.", "petitioner": "resident"}
        return petitions.file_matter(petitions.Petition(**petition | {"text": OLD} | said), self.store)

    def heard(self, matter_id):
        hearings.hear(matter_id, self.store, until=date.fromisoformat(now()[:10]) + LEAST)
        cut_short.hearing(matter_id, self.store)
        hearings.add_testimony(matter_id, self.store, by="a fisher", text="The nets are empty.")
        hearings.brief(matter_id, self.store, text="In plain words.")
        return hearings.ready(matter_id, self.store)

    def voting(self, matter_id=None):
        matter_id = matter_id or self.file()
        petitions.admit(matter_id, self.store)
        self.heard(matter_id)
        decisions.open_vote(matter_id, self.store)
        return matter_id

    def cast(self, matter_id, words):
        return [
            decisions.cast(matter_id, pseudonym, word, self.store)
            for pseudonym, word in zip(self.delegates, words, strict=False)
        ]

    def mandated(self):
        matter_id = self.voting()
        self.cast(matter_id, ["yes"] * 7 + ["no"] * 2)
        decisions.close_vote(matter_id, self.store)
        return matter_id

    def voting2(self):
        matter_id = self.mandated()
        decisions.propose_remedy(matter_id, REMEDY, self.store)
        self.heard(matter_id)
        decisions.open_vote(matter_id, self.store)
        return matter_id

    def enacted(self, **said):
        matter_id = self.voting2()
        self.cast(matter_id, ["no"] * 7 + ["yes"] * 2)
        decisions.close_vote(matter_id, self.store)
        decisions.enact(matter_id, self.store, **said)
        return matter_id

    def state(self, matter_id):
        (record,) = [r for r in matters.list_matters(self.store) if r.matter_id == matter_id]
        return record.state

    def sitting(self):
        with self.store.reading() as session:
            rows = session.query(SeatRow).filter(SeatRow.ended_at.is_(None)).order_by(SeatRow.number)
            return {row.number: row.pseudonym for row in rows}

    def citizen(self, pseudonym):
        with self.store.reading() as session:
            row = session.query(SeatRow).filter(SeatRow.pseudonym == pseudonym).one()
            return session.get_one(CitizenRow, row.citizen).citizen_id


def constitute(store, settings):
    """Seat the court: the lot itself has its own tests, so people are put on seats by hand here."""
    moment = now()
    with store.writing() as session:
        layer = find_layer(session)
        proposal = replace(RIVER, members=pd.Series(1.0, index=["01", "02"]))
        row = steps.draft(session, proposal, layer=layer.digest, proposer="ann")
        steps.propose(session, row, days=0, now="2026-01-01T00:00:00Z")
        steps.activate(session, row, activator="bob", now="2026-01-01T00:00:00Z")
        homes = ["02", "02", *["01"] * (SEATS + ALTERNATES - 2)]
        ids = citizens.register(session, layer, [Newcomer(unit_id=home) for home in homes], now=moment)
        citizens.give_all_consent(session, ids, now=moment)
        keys = [citizens.find_citizen(session, citizen_id).key for citizen_id in ids]
        epoch = EpochRow(
            epoch="test", kind="rehearsal", status="drawn", mode="sampled", rule="equal", fills_all=True,
            frozen_at=moment, round=0, roll_root="", commitment="", basis="",
        )  # fmt: skip
        session.add(epoch)
        session.flush()
        shared = {"epoch": epoch.key, "polity": "river", "chamber": 1, "pool": "p"}
        for number in range(1, SEATS + 1):
            term = {"number": number, "term_class": (number - 1) % 6 + 1, "starts": moment[:10], "ends": "2099-01-01"}
            session.add(SeatRow(citizen=keys[number - 1], pseudonym=f"d{number}", **shared, **term))
        for rank in range(1, ALTERNATES + 1):
            session.add(AlternateRow(citizen=keys[SEATS + rank - 1], pseudonym=f"a{rank}", rank=SEATS + rank, **shared))
    return Court(settings)
