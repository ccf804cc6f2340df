"""The entry script, as far as it can be tried without installing anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments, cwd=ROOT, **environment):
    return subprocess.run(
        [ROOT / "run", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("ask", [(), ("help",), ("--help",)])
def test_it_explains_itself(ask):
    told = run(*ask)
    assert told.returncode == 0
    for verb in ("demo", "test", "bench", "lint", "python"):
        assert f"./run {verb}" in told.stdout


def test_scripts_are_sound_bash():
    for script in ("run", ".ci/run"):
        assert os.access(ROOT / script, os.X_OK)
        subprocess.run(["bash", "-n", ROOT / script], check=True)


def test_without_python_it_names_the_way_out(tmp_path):
    clone = tmp_path / "clone"
    (clone / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "run", clone)
    shutil.copy(ROOT / "requirements/runtime.lock", clone / "requirements")
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "dirname", "cmp", "mkdir", "cat"):
        (tools / tool).symlink_to(shutil.which(tool))
    told = subprocess.run(
        [clone / "run", "layer", "list"], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert "Python 3.11" in told.stderr
    assert "apt-get install" in told.stderr
