"""What an analyst types becomes a footprint, or a sentence that says why not; files come in as drawings."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from geopolity.errors import GeopolityError
from services.derivation.requests.opened_spec import issue_of
from services.derivation.requests.spec import SpecError, read_spec
from services.derivation.requests.typed_form import from_form, read_shapes
from services.derivation.requests.uploaded_drawing import uploaded_drawing
from services.derivation.requests.uploads import UploadError
from services.polities.proposing import check_proposable
from services.settings import Settings

FORM = {
    "kind": "area",
    "shapes": "40, -75\n40, -74\n41, -74",
    "distance_km": "50",
    "decay": "step",
    "intensity": "1",
    "units_how": "list",
    "units": "",
    "column": "",
    "layer": "us-counties",
    "title": "",
    "question": "",
    "coverage": "90",
    "smallest": "area",
    "connector_km": "",
    "fill_holes": False,
}


def test_lines_are_latitude_first_and_an_empty_line_ends_a_shape():
    assert read_shapes("40, -75\n41 -74\n\n42;-73 # a corner") == [[[-75.0, 40.0], [-74.0, 41.0]], [[-73.0, 42.0]]]


def test_a_place_name_stands_for_its_middle():
    ((longitude, latitude),) = read_shapes("Allentown, PA")[0:1][0]
    assert (round(longitude), round(latitude)) == (-75, 41)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "area"),
        ({"kind": "radius"}, "radius"),
        ({"kind": "corridor"}, "corridor"),
        ({"kind": "units", "units": "42077, 42095"}, "units"),
        ({"kind": "units", "units_how": "everyone"}, "everyone"),
        ({"kind": "units", "units_how": "attribute", "column": "men"}, "attribute"),
    ],
)
def test_every_kind_of_footprint_comes_from_the_form(changes, kind, tmp_path):
    spec = from_form(FORM | changes, tmp_path)
    assert spec.footprint.kind == kind
    assert issue_of(spec, Settings(home=tmp_path, workers=1).home).coverage * 100 == 90


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shapes": ""}, "Nothing is drawn yet"),
        ({"shapes": "40, -75\n41, -75"}, "An area of 2 corners has no inside"),
        ({"shapes": "Qwzxvkpt"}, "No place called 'Qwzxvkpt' is known"),
        ({"coverage": "most"}, "coverage is 'most'; give a number"),
        ({"kind": "radius", "distance_km": "far"}, "distance km is 'far'; give a number"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_sentence(changes, said, tmp_path):
    with pytest.raises(GeopolityError, match=said):
        from_form(FORM | changes, tmp_path)


@pytest.mark.parametrize(
    "footprint",
    [
        {"kind": "area", "file": "/etc/passwd"},
        {"kind": "raster", "file": "x.tif"},
        {"kind": "union", "parts": [{"kind": "area", "file": "secret.gpkg"}]},
    ],
)
def test_a_drawing_names_no_file_of_the_server(footprint):
    with pytest.raises(SpecError, match="footprint"):
        read_spec({"footprint": footprint})


def test_a_draft_without_a_title_or_with_a_crooked_name_is_not_proposed():
    with pytest.raises(SpecError, match="has no title"):
        check_proposable(read_spec({"footprint": {"kind": "everyone"}}), None)
    with pytest.raises(SpecError, match=r"name: .* given was '\.\./x'"):
        read_spec({"footprint": {"kind": "everyone"}, "title": "T", "name": "../x"})


@pytest.mark.parametrize(
    ("shape", "kind"), [(box(0, 0, 1, 1), "area"), (LineString([(0, 0), (1, 1)]), "corridor"), (Point(1, 2), "radius")]
)
def test_a_file_becomes_a_drawing(tmp_path, shape, kind):
    file = tmp_path / "shape.geojson"
    gpd.GeoDataFrame(geometry=[shape], crs=4326).to_file(file)
    assert uploaded_drawing("my shape.geojson", file.read_bytes())["kind"] == kind


def test_a_projected_geopackage_is_drawn_in_degrees(tmp_path):
    file = tmp_path / "shape.gpkg"
    gpd.GeoDataFrame(geometry=[box(-75, 40, -74, 41)], crs=4326).to_crs(5070).to_file(file)
    ((ring,),) = uploaded_drawing("shape.gpkg", file.read_bytes())["polygons"]
    assert np.allclose(np.array(ring).min(axis=0), [-75, 40], atol=1e-3)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.exe", b"MZ", "which is not one of"),
        ("../../etc/passwd", b"root", "which is not one of"),
        ("a.geojson", b"{", "a.geojson"),
        ("a.gpkg", b"not a database", "a.gpkg"),
        ("a.zip", b"PK", "a.zip"),
    ],
)
def test_a_bad_upload_is_one_sentence_with_its_name_and_no_path(name, content, said):
    with pytest.raises(UploadError) as caught:
        uploaded_drawing(name, content)
    assert said in str(caught.value)
    assert "geopolity-upload-" not in str(caught.value)


def test_a_zip_with_a_path_outside_is_refused(tmp_path):
    file = tmp_path / "evil.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../evil.geojson", json.dumps({"type": "FeatureCollection", "features": []}))
    with pytest.raises(UploadError):
        uploaded_drawing("evil.zip", file.read_bytes())


def test_shapes_of_several_kinds_are_refused_and_no_shape_is_lost(tmp_path):
    file = tmp_path / "both.geojson"
    gpd.GeoDataFrame(geometry=[Point(0, 0), box(0, 0, 1, 1)], crs=4326).to_file(file)
    with pytest.raises(UploadError, match=r"both\.geojson holds points and polygons; .* give a file of each"):
        uploaded_drawing("both.geojson", file.read_bytes())


def test_an_area_with_holes_is_cut_through_them(tmp_path):
    holed = Polygon(box(0, 0, 10, 4).exterior, [box(1, 1, 2, 2).exterior, box(6, 1, 8, 3).exterior])
    file = tmp_path / "holed.geojson"
    gpd.GeoDataFrame(geometry=[holed], crs=4326).to_file(file)
    rings = uploaded_drawing("holed.geojson", file.read_bytes())["polygons"]
    assert all(len(ring) == 1 for ring in rings)
    drawn = [Polygon(ring) for (ring,) in rings]
    assert sum(piece.area for piece in drawn) == pytest.approx(holed.area)
    assert np.allclose([piece.intersection(holed).area for piece in drawn], [piece.area for piece in drawn])
