"""What a doctor finds: what is there, what is not, and the command for it."""

from __future__ import annotations

import subprocess

import pytest

from services import checkup
from services.bootstrap import Service
from services.checkup import NEEDED, examine
from services.settings import Settings


@pytest.fixture
def service(tmp_path):
    return Service(settings=Settings(home=tmp_path, workers=1))


def test_what_is_there_needs_no_command_and_what_is_missing_names_one(service, monkeypatch):
    real = checkup.find_spec
    monkeypatch.setattr(checkup, "find_spec", lambda name: None if name in {"numba", "distributed"} else real(name))
    monkeypatch.setattr(checkup, "find_library", lambda name: None)
    found = {one.part: one for one in examine(service)}
    assert found["numba"].remedy == "pip install numba"
    assert found["numba"].is_needed
    assert found["geopolity[scale]"].remedy == "pip install 'geopolity[scale]'"
    assert found["pango-1.0"].remedy.startswith("apt-get install libpango")
    assert found["kernels"].remedy
    assert found["shapely"].remedy == ""
    assert all(bool(one.remedy) != one.is_there for one in found.values())


def test_a_home_that_is_a_file_cannot_hold_the_state(tmp_path):
    home = tmp_path / "home"
    home.write_text("")
    (found,) = [one for one in examine(Service(settings=Settings(home=home, workers=1))) if one.use == "all state"]
    assert not found.is_there


def test_the_needed_packages_are_those_that_are_installed_with_geopolity(service):
    there = {one.part for one in examine(service) if one.is_there}
    assert set(NEEDED) <= there


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_completes_commands(command, shell):
    answer = command("completion", shell)
    assert answer.status == 0
    assert "_GEOPOLITY_COMPLETE" in answer.out


def test_bash_takes_the_completion(command, tmp_path):
    file = tmp_path / "completion"
    file.write_text(command("completion", "bash").out)
    subprocess.run(["bash", "-c", f"source {file}; complete -p geopolity"], check=True, capture_output=True)


def test_doctor_leaves_with_1_where_something_needed_is_missing(command, monkeypatch):
    assert command("doctor").status == 0
    monkeypatch.setattr(checkup, "find_spec", lambda name: None)
    answer = command("doctor")
    assert answer.status == 1
    assert "pip install numpy" in answer.out
