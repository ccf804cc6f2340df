"""The description of the interface is true: a judge makes requests from it, and a client generated from it works."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest

from services.auth.keys import make_key
from services.bootstrap import open_store
from services.settings import Settings
from services.storage.layers.census import keep_layer
from tests.contract.conftest import NOW, town
from tests.contract.court import constitute
from tests.served import served

EVERY_ROLE = "clerk,civil servant,analyst,administrator"
SAID_IN_A_SENTENCE = "positive_data_acceptance"
"""What no schema can say (a cursor that was never given out, a file that is none) is refused with a sentence."""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1, rate_limit="1000000/minute")
    store = open_store(settings)
    with store.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    constitute(store, settings)
    with served(settings, worker=False) as running:
        yield running
    open_store(settings).close()


@pytest.fixture
def key(service):
    return make_key("robot", EVERY_ROLE, service.store)[1]


def judged(service, key, *options):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/api/v1/openapi.json"]
    command += ["-H", f"Authorization: Bearer {key}", "--seed", "1", "--exclude-checks", SAID_IN_A_SENTENCE]
    command += ["--warnings", "off", "--no-color", "--generation-database", "none", "--request-timeout", "300"]
    command += ["--include-path-regex", "^/(api/v1|api/lookup|health|ready)"]
    command += ["--exclude-path-regex", "/keys/|/events$"]  # it would end its own key, or watch a job that only waits
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False, cwd=service.settings.home)


def test_a_judge_finds_no_failure(service, key):
    done = judged(service, key, "--phases", "examples,fuzzing", "--max-examples", "2")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.long
def test_a_judge_who_tries_every_corner_finds_no_failure(service, key):
    done = judged(service, key, "--phases", "examples,coverage,fuzzing", "--max-examples", "10")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_every_route_of_the_interface_is_described_with_its_roles(service):
    said = service.client().get("/api/v1/openapi.json").json()
    operations = [one for path, item in said["paths"].items() if path.startswith("/api/v1") for one in item.values()]
    assert len(operations) > 80
    assert [one["operationId"] for one in operations if not one["x-roles"] or "summary" not in one] == []
    assert "HTTPValidationError" not in json.dumps(said)


def test_a_generated_client_speaks_to_it(service, key, tmp_path, monkeypatch):
    description = tmp_path / "openapi.json"
    description.write_text(service.client().get("/api/v1/openapi.json").text)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(description), "--meta", "none"]
    (tmp_path / "no_hooks.yml").write_text("post_hooks: []\n")
    command += ["--output-path", str(tmp_path / "made_client"), "--config", str(tmp_path / "no_hooks.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "will not be generated" not in done.stdout + done.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    made = importlib.import_module("made_client")
    show = importlib.import_module("made_client.api.accounts.me_api_v1_me_get")
    with made.AuthenticatedClient(base_url=service.url, token=key) as client:
        assert show.sync(client=client).to_dict()["name"] == "robot"
