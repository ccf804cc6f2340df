"""People who register themselves: proof is seen by two of the office, or a provider vouches for the residence."""

from __future__ import annotations

import dataclasses
import re

import pytest

from services.assemblies.citizens import show_citizen
from services.auth.identities import principal_of
from services.auth.oidc import Vouched
from services.auth.registering import RegistrationError, approve
from services.auth.roles import Principal, Role
from services.auth.sessions import SignInError
from services.settings import SettingError, read_settings
from services.storage.people.citizens import HomeError
from services.storage.tables import CitizenRow, LinkedCitizenRow
from tests.contract.town_service import serving_town


@pytest.fixture
def office(store, settings):
    with serving_town(dataclasses.replace(settings, self_registration="clerk")) as running:
        yield running, running.client(Role.CLERK, name="ann"), running.client(Role.CLERK, name="bob")


def _begun(running, **other):
    page = running.client().post("/register", data={"place": "0.5, 0.5", "of_age": "yes"} | other).text
    code = re.search(r'<dd class="code">([\w-]{9})</dd>', page)[1]
    return code, re.search(r"/sign-in\?token=[\w-]+", page)[0]


def test_who_registers_is_let_in_once_two_people_saw_the_proof(office):
    running, ann, bob = office
    assert "Become a citizen" in running.client().get("/").text
    code, link = _begun(running)
    guest = running.client(follow_redirects=True)
    assert guest.get(link).status_code == 401, "not before"
    assert "Another person confirms it." in ann.post("/console/registrations", data={"code": code.upper()}).text
    assert ann.post("/console/registrations", data={"code": code}).status_code == 409
    assert code in bob.get("/console").text
    assert "their link works now" in bob.post("/console/registrations", data={"code": code}).text
    token = link.partition("=")[2]
    guest.headers["Sec-Fetch-Site"] = "same-origin"
    page = guest.post("/sign-in", data={"token": token})
    assert "You are a resident" in page.text
    assert "My citizenship" in page.text
    with running.store.reading() as session:
        (citizen,) = session.query(CitizenRow).all()
        assert (citizen.home, citizen.is_of_age) == ("01", True)


def test_a_place_of_several_units_is_a_choice_and_nonsense_is_refused(office):
    running, *_ = office
    client = running.client()
    refused = client.post("/register", data={"place": "Nowhereville"})
    assert (refused.status_code, "No place called" in refused.text) == (404, True)
    assert client.post("/register", data={"place": "0.5, 77"}).status_code in {404, 422}
    assert client.post("/register", data={"unit": "99"}).status_code == 422
    code, _ = _begun(running, unit="02", of_age="")
    assert code


def test_an_unknown_code_is_no_registration(store):
    with pytest.raises(RegistrationError, match="'none'"):
        approve("none", Principal(name="ann", roles=frozenset({Role.CLERK})), store)


def test_nobody_registers_where_the_operator_does_not_allow_it(store, settings):
    with serving_town(settings) as running:
        assert running.client().get("/register").status_code == 404
        assert running.client().post("/register", data={"place": "0.5, 0.5"}).status_code == 404


def test_a_provider_vouches_for_the_residence_and_the_same_person_comes_back(store):
    said = Vouched(
        issuer="https://id", subject="s1", claim="roles", roles=frozenset(), label="Ann", residence="01", is_of_age=True
    )
    first = principal_of(said, store)
    again = principal_of(dataclasses.replace(said, residence="02"), store)
    assert (first.name, first.roles) == (again.name, frozenset({Role.CITIZEN}))
    assert show_citizen(first.name, store).home.id == "01", "a new residence is a move, which they make themselves"
    with store.reading() as session:
        assert "s1" not in session.query(LinkedCitizenRow).one().subject_hash
    with pytest.raises(HomeError):
        principal_of(dataclasses.replace(said, subject="s2", residence="99"), store)
    with pytest.raises(SignInError):
        principal_of(dataclasses.replace(said, subject="s3", residence=""), store)


@pytest.mark.parametrize("text", ["yes", "claim:", "everybody"])
def test_a_setting_that_allows_nothing_known_is_refused(text, tmp_path):
    with pytest.raises(SettingError, match="GEOPOLITY_SELF_REGISTRATION"):
        read_settings({"GEOPOLITY_HOME": str(tmp_path), "GEOPOLITY_SELF_REGISTRATION": text})
