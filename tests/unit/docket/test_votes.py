"""When harm is declared, when a remedy is approved, and what is told of ballots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geopolity.docket.ballot import Ballot, BallotError, Choice, choice_of, published, tracker
from geopolity.docket.question import QUESTION, LanguageError, question, question_hash
from geopolity.docket.states import State, Step
from geopolity.docket.tally import Tally, TallyError, outcome, tally


def _count(yes, no, abstain=0, electorate=150):
    return Tally(yes=yes, no=no, abstain=abstain, electorate=electorate)


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "step"),
    [
        (76, 74, 0, Step.DECLARE_HARM),
        (75, 75, 0, Step.FIND_NO_HARM),
        (75, 74, 1, Step.DECLARE_HARM),
        (1, 0, 99, Step.DECLARE_HARM),  # abstentions make the quorum
        (0, 0, 150, Step.FIND_NO_HARM),
        (99, 0, 0, Step.MISS_QUORUM),
        (100, 0, 0, Step.DECLARE_HARM),  # two thirds exactly
    ],
)
def test_harm_needs_more_yes_than_no_and_two_thirds_voting(yes, no, abstain, step):
    assert outcome(_count(yes, no, abstain), State.VOTE1) is step


@pytest.mark.parametrize(
    ("yes", "no", "step"),
    [(74, 76, Step.APPROVE), (75, 75, Step.RETURN_REMEDY), (0, 0, Step.MISS_QUORUM), (150, 0, Step.RETURN_REMEDY)],
)
def test_a_remedy_needs_more_no_than_yes(yes, no, step):
    assert outcome(_count(yes, no), State.VOTE2) is step


def test_an_empty_electorate_decides_nothing():
    assert outcome(_count(0, 0, electorate=0), State.VOTE1) is Step.MISS_QUORUM
    with pytest.raises(TallyError, match="151 ballots of 150"):
        _count(151, 0)


@given(st.lists(st.sampled_from(Choice), max_size=150), st.randoms())
def test_the_order_of_ballots_changes_nothing(choices, chance):
    shuffled = list(choices)
    chance.shuffle(shuffled)
    assert tally(choices, 150) == tally(shuffled, 150)


def test_few_or_unanimous_ballots_are_not_listed():
    mixed = [Ballot(tracker=f"{n}", choice=Choice.YES if n % 2 else Choice.NO) for n in (3, 1, 4, 2, 5)]
    assert [ballot.tracker for ballot in published(mixed)] == ["1", "2", "3", "4", "5"]
    assert published(mixed[:4]) == ()
    assert published([Ballot(tracker=f"{n}", choice=Choice.NO) for n in range(9)]) == ()


def test_a_tracker_needs_both_sides_and_a_nonce_that_cannot_be_guessed():
    assert (
        len({tracker("a/1", b"x", "nonce-01"), tracker("a/1", b"y", "nonce-01"), tracker("a/2", b"x", "nonce-01")}) == 3
    )
    with pytest.raises(BallotError, match="could be guessed"):
        tracker("a/1", b"x", "short")
    with pytest.raises(BallotError, match="'maybe' is no answer"):
        choice_of("maybe")


def test_the_question_is_frozen_and_its_hash_covers_every_language():
    assert question() == "Does the law allow for harm?"
    assert question_hash() == "6c3c5a9723fbb73dbdd22923e350dcc7987a58423e985bbdcf84343a40c2235a"
    with pytest.raises(TypeError):
        QUESTION["en"] = "Is the law good?"
    with pytest.raises(LanguageError, match="no words in 'tlh'"):
        question("tlh")
