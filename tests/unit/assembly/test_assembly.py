"""Seats, classes, vacancies, deferrals and what service everybody has done."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from geopolity.assembly.burden import GROUNDS, DeferralRefused, Ledger, Service, deferred, served
from geopolity.assembly.eligibility import Circumstances, why_not
from geopolity.assembly.events import RULES, ReasonError, needs_special_epoch, next_alternate, vacated
from geopolity.assembly.seats import Alternate, Assembly, AssemblyError, Seat, SeatRefused, constituted, ending, renewed
from geopolity.assembly.terms import CLASSES, months_later, term_class, term_ends

START = date(2026, 12, 1)


def called(delegates, alternates=0, prefix="d"):
    return [
        *((f"{prefix}{r}", f"pool{r % 3}", r, "delegate") for r in range(1, delegates + 1)),
        *((f"{prefix}-alt{r}", f"pool{r % 3}", r, "alternate") for r in range(1, alternates + 1)),
    ]


def test_a_new_assembly_has_six_classes_of_which_one_ends_each_year():
    assembly = constituted("river", called(150, 9), start=START)
    sizes = Counter(seat.term_class for seat in assembly.seats)
    assert sizes == dict.fromkeys(range(1, 7), 25)
    for years in range(1, 7):
        assert len(ending(assembly, START.replace(year=2026 + years))) == 25 * years
    assert max(seat.ends for seat in assembly.seats) == date(2032, 12, 1)


@pytest.mark.parametrize("size", [1, 2, 5, 6, 7, 149, 150])
def test_no_year_turns_over_more_than_a_sixth_rounded_up(size):
    assembly = constituted("river", called(size), start=START)
    for year in range(7):
        day = START.replace(year=2026 + year)
        over = ending(assembly, day)
        assert len(over) <= -(-size // CLASSES)
        drawn = [(f"y{year}-{r}", "pool0", r, "delegate") for r in range(1, len(over) + 1)]
        assembly = renewed(assembly, drawn, start=day)
        assert assembly.empty == ()
        assert all((seat.ends - seat.starts).days <= 6 * 366 for seat in assembly.seats)
        assert all(seat.term_class == term_class(seat.number) for seat in assembly.seats)


def test_a_151st_seat_is_refused():
    with pytest.raises(AssemblyError, match="1 to 150"):
        constituted("river", called(151), start=START)


def test_a_person_has_one_place_and_a_seat_one_number():
    seat = Seat(number=1, holder="a", pool="p", term_class=1, starts=START, ends=term_ends(START))
    for second in (replace(seat, number=2), replace(seat, holder="b"), replace(seat, number=3, holder="b")):
        with pytest.raises(AssemblyError):
            Assembly(polity_id="river", size=2, seats=(seat, second))
    with pytest.raises(AssemblyError):
        Assembly(polity_id="river", size=1, seats=(seat,), alternates=(Alternate(rank=1, holder="a", pool="p"),))
    with pytest.raises(AssemblyError):
        replace(seat, ends=START)


def test_an_alternate_of_the_same_pool_takes_the_remaining_term_and_its_class():
    assembly = constituted("river", called(12, 6), start=START)
    seat = assembly.seat(5)
    day = date(2027, 3, 9)
    after, event = vacated(assembly, 5, reason="lapse of consent", day=day)
    taken = after.seat(5)
    assert (taken.term_class, taken.starts, taken.ends) == (seat.term_class, day, seat.ends)
    assert (taken.pool, taken.holder) == (seat.pool, "d-alt2")
    assert event.facts == {
        "polity": "river", "seat": 5, "class": 5, "reason": "lapse of consent", "day": "2027-03-09",
        "holder": "d5", "successor": "d-alt2",
    }  # fmt: skip
    assert "d-alt2" not in {alternate.holder for alternate in after.alternates}
    assert "d5" not in {seat.holder for seat in after.seats}


def test_alternates_come_in_order_and_from_other_pools_when_the_own_has_none():
    assembly = constituted("river", called(6, 3), start=START)
    holders = []
    for number in range(1, 5):
        assembly, event = vacated(assembly, number, reason="death", day=START)
        holders.append(event.successor)
    assert holders == ["d-alt1", "d-alt2", "d-alt3", None]
    assert assembly.empty == (4,)
    assert next_alternate(assembly, "pool0") is None


def test_who_moved_away_finishes_an_open_vote_first():
    assembly = constituted("river", called(6, 3), start=START)
    with pytest.raises(SeatRefused, match="open vote"):
        vacated(assembly, 1, reason="moved away", day=START, vote_open=True)
    assert vacated(assembly, 1, reason="death", day=START, vote_open=True)[1].successor == "d-alt1"


def test_reasons_are_a_closed_list():
    with pytest.raises(ReasonError, match="deferral"):
        vacated(constituted("river", called(2), start=START), 1, reason="no wish to", day=START)
    assert not RULES["term over"].replaced


@pytest.mark.parametrize("number", [0, 3])
def test_an_empty_seat_cannot_be_left(number):
    with pytest.raises(SeatRefused, match="Nobody holds"):
        vacated(constituted("river", called(2), start=START), number, reason="death", day=START)


def test_more_than_a_sixth_at_once_needs_a_special_epoch():
    assembly = constituted("river", called(12), start=START)
    assert [needs_special_epoch(assembly, leaving) for leaving in (1, 2, 3)] == [False, False, True]


def test_more_delegates_than_empty_seats_are_refused():
    with pytest.raises(SeatRefused, match="2 delegates were drawn for 0"):
        renewed(constituted("river", called(6), start=START), called(2, prefix="e"), start=START)


def test_a_leap_day_has_anniversaries():
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert term_ends(date(2028, 2, 29)) == date(2034, 2, 28)


def test_after_a_full_term_nobody_is_drawn_for_six_years():
    ledger = served(Ledger(), Service(polity_id="river", start=START, end=term_ends(START)))
    assert ledger.days == 2192
    assert not ledger.is_free(date(2038, 11, 30))
    assert ledger.is_free(date(2038, 12, 1))


def test_time_served_is_credited():
    ledger = served(Ledger(), Service(polity_id="river", start=START, end=date(2027, 12, 1)))
    assert ledger.cools_until() == date(2028, 12, 1)


def test_service_is_deferred_once_and_for_a_year_at_most():
    ledger = deferred(Ledger(), grounds="illness", start=START, until=date(2027, 12, 1))
    assert not ledger.is_free(date(2027, 11, 30))
    assert ledger.is_free(date(2027, 12, 1))
    with pytest.raises(DeferralRefused, match="once"):
        deferred(ledger, grounds="illness", start=START, until=date(2027, 6, 1))
    with pytest.raises(DeferralRefused, match="at most"):
        deferred(Ledger(), grounds="illness", start=START, until=date(2027, 12, 2))
    with pytest.raises(DeferralRefused, match=GROUNDS[0]):
        deferred(Ledger(), grounds="no wish to", start=START, until=date(2027, 6, 1))


def test_who_is_not_in_the_lot_is_told_why():
    able = Circumstances(consents=True, of_age=True, is_seated=False, is_free=True)
    assert why_not(able, Ledger()) is None
    assert able.in_the_lot.tolist() == [True]
    year = Service(polity_id="r", start=date(2026, 1, 1), end=date(2027, 1, 1))
    for person, ledger, words in [
        (replace(able, consents=False), Ledger(), "consent"),
        (replace(able, of_age=False), Ledger(), "of age"),
        (replace(able, is_seated=True), Ledger(), "sits twice"),
        (
            replace(able, is_free=False),
            Ledger(deferred_until=date(2027, 6, 2), deferrals=1),
            "deferred until 2027-06-02",
        ),
        (replace(able, is_free=False), served(Ledger(), year), "not drawn again until 2028-01-01"),
    ]:
        assert words in str(why_not(person, ledger))
        assert person.in_the_lot.tolist() == [False]


def test_the_rule_of_one_person_is_that_of_many():
    values = np.array(list(itertools.product([False, True], repeat=4)))
    many = Circumstances(consents=values[:, 0], of_age=values[:, 1], is_seated=values[:, 2], is_free=values[:, 3])
    ledger = Ledger(deferred_until=date(2027, 6, 2))
    for row, within in zip(values.tolist(), many.in_the_lot, strict=True):
        one = Circumstances(consents=row[0], of_age=row[1], is_seated=row[2], is_free=row[3])
        assert (why_not(one, ledger) is None) == bool(within)
