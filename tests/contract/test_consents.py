"""Consent by the person's own key, in both stores: signed for a year, withdrawn by signature, and nobody's but theirs."""

from __future__ import annotations

import secrets

import pytest
from time_machine import travel

from geopolity.assembly.citizenship import ConsentRefused
from geopolity.assembly.credential import SignatureRefused, public_half, signed, statement
from services.assemblies import citizens, consents
from services.clock import now
from services.storage.people.citizens import Newcomer
from services.storage.people.credentials import CredentialTaken

MOMENT = "2026-03-01T12:00:00Z"


@pytest.fixture
def clock():
    with travel(MOMENT, tick=False) as it:
        yield it


@pytest.fixture
def ann(store, clock):
    return citizens.register_citizen(Newcomer(unit_id="01"), store)


SECRET = secrets.token_bytes(32)
KEY = public_half(SECRET)


def _act(citizen_id, store, secret=SECRET):
    return signed(consents.consent_statement(citizen_id, public_half(secret), store), secret)


def _withdrawal(citizen_id, store, secret=SECRET):
    return signed(consents.withdrawal_statement(citizen_id, public_half(secret), store), secret)


def test_a_signed_act_makes_a_citizen_for_a_year_and_the_key_theirs(store, ann):
    done = consents.consent(ann, _act(ann, store), store, is_own=True)
    assert (done.until, done.key, done.key_made_by) == ("2027-03-01T12:00:00Z", KEY, "own")
    shown = citizens.show_citizen(ann, store)
    assert (shown.standing, shown.key, shown.key_made_by) == ("citizen", KEY, "own")


def test_a_key_that_somebody_else_brings_counts_as_an_offices(store, ann):
    assert consents.consent(ann, _act(ann, store), store, is_own=False).key_made_by == "office"


def test_the_same_act_is_taken_once_and_the_next_year_needs_another(store, ann, clock):
    act = _act(ann, store)
    consents.consent(ann, act, store, is_own=True)
    with pytest.raises(ConsentRefused, match="taken already"):
        consents.consent(ann, act, store, is_own=True)
    clock.move_to("2027-02-28T12:00:00Z")
    with pytest.raises(SignatureRefused, match="within a day"):
        consents.consent(ann, act, store, is_own=True)
    assert consents.consent(ann, _act(ann, store), store, is_own=True).until == "2028-02-28T12:00:00Z"


def test_another_key_does_not_consent_for_who_holds_one(store, ann):
    consents.consent(ann, _act(ann, store), store, is_own=True)
    with pytest.raises(CredentialTaken, match=f"holds the key {KEY[:16]}"):
        consents.consent(ann, _act(ann, store, secrets.token_bytes(32)), store, is_own=True)


def test_one_key_is_one_persons(store, ann):
    bob = citizens.register_citizen(Newcomer(unit_id="01"), store)
    consents.consent(ann, _act(ann, store), store, is_own=True)
    with pytest.raises(CredentialTaken, match="is taken"):
        consents.consent(bob, _act(bob, store), store, is_own=True)
    with pytest.raises(SignatureRefused, match="not about citizen"):
        consents.consent(bob, _act(ann, store), store, is_own=True)


@pytest.mark.parametrize("given", ["2026-02-28T11:59:59Z", "2026-03-01T12:05:01Z", "2026-02-31T12:00:00Z", "soon"])
def test_a_statement_of_another_time_is_refused(store, ann, given):
    fields = {"citizen": ann, "key": KEY, "given": given, "until": "2027-03-01"}
    with pytest.raises(SignatureRefused, match="within a day"):
        consents.consent(ann, signed(statement("consent", fields), SECRET), store, is_own=True)


def test_consent_for_longer_than_a_year_is_refused(store, ann):
    fields = {"citizen": ann, "key": KEY, "given": now(), "until": "2036-03-01"}
    with pytest.raises(SignatureRefused, match="until 2027-03-01"):
        consents.consent(ann, signed(statement("consent", fields), SECRET), store, is_own=True)


def test_who_is_below_the_age_signs_in_vain(store, clock):
    kid = citizens.register_citizen(Newcomer(unit_id="01", is_of_age=False), store)
    with pytest.raises(ConsentRefused, match="minimum age"):
        consents.consent(kid, _act(kid, store), store, is_own=True)
    assert citizens.show_citizen(kid, store).key is None


def test_a_signed_withdrawal_ends_it_and_cannot_be_used_again(store, ann, clock):
    consents.consent(ann, _act(ann, store), store, is_own=True)
    clock.shift(60)
    act = _withdrawal(ann, store)
    consents.withdraw(ann, act, store)
    assert citizens.show_citizen(ann, store).standing == "resident"
    clock.shift(60)
    consents.consent(ann, _act(ann, store), store, is_own=True)
    with pytest.raises(SignatureRefused, match="before the consent that holds"):
        consents.withdraw(ann, act, store)


def test_nobody_else_withdraws_with_a_key_of_their_own(store, ann):
    consents.consent(ann, _act(ann, store), store, is_own=True)
    with pytest.raises(SignatureRefused, match="not the one that the citizen holds"):
        consents.withdraw(ann, _withdrawal(ann, store, secrets.token_bytes(32)), store)
    assert citizens.show_citizen(ann, store).standing == "citizen"
