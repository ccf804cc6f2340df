"""The database goes away under load and comes back: clean answers meanwhile, nothing half-written, no restart needed."""

from __future__ import annotations

import threading
import time

from sqlalchemy import func, select

from services.auth.roles import Role
from services.bootstrap import open_store
from services.settings import Settings
from services.storage.layers.census import keep_layer
from services.storage.tables import CitizenRow
from tests.contract.conftest import NOW, town
from tests.served import served

WRITERS = 4


def test_the_database_is_restarted_under_load(cluster, tmp_path):
    settings = Settings(home=tmp_path, workers=1, database_url=cluster.url(), rate_limit="1000000/minute")
    with open_store(settings).writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    with served(settings, worker=False) as service:
        answers, places, ended = [], [], threading.Event()

        def write(client):
            while not ended.is_set():
                answers.append(client.post("/api/v1/citizens", json={"unit_id": "01"}))

        def look(client):
            while not ended.is_set():
                places.append(client.get("/api/lookup?lon=0.5&lat=0.5").status_code)

        clerks = [service.client(Role.CLERK, name=f"c{number}") for number in range(WRITERS)]
        work = [threading.Thread(target=write, args=(client,)) for client in clerks]
        work.append(threading.Thread(target=look, args=(service.client(),)))
        for thread in work:
            thread.start()
        _wait(lambda: len(answers) > 20)
        cluster.kill()
        _wait(lambda: any(answer.status_code == 503 for answer in answers))
        cluster.start()
        before = len(answers)
        _wait(lambda: any(answer.status_code == 201 for answer in answers[before:]))
        ended.set()
        for thread in work:
            thread.join()
        assert {answer.status_code for answer in answers} == {201, 503}
        refused = [answer for answer in answers if answer.status_code == 503]
        assert {answer.json()["code"] for answer in refused} == {"store-unavailable"}
        assert set(places) == {200}  # from memory, whatever the database does
        assert service.client().get("/ready").status_code == 200
        with open_store(settings).reading() as session:
            kept = session.scalar(select(func.count()).select_from(CitizenRow))
        done = len(answers) - len(refused)
        assert done <= kept <= done + WRITERS  # a connection may break between the commit and its acknowledgement
    open_store(settings).close()


def _wait(happened, seconds=60.0):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
