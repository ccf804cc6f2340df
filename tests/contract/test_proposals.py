"""From a drawing to a polity in force: proposals through the interface, alone and at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.auth.roles import Role
from services.demo import cut_short
from services.derivation import derive as derivation
from services.jobs import queue
from services.jobs.working import work_off
from tests.contract.town_service import ASKED


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
    early = ann.post("/api/v1/polities", json={"derivation": job["id"], "days": 13})
    assert early.status_code == 422
    proposed = ann.post("/api/v1/polities", json={"derivation": job["id"], "days": 14})
    assert (proposed.status_code, proposed.json()["status"]) == (201, "proposed")
    assert ann.post("/api/v1/polities/my-river/activate").status_code == 403
    cut_short.proposal("my-river", opened)
    pages = [client.get("/polities/my-river/proposal").text for client in (carl, public, ann)]
    assert ["Proposed by ann;" in page for page in pages] == [True, False, False]
    assert carl.post("/api/v1/polities/my-river/activate").json()["status"] == "active"
    assert "my-river" in public.get("/api/lookup?lon=0.5&lat=0.5").text  # at once
    assert public.get("/api/v1/polities/my-river/units").json()["items"] == [
        {"unit_id": "01", "affected": pytest.approx(720, rel=0.01)},
        {"unit_id": "02", "affected": pytest.approx(640, rel=0.01)},
    ]
    assert public.get("/api/v1/polities/my-river/boundary").json()["features"][0]["geometry"]["type"] == "Polygon"
    number = carl.post("/api/v1/polities/my-river/retire").json()["number"]
    assert carl.post(f"/api/v1/sign-in-links/{number}/confirm").status_code == 409
    assert "my-river" in public.get("/api/lookup?lon=0.5&lat=0.5").text
    cora = service.client(Role.CLERK, name="cora")
    assert cora.post(f"/api/v1/sign-in-links/{number}/confirm").status_code == 200
    assert "my-river" not in public.get("/api/lookup?lon=0.5&lat=0.5").text


def test_who_proposed_cannot_activate(service, opened):
    both = service.client(Role.ANALYST, Role.CLERK)
    job = both.post("/api/v1/derivations", json=ASKED).json()
    work_off(opened)
    both.post("/api/v1/polities", json={"derivation": job["id"], "days": 14})
    cut_short.proposal("my-river", opened)
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
    ordered = ann.post("/api/v1/derivations?propose_days=14", json=ASKED)
    assert (ordered.status_code, ordered.json()["proposed"]) == (202, None)
    assert public.get("/polities/my-river/proposal").status_code == 404
    assert work_off(opened) == 1
    job = ann.get(ordered.headers["location"]).json()
    assert (job["status"], job["proposed"]["id"], job["proposed"]["version"]) == ("done", "my-river", 1)
    assert public.get("/polities/my-river/proposal").status_code == 200
    certificate = public.get("/polities/my-river/files/certificate.json?version=1").json()
    assert certificate == ann.get(f"{ordered.headers['location']}/files/certificate.json").json()
    again = ann.post("/api/v1/derivations?propose_days=14", json=ASKED)
    assert (again.status_code, again.json()["code"]) == (409, "polity-transition")  # told before anything is derived


def test_of_two_ordered_proposals_one_wins_and_the_other_keeps_its_result(service, opened):
    clients = [service.client(Role.ANALYST, name=name) for name in ("ann", "bob")]
    where = [client.post("/api/v1/derivations?propose_days=14", json=ASKED).headers["location"] for client in clients]
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
    where = ann.post("/api/v1/derivations?propose_days=14", json=ASKED).headers["location"]

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
    where = ann.post("/api/v1/derivations?propose_days=14", json=ASKED).headers["location"]
    derive = derivation.derive_polity

    def cancelled(*arguments, **options):
        ann.delete(where)
        return derive(*arguments, **options)

    monkeypatch.setattr(derivation, "derive_polity", cancelled)
    work_off(opened)
    job = ann.get(where).json()
    assert (job["status"], job["proposed"], job["figures"]["units"]) == ("cancelled", None, 2)
