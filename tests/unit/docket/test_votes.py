"""When harm is declared, when a remedy is approved, and what is told of ballots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geopolity.docket.ballot import Ballot, BallotError, Choice, choice_of, published, tracker
from geopolity.docket.closing import VoteLengthError, check_over, disclosed, length
from geopolity.docket.question import QUESTION, LanguageError, question, question_hash
from geopolity.docket.states import State, Step, StepRefused
from geopolity.docket.tally import Tally, TallyError, outcome, quorum, tally


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


@given(st.integers(0, 150))
def test_the_quorum_is_the_fewest_who_are_two_thirds(size):
    assert 3 * quorum(size) >= 2 * size > 3 * (quorum(size) - 1)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (_count(1, 0), False),
        (_count(99, 0), False),
        (_count(100, 0), True),
        (_count(4, 0, electorate=4), False),
        (_count(3, 1, 1, electorate=5), True),
    ],
)
def test_no_sum_is_told_below_the_quorum_or_five_ballots(count, told):
    assert disclosed(count) == (count if told else None)


def test_a_vote_closes_at_its_end_or_once_everybody_has_voted():
    times = {"ends_at": "2026-01-04T00:00:00Z", "electorate": 9}
    check_over("a/1", now="2026-01-04T00:00:00Z", voted=0, **times)
    check_over("a/1", now="2026-01-01T00:00:00Z", voted=9, **times)
    with pytest.raises(StepRefused, match="a/1 is open until 2026-01-04T00:00:00Z") as refusal:
        check_over("a/1", now="2026-01-03T23:59:59Z", voted=8, **times)
    assert "8" not in str(refusal.value)


def test_the_least_length_of_a_vote_only_goes_up():
    assert (length(None), length(7), length(None, least=5), length(None, least=3)) == (3, 7, 5, 3)
    for days, least in ((2, 3), (4, 5), (0, 3), (-1, 3), (366, 3), (None, 1)):
        with pytest.raises(VoteLengthError, match="to 365 days"):
            length(days, least=least)


def test_few_or_unanimous_ballots_are_not_listed():
    mixed = [Ballot(tracker=f"{n}", choice=Choice.YES if n % 2 else Choice.NO) for n in (3, 1, 4, 2, 5)]
    assert [ballot.tracker for ballot in published(mixed)] == ["1", "2", "3", "4", "5"]
    assert published(mixed[:4]) == ()
    assert published([Ballot(tracker=f"{n}", choice=Choice.NO) for n in range(9)]) == ()


def test_a_tracker_needs_both_sides_and_a_nonce_that_cannot_be_guessed():
    given = ("a/1", b"x", "d1", "salt", "nonce-01")
    others = [("a/2", b"x"), ("a/1", b"y"), ("a/1", b"x", "d2"), ("a/1", b"x", "d1", "other")]
    assert len({tracker(*given), *(tracker(*other, *given[len(other) :]) for other in others)}) == 5
    with pytest.raises(BallotError, match="could be guessed"):
        tracker("a/1", b"x", "d1", "salt", "short")
    with pytest.raises(BallotError, match="'maybe' is no answer"):
        choice_of("maybe")


def test_the_question_is_frozen_and_its_hash_covers_every_language():
    assert question() == "Does the law allow for harm?"
    assert question_hash() == "6c3c5a9723fbb73dbdd22923e350dcc7987a58423e985bbdcf84343a40c2235a"
    with pytest.raises(TypeError):
        QUESTION["en"] = "Is the law good?"
    with pytest.raises(LanguageError, match="no words in 'tlh'"):
        question("tlh")
