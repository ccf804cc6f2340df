"""The docket in the store: ballots once and secret, a close that is whole, and every row of the policy table."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import inspect, select, text

from geopolity.docket.question import question_hash
from geopolity.docket.states import StepRefused
from services.assemblies import citizens, jury_duty
from services.assemblies.vacancies import check_seats
from services.bootstrap import open_store
from services.clock import after, now
from services.docket import decisions, hearings, matters, petitions
from services.docket.due import reviews_due, run_due
from services.publiclog.export import export_log, verify_export
from services.records import as_json
from services.settings import Settings
from services.storage.docket import votes
from services.storage.docket.matters import UnknownMatterError
from services.storage.docket.votes import VoteRefused
from services.storage.layers.census import find_layer
from services.storage.offices.summonses import UnknownSummonsError
from services.storage.polities import steps, versions
from services.storage.publiclog import lines
from services.storage.tables import BallotRow, VoteRow, VoterRow
from tests.contract.court import OLD, REMEDY
from tests.contract.killed import killed_before
from tests.contract.test_store import RIVER


def _when_over():
    """When a vote that is opened now is over."""
    return after(timedelta(days=4))


def _log(store):
    with store.reading() as session:
        return [json.loads(line) for line in lines(session)]


def _rows(store, table):
    with store.reading() as session:
        return session.scalars(select(table)).all()


def _ballot(court, matter_id, pseudonym="d1"):
    try:
        return decisions.cast(matter_id, pseudonym, "yes", court.store)
    except VoteRefused:
        return None


def test_fifty_parallel_ballots_of_one_delegate_leave_exactly_one(court):
    matter_id = court.voting()
    with ThreadPoolExecutor(8) as pool:
        receipts = [receipt for receipt in pool.map(lambda _: _ballot(court, matter_id), range(50)) if receipt]
    assert (len(receipts), len(_rows(court.store, BallotRow)), len(_rows(court.store, VoterRow))) == (1, 1, 1)


def test_without_the_index_the_same_delegate_would_vote_twice(court):
    matter_id = court.voting()
    with court.store.writing() as session:
        session.execute(text("DROP INDEX one_ballot_a_delegate"))
    for _ in range(2):
        assert _ballot(court, matter_id) is not None
    assert len(_rows(court.store, BallotRow)) == 2


def test_a_vote_during_the_close_is_counted_or_refused(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 6)
    with ThreadPoolExecutor(4) as pool:
        late = [pool.submit(_ballot, court, matter_id, f"d{number}") for number in (7, 8, 9)]
        result = pool.submit(decisions.close_vote, matter_id, court.store, at=_when_over()).result()
    taken = sum(receipt.result() is not None for receipt in late)
    assert result.yes == 6 + taken == len(result.voted)
    assert _rows(court.store, BallotRow) == []


def test_all_ballots_of_the_last_second_are_counted(court):
    matter_id = court.voting()
    with ThreadPoolExecutor(9) as pool:
        receipts = list(pool.map(lambda pseudonym: _ballot(court, matter_id, pseudonym), court.delegates))
    result = decisions.close_vote(matter_id, court.store)
    assert None not in receipts
    assert (result.yes, result.voted) == (9, court.delegates)


def _close(session):
    votes.close_vote(session, "river-1", now=now())


def test_a_process_killed_at_any_statement_of_the_close_leaves_one_result_after_the_restart(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 7 + ["no"] * 2)
    before = len(_log(court.store))
    for statement in range(1, 40):
        status = killed_before(statement, _close, court.settings)
        if status == 0:
            break
        assert (status, court.state(matter_id), len(_log(court.store))) == (-signal.SIGKILL, "vote 1", before)
        assert len(_rows(court.store, BallotRow)) == 9
    assert statement > 6
    assert (court.state(matter_id), len(_log(court.store))) == ("remedy mandated", before + 2)
    with pytest.raises(VoteRefused, match="nothing to close"):
        decisions.close_vote(matter_id, court.store)


def test_nobody_learns_how_an_open_vote_stands(court):
    matter_id = court.voting()
    entries = len(_log(court.store))
    court.cast(matter_id, ["yes"] * 5)
    with pytest.raises(VoteRefused, match="nobody is told how it stands"):
        decisions.vote_result(matter_id, court.store)
    said = json.dumps(as_json([matters.show_matter(matter_id, court.store), *matters.list_matters(court.store)]))
    assert not any(f'"{word}"' in said for word in ("yes", "no", "abstain"))
    assert len(_log(court.store)) == entries  # not even when somebody votes
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
    text_ = json.dumps(_log(court.store))
    (closed,) = [line["facts"] for line in _log(court.store) if line["kind"].startswith("vote closed")]
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
    (closed,) = [line["facts"] for line in _log(court.store) if line["kind"].startswith("vote closed")]
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


# ── the policy table: what ends a seat, and when ────────────────────────────────────────────────────────────


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
    assert [line["kind"] for line in _log(court.store)].count("seat: special epoch needed") >= 1  # 2 of 9


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
    assert _rows(court.store, BallotRow) == []
    with pytest.raises(petitions.PetitionError, match="no active polity"):
        matters.resume(matter_id, court.store)


def test_a_stayed_matter_resumes_with_a_new_electorate(court):
    matter_id = court.voting()
    matters.stay(matter_id, court.store, reason="the polity splits")
    assert matters.resume(matter_id, court.store).electorate == frozenset(court.delegates)
    assert court.state(matter_id) == "ready"
    decisions.open_vote(matter_id, court.store)
    assert matters.void(matter_id, court.store, reason="a double membership was decisive").state == "ready"


def test_a_summons_is_answered_by_the_list_and_silence_calls_the_alternate(court):
    assert jury_duty.send_summonses("river", court.store, at="2026-01-01T00:00:00Z") == 9
    assert jury_duty.send_summonses("river", court.store) == 0
    jury_duty.accept_summons("river", "d1", court.store)
    assert jury_duty.excuse("river", "d2", "lives abroad", court.store, is_granted=False).answer == "excuse refused"
    assert jury_duty.excuse("river", "d2", "lives abroad", court.store, is_granted=True).answer == "excused"
    assert court.sitting()[2] == "a1"
    jury_duty.defer("river", "d3", "illness", court.store, until=date.fromisoformat(now()[:10]) + timedelta(days=30))
    assert court.sitting()[3] == "a2"
    assert len(jury_duty.mark_silent("river", court.store)) == 6
    told = [line["facts"]["reason"] for line in _log(court.store) if line["kind"] == "seat vacated"]
    assert told == ["excused", "deferral", *["no response"] * 6]
    with pytest.raises(UnknownSummonsError, match="was not called"):
        jury_duty.accept_summons("river", "nobody", court.store)


def test_sessions_keep_to_the_cap_and_the_load_is_reported(court):
    day = date.fromisoformat(now()[:10]) + timedelta(days=2)
    jury_duty.schedule("river", day, court.store)
    jury_duty.schedule("river", day, court.store)
    (report,) = jury_duty.load_report(court.store, at=f"{day}T12:00:00Z")
    assert (report.days_in_year, report.most) == (1, 12)
    assert report.next_by == str(day + timedelta(days=183))


def test_reviews_come_back_by_themselves_and_a_law_ends_on_its_last_day(court):
    matter_id = court.enacted(review_at=date(2098, 1, 1), sunset_at=date(2097, 1, 1))
    assert reviews_due(court.store, by=date(2097, 12, 31)) == []
    assert [record.matter_id for record in reviews_due(court.store, by=date(2098, 1, 1))] == [matter_id]
    done = run_due(court.store, at="2097-01-01T00:00:00Z")
    assert (done.sunsets, court.state(matter_id)) == ((matter_id,), "sunset")


def test_a_repeal_needs_two_votes_and_ends_the_law_everywhere(court):
    first = court.enacted()
    second = court.voting(court.file(text=None))
    court.cast(second, ["yes"] * 9)
    decisions.close_vote(second, court.store)
    decisions.propose_remedy(second, replace(REMEDY, law="", repeals=True), court.store)
    court.heard(second)
    decisions.open_vote(second, court.store)
    court.cast(second, ["no"] * 9)
    decisions.close_vote(second, court.store)
    decisions.enact(second, court.store)
    assert court.state(first) == "repealed"


def test_the_exported_log_retells_who_sat_what_was_asked_how_it_was_decided_and_when_it_comes_back(court, tmp_path):
    matter_id = court.enacted()
    export_log(tmp_path / "log", court.store)
    assert "verified" in verify_export(tmp_path / "log")
    told = [json.loads(line) for line in (tmp_path / "log" / "entries.jsonl").read_bytes().splitlines()]
    steps = [(line["kind"], line["facts"].get("to")) for line in told if line["facts"].get("matter") == matter_id]
    assert [kind for kind, _ in steps] == [
        "matter filed", "matter admitted", "hearing opened", "testimony heard", "brief written", "vote ready",
        "vote opened", "vote closed: harm declared", "remedy mandated", "remedy proposed", "hearing opened",
        "testimony heard", "brief written", "vote ready", "vote opened", "vote closed: remedy approved", "law in force",
    ]  # fmt: skip
    facts = {line["kind"]: line["facts"] for line in told}
    assert facts["vote ready"]["electorate"] == court.delegates
    assert facts["vote opened"]["question_sha256"] == question_hash()
    assert facts["law in force"]["review_at"] > now()[:10]


def test_a_law_binds_at_its_place_and_the_look_up_names_who_decided_it(court):
    from services.lookup.answer import lookup

    assert lookup(0.5, 0.5, now()[:10], court.store).as_json()["laws"] == []
    matter_id = court.enacted()
    (law,) = lookup(0.5, 0.5, now()[:10], court.store).as_json()["laws"]
    assert (law["law"], law["polity"], law["matter"], law["version"]) == ("weirs", "river", matter_id, 2)


def test_evidence_is_kept_with_its_checksum_and_a_large_file_is_refused(court, tmp_path):
    matter_id = court.file()
    petitions.admit(matter_id, court.store)
    with pytest.raises(StepRefused, match="No hearing of river-1 is open"):
        hearings.add_testimony(matter_id, court.store, by="x", text="y")
    hearings.hear(matter_id, court.store, until=date.fromisoformat(now()[:10]) + timedelta(days=30))
    (tmp_path / "catch.csv").write_text("year,tonnes\n")
    digest = hearings.add_evidence(
        matter_id,
        hearings.Evidence(author="x", summary="Catches.", file=tmp_path / "catch.csv"),
        court.store,
    )
    (heard,) = matters.show_matter(matter_id, court.store).heard
    assert (heard.sha256, heard.file) == (digest, "catch.csv")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(hearings.MOST_EVIDENCE + 1)
    for file, word in ((tmp_path / "huge", "20 is the most"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(hearings.EvidenceError, match=word):
            hearings.add_evidence(matter_id, hearings.Evidence(author="x", summary="y", file=file), court.store)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"polity_id": "lake"}, "'lake' is no active polity"),
        ({"petitioner": "party"}, "'party' files no petitions"),
        ({"law": "The Law"}, "names no law"),
        ({"law": "dams", "text": None}, "no law 'dams'"),
    ],
)
def test_a_petition_that_cannot_be_filed_is_said(court, said, word):
    with pytest.raises((petitions.PetitionError, UnknownMatterError), match=word):
        court.file(**said)


def test_everything_may_be_read_before_voting_and_the_petition_text_stays_off_the_log(court):
    matter_id = court.voting()
    shown = matters.show_matter(matter_id, court.store, language="de")
    assert (shown.question, shown.law_text, shown.brief) == (
        "Lässt das Gesetz Schaden zu?", OLD, "In plain words.",
    )  # fmt: skip


def test_a_store_restored_elsewhere_verifies_the_same(court, tmp_path, request):
    from services.storage.upkeep import backup, restore

    court.mandated()
    url = None
    if court.settings.database_url is not None:
        url = request.getfixturevalue("cluster").url(template="template0")
    other = open_store(Settings(home=tmp_path / "other", workers=1, database_url=url))
    backup(tmp_path / "copy", court.store)
    restore(tmp_path / "copy", other)
    assert decisions.vote_result("river-1", other) == decisions.vote_result("river-1", court.store)
    other.close()
