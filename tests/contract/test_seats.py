"""Seats after a draw: who leaves, who takes the rest of a term, and who sits the next year."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from geopolity.assembly.burden import DeferralRefused
from services.assemblies import draws
from services.assemblies import seats as seat_cases
from services.assemblies.planning import LotRequest, NobodyInTheLot
from services.clock import now
from services.storage.people import citizens
from services.storage.people.lot import active_polities, in_the_lot
from services.storage.tables import CitizenRow, SeatRow
from tests.contract.lottery import MOMENT, kinds, register, signed


def test_people_who_come_or_go_after_the_freeze_change_nothing_but_who_sits(people, clock, tmp_path):
    draws.open_epoch(LotRequest(seats=6), people)
    with people.writing() as session:
        register(session, {"01": 50})
        for row in session.scalars(select(CitizenRow).where(CitizenRow.home == "01")).all()[:60]:
            citizens.withdraw_consent(session, row, now=MOMENT)
    held = draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    assert held.frozen.electorate.people == 300
    assert held.vacated > 0
    with people.reading() as session:
        for seat in session.scalars(select(SeatRow).where(SeatRow.ended_at.is_(None))):
            assert citizens.standing(session, session.get(CitizenRow, seat.citizen), MOMENT).is_citizen
        assert {seat.reason for seat in session.scalars(select(SeatRow).where(SeatRow.ended_at.is_not(None)))} == {
            "lapse of consent"
        }


def test_a_vacancy_goes_to_the_next_alternate_with_the_remaining_term(people, clock, tmp_path):
    draws.open_epoch(LotRequest(seats=12), people)
    draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    before = {seat.number: seat for seat in seat_cases.list_seats(people, "river")}
    clock.move_to("2026-06-01T00:00:00Z")
    vacated = seat_cases.vacate_seat("river", 4, people, reason="death")
    after = {seat.number: seat for seat in seat_cases.list_seats(people, "river")}
    assert after[4].pseudonym == vacated.successor != before[4].pseudonym
    assert (after[4].term_class, after[4].ends) == (before[4].term_class, before[4].ends)
    assert after[4].starts == "2026-06-01"
    assert {n: s for n, s in after.items() if n != 4} == {n: s for n, s in before.items() if n != 4}
    assert kinds(people)[-2:] == ["seat vacated", "seat taken"]


def test_the_next_year_fills_the_class_that_ended_and_those_who_served_cool_down(people, clock, tmp_path):
    draws.open_epoch(LotRequest(seats=12), people)
    draws.draw_assemblies(signed(tmp_path), tmp_path / "first", people)
    with pytest.raises(NobodyInTheLot, match="Every seat"):
        draws.open_epoch(LotRequest(seats=12), people)
    clock.move_to("2026-12-31T00:00:00Z")
    with people.writing() as session:
        ids = [row.citizen_id for row in session.scalars(select(CitizenRow))]
        citizens.give_all_consent(session, ids, now="2026-12-31T00:00:00Z")
    clock.move_to("2027-01-02T00:00:00Z")
    draws.open_epoch(LotRequest(seats=12), people)
    held = draws.draw_assemblies(signed(tmp_path), tmp_path / "second", people)
    assert held.frozen.electorate.seats.tolist() == [2, 2]
    seats = [seat for seat in seat_cases.list_seats(people) if seat.epoch == "2027-01-02-1"]
    assert {(seat.number, seat.term_class, seat.ends) for seat in seats} == {
        (1, 1, "2033-01-02"),
        (7, 1, "2033-01-02"),
    }
    with people.reading() as session:
        served = set(session.scalars(select(SeatRow.citizen).where(SeatRow.ended_at.is_not(None))))
        rows = active_polities(session, now())
        free = set(in_the_lot(session, rows, now(), levels=(), rehearsal=False).citizens)
    assert len(served) == 4
    assert not served & free
    assert len(free) == 300 - 24 - 4


def test_a_deferral_empties_the_seat_once(people, clock, tmp_path):
    draws.open_epoch(LotRequest(seats=12), people)
    draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    with people.reading() as session:
        seat = session.scalars(select(SeatRow).where(SeatRow.polity == "town", SeatRow.number == 1)).one()
        pseudonym, citizen = seat.pseudonym, session.get(CitizenRow, seat.citizen).citizen_id
    seat_cases.defer_service(citizen, people, ground="illness", until=date(2026, 11, 1))
    assert seat_cases.list_seats(people, "town")[0].pseudonym != pseudonym
    with pytest.raises(DeferralRefused, match="once"):
        seat_cases.defer_service(citizen, people, ground="illness", until=date(2026, 11, 1))
