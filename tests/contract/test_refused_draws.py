"""Draws that are refused, or fail: whatever was wrong, late or changed, nobody is drawn."""

from __future__ import annotations

from multiprocessing.pool import ThreadPool

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from geopolity.sortition.drand import RandomnessRefused
from geopolity.sortition.randomness import RandomnessError
from services.assemblies import draws
from services.assemblies import seats as seat_cases
from services.assemblies.planning import LotRequest
from services.storage.offices.epochs import EpochOpen, NoEpochError, RollChanged
from services.storage.tables import CitizenRow, EpochRow, EpochTableRow, RollRow, SeatRow
from tests.contract.conftest import NOW
from tests.contract.lottery import kinds, signed
from tests.unit.sortition.test_randomness import DUE, RECORD, ROUND


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
