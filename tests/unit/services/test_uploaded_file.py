"""What a file is to the studio: a drawing, a raster or a column that counts as it is, or one that lies nowhere yet."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from boundaries.how import AS_IT_IS, How
from geopolity.affected.footprint import Area, Raster
from services.derivation.requests.opened_spec import issue_of
from services.derivation.requests.spec import SpecError
from services.derivation.requests.systems import systems_for, systems_named
from services.derivation.requests.typed_form import from_form
from services.derivation.requests.uploaded_drawing import MOST_VERTICES
from services.derivation.requests.uploaded_file import uploaded_file
from services.derivation.requests.uploads import UploadError
from tests.unit.services.test_studio import FORM

UNPLACED = pytest.mark.filterwarnings("ignore:'crs' was not provided")
PARIS = (652_000.0, 6_862_000.0)
GRID = "ncols 2\nnrows 2\nxllcorner {west}\nyllcorner {south}\ncellsize 1\nNODATA_value -9\n10 20\n40 -9\n"


def sent(frame, home, how=AS_IT_IS, name="shapes.gpkg"):
    file = home / name
    frame.to_file(file)
    return uploaded_file(name, file.read_bytes(), home, how, most_mb=10)


def plume(crs=4326):
    shapes = [box(-75, 40, -74, 41), box(-74, 40, -73, 41)]
    return gpd.GeoDataFrame({"severity": [0.25, 1.0], "place": ["a", "b"]}, geometry=shapes, crs=crs)


def test_polygons_are_a_drawing_whose_columns_of_numbers_may_be_chosen(tmp_path):
    said = sent(plume(), tmp_path)
    assert (said["kind"], len(said["polygons"]), said["columns"]) == ("area", 2, ["severity"])
    form = FORM | {"kind": "upload", "upload": said["upload"], "upload_kind": "area", "weight_column": "severity"}
    footprint = issue_of(from_form(form, tmp_path), tmp_path).footprint
    assert isinstance(footprint, Area)
    assert list(footprint.intensity) == [0.25, 1.0]
    scaled = issue_of(from_form(form | {"value_low": "0,25", "value_high": "1.75"}, tmp_path), tmp_path).footprint
    assert list(scaled.intensity) == [0.0, 0.5]


def test_values_that_mean_nothing_are_refused_beside_their_field(tmp_path):
    said = sent(plume(), tmp_path)
    form = FORM | {"kind": "upload", "upload": said["upload"], "weight_column": "severity", "value_low": "2"}
    with pytest.raises(SpecError, match="nobody, 2, is not below the one that means everybody, 1") as caught:
        from_form(form, tmp_path)
    assert caught.value.facts["field"] == "value_high"


def test_a_raster_counts_as_it_is_by_what_its_values_mean(tmp_path):
    content = GRID.format(west=-75, south=40).encode()
    said = uploaded_file("heat.asc", content, tmp_path, How(crs="EPSG:4326"), most_mb=10)
    assert (said["kind"], said["values"]) == ("file", [10.0, 40.0])
    form = FORM | {"kind": "upload", "upload": said["upload"], "upload_kind": "file", "upload_crs": "EPSG:4326"}
    footprint = issue_of(from_form(form | {"value_high": "40"}, tmp_path), tmp_path).footprint
    assert isinstance(footprint, Raster)
    assert np.nanmax(footprint.grid.values) == 1.0
    with pytest.raises(Exception, match="holds values from 10 to 40, which are no shares between 0 and 1"):
        issue_of(from_form(form, tmp_path), tmp_path)


def test_lines_and_points_keep_their_kind_without_a_script(tmp_path):
    form = FORM | {"kind": "upload", "upload_kind": "radius", "shapes": "40, -75"}
    assert from_form(form, tmp_path).footprint.kind == "radius"
    assert (
        from_form(form | {"upload_kind": "corridor", "shapes": "40, -75\n41, -75"}, tmp_path).footprint.kind
        == "corridor"
    )


def test_what_is_too_detailed_to_draw_on_counts_as_it_is(tmp_path):
    round_ones = Point(-75, 40).buffer(1, quad_segs=MOST_VERTICES // 4 + 1)
    said = sent(gpd.GeoDataFrame(geometry=[round_ones], crs=4326), tmp_path)
    assert said["kind"] == "file"


@UNPLACED
def test_a_file_without_a_coordinate_system_is_told_those_that_it_fits(tmp_path):
    x, y = PARIS
    frame = gpd.GeoDataFrame(geometry=[box(x, y, x + 1000, y + 1000)])
    said = sent(frame, tmp_path)
    assert said["kind"] == "unplaced"
    assert said["bounds"] == [x, y, x + 1000, y + 1000]
    lambert = next(one for one in said["systems"] if one["code"] == "EPSG:2154")
    assert (lambert["latitude"], lambert["longitude"]) == pytest.approx((48.86, 2.35), abs=0.02)
    assert "EPSG:5070" not in {one["code"] for one in said["systems"]}
    placed = sent(frame, tmp_path, How(crs="EPSG:2154"))
    assert placed["kind"] == "area"
    assert not list((tmp_path / "uploads").glob("*.partial"))


def test_a_grid_without_a_coordinate_system_is_told_them_too(tmp_path):
    said = uploaded_file("heat.asc", GRID.format(west=-75, south=40).encode(), tmp_path, AS_IT_IS, most_mb=10)
    assert [one["code"] for one in said["systems"]] == ["EPSG:4326", "EPSG:4269"]


@UNPLACED
def test_a_system_that_is_none_is_refused_with_its_name(tmp_path):
    with pytest.raises(UploadError, match="'EPSG:1' is unknown; give an EPSG code such as EPSG:4326"):
        sent(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]), tmp_path, How(crs="EPSG:1"))


def test_systems_are_found_by_code_and_by_words_of_name_and_area():
    assert systems_named("2154")[0].name == "RGF93 v1 / Lambert-93"
    assert systems_named("epsg:27700")[0].code == "EPSG:27700"
    assert {"EPSG:2154"} <= {one.code for one in systems_named("lambert 93")}
    assert any("Massachusetts" in one.name for one in systems_named("massachusetts mainland"))
    assert systems_named("no such thing") == []


def test_of_systems_by_name_those_that_fit_come_first():
    x, y = PARIS
    found = systems_named("lambert", (x, y, x + 1000, y + 1000))
    assert found[0].latitude is not None
    assert [one.latitude is None for one in found] == sorted(one.latitude is None for one in found)


def test_coordinates_out_of_any_range_fit_nothing():
    assert systems_for((9e9, 9e9, 9.1e9, 9.1e9)) == []
