"""The policy table: what ends a seat, and when, while a vote is open."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import text

from geopolity.docket.states import StepRefused
from services.assemblies import citizens
from services.assemblies.vacancies import check_seats
from services.auth.roles import Principal, Role
from services.auth.second_person import TwoPersonsError
from services.clock import now
from services.docket import decisions, matters, office_acts, petitions
from services.docket.due import run_due
from services.storage.docket.votes import VoteRefused
from services.storage.layers.census import find_layer
from services.storage.polities import steps, versions
from services.storage.tables import BallotRow
from tests.contract.read_back import logged, rows_of
from tests.contract.test_store import RIVER


def _narrow(court):
    """The boundary moves: unit 02, where d1 and d2 live, is outside now."""
    with court.store.writing() as session:
        proposal = replace(RIVER, members=pd.Series(1.0, index=["01"]), digest="narrow")
        row = steps.draft(session, proposal, layer=find_layer(session).digest, proposer="ann")
        steps.propose(session, row, days=0, now=now())
        steps.activate(session, row, activator="bob", now=now())


def test_a_boundary_that_moves_while_a_vote_is_open_lets_the_vote_finish_and_then_ends_the_seats(court):
    matter_id = court.voting()
    _narrow(court)
    leaving = check_seats(court.store)
    assert [(it.pseudonym, it.reason, it.waits) for it in leaving] == [
        ("d1", "boundary moved away", True), ("d2", "boundary moved away", True),
    ]  # fmt: skip
    assert check_seats(court.store) == leaving  # asked again, nothing more is noted
    court.cast(matter_id, ["yes"] * 9)
    assert decisions.close_vote(matter_id, court.store).yes == 9
    assert (court.sitting()[1], court.sitting()[2]) == ("a1", "a2")
    assert [line["kind"] for line in logged(court.store)].count("seat: special epoch needed") >= 1  # 2 of 9


def test_who_moves_away_leaves_at_once_when_no_vote_is_open(court):
    citizens.move_citizen(court.citizen("d3"), "03", court.store)
    (left,) = check_seats(court.store)
    assert (left.reason, left.waits, court.sitting()[3]) == ("moved away", False, "a1")


def test_lapsed_consent_ends_a_seat_at_once_and_the_vote_with_it(court):
    matter_id = court.voting()
    citizens.withdraw_consent(court.citizen("d4"), court.store)
    (left,) = check_seats(court.store)
    assert (left.reason, left.waits, court.sitting()[4]) == ("lapse of consent", False, "a1")
    with pytest.raises(VoteRefused, match="has left the seat"):
        decisions.cast(matter_id, "d4", "yes", court.store)
    with pytest.raises(VoteRefused, match="not in the electorate"):  # it was frozen without the alternate
        decisions.cast(matter_id, "a1", "yes", court.store)


def test_a_term_that_is_over_ends_at_the_close_of_an_open_vote_and_nobody_takes_its_rest(court):
    matter_id = court.voting()
    with court.store.writing() as session:
        session.execute(
            text("UPDATE seats SET starts = '2020-01-01', ends = :day WHERE number = 5"), {"day": now()[:10]}
        )
    (left,) = check_seats(court.store)
    assert (left.reason, left.waits, court.sitting()[5]) == ("term over", True, "d5")
    court.cast(matter_id, ["no"] * 9)
    decisions.close_vote(matter_id, court.store)
    assert 5 not in court.sitting()


def test_a_polity_that_ends_stays_its_matters_and_an_open_vote_is_void(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 3)
    with court.store.writing() as session:
        steps.retire(session, versions.active(session, "river"), now=now())
    done = run_due(court.store)
    assert (done.stayed, court.state(matter_id)) == ((matter_id,), "stayed")
    assert rows_of(court.store, BallotRow) == []
    with pytest.raises(petitions.PetitionError, match="no active polity"):
        matters.resume(matter_id, court.store)


def test_a_stayed_matter_resumes_with_a_new_electorate(court):
    matter_id = court.file()
    petitions.admit(matter_id, court.store)
    court.heard(matter_id)
    matters.stay(matter_id, court.store, reason="the polity splits")
    assert matters.resume(matter_id, court.store).electorate == frozenset(court.delegates)
    assert court.state(matter_id) == "ready"
    decisions.open_vote(matter_id, court.store)
    number = office_acts.ask_void(matter_id, clerk("ann"), court.store, reason="a double membership was decisive")
    assert court.state(matter_id) == "vote 1"  # one person alone ends no vote
    for one in ("ann", "ann"):
        with pytest.raises(TwoPersonsError):
            office_acts.confirm(number, clerk(one), court.store)
    office_acts.confirm(number, clerk("bob"), court.store)
    assert court.state(matter_id) == "ready"
    with pytest.raises(StepRefused):
        office_acts.ask_void(matter_id, clerk("ann"), court.store, reason="again")


def clerk(name):
    return Principal(name=name, roles=frozenset({Role.CLERK}))
