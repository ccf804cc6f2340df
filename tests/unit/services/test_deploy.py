"""What stands in services/deploy is what the program understands: commands, settings, scripts."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from services.bootstrap import open_store
from services.cli import geopolity as command_line
from services.derivation.layers import Columns, open_layer
from services.settings import Settings
from services.storage.layers.census import keep_layer

DEPLOY = Path(__file__).parents[3] / "services/deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SETTINGS = {f"GEOPOLITY_{field.name.upper()}" for field in dataclasses.fields(Settings)}


def _understood(words):
    command = command_line
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in words if word.startswith("-") and word not in options] == []


@pytest.mark.parametrize("name", ["upgrade", "service", "worker", "daily"])
def test_every_service_of_the_compose_file_starts_a_command_there_is(name):
    program, *words = COMPOSE["services"][name]["command"]
    assert program == "geopolity"
    assert _understood(words)


def test_commands_of_image_and_unit_are_understood():
    image = re.search(r"^CMD \[(.*)\]", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)[1]
    assert _understood([word.strip(' "') for word in image.split(",")][1:])
    unit = (DEPLOY / "geopolity.service").read_text()
    starts = re.findall(r"^ExecStart(?:Pre)?=\S+ (.*)$", unit, flags=re.MULTILINE)
    assert len(starts) == 2
    assert all(_understood(start.split()) for start in starts)


def test_what_is_due_is_done_every_day_by_the_user_of_the_service():
    timer, unit, service = (
        (DEPLOY / name).read_text()
        for name in ("geopolity-docket.timer", "geopolity-docket.service", "geopolity.service")
    )
    assert re.search(r"^OnCalendar=\*-\*-\* \d\d:\d\d:\d\d UTC$", timer, flags=re.MULTILINE)
    assert "Persistent=true" in timer
    (start,) = re.findall(r"^ExecStart=\S+ (.*)$", unit, flags=re.MULTILINE)
    assert start.split()[:2] == ["docket", "run"]
    assert _understood(start.split())
    for key in ("User", "DynamicUser", "StateDirectory", "EnvironmentFile"):
        both = [re.findall(rf"^{key}=(.*)$", text, flags=re.MULTILINE) for text in (unit, service)]
        assert both[0] == both[1] != []
    assert COMPOSE["services"]["daily"]["profiles"] == ["daily"]  # `up` leaves it alone


def test_every_setting_that_is_named_exists():
    for file in DEPLOY.iterdir():
        assert set(re.findall(r"GEOPOLITY_[A-Z_]+", file.read_text())) <= SETTINGS, file


def test_the_service_is_published_on_loopback_and_runs_without_rights():
    service = COMPOSE["services"]["service"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]


def test_a_backup_is_restored_with_its_key_into_an_empty_home(tmp_path):
    program = tmp_path / "bin/geopolity"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m services.cli "$@"\n')
    program.chmod(0o755)
    home = tmp_path / "home"
    settings = Settings(home=home, workers=1)
    with open_store(settings).writing() as session:
        keep_layer(session, open_layer(["world-countries"], Columns(), settings.home), now="2026-01-01T00:00:00Z")
    open_store(settings).close()
    (home / "keys").mkdir()
    (home / "keys/log.ed25519").write_bytes(b"k" * 32)

    def run(script, *words, into):
        environment = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "GEOPOLITY_HOME": str(into)}
        environment["PYTHONPATH"] = os.pathsep.join([str(DEPLOY.parents[1]), os.environ["PYTHONPATH"]])
        return subprocess.run(
            ["bash", str(DEPLOY / script), *words], env=environment, capture_output=True, text=True, check=False
        )

    made = run("backup.sh", str(tmp_path / "backups"), into=home)
    assert made.returncode == 0, made.stderr
    backup = made.stdout.strip().splitlines()[-1]
    restored = run("restore.sh", backup, into=tmp_path / "new")
    assert restored.returncode == 0, restored.stderr
    assert (tmp_path / "new/keys/log.ed25519").read_bytes() == b"k" * 32
    again = run("restore.sh", backup, into=tmp_path / "new")
    assert again.returncode != 0
    shutil.copyfile(Path(backup) / "keys/log.ed25519", Path(backup) / "store")
    assert run("restore.sh", backup, into=tmp_path / "third").returncode != 0
