"""The lot in the store: who is on the roll, what a freeze fixes, when a draw is refused, and who sits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from multiprocessing.pool import ThreadPool

import pandas as pd
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from time_machine import travel

from geopolity.assembly.burden import DeferralRefused
from geopolity.sortition.drand import RandomnessRefused
from geopolity.sortition.feasibility import DrawInfeasible
from geopolity.sortition.lot import LoadAboveOne
from geopolity.sortition.randomness import RandomnessError
from services.assemblies import draws
from services.assemblies import seats as seat_cases
from services.assemblies.own_draw import check_own_draw
from services.assemblies.planning import LotRequest, NobodyInTheLot, SeatsError, plan_assemblies
from services.clock import now
from services.storage.layers.census import find_layer
from services.storage.offices.epochs import EpochOpen, NoEpochError, RollChanged
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.people.lot import active_polities, in_the_lot
from services.storage.polities import steps
from services.storage.publiclog import lines
from services.storage.tables import CitizenRow, ConsentRow, EpochRow, EpochTableRow, RollRow, SeatRow
from services.verification import verify
from services.verifiers import verify_draw
from tests.contract.conftest import NOW
from tests.contract.test_store import RIVER
from tests.unit.sortition.test_randomness import DUE, RECORD, ROUND

MOMENT = "2026-01-02T00:00:00Z"
SIGNED = {"round": ROUND, "signature": RECORD["signature"]}


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands, to be moved; and the drand round that a freeze names is the one whose signature is known."""
    monkeypatch.setattr(draws, "announced_round", lambda moment, wait: ROUND)
    monkeypatch.setattr(draws, "_unix", lambda moment: DUE + 60)
    monkeypatch.setattr(draws, "draw_page", lambda *_, **__: "")
    with travel(MOMENT, tick=False) as clock:
        yield clock


@pytest.fixture
def people(store, clock):
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


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ({"round": ROUND + 1, "signature": RECORD["signature"]}, RandomnessRefused),
        ({"round": ROUND, "signature": RECORD["signature"][:-2] + "7c"}, RandomnessRefused),
        ({"round": ROUND}, RandomnessError),
        ([], RandomnessError),
    ],
)
def test_wrong_or_missing_randomness_draws_nobody(people, clock, tmp_path, record, error):
    draws.open_epoch(LotRequest(seats=6), people)
    with pytest.raises(error):
        draws.draw_assemblies(signed(tmp_path, record), tmp_path / "bundle", people)
    assert not (tmp_path / "bundle").exists()
    assert not seat_cases.list_seats(people)
    assert "draw held" not in kinds(people)
    draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)  # the right one still may


def test_late_randomness_draws_nobody_and_the_epoch_is_given_up(people, clock, tmp_path, monkeypatch):
    draws.open_epoch(LotRequest(seats=6), people)
    monkeypatch.setattr(draws, "_unix", lambda moment: DUE + 8 * 86400)
    with pytest.raises(RandomnessRefused, match="new epoch"):
        draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    with pytest.raises(EpochOpen, match="lapse"):
        draws.open_epoch(LotRequest(seats=6), people)
    assert draws.lapse_epoch(people).status == "lapsed"
    draws.open_epoch(LotRequest(seats=6), people)
    assert "draw given up" in kinds(people)


def test_a_draw_without_a_frozen_roll_is_refused(people, clock, tmp_path):
    with pytest.raises(NoEpochError, match="assembly open"):
        draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    with pytest.raises(NoEpochError):
        draws.lapse_epoch(people)


def other_pool(session, row):
    first = session.scalars(select(RollRow).where(RollRow.epoch == row.key)).first()
    first.pool = "p0002" if first.pool == "p0001" else "p0001"


def one_less(session, row):
    session.delete(session.scalars(select(RollRow).where(RollRow.epoch == row.key)).first())


def other_table(session, row):
    table = session.get(EpochTableRow, (row.key, "polities.csv"))
    table.content = session.get(EpochTableRow, (row.key, "pools.csv")).content


def other_round(session, row):
    row.round = ROUND + 1


@pytest.mark.parametrize("change", [other_pool, one_less, other_table, other_round])
def test_what_was_changed_after_the_freeze_is_not_drawn(people, clock, tmp_path, change):
    draws.open_epoch(LotRequest(seats=6), people)
    with people.writing() as session:
        change(session, session.scalars(select(EpochRow)).one())
    with pytest.raises((RollChanged, RandomnessRefused)):
        draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    assert not (tmp_path / "bundle").exists()
    assert not seat_cases.list_seats(people)


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


def test_two_draws_at_once_seat_nobody_twice(people, clock, tmp_path):
    draws.open_epoch(LotRequest(seats=12), people)
    answer = signed(tmp_path)

    def attempt(number):
        try:
            return draws.draw_assemblies(answer, tmp_path / f"bundle-{number}", people).folder.name
        except NoEpochError:
            return "refused"

    with ThreadPool(4) as pool:
        answers = pool.map(attempt, range(4))
    assert sorted(answers)[1:] == ["refused"] * 3
    assert len(seat_cases.list_seats(people)) == 24
    assert kinds(people).count("draw held") == 1


def taken_twice(store):
    """Seat one person in two assemblies from two transactions; how many seats they hold then."""
    with store.writing() as session:
        epoch = EpochRow(
            epoch="x", kind="binding", status="drawn", mode="sampled", rule="equal", fills_all=True, frozen_at=NOW,
            drawn_at=NOW, round=1, roll_root="", commitment="", basis="",
        )  # fmt: skip
        session.add(epoch)
        session.flush()
        key, citizen = epoch.key, session.scalars(select(CitizenRow.key)).first()

    def sit(polity):
        seat = SeatRow(
            epoch=key, polity=polity, chamber=1, number=1, term_class=1, citizen=citizen, pseudonym="p", pool="q",
            starts="2026-01-02", ends="2027-01-02",
        )  # fmt: skip
        try:
            with store.writing() as session:
                session.add(seat)
        except IntegrityError:
            pass

    with ThreadPool(2) as pool:
        pool.map(sit, ["river", "town"])
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(SeatRow))


def test_one_person_seated_by_two_parallel_draws_sits_once(people):
    assert taken_twice(people) == 1


def test_and_twice_without_the_index(people):
    with people.writing() as session:
        session.execute(text("DROP INDEX one_active_seat"))
    assert taken_twice(people) == 2


def test_a_failed_write_leaves_neither_seats_nor_bundle(people, clock, tmp_path, monkeypatch):
    draws.open_epoch(LotRequest(seats=12), people)

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(draws, "write_bundle", full)
    with pytest.raises(OSError, match="no space"):
        draws.draw_assemblies(signed(tmp_path), tmp_path / "bundle", people)
    assert not seat_cases.list_seats(people)
    assert "draw held" not in kinds(people)


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
