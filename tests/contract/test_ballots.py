"""Ballots: one of each delegate, secret, and a close that is whole whatever happens."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from geopolity.docket.states import StepRefused
from services.clock import after
from services.docket import decisions, hearings, matters, petitions
from services.records import as_json
from services.storage.docket.votes import VoteRefused
from services.storage.tables import BallotRow, VoteRow, VoterRow
from tests.contract.read_back import logged, rows_of


def _when_over():
    """When a vote that is opened now is over."""
    return after(timedelta(days=4))


def _ballot(court, matter_id, pseudonym="d1"):
    try:
        return decisions.cast(matter_id, pseudonym, "yes", court.store)
    except VoteRefused:
        return None


def test_fifty_parallel_ballots_of_one_delegate_leave_exactly_one(court):
    matter_id = court.voting()
    with ThreadPoolExecutor(8) as pool:
        receipts = [receipt for receipt in pool.map(lambda _: _ballot(court, matter_id), range(50)) if receipt]
    assert (len(receipts), len(rows_of(court.store, BallotRow)), len(rows_of(court.store, VoterRow))) == (1, 1, 1)


def test_without_the_index_the_same_delegate_would_vote_twice(court):
    matter_id = court.voting()
    with court.store.writing() as session:
        session.execute(text("DROP INDEX one_ballot_a_delegate"))
    for _ in range(2):
        assert _ballot(court, matter_id) is not None
    assert len(rows_of(court.store, BallotRow)) == 2


def test_a_vote_during_the_close_is_counted_or_refused(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 6)
    with ThreadPoolExecutor(4) as pool:
        late = [pool.submit(_ballot, court, matter_id, f"d{number}") for number in (7, 8, 9)]
        result = pool.submit(decisions.close_vote, matter_id, court.store, at=_when_over()).result()
    taken = sum(receipt.result() is not None for receipt in late)
    assert result.yes == 6 + taken == len(result.voted)
    assert rows_of(court.store, BallotRow) == []


def test_all_ballots_of_the_last_second_are_counted(court):
    matter_id = court.voting()
    with ThreadPoolExecutor(9) as pool:
        receipts = list(pool.map(lambda pseudonym: _ballot(court, matter_id, pseudonym), court.delegates))
    result = decisions.close_vote(matter_id, court.store)
    assert None not in receipts
    assert (result.yes, result.voted) == (9, court.delegates)


def test_nobody_learns_how_an_open_vote_stands(court):
    matter_id = court.voting()
    entries = len(logged(court.store))
    court.cast(matter_id, ["yes"] * 5)
    with pytest.raises(VoteRefused, match="nobody is told how it stands"):
        decisions.vote_result(matter_id, court.store)
    said = json.dumps(as_json([matters.show_matter(matter_id, court.store), *matters.list_matters(court.store)]))
    assert not any(f'"{word}"' in said for word in ("yes", "no", "abstain"))
    assert len(logged(court.store)) == entries  # not even when somebody votes
    with court.store.reading() as session:
        told = session.execute(select(VoteRow.yes, VoteRow.no, VoteRow.abstain, VoteRow.published)).one()
    assert tuple(told) == (None, None, None, None)


def test_a_ballot_row_knows_no_voter_no_time_and_no_order(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes", "no", "yes", "abstain", "no"])
    with court.store.reading() as session:
        columns = {column["name"] for column in inspect(session.connection()).get_columns("ballots")}
        if court.settings.database_url is None:
            order = session.scalars(text("SELECT tracker FROM ballots")).all()
            assert order == sorted(order)
        else:  # every ballot was rewritten with the last one, so row versions tie none to its voter
            assert len(session.scalars(text("SELECT DISTINCT xmin::text FROM ballots")).all()) == 1
            assert len(session.scalars(text("SELECT DISTINCT xmin::text FROM voters")).all()) == 5
    assert columns == {"tracker", "vote", "choice"}


def test_no_line_of_the_log_pairs_a_person_with_a_choice(court):
    court.mandated()
    text_ = json.dumps(logged(court.store))
    (closed,) = [line["facts"] for line in logged(court.store) if line["kind"].startswith("vote closed")]
    assert sorted(closed["voted"]) == court.delegates
    assert [set(pair) & set(court.delegates) for pair in closed["ballots"]] == [set()] * 9
    assert "nets are empty" not in text_
    assert "No fish" not in text_


def test_a_delegate_finds_the_ballot_and_others_cannot_make_the_tracker(court):
    from geopolity.docket.ballot import tracker

    matter_id = court.voting()
    receipt = court.cast(matter_id, ["yes"] * 5 + ["no"] * 4)[0]
    result = decisions.close_vote(matter_id, court.store)
    assert [receipt.tracker, "yes"] in result.ballots
    assert result.ballots == sorted(result.ballots)
    (closed,) = [line["facts"] for line in logged(court.store) if line["kind"].startswith("vote closed")]
    own = (receipt.delegate, receipt.salt, receipt.nonce)
    assert tracker(receipt.vote, bytes.fromhex(closed["tracker_secret"]), *own) == receipt.tracker


def test_few_ballots_publish_the_result_only(court):
    matter_id = court.file()
    petitions.admit(matter_id, court.store)
    for pseudonym in court.delegates[:5]:
        hearings.recuse(matter_id, pseudonym, court.store)
    assert len(court.heard(matter_id).electorate) == 4
    decisions.open_vote(matter_id, court.store)
    for pseudonym, word in zip(court.delegates[5:], ["yes", "yes", "no", "yes"], strict=True):
        decisions.cast(matter_id, pseudonym, word, court.store)
    result = decisions.close_vote(matter_id, court.store)
    assert (result.outcome, result.ballots) == ("harm declared", [])
    assert (result.yes, result.no, result.abstain) == (None, None, None)


def test_a_ballot_of_another_vote_an_outsider_and_a_recused_delegate_are_refused(court):
    matter_id = court.file()
    petitions.admit(matter_id, court.store)
    hearings.recuse(matter_id, "d9", court.store)
    court.heard(matter_id)
    with pytest.raises(StepRefused, match="electorate of river-1 is frozen"):
        hearings.recuse(matter_id, "d8", court.store)
    with pytest.raises(VoteRefused, match="No vote of river-1 is open"):
        decisions.cast(matter_id, "d1", "yes", court.store)
    decisions.open_vote(matter_id, court.store)
    for outsider in ("d9", "a1", "nobody"):
        with pytest.raises(VoteRefused, match="not in the electorate"):
            decisions.cast(matter_id, outsider, "yes", court.store)


def test_a_nonce_that_another_has_used_makes_another_tracker_and_both_ballots_stand(court):
    matter_id = court.voting()
    receipts = [decisions.cast(matter_id, name, "yes", court.store, nonce="same-nonce-1") for name in ("d1", "d2")]
    assert receipts[0].tracker != receipts[1].tracker


def test_a_replayed_nonce_of_another_matter_makes_another_tracker(court):
    first, second = court.voting(), court.voting()
    receipts = [decisions.cast(m, "d1", "yes", court.store, nonce="same-nonce") for m in (first, second)]
    assert receipts[0].tracker != receipts[1].tracker


def test_all_recused_cannot_vote(court):
    matter_id = court.file()
    petitions.admit(matter_id, court.store)
    for pseudonym in court.delegates:
        hearings.recuse(matter_id, pseudonym, court.store)
    court.heard(matter_id)
    with pytest.raises(StepRefused, match="empty electorate"):
        decisions.open_vote(matter_id, court.store)
