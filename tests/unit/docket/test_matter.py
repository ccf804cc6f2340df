"""A matter takes the steps of the table, in their order, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geopolity.docket import matter as steps
from geopolity.docket.matter import Matter, MatterError, Petitioner
from geopolity.docket.remedy import Remedy, RemedyError
from geopolity.docket.states import BEFORE_VOTE, TABLE, State, Step, StepRefused, rule
from geopolity.docket.tally import Tally

DAY, LATER, REVIEW = date(2026, 1, 1), date(2026, 2, 1), date(2030, 1, 1)
PEOPLE = frozenset("abc")
FILED = Matter(matter_id="m", polity_id="river", law="weirs", law_hash="1" * 64)
REMEDY = Remedy(author="office", effect="less", cost="1", alternatives=("none",), law="amended")


def _count(yes, no):
    return Tally(yes=yes, no=no, abstain=0, electorate=3)


def _heard(matter, until=DAY):
    opened = steps.heard(matter, until=until, day=DAY)
    return replace(opened, hearing=replace(opened.hearing, evidence=1, brief="In plain words."))


def _admitted():
    return steps.admitted(FILED, Petitioner.RESIDENT, frozenset(Petitioner))


def _voting():
    return steps.vote_opened(steps.readied(_heard(_admitted()), PEOPLE, day=DAY))


def _mandated():
    return steps.vote_closed(_voting(), _count(2, 1), day=DAY)


def _voting2():
    proposed = steps.remedied(_mandated(), REMEDY)
    return steps.vote_opened(steps.readied(_heard(proposed), PEOPLE, day=DAY))


def _enacted():
    return steps.vote_closed(_voting2(), _count(1, 2), day=DAY)


def test_the_whole_way_from_petition_to_review_and_again():
    force = steps.enacted(_enacted(), day=DAY, review_at=REVIEW)
    assert (force.state, force.votes, force.review_at) == (State.IN_FORCE, 2, REVIEW)
    again = steps.heard(steps.reviewed(force, day=REVIEW), until=REVIEW, day=REVIEW)
    assert (again.state, again.harm_declared, again.remedy, again.electorate) == (State.HEARING, False, None, None)


def test_no_harm_closes_the_matter_with_a_day_of_review():
    closed = steps.vote_closed(_voting(), _count(1, 2), day=DAY)
    assert (closed.state, closed.review_at) == (State.CLOSED, date(2032, 1, 2))
    with pytest.raises(StepRefused, match="is reviewed on 2032-01-02, not before"):
        steps.reviewed(closed, day=LATER)


def test_continuing_harm_sends_the_remedy_back_and_counts_it():
    back = steps.vote_closed(_voting2(), _count(2, 1), day=DAY)
    assert (back.state, back.returns, back.remedy) == (State.REMEDY_MANDATED, 1, None)


def test_a_missed_quorum_goes_back_to_before_the_vote():
    assert steps.vote_closed(_voting(), _count(1, 0), day=DAY).state is State.READY
    assert steps.vote_closed(_voting2(), _count(0, 1), day=DAY).state is State.READY2


def test_a_vote_waits_for_the_hearing_its_brief_and_something_heard():
    opened = steps.heard(_admitted(), until=LATER, day=DAY)
    with pytest.raises(StepRefused, match="open until 2026-02-01"):
        steps.readied(opened, PEOPLE, day=DAY)
    with pytest.raises(StepRefused, match="no brief"):
        steps.readied(opened, PEOPLE, day=LATER)
    briefed = replace(opened, hearing=replace(opened.hearing, brief="x"))
    with pytest.raises(StepRefused, match="Nothing was heard"):
        steps.readied(briefed, PEOPLE, day=LATER)
    with pytest.raises(StepRefused, match="cannot take the step 'open vote'"):
        steps.vote_opened(opened)


def test_an_extension_only_lengthens():
    opened = steps.heard(_admitted(), until=LATER, day=DAY)
    assert steps.extended(opened, until=LATER + timedelta(days=9)).hearing.until == date(2026, 2, 10)
    with pytest.raises(StepRefused, match="an extension ends later"):
        steps.extended(opened, until=DAY)


def test_a_hearing_is_put_off_to_two_years_after_its_opening_at_most():
    opened = steps.heard(_admitted(), until=LATER, day=DAY)
    assert steps.extended(opened, until=date(2028, 1, 1)).hearing.until == date(2028, 1, 1)
    with pytest.raises(StepRefused, match="put off to 2028-01-01 at most"):
        steps.extended(opened, until=date(2028, 1, 2))
    with pytest.raises(StepRefused, match="at most, and not to 2099-01-01"):
        steps.heard(_admitted(), until=date(2099, 1, 1), day=DAY)


def test_a_hearing_is_shortened_with_a_week_s_notice():
    opened = steps.heard(_admitted(), until=LATER, day=DAY)
    assert steps.shortened(opened, until=date(2026, 1, 8), day=DAY).hearing.until == date(2026, 1, 8)
    for until in (DAY, date(2026, 1, 7), LATER, REVIEW):
        with pytest.raises(StepRefused, match="from 2026-01-08 on: a week's notice"):
            steps.shortened(opened, until=until, day=DAY)


def test_nobody_to_vote_is_said():
    with pytest.raises(StepRefused, match="empty electorate"):
        steps.vote_opened(steps.readied(_heard(_admitted()), frozenset(), day=DAY))


def test_there_is_no_remedy_without_declared_harm_and_none_that_is_incomplete():
    with pytest.raises(StepRefused, match="cannot take the step 'remedy proposed'"):
        steps.remedied(_voting(), REMEDY)
    with pytest.raises(StepRefused, match="no mandate"):
        steps.remedied(replace(_mandated(), harm_declared=False), REMEDY)
    for missing in ({"effect": " "}, {"cost": ""}, {"alternatives": ()}, {"law": ""}, {"author": ""}):
        with pytest.raises(RemedyError, match="says nothing of"):
            replace(REMEDY, **missing)
    with pytest.raises(RemedyError, match="both amends and repeals"):
        replace(REMEDY, repeals=True)


def test_a_stay_voids_an_open_vote_and_resuming_freezes_anew():
    halted = steps.stayed(_voting())
    assert (halted.state, halted.left, halted.electorate) == (State.STAYED, State.READY, None)
    again = steps.resumed(halted, frozenset("xy"), polity_id="delta")
    assert (again.state, again.electorate, again.polity_id) == (State.READY, frozenset("xy"), "delta")
    assert steps.resumed(steps.stayed(_heard(_admitted())), PEOPLE).electorate is None
    with pytest.raises(StepRefused, match="only a stayed one"):
        steps.resumed(FILED, PEOPLE)


def test_a_void_vote_starts_again_with_another_electorate_and_name():
    again = steps.vote_opened(steps.voided(_voting(), frozenset("xyz")))
    assert (again.electorate, again.vote_id) == (frozenset("xyz"), "m/2")


def test_a_law_ends_by_a_repeal_with_two_votes_or_on_its_last_day():
    force = steps.enacted(_enacted(), day=DAY, sunset_at=LATER)
    assert steps.expired(force, day=LATER).state is State.SUNSET
    with pytest.raises(StepRefused, match="does not end before 2026-02-01"):
        steps.expired(force, day=DAY)
    repeal = replace(REMEDY, law="", repeals=True)
    other = replace(_enacted(), matter_id="n", remedy=repeal)
    assert steps.repealed(force, other).state is State.REPEALED
    with pytest.raises(StepRefused, match="has not enacted a repeal"):
        steps.repealed(force, _enacted())


def test_what_cannot_be_is_no_matter():
    with pytest.raises(MatterError, match="no day of review"):
        replace(FILED, state=State.IN_FORCE)
    with pytest.raises(MatterError, match="without an electorate"):
        replace(FILED, state=State.VOTE1)
    with pytest.raises(MatterError, match="which state it left"):
        replace(FILED, state=State.STAYED)
    with pytest.raises(MatterError, match="of 4 electors, and 3 were frozen"):
        steps.vote_closed(_voting(), Tally(yes=4, no=0, abstain=0, electorate=4), day=DAY)


def test_the_admission_rule_names_who_may_petition():
    with pytest.raises(StepRefused, match="names citizen"):
        steps.admitted(FILED, Petitioner.RESIDENT, frozenset({Petitioner.CITIZEN}))
    assert steps.rejected(FILED).state is State.REJECTED


def test_every_state_can_be_reached_and_only_ends_have_no_step():
    reached, ends = {State.FILED} | {row.to for row in TABLE.values()}, {State.REJECTED, State.REPEALED, State.SUNSET}
    assert reached == set(State)
    assert {state for state in State if not any(there is state for there, _ in TABLE)} == ends | {State.STAYED}
    assert all(rule(state, Step.STAY).to is State.STAYED for state in BEFORE_VOTE)


def test_nothing_leads_into_force_but_two_votes():
    ways = {(state, step) for (state, step), row in TABLE.items() if row.to in {State.ENACTED, State.IN_FORCE}}
    assert ways == {(State.VOTE2, Step.APPROVE), (State.ENACTED, Step.TAKE_EFFECT)}
    into_vote2 = {state for (state, _), row in TABLE.items() if row.to is State.VOTE2}
    assert into_vote2 == {State.READY2}
    assert {s for (s, step), _ in TABLE.items() if step is Step.PROPOSE_REMEDY} == {State.REMEDY_MANDATED}
