"""How one order took all memory from everybody, by the name of the attack."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.auth.roles import Role
from services.bootstrap import open_store
from services.jobs.embedded import start_worker
from services.settings import SettingError, Settings, read_settings
from tests.contract.town_service import ASKED


def test_an_order_that_wants_all_memory_is_a_failed_job_with_a_sentence(service, opened, settings):
    """Today: the worker takes what it can get (12.9 GB with long connectors), and others are killed for it."""
    ann = service.client(Role.ANALYST)
    first, second = (ann.post("/api/v1/derivations", json=ASKED).headers["location"] for _ in range(2))
    command = [sys.executable, "-m", "tests.contract.greedy_worker", str(settings.home)]
    subprocess.run(command, env=os.environ | {"STORE": settings.database_url or ""}, check=True, timeout=120)
    job = ann.get(first).json()
    assert (job["status"], job["problem"]["code"]) == ("failed", "too-costly")
    assert "more than the 4,000 MB of memory that one derivation may use here" in job["problem"]["detail"]
    assert (ann.get(second).json()["status"], ann.get(second).json()["problem"]) == ("done", None)


def test_the_worker_beside_the_service_has_the_limit_of_the_settings(tmp_path):
    settings = Settings(home=tmp_path, workers=1, job_memory_mb=5_000)
    with open_store(settings).reading():
        pass
    process = start_worker(settings.environment)
    try:
        for _ in range(400):
            if "5000000000" in Path(f"/proc/{process.pid}/limits").read_text():
                break
            time.sleep(0.05)
        else:
            pytest.fail("the worker has no limit")
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("text", ["3999", "much", "-5", "99999999"])
def test_a_limit_that_is_none_is_refused(text):
    with pytest.raises(SettingError, match="GEOPOLITY_JOB_MEMORY_MB"):
        read_settings({"GEOPOLITY_JOB_MEMORY_MB": text, "GEOPOLITY_HOME": "/nowhere"})
