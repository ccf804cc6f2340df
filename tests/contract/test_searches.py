"""Drafts that are searched further: after all that was ordered, one an analyst, and forgotten with the next."""

from __future__ import annotations

from services.auth.roles import Role
from services.jobs import queue
from services.jobs.working import work_off
from tests.contract.town_service import ASKED


def searched(analyst) -> dict:
    answer = analyst.post("/studio/searches", json=ASKED)
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_a_search_gives_what_the_panel_shows_and_is_no_order(service, opened):
    ann = service.client(Role.ANALYST)
    draft = ann.post("/studio/derive", json=ASKED).json()
    job = searched(ann)
    assert ann.get(f"/studio/searches/{job['id']}").json()["code"] == "job-refused"
    work_off(opened)
    assert ann.get(f"/studio/orders/{job['id']}/state").json()["status"] == "done"
    found = ann.get(f"/studio/searches/{job['id']}").json()
    assert found.keys() == draft.keys()
    assert found["figures"]["gap"] <= draft["figures"]["gap"]
    assert ann.get("/api/v1/derivations").json()["items"] == []
    assert service.client(Role.ANALYST, name="bob").get(f"/studio/searches/{job['id']}").status_code == 404


def test_what_is_ordered_goes_before_searches_whoever_came_first(service, opened):
    ann, bob = service.client(Role.ANALYST), service.client(Role.ANALYST, name="bob")
    search = searched(ann)
    order = bob.post("/api/v1/derivations", json=ASKED).json()
    assert order["place"] == 0
    assert ann.get(f"/studio/orders/{search['id']}/state").json()["place"] == 1
    assert [queue.take(opened).job_id for _ in range(2)] == [order["id"], search["id"]]


def test_a_search_that_runs_gives_way_to_what_is_ordered(service, opened):
    searched(service.client(Role.ANALYST))
    lease = queue.lease_of(queue.take(opened))
    assert queue.report(lease, opened, None)
    searched(service.client(Role.ANALYST, name="bob"))
    assert queue.report(lease, opened, None)
    service.client(Role.ANALYST, name="bob").post("/api/v1/derivations", json=ASKED)
    assert not queue.report(lease, opened, None)


def test_an_analyst_has_one_search_and_the_next_takes_its_place(service, opened, settings):
    ann, bob = service.client(Role.ANALYST), service.client(Role.ANALYST, name="bob")
    first, his = searched(ann), searched(bob)
    second = searched(ann)
    states = [who.get(f"/studio/orders/{job['id']}/state").json()["status"] for who, job in ((ann, first), (bob, his))]
    assert states == ["cancelled", "queued"]
    assert work_off(opened) == 2
    assert queue.job_folder(second["id"], settings.home).exists()
    searched(ann)
    assert ann.get(f"/studio/orders/{second['id']}/state").status_code == 404
    assert not queue.job_folder(second["id"], settings.home).exists()


def test_an_order_of_ones_own_ends_the_search_and_so_does_its_analyst(service, opened):
    ann = service.client(Role.ANALYST)
    search = searched(ann)
    ann.post("/api/v1/derivations", json=ASKED)
    assert ann.get(f"/studio/orders/{search['id']}/state").json()["status"] == "cancelled"
    again = searched(ann)
    assert ann.post(f"/studio/orders/{again['id']}/stop").json()["status"] == "cancelled"
