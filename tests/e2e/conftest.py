"""A town of twelve squares, and the command line called in this process."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from services.cli import main

PEOPLE = [
    [100, 200, 300, 400],
    [500, 600, 700, 800],
    [900, 100, 200, 300],
]


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it left."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(capsys):
    """Call the command line; returns its Answer."""

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Answer(int(left.value.code or 0), said.out, said.err)

    return call


def town_frame():
    """A 3 × 4 grid of cells of a tenth of a degree, near 40° N 75° W; unit ids keep their leading zeros."""
    cells = [(row, column) for row in range(3) for column in range(4)]
    return gpd.GeoDataFrame(
        {
            "unit_id": [f"0{row}{column}" for row, column in cells],
            "name": [f"Block {row}{column}" for row, column in cells],
            "population": [PEOPLE[row][column] for row, column in cells],
        },
        geometry=[box(-75 + column / 10, 40 + row / 10, -74.9 + column / 10, 40.1 + row / 10) for row, column in cells],
        crs="EPSG:4326",
    )


def plume_frame():
    """A footprint over the middle of the town."""
    return gpd.GeoDataFrame(geometry=[box(-74.95, 40.05, -74.75, 40.25)], crs="EPSG:4326")


@dataclass(frozen=True)
class Files:
    """The town, the plume, and where to derive to."""

    folder: Path

    @property
    def layer(self):
        return self.folder / "town.geojson"

    @property
    def footprint(self):
        return self.folder / "plume.geojson"

    @property
    def out(self):
        return self.folder / "out"

    @property
    def request(self):
        return ("derive", "--footprint", self.footprint, "--layer", self.layer, "--out", self.out)


def written(folder):
    """Write the town and the plume into a folder."""
    files = Files(folder)
    town_frame().to_file(files.layer)
    plume_frame().to_file(files.footprint)
    return files


@pytest.fixture(scope="module")
def browser():
    """A browser for the tests of a file: as long as one is there, the thread has an event loop of its own."""
    from tests.e2e.site import chromium

    with chromium() as found:
        yield found


@pytest.fixture
def town():
    return town_frame()


@pytest.fixture
def plume():
    return plume_frame()


@pytest.fixture
def files(tmp_path):
    return written(tmp_path)


@pytest.fixture(scope="session")
def polity(tmp_path_factory):
    """The town's polity, derived once."""
    files = written(tmp_path_factory.mktemp("polity"))
    with pytest.raises(SystemExit):
        main([str(argument) for argument in files.request])
    return files.out


@pytest.fixture
def derived(polity, files):
    """A copy of the town's polity, to be changed at will."""
    return Path(shutil.copytree(polity, files.out))
