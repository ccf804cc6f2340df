"""Uploads: every trap is refused with a sentence, and two hundred broken files never break the service."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from services.auth.roles import Role
from services.settings import Settings
from tests.served import served

SHAPES = gpd.GeoDataFrame({"weight": [0.5, 1.0]}, geometry=[box(0, 0, 1, 1), box(2, 0, 3, 1)], crs="EPSG:4326")
FUZZED = 200


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1, rate_limit="1000000/minute", upload_mb=5)
    with served(settings, worker=False) as running:
        yield running


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """One good file of each format, by name."""
    folder = tmp_path_factory.mktemp("good")
    for name, driver in (("a.geojson", "GeoJSON"), ("a.gpkg", "GPKG"), ("a.fgb", "FlatGeobuf"), ("a.kml", "KML")):
        SHAPES.to_file(folder / name, driver=driver)
    SHAPES.to_parquet(folder / "a.parquet")
    (folder / "shape").mkdir()
    SHAPES.to_file(folder / "shape/a.shp")
    _zip(folder / "a.zip", {file.name: file.read_bytes() for file in (folder / "shape").iterdir()})
    _zip(folder / "a.kmz", {"doc.kml": (folder / "a.kml").read_bytes()})
    (folder / "a.csv").write_text("lon,lat,people\n0.5,0.5,10\n2.5,0.5,20\n")
    (folder / "a.asc").write_text("ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2\n3 4\n")
    return {file.name: file.read_bytes() for file in folder.glob("a.*")}


def send(service, name, content, **fields):
    client = service.client(Role.ANALYST)
    return client.post("/api/v1/uploads", files={"file": (name, content)}, data=fields)


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.fgb", "a.kml", "a.kmz", "a.zip", "a.parquet", "a.csv"])
def test_every_format_is_taken(service, good, name):
    answer = send(service, name, good[name])
    assert (answer.status_code, answer.json()["features"]) == (201, 2), answer.text


TRAPS = {
    "too large": ("a.geojson", b" " * 5_100_000, "5 MB"),
    "no suffix": ("a", b"x", "suffix"),
    "a program": ("a.exe", b"MZ", "suffix"),
    "empty": ("a.geojson", b"", "empty"),
    "bomb": ("a.zip", {"a.geojson": b" " * 30_000_000}, "would unpack"),
    "way out": ("a.zip", {"../../a.geojson": b"{}"}, "outside the archive"),
    "absolute": ("a.zip", {"/etc/a.geojson": b"{}"}, "outside the archive"),
    "virtual": ("a.zip", {"vsizip/a.geojson": b"{}"}, "virtual"),
    "many": ("a.zip", {f"{n}.txt": b"" for n in range(1_100)}, "1000"),
    "nothing in it": ("a.zip", {"a.txt": b"x"}, "one file of features"),
    "virtual vector": ("a.kml", (b'<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd'
                       b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"), "KML"),
    "virtual named kml": ("a.kml", b"<OGRVRTDataSource><kml/></OGRVRTDataSource>", "KML"),
    "virtual raster": ("a.tif", b'<VRTDataset rasterXSize="1" rasterYSize="1"/>', "GeoTIFF"),
    "virtual package": ("a.gpkg", b"<OGRVRTDataSource/>", "begin like one"),
    "entities": ("a.kml", (b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                 b"<kml><Document><name>&b;</name></Document></kml>"), "document type"),
    "nested": ("a.geojson", b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "not numbers": ("a.geojson", b'{"type":"Point","coordinates":[NaN,1]}', "finite"),
    "swapped": ("a.geojson", b'{"type":"Point","coordinates":[40,170]}', "swapped"),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_is_refused_with_a_sentence(service, trap):
    name, content, word = TRAPS[trap]
    answer = send(service, name, _packed(content) if isinstance(content, dict) else content)
    assert answer.status_code in {413, 422}, answer.text
    said = answer.json()["detail"]
    assert word in said
    assert "/tmp" not in said
    assert str(service.settings.home) not in said


def test_an_encrypted_archive_is_refused(service, good):
    broken = bytearray(good["a.zip"])
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = broken.find(mark)
        while place >= 0:
            struct.pack_into("<H", broken, place + at, 1)
            place = broken.find(mark, place + 4)
    assert "encrypted" in send(service, "a.zip", bytes(broken)).json()["detail"]


def test_two_hundred_broken_files_get_a_sentence_each(service, good):
    chance = random.Random(9)
    names = sorted(good)
    wrong = []
    for number in range(FUZZED):
        name = names[number % len(names)]
        content = _broken(good[name], chance)
        answer = send(service, name, content)
        if answer.status_code not in {201, 413, 422} or (answer.status_code == 422 and not answer.json()["detail"]):
            wrong.append((number, name, answer.status_code, answer.text[:200]))
    assert wrong == []
    assert service.client().get("/health").status_code == 200


def test_nothing_is_left_of_what_was_refused(service):
    send(service, "a.geojson", b"{")
    kept = [file for file in (service.settings.home / "uploads").iterdir() if file.stat().st_size < 5]
    assert kept == []


def test_lines_and_points_take_a_distance(service):
    for shape in (LineString([(-91, 38), (-90, 39)]), Point(-90.2, 38.6)):
        drawn = json.loads(gpd.GeoSeries([shape], crs=4326).to_json())
        kept = send(service, "a.geojson", json.dumps(drawn)).json()["upload"]
        footprint = {"kind": "upload", "upload": kept}
        asked = {"footprint": footprint, "effort": "interactive"}
        answer = service.client(Role.ANALYST).post("/api/v1/derivations/interactive", json=asked)
        assert "distance in km" in answer.json()["detail"]


def _broken(content, chance):
    broken = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        way = chance.randrange(4)
        at = chance.randrange(max(len(broken), 1))
        if way == 0 and broken:
            broken[at] = chance.randrange(256)
        elif way == 1:
            del broken[at : at + chance.randint(1, 60)]
        elif way == 2:
            broken[at:at] = chance.randbytes(chance.randint(1, 40))
        else:
            broken = broken[: chance.randrange(len(broken) + 1)]
    return bytes(broken)


def _packed(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _zip(path, members):
    path.write_bytes(_packed(members))


def kml(*folders):
    ring = "<Polygon><outerBoundaryIs><LinearRing><coordinates>{0},0 {0},1 {1},1 {0},0</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    body = "".join(
        f"<Folder><name>{name}</name><Placemark>{ring.format(n, n + 1)}</Placemark></Folder>"
        for n, name in enumerate(folders)
    )
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'.encode()


def test_an_upload_of_several_layers_is_asked_which(service):
    refused = send(service, "plume.kml", kml("Day 1", "Day 2"))
    assert (refused.status_code, "plume.kml holds 2 layers, Day 1, Day 2" in refused.json()["detail"]) == (422, True)
    assert send(service, "plume.kml", kml("Day 1", "Day 2"), layer_name="*").json()["features"] == 2


def test_an_upload_says_what_was_set_aside(service):
    shapes = [
        {"type": "Feature", "properties": {}, "geometry": one}
        for one in (json.loads(json.dumps(box(0, 0, 1, 1).__geo_interface__)), None)
    ]
    told = send(service, "a.geojson", json.dumps({"type": "FeatureCollection", "features": shapes}).encode()).json()
    assert (told["features"], told["kinds"]) == (1, ["Polygon"])
    assert told["notes"] == ["1 row of The file has no geometry and was set aside."]


def test_an_upload_in_a_system_that_lies_nowhere_is_refused_and_helped(service, tmp_path):
    metres = gpd.GeoDataFrame(
        geometry=[box(-10_000_000, 4_200_000, -9_900_000, 4_300_000)], crs='LOCAL_CS["x",UNIT["metre",1]]'
    )
    metres.to_parquet(tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    assert "names no coordinate system" in send(service, "a.parquet", content).json()["detail"]
    assert send(service, "a.parquet", content, crs="EPSG:3857").status_code == 201


@pytest.mark.parametrize(
    ("text", "status"), [("GEOID,POP\n001,1.234\n", 422), ("GEOID,POP\n001,12.125\n002,0.250\n", 201)]
)
def test_a_layer_that_is_sent_is_read_by_the_same_rules(service, text, status):
    lines = text.splitlines()
    rows = [line + f",POLYGON(({n} 0;{n + 1} 0;{n + 1} 1;{n} 0))".replace(";", " ") for n, line in enumerate(lines[1:])]
    table = "GEOID;POP;wkt\n" + "\n".join(
        ";".join([*line.split(",")[:2], f"POLYGON(({n} 0, {n + 1} 0, {n + 1} 1, {n} 0))"])
        for n, line in enumerate(rows)
    )
    form = {"name": f"sent-{status}", "crs": "EPSG:4326"}
    answer = service.client(Role.ANALYST).post("/api/v1/layers", files={"file": ("a.csv", table.encode())}, data=form)
    assert answer.status_code == status, answer.text
    if status == 201:
        assert answer.json()["reading"]["people"] == 12.375
    else:
        assert "--notation" in answer.json()["detail"]
