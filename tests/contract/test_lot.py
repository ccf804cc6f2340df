"""The lot in the store: who is on the roll, what can be filled, and the draw that strangers recompute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import func, select, update

from geopolity.sortition.feasibility import DrawInfeasible
from geopolity.sortition.lot import LoadAboveOne
from services.assemblies import draws
from services.assemblies import seats as seat_cases
from services.assemblies.bundle import BundleFolderError
from services.assemblies.own_draw import check_own_draw
from services.assemblies.planning import LotRequest, NobodyInTheLot, SeatsError, plan_assemblies
from services.storage.layers.census import find_layer
from services.storage.offices.epochs import NoEpochError
from services.storage.people import citizens
from services.storage.polities import steps
from services.storage.publiclog import lines
from services.storage.tables import CitizenRow, ConsentRow, EpochRow, RollRow, SeatRow
from services.verification import verify
from services.verifiers import verify_draw
from tests.contract.conftest import NOW
from tests.contract.lottery import MOMENT, kinds, register, roll, signed
from tests.contract.test_store import RIVER
from tests.unit.sortition.test_randomness import RECORD


def test_a_binding_draw_seats_the_assemblies_and_strangers_recompute_it(people, clock, tmp_path):
    request = LotRequest(levels=("sex",), seats=12)
    opened = draws.open_epoch(request, people)
    held = draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    assert "recomputed" in verify_draw.check(tmp_path / "bundle", RECORD["randomness"], opened.commitment)
    assert len(list(verify(tmp_path / "bundle"))) == 2
    seats = seat_cases.list_seats(people)
    assert sorted((seat.polity, seat.number) for seat in seats) == [
        (p, n) for p in ("river", "town") for n in range(1, 13)
    ]
    delegates = {(call.polity, call.pseudonym) for call in held.draw.calls if call.kind == "delegate"}
    assert {(seat.polity, seat.pseudonym) for seat in seats} == delegates
    assert {seat.term_class for seat in seats} == set(range(1, 7))
    assert {seat.ends[:4] for seat in seats} == {"2027", "2028", "2029", "2030", "2031", "2032"}
    found = kinds(people)
    assert found.count("draw frozen") == found.count("draw held") == 1
    assert found.count("seat taken") == 24
    assert found.index("draw frozen") < found.index("draw held") < found.index("seat taken")
    with people.reading() as session:
        homes = dict(
            session.execute(
                select(SeatRow.polity, func.max(CitizenRow.home))
                .join(CitizenRow, CitizenRow.key == SeatRow.citizen)
                .where(SeatRow.polity == "river")
                .group_by(SeatRow.polity)
            ).all()
        )
    assert homes == {"river": "01"}  # nobody from outside


def test_a_draw_killed_before_it_was_kept_is_repeated_into_the_same_folder(people, clock, tmp_path, monkeypatch):
    """Once: the epoch frozen, nobody seated, and the repeat refused since the folder was there."""
    town, write = people, draws.write_bundle

    def killed(folder, published):
        write(folder, published)
        raise SystemExit

    draws.open_epoch(LotRequest(), town)
    monkeypatch.setattr(draws, "write_bundle", killed)
    with pytest.raises(SystemExit):
        draws.draw_assemblies(signed(tmp_path), tmp_path / "draw", town)
    torn = (tmp_path / "draw" / "seats.csv").read_bytes()
    monkeypatch.setattr(draws, "write_bundle", write)
    draws.draw_assemblies(signed(tmp_path), tmp_path / "draw", town)
    assert (tmp_path / "draw" / "seats.csv").read_bytes() == torn
    with pytest.raises((BundleFolderError, NoEpochError)):
        draws.draw_assemblies(signed(tmp_path), tmp_path / "draw", town)
    assert (tmp_path / "draw").is_dir()


def test_who_is_not_in_the_lot(people, clock):
    everybody = roll(people)
    assert len(everybody) == 300
    with people.writing() as session:
        rows = session.scalars(select(CitizenRow).where(CitizenRow.key.in_(sorted(everybody)[:6]))).all()
        withdrawn, erased, young, lapsed, future, deferred = rows
        citizens.withdraw_consent(session, withdrawn, now="2026-01-01T12:00:00Z")
        citizens.erase(session, erased, now="2026-01-01T12:00:00Z")
        young.is_of_age = False
        session.execute(
            update(ConsentRow)
            .where(ConsentRow.citizen == lapsed.key)
            .values(given_at="2025-01-01T00:00:00Z", expires_at="2026-01-02T00:00:00Z")
        )
        session.execute(
            update(ConsentRow).where(ConsentRow.citizen == future.key).values(given_at="2026-01-02T00:00:01Z")
        )
        from services.storage.offices.seats import defer

        defer(session, deferred, ground="illness", until=date(2026, 12, 1), now=MOMENT)
        gone = {row.key for row in rows}
        register(session, {"01": 5}, is_synthetic=True)
        register(session, {"01": 5}, is_of_age=False)
    assert roll(people) == everybody - gone


def test_seats_that_cannot_be_filled_are_named_and_nothing_is_frozen(people, clock):
    with people.writing() as session:
        register(session, {"02": 1})
    with pytest.raises(LoadAboveOne, match="--unequal"):
        draws.open_epoch(LotRequest(seats=90), people)
    with people.writing() as session:
        for row in session.scalars(select(CitizenRow).where(CitizenRow.home == "01")).all()[:50]:
            citizens.withdraw_consent(session, row, now=MOMENT)
    with pytest.raises(DrawInfeasible, match="Polity river has 90 open seats but only 50"):
        draws.open_epoch(LotRequest(seats=90, unequal=True), people)
    with people.reading() as session:
        assert session.scalars(select(EpochRow)).first() is None
        assert session.scalars(select(RollRow)).first() is None
    assert "draw frozen" not in kinds(people)


def test_an_ordered_draw_with_unequal_chances_is_logged_as_one(people, clock, tmp_path):
    assert draws.open_epoch(LotRequest(seats=90, unequal=True), people).rule == "least-deviation"
    draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    assert "recomputed" in verify_draw.check(tmp_path / "bundle", RECORD["randomness"])
    assert len(seat_cases.list_seats(people)) == 180
    with people.reading() as session:
        assert b"least-deviation" in b"".join(lines(session))


def test_universal_service_gives_everybody_a_seat(people, clock, tmp_path):
    held = draws.rehearse_assemblies("1", tmp_path / "bundle", LotRequest(mode="universal"), people)
    assert sum(call.kind == "delegate" for call in held.draw.calls) == 300
    assert held.frozen.electorate.seats.tolist() == [50, 250]
    assert held.frozen.chambers == [1, 2]
    assert "recomputed" in verify_draw.check(tmp_path / "bundle", "1")


def test_a_citizen_checks_their_own_draw(people, clock, tmp_path):
    opened = draws.open_epoch(LotRequest(seats=12), people)
    draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    with people.reading() as session:
        sitting = session.scalars(select(SeatRow.citizen)).first()
        names = {row.key: row.citizen_id for row in session.scalars(select(CitizenRow))}
    answers = [
        check_own_draw(tmp_path / "bundle", seat_cases.citizen_receipt(names[key], opened.epoch, people)).kind
        for key in (sitting, *list(names)[:5])
    ]
    assert answers[0] == "delegate"
    with pytest.raises(NoEpochError, match="no epoch"):
        seat_cases.citizen_receipt(names[sitting], "2020-01-01-1", people)


def test_a_plan_names_polities_without_anybody_and_changes_nothing(people, clock):
    with people.writing() as session:
        proposal = replace(RIVER, issue="dust", title="Dust", members=pd.Series(1.0, index=["03"]))
        row = steps.draft(session, proposal, layer=find_layer(session).digest, proposer="ann")
        steps.propose(session, row, days=0, now=NOW)
        steps.activate(session, row, activator="bob", now=NOW)
    before = kinds(people)
    planned = plan_assemblies(LotRequest(), people)
    assert planned.left_out == ("dust",)
    assert planned.plan.heaviest <= 0.5
    assert kinds(people) == before
    with pytest.raises(SeatsError, match="1 to 150"):
        LotRequest(seats=151)


def test_an_empty_store_has_nobody_to_draw(store, clock, tmp_path):
    with pytest.raises(NobodyInTheLot, match="No polity"):
        draws.rehearse_assemblies("1", tmp_path / "bundle", LotRequest(), store)
