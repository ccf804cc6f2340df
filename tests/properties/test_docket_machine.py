"""Any sequence of steps that somebody tries: nothing is enacted without two votes, and every decision comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from geopolity.docket import matter as steps
from geopolity.docket.matter import Matter, Petitioner
from geopolity.docket.remedy import Remedy
from geopolity.docket.states import State, StepRefused
from geopolity.docket.tally import Tally

REMEDY = Remedy(author="office", effect="less", cost="1", alternatives=("none",), law="amended")
DAYS = st.integers(0, 3000)


class Docket(RuleBasedStateMachine):
    """One matter, and a witness who only counts what was decided."""

    @initialize()
    def file(self):
        self.matter = Matter(matter_id="m", polity_id="river", law="weirs", law_hash="1" * 64)
        self.day = date(2026, 1, 1)
        self.harm = self.approved = 0

    def _try(self, step):
        before = self.matter
        try:
            self.matter = step(self.matter)
        except StepRefused:
            self.matter = before

    @rule(days=DAYS)
    def wait(self, days):
        self.day += timedelta(days=days)

    @rule()
    def admit(self):
        self._try(lambda it: steps.admitted(it, Petitioner.CITIZEN, frozenset(Petitioner)))

    @rule(days=st.integers(0, 30))
    def hear(self, days):
        self._try(lambda it: steps.heard(it, until=self.day + timedelta(days=days), day=self.day))

    @rule(days=st.integers(-5, 900))
    def extend(self, days):
        self._try(lambda it: steps.extended(it, until=self.day + timedelta(days=days)))

    @rule(days=st.integers(-5, 900))
    def shorten(self, days):
        self._try(lambda it: steps.shortened(it, until=self.day + timedelta(days=days), day=self.day))

    @rule()
    def write(self):
        if self.matter.hearing is not None:
            self.matter = replace(self.matter, hearing=replace(self.matter.hearing, brief="b", testimony=1))

    @rule(size=st.integers(0, 9))
    def close_hearing(self, size):
        self._try(lambda it: steps.readied(it, frozenset(map(str, range(size))), day=self.day))

    @rule()
    def open_vote(self):
        self._try(steps.vote_opened)

    @rule(data=st.data())
    def close_vote(self, data):
        size = len(self.matter.electorate or ())
        yes = data.draw(st.integers(0, size))
        no = data.draw(st.integers(0, size - yes))
        before = self.matter.state
        self._try(lambda it: steps.vote_closed(it, Tally(yes=yes, no=no, abstain=0, electorate=size), day=self.day))
        decided = 3 * (yes + no) >= 2 * size > 0
        if before is State.VOTE1 and decided and yes > no:
            self.harm += 1
        if before is State.VOTE2 and decided and no > yes:
            self.approved += 1

    @rule()
    def propose(self):
        self._try(lambda it: steps.remedied(it, REMEDY))

    @rule(days=st.integers(-10, 4000))
    def enact(self, days):
        self._try(lambda it: steps.enacted(it, day=self.day, review_at=self.day + timedelta(days=days)))

    @rule()
    def review(self):
        self._try(lambda it: steps.reviewed(it, day=self.day))

    @rule()
    def stay(self):
        self._try(steps.stayed)

    @rule()
    def resume(self):
        self._try(lambda it: steps.resumed(it, frozenset("ab")))

    @invariant()
    def nothing_is_enacted_without_two_votes(self):
        if self.matter.state in {State.ENACTED, State.IN_FORCE}:
            assert self.harm >= 1
            assert self.approved >= 1

    @invariant()
    def no_remedy_comes_before_harm(self):
        if self.matter.state in {State.REMEDY_MANDATED, State.REMEDY_PROPOSED, State.HEARING2, State.VOTE2}:
            assert self.harm >= 1
            assert self.matter.harm_declared

    @invariant()
    def every_decision_comes_back(self):
        if self.matter.state in {State.CLOSED, State.IN_FORCE}:
            assert self.matter.review_at is not None

    @invariant()
    def no_hearing_is_put_off_beyond_two_years(self):
        if self.matter.hearing is not None:
            assert self.matter.hearing.until <= self.matter.hearing.since + timedelta(days=730)

    @invariant()
    def a_vote_has_electors_and_no_open_hearing(self):
        if self.matter.is_voting:
            assert self.matter.electorate
            assert self.matter.state not in {State.HEARING, State.HEARING2}


TestDocket = Docket.TestCase
TestDocket.settings = settings(deadline=None, max_examples=150, stateful_step_count=40)
