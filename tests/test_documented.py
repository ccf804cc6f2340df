"""Nothing a user can type or meet goes without a word in the documents."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from pathlib import Path

import click
import pytest

import boundaries
import geopolity
import maps
import services
from geopolity.errors import GeopolityError
from services.cli import geopolity as command_line
from services.derivation.folder import FILES
from services.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
SERVICES = (ROOT / "services/README.md").read_text(encoding="utf-8")


def _commands(group, prefix=""):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = dict(_commands(command_line))


def _error_types():
    for package in (geopolity, boundaries, maps, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found, waiting = set(), [GeopolityError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        found.add(kind)
    return {kind for kind in found if kind.__module__.split(".")[0] in {"geopolity", "boundaries", "maps", "services"}}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    assert f"`{command}" in SERVICES


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented_and_explains_itself(command):
    for option in COMMANDS[command].params:
        if isinstance(option, click.Option):
            assert option.help, option.opts
            assert f"`{option.opts[0]}" in SERVICES, option.opts[0]


@pytest.mark.parametrize("setting", [field.name for field in dataclasses.fields(Settings)])
def test_every_setting_is_documented(setting):
    assert f"`GEOPOLITY_{setting.upper()}`" in SERVICES


def test_every_setting_is_read_from_the_environment(tmp_path):
    url = "postgresql://ann@host/geopolity"
    said = {
        "home": str(tmp_path),
        "workers": "3",
        "database_url": url,
        "public_url": "https://geopolity.example.org/",
        "upload_mb": "7",
        "request_memory_mb": "3000",
        "job_memory_mb": "5000",
        "rate_limit": "9/minute",
        "vote_days": "7",
        "geocoder_url": "https://find.example.org/search",
        "self_registration": "claim:residence",
        "smtp_url": "smtp://ann:hush@mail.example.org:587",
        "mail_from": "office@example.org",
        "oidc_issuer": "https://people.example.org",
        "oidc_client_id": "geopolity",
        "oidc_client_secret": "hush",
        "oidc_roles_claim": "groups",
    }
    assert set(said) == {field.name for field in dataclasses.fields(Settings)}
    settings = read_settings({f"GEOPOLITY_{name.upper()}": value for name, value in said.items()})
    assert dataclasses.asdict(settings) == said | {
        "home": tmp_path,
        "workers": 3,
        "database_url": "postgresql+psycopg://ann@host/geopolity",
        "public_url": "https://geopolity.example.org",
        "upload_mb": 7,
        "vote_days": 7,
        "request_memory_mb": 3000,
        "job_memory_mb": 5000,
    }


def test_every_error_code_is_documented():
    assert sorted(code for code in {kind.code for kind in _error_types()} if f"`{code}`" not in SERVICES) == []


def test_an_error_code_means_one_exit_status():
    meanings = {(kind.code, kind.exit_status) for kind in _error_types()}
    assert len(meanings) == len({code for code, _ in meanings})


@pytest.mark.parametrize("file", FILES)
def test_every_file_of_a_derivation_is_documented(file):
    assert f"`{file}`" in SERVICES


@pytest.mark.parametrize("name", boundaries.issue_names())
def test_every_sample_issue_is_in_the_gallery(name):
    assert name in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", boundaries.layer_names())
def test_every_layer_has_its_provenance(name):
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "data").rglob("*.md")]
    assert any(name in page for page in pages)
