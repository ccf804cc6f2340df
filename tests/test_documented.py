"""Nothing a user can type or meet goes without a word in the documents."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import click
import pytest

import boundaries
from docs.generated import error_types, leaves, pages
from services.derivation.folder import FILES
from services.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
PAGES = pages()
FILES_PAGE = (ROOT / "docs/reference/files.md").read_text(encoding="utf-8")
COMMANDS = dict(leaves())
ROOMS = [
    file for top in ("geopolity", "boundaries", "maps", "services") for file in sorted((ROOT / top).rglob("README.md"))
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_reference_and_explains_itself(command):
    assert f"[`{command}`]" in PAGES["commands/index.md"]
    assert COMMANDS[command].help
    for option in COMMANDS[command].params:
        if isinstance(option, click.Option):
            assert option.help, option.opts
            assert f"`{option.opts[0]}`" in PAGES[f"commands/{command.split()[0]}.md"], option.opts[0]


@pytest.mark.parametrize("setting", [field.name for field in dataclasses.fields(Settings)])
def test_every_setting_is_explained(setting):
    assert re.search(rf"`GEOPOLITY_{setting.upper()}`[^|]* \| .{{20,}} \|", PAGES["settings.md"])


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
        "page_memory_mb": "9",
        "rate_limit": "9/minute",
        "vote_days": "7",
        "least_free_mb": "900",
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
        "least_free_mb": 900,
        "vote_days": 7,
        "request_memory_mb": 3000,
        "job_memory_mb": 5000,
        "page_memory_mb": 9,
    }


def test_every_error_code_is_explained():
    lines = PAGES["errors.md"].splitlines()
    for kind in error_types():
        assert kind.__doc__, kind
        assert any(line.startswith(f"| `{kind.code}` |") for line in lines), kind.code


def test_an_error_code_means_one_exit_status():
    meanings = {(kind.code, kind.exit_status) for kind in error_types()}
    assert len(meanings) == len({code for code, _ in meanings})


@pytest.mark.parametrize("file", FILES)
def test_every_file_of_a_derivation_is_documented(file):
    assert f"`{file}`" in FILES_PAGE


@pytest.mark.parametrize("name", boundaries.issue_names())
def test_every_sample_issue_is_in_the_gallery(name):
    assert name in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", boundaries.layer_names())
def test_every_layer_has_its_provenance(name):
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "data").rglob("*.md")]
    assert any(name in page for page in pages)


def test_the_guide_has_no_page_that_no_other_leads_to():
    listed = [page for page in (ROOT / "docs").rglob("*.md") if page.name != "index.md"]
    for page in listed:
        index = (page.parent / "index.md").read_text(encoding="utf-8")
        assert page.stem in index or ":glob:" in index, page


@pytest.mark.parametrize("table", ROOMS, ids=lambda it: str(it.relative_to(ROOT)))
def test_tables_of_rooms_name_what_is_there(table):
    rooms = [line.split("|")[1] for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = re.findall(r"`([\w/]+(?:\.py|/))`", " ".join(rooms))
    assert [name for name in named if not any(table.parent.rglob(name.rstrip("/")))] == []
