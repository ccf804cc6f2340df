"""Which office acts: the operator while a command runs at their machine, nobody before and after."""

import click
import pytest
from click.testing import CliRunner

from services.acting import OPERATOR, office
from services.cli import geopolity


def test_a_command_is_the_operators_while_it_runs_and_leaves_nobody_acting(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path))
    seen = []

    @click.command()
    def looking():
        seen.append(office())

    monkeypatch.setitem(geopolity.commands, "looking", looking)
    done = CliRunner().invoke(geopolity, ["looking"])
    assert done.exit_code == 0, done.output
    assert seen == [OPERATOR]
    assert office() == ""


@pytest.mark.parametrize(
    ("command", "runs"), [("serve", "services.serving.serve"), ("worker", "services.jobs.running.run_worker")]
)
def test_what_a_service_does_for_others_is_not_the_operators(command, runs, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path))
    seen = []
    monkeypatch.setattr(runs, lambda *_, **__: seen.append(office()))
    done = CliRunner().invoke(geopolity, [command])
    assert done.exit_code == 0, done.output
    assert seen == [""]
