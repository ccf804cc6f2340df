"""What insiders did to votes, each by the name of the attack; on SQLite and PostGIS."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from geopolity.docket.closing import VoteLengthError
from geopolity.docket.states import StepRefused
from maps.pages.assembly import assembly_page
from maps.pages.docket import matter_page
from maps.pages.layout import PageFrame
from maps.site.assembly_year import assembly_report
from maps.site.layout import Site
from services.auth.roles import Principal, Role
from services.auth.sessions import SignInError, new_link, whose_link
from services.bootstrap import open_store
from services.cli.institutions.votes import _counted, vote
from services.clock import after, now
from services.docket import decisions, matters
from services.docket.due import run_due
from services.polities import lifecycle
from services.publiclog.export import export_log
from services.records import as_json
from services.storage.docket.votes import VoteRefused
from services.storage.polities.steps import TransitionRefused
from services.storage.publiclog import lines
from services.storage.schema import migrate
from services.storage.store import connect
from services.storage.tables import BallotRow, VoteRow, VoterRow
from services.views.assembly import public_assembly, public_log
from services.views.docket import public_matter
from tests.served import served

OVER = timedelta(days=4)


def _sums(record):
    return [record[word] for word in ("yes", "no", "abstain")]


def test_a_vote_closed_after_one_ballot_tells_nobody_what_it_was(court, tmp_path):
    """Today: "1 yes", and who it was, on the page, in the PDF, in the log, by API, command line and site."""
    matter_id = court.voting()
    court.cast(matter_id, ["yes"])
    result = decisions.close_vote(matter_id, court.store, at=after(OVER))
    assert (result.outcome, _sums(as_json(result)), result.ballots) == ("no quorum", [None] * 3, [])
    assert decisions.vote_result(matter_id, court.store) == result
    assert "1 of 9 voted, 6 were needed" in _counted(result)
    with court.store.reading() as session:
        kept = session.get_one(VoteRow, "river-1/1")
        assert ([kept.yes, kept.no, kept.abstain], kept.published) == ([None] * 3, "[]")
        (closed,) = [json.loads(line)["facts"] for line in lines(session) if b"vote closed" in line]
    assert (_sums(closed), closed["ballots"], closed["quorum"]) == ([None] * 3, [], 6)
    export_log(tmp_path / "log", court.store)
    assert b'"yes":1' not in (tmp_path / "log" / "entries.jsonl").read_bytes()
    frame = PageFrame(language="en", path="/")
    page = matter_page(frame, public_matter(matter_id, court.store))
    assert "1 of 9 delegates voted, 6 were needed: too few voted" in page
    assembly = public_assembly("river", court.store)
    year = assembly_report(Site(state=now(), language="en", is_demo=False), assembly, result.closed_at[:4])
    for said in (page, assembly_page(frame, assembly), year, str(public_log(court.store))):
        assert "1 yes" not in said
    for table in (assembly_page(frame, assembly), year):
        (row,) = [row for row in table.split("<tr>") if "river-1/1" in row.partition("</th>")[0]]
        assert (row.count(">–</td>"), "9, 6 needed" in row) == (3, True)


def test_a_clerk_cannot_end_a_vote_when_it_stands_well(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 8)
    for moment in (now(), after(timedelta(days=3) - timedelta(minutes=5))):
        with pytest.raises(StepRefused, match="closes earlier only once everybody has voted"):
            decisions.close_vote(matter_id, court.store, at=moment)
    assert court.state(matter_id) == "vote 1"
    decisions.cast(matter_id, "d9", "no", court.store)
    assert decisions.close_vote(matter_id, court.store).yes == 8


def test_a_clerk_who_waits_with_the_close_gets_no_later_ballots(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 6)
    with court.store.writing() as session:
        session.execute(text("UPDATE votes SET ends_at = :now"), {"now": now()})
    with pytest.raises(VoteRefused, match="no ballot is taken any more"):
        decisions.cast(matter_id, "d7", "no", court.store)
    assert decisions.close_vote(matter_id, court.store, at=after(OVER)).yes == 6


def _end(court):
    with court.store.writing() as session:
        session.execute(text("UPDATE votes SET ends_at = :now"), {"now": now()})


def test_a_clerk_cannot_leave_a_vote_open_that_stands_badly(court):
    """Today: a vote whose end has passed stays open, uncounted, for as long as nobody closes it."""
    matter_id = court.voting()
    court.cast(matter_id, ["no"] * 7)
    assert run_due(court.store).votes == ()
    _end(court)
    assert run_due(court.store).votes == (matter_id,)
    assert (decisions.vote_result(matter_id, court.store).no, court.state(matter_id)) == (7, "closed")
    assert run_due(court.store).votes == ()


def test_the_service_itself_closes_a_vote_at_its_end(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 7)
    _end(court)
    with served(court.settings, worker=False):
        for _ in range(200):
            if court.state(matter_id) != "vote 1":
                break
            time.sleep(0.05)
    assert decisions.vote_result(matter_id, court.store).yes == 7


def test_a_clerk_cannot_void_a_vote_by_staying_its_matter_or_ending_its_polity(court):
    """Today: one clerk stays the matter, the ballots are forgotten, and the vote is held again."""
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 8)
    with pytest.raises(VoteRefused, match="nobody ends it before"):
        matters.stay(matter_id, court.store, reason="the polity splits")
    with pytest.raises(TransitionRefused, match="nobody ends it before"):
        lifecycle.retire_polity("river", court.store)
    run_due(court.store)
    assert court.state(matter_id) == "vote 1"
    with court.store.reading() as session:
        assert session.query(BallotRow).count() == 8
    decisions.close_vote(matter_id, court.store, at=after(OVER))
    assert matters.stay(matter_id, court.store, reason="the polity splits").state == "stayed"
    assert lifecycle.retire_polity("river", court.store).status == "retired"


def test_who_holds_the_command_line_casts_for_nobody_else(court):
    """Today: `vote cast --delegate d1`, and so on to d119."""
    matter_id = court.voting()
    (cast,) = [command for name, command in vote.commands.items() if name == "cast"]
    assert [option.name for option in cast.params] == ["matter_id", "link_file", "signed_file", "choice", "nonce"]
    link = new_link(Principal(name="d3", roles=frozenset({Role.DELEGATE})), court.store)
    office = new_link(Principal(name="d4", roles=frozenset({Role.CLERK})), court.store)
    for secret, word in (
        (link + "x", "used already"),
        ("d3", "used already"),
        ("", "used already"),
        (office, "no delegate"),
    ):
        with pytest.raises(SignInError, match=word):
            decisions.cast_by_link(matter_id, secret, "yes", court.store)
    stranger = new_link(Principal(name="d99", roles=frozenset({Role.DELEGATE})), court.store)
    with pytest.raises(VoteRefused, match="not in the electorate"):
        decisions.cast_by_link(matter_id, stranger, "yes", court.store)
    assert whose_link(stranger, court.store).name == "d99"  # what was refused uses nothing up
    assert decisions.cast_by_link(matter_id, link, "yes", court.store).delegate == "d3"
    with pytest.raises(SignInError):
        decisions.cast_by_link(matter_id, link, "no", court.store)
    with court.store.reading() as session:
        assert [row.pseudonym for row in session.query(VoterRow)] == ["d3"]


def test_a_vote_is_not_opened_for_an_hour(court):
    matter_id = court.file()
    for days in (0, 1, 2, -5, 10**9):
        with pytest.raises(VoteLengthError, match="give 3 to 365 days"):
            decisions.open_vote(matter_id, court.store, days=days)


def test_the_end_and_the_quorum_are_told_while_a_vote_is_open_and_the_turnout_is_not(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"] * 4)
    told = matters.show_matter(matter_id, court.store).open_vote
    assert (told.vote, told.electorate, told.quorum) == ("river-1/1", 9, 6)
    assert told.ends_at > after(timedelta(days=2))
    for roles in (frozenset[str](), frozenset({"clerk"}), frozenset({"administrator"})):
        frame = PageFrame(language="en", path="/", name="x" if roles else "", roles=roles)
        page = matter_page(frame, public_matter(matter_id, court.store))
        assert "At least 6 of 9 delegates must vote" in page
        assert "4 of 9" not in page


def test_one_nonce_in_two_ballots_is_no_second_vote_and_makes_no_common_tracker(court):
    """Case 12: the second delegate was told that they had voted already, and so that somebody used their word."""
    matter_id = court.voting()
    receipts = [decisions.cast(matter_id, d, "yes", court.store, nonce="same-nonce-1") for d in ("d1", "d2")]
    assert receipts[0].tracker != receipts[1].tracker
    assert receipts[0].salt != receipts[1].salt
    with court.store.reading() as session:
        assert session.query(BallotRow).count() == 2
    with pytest.raises(VoteRefused, match="d2 has voted"):
        decisions.cast(matter_id, "d2", "no", court.store, nonce="another-nonce")


def test_votes_of_before_get_an_end_and_forget_what_they_should_not_have_told(court):
    matter_id = court.voting()
    court.cast(matter_id, ["yes"])
    decisions.close_vote(matter_id, court.store, at=after(OVER))
    decisions.open_vote(matter_id, court.store)
    court.cast(matter_id, ["yes"])
    engine = connect(court.store.url)
    migrate(engine, "0010")
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text(
                'UPDATE votes SET yes = 1, no = 0, abstain = 0, published = \'[["a","yes"]]\' WHERE closed_at IS NOT NULL'
            )
        )
    migrate(engine, "head")
    with open_store(court.settings).reading() as session:
        first, second = session.query(VoteRow).order_by(VoteRow.vote).all()
        assert ([first.yes, first.no, first.published], first.ends_at) == ([None, None, "[]"], first.closed_at)
        assert second.ends_at == after(timedelta(days=3), second.opened_at)
        assert session.query(BallotRow).count() == 1
