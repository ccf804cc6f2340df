"""An installation without extras is the engine; each extra only adds, and what is missing is said in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from services.extras import EXTRAS, MissingExtraError, missing_extra
from tests.only import PROJECT, modules

ROOT = Path(__file__).parents[1]
SQUARES = """
import geopandas as gpd
from shapely import LineString, box
import geopolity
from geopolity import Corridor, Issue, Layer, derive_polity, verify

from boundaries import open_layer
from boundaries.cells.identified import with_outlines

assert with_outlines is not None and open_layer is not None
assert all(getattr(geopolity, name) is not None for name in geopolity.__all__)
squares = [box(column, row, column + 1, row + 1) for column in range(3) for row in range(3)]
units = gpd.GeoDataFrame({"id": list("abcdefghi"), "people": 100.0}, geometry=squares, crs="EPSG:4326")
layer = Layer.from_geodataframe(units, name="squares", unit_id="id", population="people")
line = gpd.GeoSeries([LineString([(0.2, 0.2), (1.2, 0.3)])], crs="EPSG:4326")
issue = Issue(
    name="line", title="Line", question="", footprint=Corridor(lines=line, distance_km=10.0), layer=layer.name
)
found = derive_polity(issue, layer, effort="interactive")
assert "<svg" in found._repr_html_()
print(found.certificate.units, found.coverage >= 0.9, sorted(found.geodataframe.columns)[:2])
"""
SAID = """
import services.cli
for words in (["--help"], ["serve"], ["lookup", "--lon", "0", "--lat", "0"], ["derive", "--issue", "hurricane-relief"], ["issue", "list"]):
    print(words[0], services.cli._status(words))
"""


def _only(extras, code, home):
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "GEOPOLITY_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "tests.only", extras, code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_base_alone_imports_and_derives(tmp_path):
    done = _only("", SQUARES, tmp_path)
    assert done.returncode == 0, done.stderr
    units, is_reached, _ = done.stdout.split(maxsplit=2)
    assert (int(units), is_reached) == (2, "True")


def test_a_command_says_which_extra_it_lacks(tmp_path):
    done = _only("", SAID, tmp_path)
    assert done.returncode == 0, done.stderr
    said = [line.partition("not installed: ")[2] for line in done.stderr.splitlines()]
    lacks = "pip install 'geopolity[{}]' brings it."
    assert said == [lacks.format("service"), lacks.format("service"), lacks.format("maps")]
    states = [
        line
        for line in done.stdout.splitlines()
        if line in {f"{word} {n}" for word in ("serve", "lookup", "derive") for n in (0, 1, 2)}
    ]
    assert states == ["serve 2", "lookup 2", "derive 2"]
    assert "hurricane-relief" in done.stdout


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_modules_of_an_extra_are_those_that_it_adds(extra):
    assert not set(EXTRAS[extra]) & modules([])
    assert set(EXTRAS[extra]) <= modules([extra])
    wanted = [Requirement(one) for one in PROJECT["optional-dependencies"][extra]]
    assert len(EXTRAS[extra]) >= len([one for one in wanted if one.name != "geopolity"])


def test_a_module_of_no_extra_is_no_missing_extra():
    assert missing_extra(ModuleNotFoundError(name="nonsense.part")) is None
    assert isinstance(missing_extra(ModuleNotFoundError(name="dask.bag")), MissingExtraError)


@pytest.mark.long
def test_with_maps_alone_the_command_line_derives(tmp_path):
    words = ["derive", "--issue", "hurricane-relief", "--effort", "interactive", "--out", str(tmp_path / "out")]
    code = f"import services.cli; raise SystemExit(services.cli._status({words}))"
    environment = os.environ | {"GEOPOLITY_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.only", "maps", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/map.html").stat().st_size > 0


@pytest.mark.long
def test_the_wheel_in_an_empty_environment_derives(tmp_path):
    """By pip, with what the wheel says it needs, and nothing of this environment."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([python, "-m", "pip", "install", "-q", wheel], check=True, cwd=tmp_path, env=environment)
    done = subprocess.run(
        [python, "-W", "error", "-c", SQUARES],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 True")
