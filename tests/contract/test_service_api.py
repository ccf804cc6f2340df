"""The interface over both stores: writes done once, lists, files, layers, people, the log."""

from __future__ import annotations

import json

import pytest

from services.auth.roles import Role
from tests.contract.conftest import town
from tests.contract.town_service import ASKED, SQUARE


def test_a_write_with_a_key_is_done_once(service):
    ann, bob = service.client(Role.ANALYST), service.client(Role.ANALYST, name="bob")
    key = {"Idempotency-Key": "7"}
    first, again = (ann.post("/api/v1/derivations", json=ASKED, headers=key) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["location"] == first.headers["location"]
    assert ann.post("/api/v1/derivations", json=ASKED | {"seed": 1}, headers=key).json()["code"] == "idempotency-key"
    assert bob.post("/api/v1/derivations", json=ASKED, headers=key).json()["id"] != first.json()["id"]


def test_what_the_client_has_is_not_sent_again(service):
    public = service.client()
    first = public.get("/api/v1/polities")
    again = public.get("/api/v1/polities", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    as_analyst = service.client(Role.ANALYST).get("/api/v1/polities", headers={"If-None-Match": first.headers["etag"]})
    assert as_analyst.status_code == 200


def test_a_list_is_walked_by_its_cursor(service):
    public = service.client()
    seen, cursor = [], None
    while True:
        page = public.get(
            "/api/v1/layers/town/units", params={"limit": 1} | ({"cursor": cursor} if cursor else {})
        ).json()
        seen += [item["unit_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["01", "02", "03"]
    assert public.get("/api/v1/layers/town/units?cursor=nonsense").status_code == 422


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"layer": "/etc/passwd"}, "There is no layer"),
        ({"layer": "../../x"}, "There is no layer"),
        ({"footprint": {"kind": "area", "file": "/etc/passwd", "polygons": [[[[0, 0], [1, 0], [1, 1]]]]}}, "file"),
        ({"footprint": {"kind": "raster", "file": "/etc/passwd"}}, "raster"),
        ({"footprint": {"kind": "issue", "name": "/etc/passwd"}}, "There is no issue"),
        ({"footprint": {"kind": "upload", "upload": "../../../etc/passwd"}}, "upload"),
        ({"footprint": {"kind": "upload", "upload": "0" * 32}}, "no upload"),
        ({"coverage": "0.4"}, "Coverage 0.4"),
        ({"title": "a\x00b" * 80}, "title"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_no_name_in_a_request_becomes_a_path(service, changed, word):
    answer = service.client(Role.ANALYST).post("/api/v1/derivations/interactive", json=ASKED | changed)
    assert answer.status_code == 422
    assert word in answer.json()["detail"]


def test_footprints_mixed_too_deep_are_refused(service):
    footprint = {"kind": "everyone"}
    for _ in range(9):
        footprint = {"kind": "union", "parts": [footprint]}
    answer = service.client(Role.ANALYST).post("/api/v1/derivations/interactive", json=ASKED | {"footprint": footprint})
    assert answer.status_code == 422


def test_an_upload_becomes_a_footprint(service):
    ann = service.client(Role.ANALYST)
    sent = {"file": ("../../evil/river.geojson", json.dumps(SQUARE), "application/geo+json")}
    kept = ann.post("/api/v1/uploads", files=sent)
    assert (kept.status_code, kept.json()["name"], kept.json()["kinds"]) == (201, "river.geojson", ["Polygon"])
    footprint = {"kind": "upload", "upload": kept.json()["upload"]}
    tried = ann.post("/api/v1/derivations/interactive", json=ASKED | {"footprint": footprint}).json()
    assert tried["figures"]["units"] == 2


def test_a_layer_is_added_and_derived_on(service):
    ann = service.client(Role.ANALYST)
    content = town().units.rename_axis("unit_id").reset_index().to_json()
    columns = {"name": "wards", "id_column": "unit_id", "population_column": "population"}
    added = ann.post("/api/v1/layers", files={"file": ("w.geojson", content)}, data=columns)
    assert (added.status_code, added.json().get("units")) == (201, 3), added.text
    assert (
        ann.post("/api/v1/layers", files={"file": ("w.geojson", content)}, data=columns).json()["code"] == "layer-name"
    )
    assert ann.post("/api/v1/derivations/interactive", json=ASKED | {"layer": "wards"}).status_code == 200


def test_a_citizen_sees_only_themselves(service):
    clerk = service.client(Role.CLERK, name="carl")
    mine, other = (clerk.post("/api/v1/citizens", json={"unit_id": "01"}).json()["citizen_id"] for _ in range(2))
    citizen = service.client(Role.CITIZEN, name=mine)
    assert citizen.post(f"/api/v1/citizens/{mine}/consent").status_code == 200
    assert citizen.get(f"/api/v1/citizens/{mine}").status_code == 200
    for path in (f"/api/v1/citizens/{other}", f"/api/v1/citizens/{other}/receipts/x"):
        assert citizen.get(path).status_code == 403
    assert citizen.delete(f"/api/v1/citizens/{other}").status_code == 403
    assert service.client(Role.ANALYST).get(f"/api/v1/citizens/{mine}").status_code == 403


def test_a_clerk_makes_links_for_delegates_and_for_nobody_above(service):
    clerk, other = (service.client(Role.CLERK, name=name) for name in ("carl", "cora"))
    asked = clerk.post("/api/v1/sign-in-links", json={"name": "abc123", "roles": ["delegate"]}).json()
    link = other.post(f"/api/v1/sign-in-links/{asked['number']}/confirm").json()["link"]
    guest = service.client()
    assert guest.post("/sign-in", data={"token": link.partition("token=")[2]}).status_code == 303
    assert guest.get("/api/v1/me").json() == {
        "name": "abc123",
        "label": None,
        "roles": ["delegate"],
        "program": False,
    }
    for roles in (["administrator"], ["delegate", "clerk"], ["analyst"]):
        assert clerk.post("/api/v1/sign-in-links", json={"name": "x", "roles": roles}).status_code == 403


def test_the_log_is_read_proven_and_taken_away(service):
    public = service.client()
    page = public.get("/api/v1/log/entries").json()
    assert page["entries"][0]["index"] == 0
    assert public.get("/api/v1/log/entries/0/proof").json()["entry"] == page["entries"][0]
    assert public.get("/api/v1/log/export").content[:2] == b"PK"
    assert public.get("/api/v1/log/entries/99999/proof").status_code == 422
