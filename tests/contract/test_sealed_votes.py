"""Votes that no server reads, in both stores: keys by five trustees, encrypted ballots, a sum that three open."""

from __future__ import annotations

import json

import pytest
from time_machine import travel

from geopolity.assembly.credential import SignatureRefused
from geopolity.ballots.ballot import BallotRefused, challenged
from geopolity.ballots.ceremony import CeremonyRefused
from maps.pages.layout import PageFrame
from maps.pages.trust import trust_page
from services.clock import now
from services.docket import decisions
from services.docket.sealed.casting import cast_sealed, election_of
from services.docket.sealed.ceremonies import prepare_key, show_key, take_message
from services.docket.sealed.trustee import TrusteeRefuses
from services.publiclog.export import export_log
from services.storage.docket.sealed import KeyNotMade
from services.storage.docket.votes import VoteRefused
from services.storage.tables import BallotRow, SealedBallotRow
from services.verifiers import verify_vote
from services.views.trust import trust_view
from tests.contract.read_back import logged
from tests.contract.sealed_court import TRUSTEES, WITNESSES, keyed_court

SEVEN = ["yes"] * 5 + ["no", "abstain"]


@pytest.fixture
def clock():
    with travel("2026-11-26T12:00:00Z", tick=False) as it:
        yield it


@pytest.fixture
def house(clock, court, tmp_path):  # the clock first: terms begin on its day
    return keyed_court(court, tmp_path)


@pytest.fixture
def voting(house):
    matter_id = house.ready()
    house.keyed(matter_id)
    decisions.open_vote(matter_id, house.store)
    return matter_id


def _closed(house, matter_id, clock, words=SEVEN):
    house.cast(matter_id, words)
    clock.shift(4 * 86400)
    closed = decisions.close_vote(matter_id, house.store)
    house.cosign()
    return closed


def test_seven_ballots_are_counted_by_three_trustees_and_nobody_else_could(house, voting, clock, tmp_path):
    assert _closed(house, voting, clock).outcome is None
    assert house.court.state(voting) == "vote 1"
    for name in TRUSTEES[:2]:
        assert "opened a part" in house.trustee(name)
        assert house.court.state(voting) == "vote 1"
    house.trustee("eve")
    house.cosign()
    result = decisions.vote_result(voting, house.store)
    assert (result.yes, result.no, result.abstain, result.outcome) == (5, 1, 1, "harm declared")
    export_log(tmp_path / "out", house.store)
    assert "5 yes, 1 no, 1 abstained: harm declared" in verify_vote.check(tmp_path / "out", "river-1/1")


def test_the_store_holds_no_choice_in_the_clear(house, voting):
    house.cast(voting, SEVEN)
    with house.store.reading() as session:
        assert session.query(BallotRow).count() == 0
        ballots = [json.loads(row.ballot) for row in session.query(SealedBallotRow)]
    assert len({json.dumps(ballot) for ballot in ballots}) == 7
    for ballot in ballots:
        assert [sorted(one) for one in ballot["choices"]] == [["alpha", "beta", "proof"]] * 3


def test_nothing_is_opened_before_the_stated_end_and_the_witnesses(house, voting, clock):
    keys = [house.witness("north"), house.witness("south")]
    house.cast(voting, SEVEN)
    assert "waits until river-1/1 is over" in house.trustee("ada")
    clock.shift(4 * 86400)
    house.cosign()
    decisions.close_vote(voting, house.store)
    with pytest.raises(TrusteeRefuses, match="witness north has not cosigned"):
        house.trustee("ada", witnesses=keys)
    clock.shift(60)
    assert all(asked.signed for asked in house.cosign())
    for name in TRUSTEES[:3]:
        house.trustee(name, witnesses=keys)
    assert decisions.vote_result(voting, house.store).yes == 5


def test_a_board_that_fewer_than_two_witnesses_signed_is_never_opened(house, voting, clock):
    _closed(house, voting, clock)
    for named in ((), [house.witness("north")], [house.witness("north")] * 2):
        with pytest.raises(TrusteeRefuses, match="at least two witnesses"):
            house.trustee("ada", witnesses=named)
    pinned = [house.witness(name) for name in WITNESSES]
    file = house.folder / "ada" / "trustee.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"witnesses": pinned}))
    assert "opened a part" in house.trustee("ada", witnesses=())


def test_a_vote_below_the_quorum_is_never_opened(house, voting, clock):
    result = _closed(house, voting, clock, ["yes"] * 5)
    assert (result.outcome, result.yes) == ("no quorum", None)
    with pytest.raises(KeyNotMade, match="not waiting to be opened"):
        _forced_opening(house, voting)
    assert not [it for it in logged(house.store) if it["kind"] == "vote part opened"]


def _forced_opening(house, matter_id):
    from geopolity.ballots.ceremony import say
    from geopolity.ballots.group import scalar
    from services.docket.sealed.trustee import coin
    from services.storage.docket import sealed

    with house.store.reading() as session:
        ceremony = sealed.ceremony_of(sealed.find(session, f"{matter_id}/1"))
    secret = scalar(json.loads((house.folder / "ada" / "trustee.json").read_text())["secret"])
    take_message(matter_id, say(ceremony, "ada", "opening", ([], secret), coin).record(), house.store)


def test_a_ballot_of_another_delegate_or_vote_or_unsigned_is_refused(house, voting):
    ballot, act, _ = house.sealed(voting, "d1", "yes")
    with pytest.raises(SignatureRefused):
        cast_sealed(voting, "d2", ballot.record(), act, house.store)
    other, others_act, _ = house.sealed(voting, "d2", "no")
    with pytest.raises(SignatureRefused, match="another ballot"):
        cast_sealed(voting, "d1", other.record(), act, house.store)
    with pytest.raises(SignatureRefused, match="key that opened the seat"):
        cast_sealed(voting, "d1", other.record(), others_act, house.store)
    record = ballot.record()
    record["choices"][0], record["choices"][1] = record["choices"][1], record["choices"][0]
    with pytest.raises((BallotRefused, SignatureRefused)):
        cast_sealed(voting, "d1", record, act, house.store)
    cast_sealed(voting, "d1", ballot.record(), act, house.store)
    again, again_act, _ = house.sealed(voting, "d1", "no")
    with pytest.raises(VoteRefused, match="has voted"):
        cast_sealed(voting, "d1", again.record(), again_act, house.store)


def test_a_plain_ballot_is_not_taken_where_trustees_keep_the_vote(house, voting):
    from geopolity.assembly.credential import public_half, signed
    from services.assemblies import own_acts
    from tests.contract.sealed_court import secret_of

    deed = own_acts.Deed(kind="ballot", polity="river", delegate="d1", what="river-1/1")
    act = signed(own_acts.statement_of(deed, public_half(secret_of("d1")), house.store), secret_of("d1"))
    with pytest.raises(VoteRefused, match="encrypted ballots only"):
        decisions.cast(voting, "d1", "yes", house.store, signed=act)


def test_a_challenged_ballot_shows_what_it_holds_and_a_lying_device_is_found(house, voting):
    head = election_of(show_key(voting, house.store).head)
    ballot, _, hidden = house.sealed(voting, "d1", "no")
    assert challenged(ballot, head, hidden) == "no"
    _, _, others = house.sealed(voting, "d1", "yes")
    with pytest.raises(BallotRefused, match="the device that made it lies"):
        challenged(ballot, head, others)


def test_a_vote_waits_for_the_whole_key_and_says_who_is_missing(house):
    matter_id = house.ready()
    prepare_key(matter_id, house.store)
    house.trustee("ada")
    with pytest.raises(KeyNotMade, match="waits for ben, cleo, dan, eve"):
        decisions.open_vote(matter_id, house.store)


def test_nobody_sends_anything_in_a_trustees_name(house):
    matter_id = house.ready()
    prepare_key(matter_id, house.store)
    house.trustee("ada")
    with pytest.raises(CeremonyRefused, match="no message of a trustee"):
        take_message(matter_id, {"trustee": "ben"}, house.store)
    sent = [it["facts"] for it in logged(house.store) if it["kind"] == "vote key part"]
    forged = {name: sent[0][name] for name in ("stage", "body", "proof")} | {"trustee": "ben"}
    with pytest.raises(CeremonyRefused, match="not sent by the trustee ben"):
        take_message(matter_id, forged, house.store)


def test_a_trustee_opens_one_board_and_never_another(house, voting, clock):
    _closed(house, voting, clock)
    memory = next(file for file in (house.folder / "ada").glob("*.json") if file.name != "trustee.json")
    memory.write_text(json.dumps(json.loads(memory.read_text()) | {"board": "00" * 32}))
    with pytest.raises(TrusteeRefuses, match="another key or board"):
        house.trustee("ada")


def test_too_few_trustees_and_the_vote_is_held_again(house, voting, clock):
    from services.docket.due import run_due

    _closed(house, voting, clock)
    house.trustee("ada")
    clock.shift(15 * 86400)
    run_due(house.store)
    assert house.court.state(voting) == "ready"
    voided = [it["facts"] for it in logged(house.store) if it["kind"] == "vote void"]
    assert voided[0]["reason"] == "too few trustees opened it"
    house.keyed(voting)
    decisions.open_vote(voting, house.store)
    assert show_key(voting, house.store).vote == "river-1/2"


def test_a_vote_of_few_is_not_held_so(house):
    assert now()
    matter_id = house.court.file()
    from services.docket import petitions
    from services.docket.hearings import recuse_in

    petitions.admit(matter_id, house.store)
    with house.store.writing() as session:
        for delegate in house.court.delegates[:3]:
            recuse_in(session, matter_id, delegate)
    house.court.heard(matter_id)
    house.keyed(matter_id)
    with pytest.raises(KeyNotMade, match="6 electors are too few"):
        decisions.open_vote(matter_id, house.store)


def test_a_page_shows_who_watches_who_opens_and_what_they_did(house, voting, clock):
    _closed(house, voting, clock)
    for name in TRUSTEES[:2]:
        house.trustee(name)
    view = trust_view(house.store)
    assert [it.name for it in view.witnesses] == ["north", "south"]
    assert all(0 < it.size <= view.size for it in view.witnesses)
    (vote,) = view.votes
    assert [it.name for it in vote.trustees if it.has_opened] == ["ada", "ben"]
    assert all(it.has_part and it.has_confirmed for it in vote.trustees)
    said = trust_page(PageFrame(language="en", path="/trust"), view)
    assert "3 trustees open its sum together" in said
    assert said.count("not yet") == 3
    assert all(it.vkey.split("+")[0] in said for it in view.witnesses)
    assert "a vote in which all choose the same" in said
