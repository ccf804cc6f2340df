"""Rehearsals of a draw: everybody's seat anew, and nobody is seated."""

from __future__ import annotations

import json

from sqlalchemy import select

from services.assemblies import draws
from services.assemblies import seats as seat_cases
from services.assemblies.planning import LotRequest
from services.storage.tables import EpochRow
from services.verifiers import verify_draw
from tests.contract.lottery import kinds, register, signed


def test_a_rehearsal_fills_all_seats_and_seats_nobody(people, clock, tmp_path):
    draws.open_epoch(LotRequest(seats=6), people)
    draws.draw_assemblies(signed(tmp_path), tmp_path / "binding", people)
    before = seat_cases.list_seats(people)
    for name in ("first", "second"):
        held = draws.rehearse_assemblies("7", tmp_path / name, LotRequest(seats=6), people)
    assert seat_cases.list_seats(people) == before
    assert held.frozen.electorate.seats.tolist() == [6, 6]
    assert (tmp_path / "first/seats.csv").read_bytes() == (tmp_path / "second/seats.csv").read_bytes()
    assert json.loads((tmp_path / "first/bundle.json").read_text())["rehearsal"] is True
    assert "rehearsal" in verify_draw.check(tmp_path / "first", "7")
    assert kinds(people).count("draw rehearsed") == 2
    with people.reading() as session:
        assert session.scalars(select(EpochRow.status).where(EpochRow.kind == "rehearsal")).all() == ["frozen"]
    with people.writing() as session:
        register(session, {"02": 1})
    held = draws.rehearse_assemblies("7", tmp_path / "third", LotRequest(seats=6), people)
    assert held.frozen.electorate.people == 301


def test_a_rehearsal_uses_an_open_epoch_that_fills_all_seats(people, clock, tmp_path):
    opened = draws.open_epoch(LotRequest(), people)
    held = draws.rehearse_assemblies("7", tmp_path / "bundle", LotRequest(), people)
    assert held.frozen.promise.epoch == opened.epoch
    assert not seat_cases.list_seats(people)
