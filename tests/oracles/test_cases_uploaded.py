"""The shared cases once more, through the door that files are sent to: the same people, the same refusals."""

from __future__ import annotations

import itertools
import tomllib
import zipfile
from pathlib import Path

import pytest

from services.auth.roles import Role
from services.settings import Settings
from tests.oracles.test_cases import CASES, COUNTED, PEOPLE, REFUSED, UNREAD
from tests.served import served

NUMBERS = itertools.count(1)
OPTIONS = {"--layer-name": "layer_name", "--crs": "crs", "--encoding": "encoding", "--buffer-km": "distance_km"}


@pytest.fixture(scope="module")
def ann(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1, rate_limit="1000000/minute")
    with served(settings, worker=False) as running:
        yield running.client(Role.ANALYST)


def names_no_file(counted) -> bool:
    """Whether a footprint can be sent: one in TOML with a file beside it is the command line's."""
    return not counted[1][-1].startswith(("half", "both"))


def send(ann, address: str, files: dict[str, Path], **fields):
    """Send files with what is said of them."""
    content = {field: (path.name, path.read_bytes()) for field, path in files.items()}
    return ann.post(address, files=content, data=fields)


def add_layer(ann, files: dict[str, Path], **fields):
    return send(ann, "/api/v1/layers", files, name=f"layer-{next(NUMBERS)}", **fields)


def layer_of(ann, case: str, given: dict[str, str]) -> str:
    """Name of the layer that a case is about; a file of its own is sent first."""
    name = given.get("--layer", "us-counties")
    if "." not in name:
        return name
    added = add_layer(ann, {"file": CASES / case / name})
    assert added.status_code == 201, added.text
    return added.json()["name"]


def zipped(shape: Path, folder: Path) -> Path:
    """All files of a shapefile in one."""
    with zipfile.ZipFile(folder / "shape.zip", "w") as archive:
        for beside in shape.parent.glob(f"{shape.stem}.*"):
            archive.write(beside, beside.name)
    return folder / "shape.zip"


def derived(ann, case: str, arguments: list[str], folder: Path):
    """What the service answers to a case: of the layer, of the upload, or of the draft."""
    given = pairs(arguments)
    layer = layer_of(ann, case, given)
    said = {OPTIONS[flag]: value for flag, value in given.items() if flag in OPTIONS}
    file = CASES / case / given["--footprint"]
    if file.suffix == ".shp":
        file = zipped(file, folder)
    if file.suffix == ".toml":
        table = tomllib.loads(file.read_text())
        footprint = table.get("footprint", table)
    else:
        fields = {key: value for key, value in said.items() if key != "distance_km"}
        sent = send(ann, "/api/v1/uploads", {"file": file}, **fields)
        if sent.status_code != 201:
            return sent
        numbers = {key: float(value) if key == "distance_km" else value for key, value in said.items()}
        footprint = {"kind": "upload", "upload": sent.json()["upload"]} | numbers
    return ann.post("/api/v1/derivations/interactive", json={"layer": layer, "title": "A case", "footprint": footprint})


def pairs(arguments: list[str]) -> dict[str, str]:
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


@pytest.mark.parametrize(("case", "given", "people", "within"), [one for one in COUNTED if names_no_file(one)])
def test_the_right_people_are_affected(ann, tmp_path, case, given, people, within):
    answer = derived(ann, case, given, tmp_path)
    assert answer.status_code == 200, answer.text
    assert answer.json()["figures"]["affected_total"] == pytest.approx(people, rel=within)


@pytest.mark.parametrize(("case", "given", "people"), PEOPLE)
def test_the_right_people_are_counted(ann, case, given, people):
    unit_file, *options = given
    said = pairs(options)
    files = {"file": CASES / case / unit_file}
    if "--people-file" in said:
        files["people"] = CASES / case / said["--people-file"]
    fields = {OPTIONS[flag]: value for flag, value in said.items() if flag in OPTIONS}
    added = add_layer(ann, files, **fields)
    assert added.status_code == 201, added.text
    assert added.json()["reading"]["people"] == pytest.approx(people)


@pytest.mark.parametrize(("case", "given", "said"), [one for one in REFUSED if names_no_file(one)])
def test_what_has_two_readings_is_refused_with_the_way_out(ann, tmp_path, case, given, said):
    answer = derived(ann, case, given, tmp_path)
    assert answer.status_code in (409, 422), answer.text
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(("case", "table", "said"), UNREAD)
def test_a_table_that_cannot_be_read_says_how_it_could(ann, case, table, said):
    added = add_layer(ann, {"file": CASES / case / "units.parquet", "people": CASES / case / table})
    assert added.status_code == 422, added.text
    assert said in added.json()["detail"]
