"""A mistake is called the same whichever way a request came in: a TOML file, flags, JSON, or an upload in the studio."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from boundaries.issues import open_issue
from geopolity.errors import GeopolityError
from services.bootstrap import open_store
from services.cli import geopolity
from services.derivation.requests.request import request_of_spec
from services.derivation.requests.spec import read_spec
from services.derivation.requests.typed_form import from_form
from services.derivation.requests.uploads import keep_upload
from services.settings import Settings

LINE = [[-91.0, 38.0], [-90.0, 39.0]]
FORM = {
    "kind": "corridor",
    "shapes": "38, -91\n39, -90",
    "distance_km": "20",
    "decay": "step",
    "intensity": "1",
    "layer": "us-counties",
    "title": "River",
    "question": "",
    "coverage": "90",
    "smallest": "area",
    "connector_km": "",
    "fill_holes": False,
}
MISTAKES = {
    "coverage of less than half": ("coverage", "0.4", "Coverage 0.4"),
    "coverage above one": ("coverage", "1.5", "Coverage 1.5"),
    "an unknown objective": ("smallest", "people", "Smallest by 'people'"),
    "an unknown decay": ("decay", "cubic", "Decay 'cubic'"),
    "a distance below nothing": ("distance_km", "-5", "distance"),
    "a distance around the Earth": ("distance_km", "50000", "distance"),
    "a connector over an ocean": ("connector_km", "5000", "connector of 5000.0 km"),
}


@pytest.fixture
def store(tmp_path):
    return open_store(Settings(home=tmp_path / "home", workers=1))


def by_file(key, value, store, tmp_path):
    said = {"kind": "corridor", "lines": [LINE], "distance_km": 20.0, "decay": "step"}
    top = {}
    (said if key in said else top)[key] = value if key in {"smallest", "decay", "coverage"} else float(value)
    lines = [f"{name} = {json.dumps(it)}" for name, it in top.items()]
    lines += ["[footprint]", *(f"{name} = {json.dumps(it)}" for name, it in said.items())]
    (tmp_path / "river.toml").write_text("\n".join(lines))
    open_issue(tmp_path / "river.toml")


def by_json(key, value, store, tmp_path):
    said = {"kind": "corridor", "lines": [LINE], "distance_km": 20.0, "decay": "step"}
    top = {"title": "River", "footprint": said}
    (said if key in said else top)[key] = value if key in {"smallest", "decay", "coverage"} else float(value)
    request_of_spec(read_spec(top), store)


def by_upload(key, value, store, tmp_path):
    geojson = {"type": "LineString", "coordinates": LINE}
    document = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": geojson}]}
    upload = keep_upload("river.geojson", json.dumps(document).encode(), store.home, most_mb=1).upload
    said = {"kind": "upload", "upload": upload, "distance_km": 20.0, "decay": "step"}
    top = {"title": "River", "footprint": said}
    (said if key in said else top)[key] = value if key in {"smallest", "decay", "coverage"} else float(value)
    request_of_spec(read_spec(top), store)


def by_form(key, value, store, tmp_path):
    field = f"{100 * float(value):g}" if key == "coverage" else value
    request_of_spec(from_form(FORM | {key: field}, store.home), store)


def by_flags(key, value, store, tmp_path):
    line = {"type": "LineString", "coordinates": LINE}
    file = tmp_path / "river.geojson"
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": line}))
    flags = {"buffer-km": "20", "decay": "step"} | {{"distance_km": "buffer-km"}.get(key, key.replace("_", "-")): value}
    arguments = [part for name, it in flags.items() for part in (f"--{name}", it)]
    done = CliRunner().invoke(geopolity, ["derive", "--footprint", str(file), *arguments], obj=None)
    assert done.exception is not None
    raise done.exception


DOORS = [by_file, by_json, by_upload, by_form, by_flags]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_door_says_the_same(mistake, store, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(store.home))
    key, value, words = MISTAKES[mistake]
    said = set()
    for door in DOORS:
        with pytest.raises(GeopolityError) as refused:
            door(key, value, store, tmp_path)
        said.add((refused.value.code, str(refused.value)))
    assert len(said) == 1
    assert words in next(iter(said))[1]
