"""The shape of the house: who imports whom, what the wheel holds, what a lock may say."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.e2e.conftest import written

ROOT = Path(__file__).parents[1]
PACKAGES = {"geopolity", "boundaries", "maps", "services"}
TOP_LEVEL = PACKAGES | {"data", "docs", "tests", "requirements", ".ci"}
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def test_imports_point_inwards():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_subject_knows_no_clock_and_no_global_chance():
    forbidden = re.compile(
        r"datetime\.now|date\.today|np\.random\.(?!default_rng|Generator|PCG64|SeedSequence)|os\.environ"
    )
    sources = (ROOT / "geopolity").rglob("*.py")
    assert [str(file) for file in sources if forbidden.search(file.read_text(encoding="utf-8"))] == []


def test_no_test_makes_a_day_by_replacing_its_number():
    """The 28th, plus or minus, is a day of every month that has one, and today once a month."""
    made = re.compile(r"now\(.*\.replace\((?:day|month|year)=")
    sources = [file for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__)]
    assert [str(file) for file in sources if made.search(file.read_text(encoding="utf-8"))] == []


def test_nobody_else_provides_our_packages():
    assert {name: packages_distributions().get(name, []) for name in PACKAGES} == {name: [] for name in PACKAGES}


def test_top_level_folders_are_the_diagram():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.split("/", 1)[0] for line in listed.splitlines() if "/" in line}
    assert folders == TOP_LEVEL


def test_locks_hold_no_address():
    assert LOCKS
    assert [lock.name for lock in LOCKS if "://" in lock.read_text()] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_a_hash(lock):
    blocks = _pins(lock)
    assert blocks
    assert [name for name, hashes in blocks.items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_lock_contains_the_runtime_lock(lock):
    pins = _pins(lock).keys()  # a pin without a condition contains one with
    missing = [pin for pin in _pins(ROOT / "requirements/runtime.lock") if not {pin, pin.split(" ;")[0]} & pins]
    assert missing == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (file,) = folder.glob("*.whl")
    return file


def test_wheel_holds_exactly_four_packages(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/", 1)[0] for name in names if ".dist-info/" not in name} == PACKAGES
    assert [name for name in names if name.startswith("tests/") or name.endswith(".pyc")] == []


def test_wheel_carries_data_licence_and_command(wheel):
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    assert any(name.startswith("boundaries/embedded/") and name.endswith("us-counties.parquet") for name in names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    (entry,) = [name for name in names if name.endswith("entry_points.txt")]
    assert "geopolity = services.cli:main" in archive.read(entry).decode()


def test_installed_wheel_works_from_another_folder(wheel, tmp_path):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": "1",  # a town is soon computed, and kernels elsewhere would be compiled anew
        "PYTHONPATH": os.pathsep.join([str(site), os.environ["PYTHONPATH"]]),
        "GEOPOLITY_HOME": str(tmp_path / "home"),
    }

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments], cwd=elsewhere, env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert run("-c", "import services; print(services.__file__)").startswith(str(site))
    assert "us-counties" in run("-m", "services.cli", "layer", "list", "--json")
    assert "hurricane-relief" in run("-m", "services.cli", "issue", "list", "--json")
    town, out = written(elsewhere), elsewhere / "polity"
    words = [str(word) for word in (*town.request[:-2], "--effort", "interactive", "--out", out)]
    run("-m", "services.cli", *words)
    assert (out / "map.html").stat().st_size > 0
    assert (out / "report.html").stat().st_size > 0


LARGE = {"numba", "pandas", "geopandas", "pyarrow", "scipy", "shapely", "pyproj", "geoalchemy2", "fastapi", "babel"}
NEEDS_NO_NUMBERS = LARGE | {"numpy"}


@pytest.mark.parametrize(
    ("modules", "left_out"),
    [
        ("services.cli", NEEDS_NO_NUMBERS | {"sqlalchemy"}),
        ("services.cli.catalogue, services.derivation.requests.issues", NEEDS_NO_NUMBERS | {"sqlalchemy"}),
        ("services.cli.polities, services.polities.shown", NEEDS_NO_NUMBERS),
        ("services.cli.lookup, services.lookup.answer", LARGE),
    ],
)
def test_a_short_command_starts_without_large_libraries(modules, left_out):
    code = f"import sys, {modules}; print(sorted({left_out} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_notebook_imports_the_subject_from_its_front_door():
    code = "import sys, geopolity, geopolity.docket; print(sorted({'numpy', 'pandas', 'numba'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    from geopolity import derive_polity
    from geopolity.derivation import derive_polity as address

    assert derive_polity is address


ROOMS = sorted(file.parent.name for file in (ROOT / "geopolity").glob("*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_offers_what_it_names(room):
    module = importlib.import_module(f"geopolity.{room}")
    assert module.__doc__.strip().partition("\n")[0].endswith((".", ":"))
    assert module.__all__
    for name in module.__all__:
        assert getattr(module, name) is not None
    assert f"| `{room}/` |" in (ROOT / "geopolity" / "README.md").read_text()
    with pytest.raises(AttributeError, match="no attribute"):
        _ = module.of_no_room


def test_version_is_the_changelogs():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def _pins(lock):
    pins: dict[str, list[str]] = {}
    name = ""
    for line in lock.read_text().splitlines():
        if line.strip().startswith("--hash="):
            pins[name].append(line.strip())
        elif "==" in line:
            name = line.rstrip(" \\")
            pins[name] = []
    return pins
