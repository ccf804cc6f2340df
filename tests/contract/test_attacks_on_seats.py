"""How offices became somebody else, each by the name of the attack; on SQLite and PostGIS."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, text

from services.auth.identities import is_linked, link_seat, principal_of, unlink_seat
from services.auth.keys import make_key, whose_key
from services.auth.oidc import Vouched
from services.auth.personal_links import (
    TwoPersonsError,
    UnknownActError,
    acts_about,
    administrator_link,
    ask_link,
    ask_unlink,
    confirm,
    office_link,
)
from services.auth.roles import Principal, Role, RoleError
from services.auth.sessions import SignInError, new_link, new_session, redeem, whose_session
from services.storage.publiclog import lines
from services.storage.schema import migrate
from services.storage.store import connect
from services.storage.tables import ApiKeyRow, PersonalActRow
from tests.served import served

DELEGATE = Principal(name="d1", roles=frozenset({Role.DELEGATE}))
CITIZEN = Principal(name="7f3a", roles=frozenset({Role.CITIZEN}))


def _office(name, **said):
    return Principal(name=name, roles=frozenset({Role.CLERK}), **said)


def _vouched(subject):
    return Vouched(issuer="https://people", subject=subject, claim="roles", roles=frozenset(), label="")


def _told(store):
    with store.reading() as session:
        return [line for line in map(json.loads, lines(session)) if line["kind"] != "layer kept"]


@pytest.mark.parametrize("roles", ["delegate", "citizen", "clerk,delegate", "administrator,citizen"])
def test_a_key_with_the_delegate_role_casts_no_ballots(store, roles):
    with pytest.raises(RoleError, match="people do that themselves"):
        make_key("robot", roles, store)


def test_a_key_of_before_that_has_such_a_role_loses_it(store):
    _, secret = make_key("robot", "clerk", store)
    with store.writing() as session:
        session.execute(text("UPDATE api_keys SET roles = 'citizen,clerk,delegate'"))
    assert whose_key(secret, store).roles == frozenset({Role.CLERK})
    with store.writing() as session:
        session.execute(delete(ApiKeyRow))


@pytest.mark.parametrize("person", [DELEGATE, CITIZEN])
def test_a_clerk_alone_makes_no_link_for_a_seat_not_even_the_first(store, person):
    """Today: one clerk makes 119 first links and casts 119 ballots."""
    number = ask_link(person, _office("carl"), store)
    guest = redeem(new_link(_office("cora", guest_of="ada"), store), store)[1]
    for alone in (_office("carl"), _office("carla", guest_of="carl"), _office("key", program=True)):
        with pytest.raises(TwoPersonsError):
            confirm(number, alone, store)
    with pytest.raises(TwoPersonsError, match="no program's key"):
        ask_link(person, _office("key", program=True), store)
    made = confirm(number, guest, store)
    let_in = redeem(made.secret, store)[1]
    assert (let_in.name, let_in.roles) == (person.name, person.roles)
    with pytest.raises(UnknownActError):
        confirm(number, _office("cleo"), store)
    kinds = [line["kind"] for line in _told(store)]
    assert kinds == ["sign-in link asked for", "sign-in link made"]
    told = json.dumps(_told(store))
    assert ('"d1"' in told) == (person is DELEGATE)  # in quotes: a digest may hold these letters by chance
    assert not any(f'"{name}"' in told for name in ("carl", "cora", "7f3a"))
    (act,) = acts_about(person.name, store)
    assert (act.asked_by, act.confirmed_by) == ("carl", "cora")


def test_links_of_offices_are_lines_of_the_log_and_name_nobody(store):
    """Today: an administrator makes five clerks, who are two persons for everything, and nothing says so."""
    redeem(administrator_link(store), store)
    redeem(office_link(_office("carl"), Principal(name="ada", roles=frozenset({Role.ADMINISTRATOR})), store), store)
    first, second = _told(store)
    assert (first["kind"], first["facts"]["roles"]) == ("office link made", "administrator")
    assert (second["kind"], second["facts"]["roles"]) == ("office link made", "clerk")
    assert second["facts"]["asked_by"] != first["facts"]["asked_by"]
    assert not any(f'"{name}"' in json.dumps(_told(store)) for name in ("carl", "ada"))
    assert acts_about("carl", store)[0].asked_by == "ada"


def test_two_keys_or_two_guests_of_one_administrator_are_one_person(store):
    asked = ask_link(DELEGATE, _office("a", guest_of="ada"), store)
    for same in (_office("b", guest_of="ada"), _office("ada"), _office("a")):
        with pytest.raises(TwoPersonsError, match="the same hand"):
            confirm(asked, same, store)
    assert confirm(asked, _office("carl"), store).secret is not None


def test_an_own_provider_account_does_not_replace_the_delegate_s_link(store):
    link_seat(_vouched("the delegate"), DELEGATE, store)
    for act in (lambda: link_seat(_vouched("the clerk"), DELEGATE, store), lambda: unlink_seat(DELEGATE, store)):
        with pytest.raises(SignInError, match="Another account signs in for this seat"):
            act()
    own = principal_of(_vouched("the delegate"), store)
    own = whose_session(new_session(own, store), store)  # what the browser keeps says how it came
    link_seat(_vouched("the delegate's next"), own, store)
    with pytest.raises(SignInError, match="no seat is linked"):
        principal_of(_vouched("the delegate"), store)
    unlink_seat(principal_of(_vouched("the delegate's next"), store), store)
    assert not is_linked("d1", store)
    assert [line["kind"] for line in _told(store)] == [
        "seat linked to an account", "seat linked to an account", "linked account ended",
    ]  # fmt: skip


def test_a_lost_account_is_ended_by_two_persons(store):
    with pytest.raises(UnknownActError, match="No account is linked to d1"):
        ask_unlink("d1", _office("carl"), store)
    link_seat(_vouched("lost"), DELEGATE, store)
    asked = ask_unlink("d1", _office("carl"), store)
    with pytest.raises(TwoPersonsError):
        confirm(asked, _office("carl"), store)
    assert is_linked("d1", store)
    assert confirm(asked, _office("cora"), store).secret is None
    assert not is_linked("d1", store)
    link_seat(_vouched("new"), DELEGATE, store)
    assert [act.kind for act in acts_about("d1", store)] == ["unlink"]


def test_what_was_done_stands_on_the_delegate_s_page(court):
    with served(court.settings, worker=False) as service:
        carl, cora = (service.client(Role.CLERK, name=name) for name in ("carl", "cora"))
        asked = {"name": "d1", "roles": ["delegate"]}
        first = carl.post("/api/v1/sign-in-links", json=asked)
        assert (first.status_code, first.json()["link"]) == (202, None)
        number = first.json()["number"]
        assert [act["number"] for act in cora.get("/api/v1/sign-in-links").json()] == [number]
        page = service.client(Role.DELEGATE, name="d1").get("/service").text
        assert "by carl; nobody has confirmed it." in page
        assert carl.post(f"/api/v1/sign-in-links/{number}/confirm").json()["code"] == "two-persons"
        days = {"days": 14}
        assert cora.post(f"/api/v1/sign-in-links/{number}/confirm", json=days).json()["link"][:8] == "/sign-in"
        page = service.client(Role.DELEGATE, name="d1").get("/service").text
        assert "carl asked for it, and cora confirmed it." in page
        assert carl.post("/api/v1/linked-accounts/d1/end").status_code == 404
        mixed = service.client(Role.ADMINISTRATOR).post(
            "/api/v1/sign-in-links", json={"name": "x", "roles": ["delegate", "clerk"]}
        )
        assert mixed.status_code == 403
        key = service.client(Role.ADMINISTRATOR).post("/api/v1/keys", json={"name": "r", "roles": ["delegate"]})
        assert (key.status_code, key.json()["code"]) == (422, "role")


def test_links_of_before_are_acts_too(store):
    new_link(DELEGATE, store)
    new_link(_office("carl"), store)
    engine = connect(store.url)
    migrate(engine, "0012")
    migrate(engine, "head")
    ask_link(DELEGATE, _office("carl"), store)
    with store.reading() as session:
        assert [row.name for row in session.query(PersonalActRow).order_by(PersonalActRow.key)] == ["d1", "d1"]
