"""The doors of the service: host, origin of a click, one-time links, keys, and words for every failure."""

from __future__ import annotations

import pytest

from services.api.principal import guarded_router
from services.auth.keys import make_key, revoke_key, whose_key
from services.auth.personal_links import administrator_link
from services.auth.roles import Principal, Role, RoleError, read_roles
from services.auth.sessions import SignInError, new_link, redeem, whose_link, whose_session
from services.bootstrap import open_store
from services.serving import PublicAddressError, check_address, is_loopback
from services.settings import Settings
from tests.served import served


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(home=tmp_path_factory.mktemp("home"), workers=1)


@pytest.fixture(scope="module")
def service(settings):
    with served(settings) as running:
        yield running


def test_it_lives_and_is_ready(service):
    client = service.client()
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready"}


def test_every_answer_carries_the_strict_headers(service):
    for path in ("/health", "/nowhere", "/static/report.css"):
        headers = service.client().get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_another_hosts_name_is_refused(service):
    answer = service.client().get("/health", headers={"Host": "evil.example:80"})
    assert (answer.status_code, answer.json()["code"]) == (421, "host")


def test_a_failure_is_a_document_for_programs_and_a_page_for_people(service):
    client = service.client()
    as_program = client.get("/api/v1/nowhere", headers={"Accept": "text/html"})
    assert as_program.headers["content-type"] == "application/problem+json"
    assert as_program.json()["detail"] in (page := client.get("/nowhere", headers={"Accept": "text/html"})).text
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_an_asset_with_its_hash_is_kept_for_ever(service):
    from maps.assets import asset_url

    client = service.client()
    assert "immutable" in client.get(asset_url("report.css")).headers["cache-control"]
    assert client.get("/static/report.css?v=old").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/static/../assets.py", "/static/%2e%2e/assets.py", "/static/..%2f..%2fpyproject.toml"]
)
def test_no_path_leads_out_of_the_assets(service, path):
    assert service.client().get(path).status_code == 404


def test_the_administrators_link_works_once(service, settings):
    token = {"token": administrator_link(open_store(settings))}
    first, again = (service.client().post("/sign-in", data=token) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 401)
    assert service.client().get("/sign-in", params=token).status_code == 401
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_who_only_opens_a_link_does_not_use_it_up(service, settings):
    token = administrator_link(open_store(settings))
    for _ in range(3):  # mail scanners and previews
        opened = service.client().get("/sign-in", params={"token": token}, headers={"Accept-Language": "es"})
        assert (opened.status_code, opened.headers.get("set-cookie")) == (200, None)
        assert "como administrador" in opened.text
        assert f'value="{token}"' in opened.text
    assert service.client().post("/sign-in", data={"token": token}).headers["location"] == "/"
    assert service.client().post("/sign-in").status_code == 401


def test_a_delegate_who_signs_in_comes_to_their_service(service, settings):
    token = new_link(Principal(name="d1", roles=frozenset({Role.DELEGATE})), open_store(settings))
    assert service.client().post("/sign-in", data={"token": token}).headers["location"] == "/service"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
def test_another_site_cannot_sign_a_browser_in_as_somebody_else(service, settings, headers):
    token = administrator_link(open_store(settings))
    refused = service.client().post("/sign-in", data={"token": token}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "cross-site")
    assert whose_link(token, open_store(settings)).name == "administrator"


def test_a_session_is_no_link_and_a_link_no_session(settings):
    link = administrator_link(open_store(settings))
    assert whose_session(link, open_store(settings)).is_public
    session, who = redeem(link, open_store(settings))
    assert who.may(Role.ANALYST)
    with pytest.raises(SignInError):
        redeem(session, open_store(settings))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_another_site_cannot_click_for_somebody_signed_in(service, headers, status):
    client = service.client(Role.ANALYST)
    del client.headers["Sec-Fetch-Site"]
    assert client.post("/sign-out", headers=headers).status_code == status


def test_an_old_browser_says_its_origin(service):
    client = service.client(Role.ANALYST)
    del client.headers["Sec-Fetch-Site"]
    assert client.post("/sign-out", headers={"Origin": service.url}).status_code == 303


def test_a_key_opens_what_it_is_for_until_it_is_revoked(settings):
    key_id, key = make_key("robot", "analyst", open_store(settings))
    assert whose_key(key, open_store(settings)).may(Role.ANALYST)
    assert not whose_key(key, open_store(settings)).may(Role.CLERK)
    revoke_key(key_id, open_store(settings))
    assert whose_key(key, open_store(settings)).is_public


def test_an_administrator_holds_offices_and_no_seat():
    who = Principal(name="ada", roles=frozenset({Role.ADMINISTRATOR}))
    assert {role for role in Role if not who.may(role)} == {Role.CITIZEN, Role.DELEGATE}


def test_a_role_that_is_none_is_said():
    with pytest.raises(RoleError, match="emperor"):
        read_roles("clerk,emperor")


def test_a_route_without_a_role_is_a_mistake():
    router = guarded_router()
    with pytest.raises(TypeError, match="declares no role"):
        router.get("/open")(lambda: None)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "geopolity.example"])
def test_a_public_address_without_sign_in_is_refused(settings, host):
    with pytest.raises(PublicAddressError, match="GEOPOLITY_OIDC_ISSUER"):
        check_address(host, settings)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "127.8.8.8"])
def test_this_machine_is_loopback(host):
    assert is_loopback(host)
