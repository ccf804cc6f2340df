"""The interface over both stores: a derivation from order to published polity, and everything around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.auth.roles import Role
from services.derivation import derive as derivation
from services.jobs import queue, working
from services.jobs.working import work_off
from tests.contract.conftest import town
from tests.served import served

SQUARE = {"type": "Polygon", "coordinates": [[[0.1, 0.1], [1.4, 0.1], [1.4, 0.9], [0.1, 0.9], [0.1, 0.1]]]}
ASKED = {"title": "My river", "layer": "town", "footprint": {"kind": "drawn", "geojson": SQUARE}}


@pytest.fixture
def service(store, settings):
    folder = settings.home / "layers"
    folder.mkdir(parents=True)
    layer = town()
    layer.units.to_parquet(folder / "town.parquet")
    record = {key: getattr(layer, key) for key in ("title", "vintage", "source", "licence")}
    (folder / "town.json").write_text(json.dumps(record))
    with served(settings, worker=False) as running:
        yield running


def test_from_a_drawing_to_a_polity_in_force(service, opened):
    ann, carl, public = service.client(Role.ANALYST), service.client(Role.CLERK, name="carl"), service.client()
    tried = ann.post("/api/v1/derivations/interactive", json=ASKED).json()
    assert (tried["figures"]["units"], tried["region"]["inside"]) == (2, "Aw==")
    ordered = ann.post("/api/v1/derivations", json=ASKED)
    assert (ordered.status_code, ordered.json()["status"]) == (202, "queued")
    where = ordered.headers["location"]
    assert work_off(opened) == 1
    job = ann.get(where).json()
    assert (job["status"], job["figures"]["units"]) == ("done", 2)
    got = ann.get(f"{where}/files/certificate.json")
    assert got.json()["digest"] == tried["figures"].get("digest", got.json()["digest"])
    assert "sandbox" in ann.get(f"{where}/files/map.html").headers["content-security-policy"]
    with ann.stream("GET", f"{where}/events") as events:
        said = [line for line in events.iter_lines() if line.startswith("event")]
    assert said == ["event: progress", "event: done"]
    proposed = ann.post("/api/v1/polities", json={"derivation": job["id"], "days": 0})
    assert (proposed.status_code, proposed.json()["status"]) == (201, "proposed")
    assert ann.post("/api/v1/polities/my-river/activate").status_code == 403
    pages = [client.get("/polities/my-river/proposal").text for client in (carl, public, ann)]
    assert ["Proposed by ann;" in page for page in pages] == [True, False, False]
    assert carl.post("/api/v1/polities/my-river/activate").json()["status"] == "active"
    assert "my-river" in public.get("/api/lookup?lon=0.5&lat=0.5").text  # at once
    assert public.get("/api/v1/polities/my-river/units").json()["items"] == [
        {"unit_id": "01", "affected": pytest.approx(720, rel=0.01)},
        {"unit_id": "02", "affected": pytest.approx(640, rel=0.01)},
    ]
    assert public.get("/api/v1/polities/my-river/boundary").json()["features"][0]["geometry"]["type"] == "Polygon"
    assert carl.post("/api/v1/polities/my-river/retire").json()["status"] == "retired"
    assert "my-river" not in public.get("/api/lookup?lon=0.5&lat=0.5").text


def test_who_proposed_cannot_activate(service, opened):
    both = service.client(Role.ANALYST, Role.CLERK)
    job = both.post("/api/v1/derivations", json=ASKED).json()
    work_off(opened)
    both.post("/api/v1/polities", json={"derivation": job["id"], "days": 0})
    refused = both.post("/api/v1/polities/my-river/activate")
    assert (refused.status_code, refused.json()["code"]) == (409, "polity-transition")


def test_a_proposal_is_objected_to_and_answered(service, opened):
    ann, carl, eve = (service.client(role, name=name) for role, name in
                      ((Role.ANALYST, "ann"), (Role.CLERK, "carl"), (Role.CITIZEN, "eve")))  # fmt: skip
    job = ann.post("/api/v1/derivations", json=ASKED).json()
    work_off(opened)
    ann.post("/api/v1/polities", json={"derivation": job["id"], "days": 30})
    number = eve.post("/api/v1/polities/my-river/objections", json={"text": "Not my street"}).json()["objection"]
    assert carl.post("/api/v1/polities/my-river/activate").status_code == 409
    assert ann.post(f"/api/v1/objections/{number}/answer", json={"text": "It floods"}).status_code == 204
    shown = service.client().get("/api/v1/polities/my-river").json()
    assert [(o["text"], o["answer"]) for o in shown["objections"]] == [("Not my street", "It floods")]


def test_nobody_affected_is_a_finished_job_with_a_sentence(service, opened):
    ann = service.client(Role.ANALYST)
    far = {"kind": "radius", "points": [[50, 50]], "distance_km": 1}
    assert ann.post("/api/v1/derivations/interactive", json=ASKED | {"footprint": far}).status_code == 409
    where = ann.post("/api/v1/derivations", json=ASKED | {"footprint": far}).headers["location"]
    work_off(opened)
    job = ann.get(where).json()
    assert (job["status"], job["problem"]["code"]) == ("failed", "footprint-outside")
    assert ann.post("/api/v1/polities", json={"derivation": job["id"]}).json()["code"] == "job-refused"


def test_analysts_take_turns_and_are_told_their_place(service, opened):
    ann, bob = service.client(Role.ANALYST), service.client(Role.ANALYST, name="bob")
    mine = [ann.post("/api/v1/derivations", json=ASKED).json() for _ in range(3)]
    his = bob.post("/api/v1/derivations", json=ASKED).json()
    assert [job["place"] for job in mine] == [0, 1, 2]
    assert his["place"] == 1
    order = [queue.take(opened).job_id for _ in range(4)]
    assert order == [mine[0]["id"], his["id"], mine[1]["id"], mine[2]["id"]]


def test_an_order_leaves_a_message_that_wakes_a_worker_elsewhere(service, settings, opened):
    if settings.database_url is None:
        return  # the worker beside the service looks for work itself
    from services.jobs.postgres import run_notified

    ann = service.client(Role.ANALYST)
    where = ann.post("/api/v1/derivations", json=ASKED).headers["location"]
    run_notified(opened, wait=False)
    assert ann.get(where).json()["status"] == "done"


def test_a_job_is_its_analysts_own(service):
    where = service.client(Role.ANALYST).post("/api/v1/derivations", json=ASKED).headers["location"]
    assert service.client(Role.ANALYST, name="bob").get(where).status_code == 404
    assert service.client(Role.ADMINISTRATOR, name="ada").get(where).status_code == 200


def test_what_waits_is_cancelled_at_once(service, opened):
    ann = service.client(Role.ANALYST)
    where = ann.post("/api/v1/derivations", json=ASKED).headers["location"]
    assert ann.delete(where).json()["status"] == "cancelled"
    assert work_off(opened) == 0


def test_a_job_whose_worker_died_goes_to_the_next(service, opened, monkeypatch):
    service.client(Role.ANALYST).post("/api/v1/derivations", json=ASKED)
    first = queue.take(opened)
    assert queue.take(opened) is None
    monkeypatch.setattr(queue, "LOST_SECONDS", -1.0)
    again = queue.take(opened)
    assert (again.job_id, again.attempts) == (first.job_id, 2)


def test_a_worker_that_is_killed_is_followed_by_one_that_only_draws(service, settings, opened, tmp_path, monkeypatch):
    ann = service.client(Role.ANALYST)
    where = ann.post("/api/v1/derivations", json=ASKED).headers["location"]
    mark, store = tmp_path / "mark", settings.database_url or ""
    command = [sys.executable, "-m", "tests.contract.killed_worker", str(settings.home), str(mark)]
    with subprocess.Popen(command, env=os.environ | {"STORE": store}) as process:
        while not mark.exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    assert ann.get(where).json()["status"] == "running"
    monkeypatch.setattr(queue, "LOST_SECONDS", -1.0)
    monkeypatch.setattr(derivation, "derive_polity", None)  # what was derived is not derived again
    assert work_off(opened) == 1
    assert ann.get(where).json()["status"] == "done"


def test_who_cancels_a_running_job_gets_the_best_so_far(service, opened, monkeypatch):
    ann = service.client(Role.ANALYST)
    where = ann.post("/api/v1/derivations", json=ASKED).headers["location"]
    derive = derivation.derive_polity

    def cancelled_midway(*arguments, on_progress, **options):
        def told(progress):
            ann.delete(where)
            return on_progress(progress)

        return derive(*arguments, on_progress=told, **options)

    monkeypatch.setattr(derivation, "derive_polity", cancelled_midway)
    monkeypatch.setattr(working, "TELL_SECONDS", 0.0)
    assert work_off(opened) == 1
    job = ann.get(where).json()
    assert (job["status"], job["figures"]["units"]) == ("cancelled", 2)
    assert "certificate.json" in job["files"]


def test_of_two_who_publish_the_same_one_wins_and_the_other_is_told(service, opened):
    ann, bob = service.client(Role.ANALYST), service.client(Role.ANALYST, name="bob")
    jobs = [who.post("/api/v1/derivations", json=ASKED).json()["id"] for who in (ann, bob)]
    work_off(opened)
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda it: it[0].post("/api/v1/polities", json={"derivation": it[1]}),
                zip((ann, bob), jobs, strict=True),
            )
        )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (told,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert "is proposed already" in told["detail"]


def test_an_order_may_propose_what_comes_out(service, opened):
    ann, public = service.client(Role.ANALYST), service.client()
    ordered = ann.post("/api/v1/derivations?propose_days=7", json=ASKED)
    assert (ordered.status_code, ordered.json()["proposed"]) == (202, None)
    assert public.get("/polities/my-river/proposal").status_code == 404
    assert work_off(opened) == 1
    job = ann.get(ordered.headers["location"]).json()
    assert (job["status"], job["proposed"]["id"], job["proposed"]["version"]) == ("done", "my-river", 1)
    assert public.get("/polities/my-river/proposal").status_code == 200
    certificate = public.get("/polities/my-river/files/certificate.json?version=1").json()
    assert certificate == ann.get(f"{ordered.headers['location']}/files/certificate.json").json()
    again = ann.post("/api/v1/derivations?propose_days=7", json=ASKED)
    assert (again.status_code, again.json()["code"]) == (409, "polity-transition")  # told before anything is derived


def test_of_two_ordered_proposals_one_wins_and_the_other_keeps_its_result(service, opened):
    clients = [service.client(Role.ANALYST, name=name) for name in ("ann", "bob")]
    where = [client.post("/api/v1/derivations?propose_days=7", json=ASKED).headers["location"] for client in clients]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: work_off(opened), range(2)))
    jobs = sorted(
        (client.get(at).json() for client, at in zip(clients, where, strict=True)), key=lambda job: job["status"]
    )
    assert [job["status"] for job in jobs] == ["done", "failed"]
    assert "is proposed already" in jobs[1]["problem"]["detail"]
    assert jobs[1]["figures"]["units"] == 2
    assert "certificate.json" in jobs[1]["files"]


def test_a_worker_that_is_killed_while_it_proposes_proposes_once(service, opened, monkeypatch):
    ann = service.client(Role.ANALYST)
    where = ann.post("/api/v1/derivations?propose_days=7", json=ASKED).headers["location"]

    class Killed(BaseException):
        """Stands for the end of the process."""

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(queue, "_end", killed)  # the last statement before the commit
        with pytest.raises(Killed):
            work_off(opened)
    assert service.client().get("/polities/my-river/proposal").status_code == 404
    monkeypatch.setattr(queue, "LOST_SECONDS", -1.0)
    assert work_off(opened) == 1
    assert ann.get(where).json()["proposed"]["version"] == 1
    assert len(service.client(Role.CLERK, name="carl").get("/api/v1/polities").json()["items"]) <= 1


def test_who_cancels_a_proposal_keeps_the_figures_and_proposes_nothing(service, opened, monkeypatch):
    ann = service.client(Role.ANALYST)
    where = ann.post("/api/v1/derivations?propose_days=7", json=ASKED).headers["location"]
    derive = derivation.derive_polity

    def cancelled(*arguments, **options):
        ann.delete(where)
        return derive(*arguments, **options)

    monkeypatch.setattr(derivation, "derive_polity", cancelled)
    work_off(opened)
    job = ann.get(where).json()
    assert (job["status"], job["proposed"], job["figures"]["units"]) == ("cancelled", None, 2)


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
    clerk = service.client(Role.CLERK, name="carl")
    link = clerk.post("/api/v1/sign-in-links", json={"name": "abc123", "roles": ["delegate"]}).json()["link"]
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
