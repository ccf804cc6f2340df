"""A year of consent, to the second, with its leap days; and what follows from it."""

from __future__ import annotations

import pytest

from geopolity.assembly.citizenship import Consent, ConsentRefused, consent, one_year_after, standing


@pytest.mark.parametrize(
    ("given", "expires"),
    [
        ("2026-11-25T10:00:00Z", "2027-11-25T10:00:00Z"),
        ("2027-02-28T23:59:59Z", "2028-02-28T23:59:59Z"),
        ("2028-02-29T12:00:00Z", "2029-03-01T12:00:00Z"),  # a leap day's year is not short
        ("2027-12-31T23:59:59Z", "2028-12-31T23:59:59Z"),
    ],
)
def test_consent_holds_for_a_year(given, expires):
    assert one_year_after(given) == expires


def test_a_citizen_becomes_a_resident_at_the_second_consent_ends():
    act = consent("2026-11-25T10:00:00Z", is_of_age=True)
    assert standing([act], "2026-11-25T09:59:59Z").word == "resident"
    assert standing([act], "2026-11-25T10:00:00Z").word == "citizen"
    assert standing([act], "2027-11-25T09:59:59Z").expires_at == "2027-11-25T10:00:00Z"
    assert standing([act], "2027-11-25T10:00:00Z").word == "resident"


def test_another_act_renews_and_a_withdrawal_ends():
    first = consent("2026-01-01T00:00:00Z", is_of_age=True)
    second = consent("2026-12-01T00:00:00Z", is_of_age=True)
    assert standing([first, second], "2027-06-01T00:00:00Z").is_citizen
    ended = Consent(given_at=first.given_at, expires_at=first.expires_at, withdrawn_at="2026-03-01T00:00:00Z")
    assert standing([ended], "2026-02-28T23:59:59Z").is_citizen
    assert not standing([ended], "2026-03-01T00:00:00Z").is_citizen


def test_power_and_insurance_are_for_citizens_and_the_common_ground_is_paid_by_all():
    act = consent("2026-01-01T00:00:00Z", is_of_age=True)
    citizen, resident = standing([act], "2026-06-01T00:00:00Z"), standing([], "2026-06-01T00:00:00Z")
    assert set(citizen.entitlements) - set(resident.entitlements) == {"social insurance", "power over the law"}
    assert "geographic tax" in citizen.obligations
    assert resident.obligations == ("geographic tax",)


def test_a_minor_cannot_consent():
    with pytest.raises(ConsentRefused, match="minimum age"):
        consent("2026-01-01T00:00:00Z", is_of_age=False)
