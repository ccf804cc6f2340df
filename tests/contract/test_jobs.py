"""Ordered derivations over both stores: turns, places, cancelling, and workers that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from services.auth.roles import Role
from services.derivation import derive as derivation
from services.jobs import queue, warming, working
from services.jobs.working import work_off
from services.storage.store import Store, StoreUnavailableError
from tests.contract.town_service import ASKED


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


def test_a_worker_that_was_paused_for_long_writes_nothing_over_the_one_that_took_its_job(
    service, opened, monkeypatch, settings
):
    """Once: paused for over 30 s it lost its job, and both wrote; a job that proposed ended as failed."""
    ann = service.client(Role.ANALYST)
    where = ann.post("/api/v1/derivations", json=ASKED, params={"propose_days": 14}).headers["location"]
    write, folder = working.write, queue.job_folder(where.rpartition("/")[2], settings.home)

    def paused(derivation, *place):
        monkeypatch.setattr(working, "write", write)
        monkeypatch.setattr(queue, "LOST_SECONDS", -1.0)
        assert work_off(opened) == 1  # meanwhile another takes the job, and ends it
        monkeypatch.setattr(queue, "LOST_SECONDS", 30.0)
        write(derivation, *place)

    monkeypatch.setattr(working, "write", paused)
    row = queue.take(opened)
    working.do(row, opened)
    job = ann.get(where).json()
    assert (job["status"], job["problem"], job["proposed"]["version"]) == ("done", None, 1)
    with pytest.raises(queue.LeaseLost):
        queue.finish(queue.lease_of(row), opened)
    assert not queue.report(queue.lease_of(row), opened, None)
    assert [it.name for it in folder.iterdir()] == ["polity"]
    assert (folder / "polity" / "certificate.json").is_file()


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


def test_a_worker_gets_ready_only_while_nothing_waits(service, opened, monkeypatch, tmp_path):
    ready = []
    monkeypatch.setattr(warming, "_warm_up", ready.append)
    warming.warm_up(opened)
    assert len(ready) == 1
    service.client(Role.ANALYST).post("/api/v1/derivations", json=ASKED)
    warming.warm_up(opened)
    assert len(ready) == 1


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("services.derivation.kernels.derive_squares", ImportError("no kernels")),
        ("services.derivation.kernels.derive_squares", MemoryError()),
        ("services.derivation.open_layers.warm_layer", ValueError("no layer")),
        ("services.jobs.queue.counts", StoreUnavailableError("no database")),
    ],
)
def test_a_worker_that_cannot_get_ready_logs_why_and_works_on(opened, monkeypatch, caplog, where, error):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr(where, broken)
    warming.warm_up(opened)
    assert [line.exc_info[1] for line in caplog.records if line.name == "services.jobs.warming"] == [error]


def test_an_idle_worker_locks_nothing(service, opened, monkeypatch):
    where = service.client(Role.ANALYST).post("/api/v1/derivations", json=ASKED).headers["location"]
    taken = queue.take(opened)
    assert where.endswith(taken.job_id)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "writing", lambda _: pytest.fail("an idle worker wanted to write"))
        assert queue.take(opened) is None
    monkeypatch.setattr(queue, "LOST_SECONDS", -1.0)
    assert queue.take(opened).job_id == taken.job_id


def test_getting_ready_draws_a_whole_polity_and_leaves_nothing_of_it(tmp_path):
    warming._warm_up(tmp_path)
    assert {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")} <= {"cache"}


def test_who_opens_the_studio_is_expected_to_order(service, settings, monkeypatch):
    told = []
    workers = "embedded.Elsewhere" if settings.database_url is None else "postgres.Notifying"
    monkeypatch.setattr(f"services.jobs.{workers}.expect", lambda _: told.append("expect"))
    assert service.client(Role.ANALYST).get("/studio").status_code == 200
    assert service.client().get("/studio", follow_redirects=False).status_code != 200
    assert told == ["expect"]
