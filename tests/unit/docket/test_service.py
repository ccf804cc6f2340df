"""Sessions within bounds, and a summons that is answered by a closed list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from geopolity.docket import summons as calls
from geopolity.docket.calendar import Calendar, CalendarError, SessionRefused
from geopolity.docket.obligations import bases
from geopolity.docket.summons import Answer, Excuse, ExcuseError, Plea, Summons, SummonsRefused, excuse_of

DAY = date(2026, 3, 1)
CALLED = Summons(polity_id="river", pseudonym="a", sent=DAY)


def test_a_year_bears_no_more_sessions_than_the_cap():
    calendar = Calendar(longest_gap=183, most_days=2)
    held = calendar.added(calendar.added((), DAY), DAY + timedelta(days=100))
    with pytest.raises(SessionRefused, match="3 days in the year from 2026-03-01, and 2 is the most"):
        calendar.added(held, DAY + timedelta(days=364))
    assert len(calendar.added(held, DAY + timedelta(days=365))) == 3
    assert calendar.load(held, DAY + timedelta(days=100)) == 2


def test_an_assembly_meets_at_least_once_in_the_gap():
    assert Calendar().due((), DAY) == DAY + timedelta(days=183)
    assert Calendar().due((DAY + timedelta(days=10),), DAY) == DAY + timedelta(days=193)
    with pytest.raises(CalendarError, match="at most 1 days a year"):
        Calendar(longest_gap=30, most_days=1)


def test_a_summons_is_not_declined_but_excused_by_the_list_or_appealed():
    with pytest.raises(ExcuseError, match="closed list is: incapacity"):
        excuse_of("no time")
    refused = calls.decided(CALLED, Excuse.ABROAD, is_granted=False)
    assert calls.decided(refused, Excuse.ABROAD, is_granted=True).answer is Answer.EXCUSED
    final = calls.decided(refused, Excuse.ABROAD, is_granted=False)
    with pytest.raises(SummonsRefused, match="it is final"):
        calls.decided(final, Excuse.ABROAD, is_granted=True)
    assert calls.accepted(final).answer is Answer.ACCEPTED
    with pytest.raises(SummonsRefused, match="not declined"):
        calls.deferred(calls.accepted(CALLED))


def test_a_plea_has_a_reason_of_the_list_and_a_few_words():
    assert Plea(excuse=Excuse.ABROAD, text="Oslo").excuse is Excuse.ABROAD
    for text in ("", "  \n", "x" * 1001):
        with pytest.raises(ExcuseError, match="write 1 to 1,000"):
            Plea(excuse=Excuse.ABROAD, text=text)


def test_who_may_still_ask():
    refused = calls.decided(CALLED, Excuse.ABROAD, is_granted=False)
    assert calls.asked(CALLED) is CALLED
    assert calls.asked(refused) is refused
    with pytest.raises(SummonsRefused, match="it is final"):
        calls.asked(calls.decided(refused, Excuse.ABROAD, is_granted=False))
    with pytest.raises(SummonsRefused, match="not declined"):
        calls.asked(calls.accepted(CALLED))


def test_silence_is_an_answer_only_after_the_time_to_answer():
    with pytest.raises(SummonsRefused, match="until 2026-03-31"):
        calls.silent(CALLED, day=date(2026, 3, 31))
    assert calls.silent(CALLED, day=date(2026, 4, 1)).answer is Answer.SILENT


def test_all_are_taxed_and_citizens_are_in_the_lottery():
    found = bases("river", [True, False, True])
    assert (found.taxed, found.in_lottery, found.residents) == (3, 2, 1)
