"""What a new user gets wrong: one sentence with the value and the way out, nothing written."""

from __future__ import annotations

import warnings

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon, box


def write(frame, path):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        frame.to_file(path)
    return path


def assert_refused(answer, files, *, status, naming):
    assert answer.status == status, answer
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert "unexpected" not in answer.err
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    assert len(answer.err.split()) > 5, answer.err
    for value in naming:
        assert value in answer.err, (value, answer.err)
    assert not files.out.exists()
    assert [path.name for path in files.out.parent.iterdir() if path.name.startswith(".")] == []


def test_layer_without_coordinate_system(command, files, town, tmp_path):
    bare = write(town.set_crs(None, allow_override=True), tmp_path / "bare.gpkg")
    answer = command("derive", "--footprint", files.footprint, "--layer", bare, "--out", files.out)
    assert_refused(answer, files, status=2, naming=["bare", "coordinate system"])


def test_footprint_without_coordinate_system(command, files, plume, tmp_path):
    bare = write(plume.set_crs(None, allow_override=True), tmp_path / "bare.gpkg")
    answer = command("derive", "--footprint", bare, "--layer", files.layer, "--out", files.out)
    assert_refused(answer, files, status=2, naming=["bare", "coordinate system"])


def test_wrong_id_column(command, files):
    answer = command(*files.request, "--id-column", "GEOID")
    assert_refused(answer, files, status=2, naming=["GEOID", "unit_id"])


def test_wrong_population_column(command, files):
    answer = command(*files.request, "--population-column", "POP")
    assert_refused(answer, files, status=2, naming=["POP", "population"])


def test_text_in_the_population(command, files, town):
    town["population"] = ["many", *map(str, town["population"][1:])]
    write(town, files.layer)
    assert_refused(command(*files.request), files, status=2, naming=["many"])


def test_negative_population(command, files, town):
    town.loc[5, "population"] = -600
    write(town, files.layer)
    assert_refused(command(*files.request), files, status=2, naming=["-600", "negative"])


def test_repeated_ids(command, files, town):
    town.loc[1, "unit_id"] = "000"
    write(town, files.layer)
    assert_refused(command(*files.request), files, status=2, naming=["000"])


def test_empty_footprint_file(command, files):
    files.footprint.write_bytes(b"")
    assert_refused(command(*files.request), files, status=2, naming=["plume.geojson"])


def test_empty_layer_file(command, files):
    files.layer.write_bytes(b"")
    assert_refused(command(*files.request), files, status=2, naming=["town.geojson"])


def test_layer_without_any_unit(command, files, town):
    write(town.iloc[:0], files.layer)
    assert_refused(command(*files.request), files, status=2, naming=["town"])


def test_footprint_without_any_shape(command, files, plume):
    write(plume.iloc[:0], files.footprint)
    assert_refused(command(*files.request), files, status=2, naming=["plume"])


def test_point_where_a_polygon_belongs_in_the_layer(command, files, town):
    town.loc[3, "geometry"] = Point(-74.65, 40.05)
    write(town, files.layer)
    assert_refused(command(*files.request), files, status=2, naming=["Point", "polygons"])


def test_point_footprint_without_a_distance(command, files):
    write(gpd.GeoDataFrame(geometry=[Point(-74.8, 40.1)], crs="EPSG:4326"), files.footprint)
    assert_refused(command(*files.request), files, status=2, naming=["--buffer-km"])


def test_footprint_in_another_country(command, files):
    write(gpd.GeoDataFrame(geometry=[box(2.0, 48.5, 2.6, 49.0)], crs="EPSG:4326"), files.footprint)
    assert_refused(command(*files.request), files, status=1, naming=["touches no unit", "town"])


@pytest.mark.parametrize("coverage", ["0.4", "0.5", "1.2", "-1", "nan", "most"])
def test_coverage_out_of_range(command, files, coverage):
    answer = command(*files.request, "--coverage", coverage)
    assert_refused(answer, files, status=2, naming=[coverage, "0.9"])


def test_folder_instead_of_a_layer_file(command, files, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    answer = command("derive", "--footprint", files.footprint, "--layer", folder, "--out", files.out)
    assert_refused(answer, files, status=2, naming=["folder"])


def test_folder_instead_of_a_footprint_file(command, files, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    answer = command("derive", "--footprint", folder, "--layer", files.layer, "--out", files.out)
    assert_refused(answer, files, status=2, naming=["folder"])


def test_missing_files(command, files, tmp_path):
    nowhere = tmp_path / "nowhere.gpkg"
    for request in (("--footprint", nowhere, "--layer", files.layer), ("--issue", tmp_path / "nowhere.toml")):
        answer = command("derive", *request, "--out", files.out)
        assert_refused(answer, files, status=2, naming=["nowhere"])


def test_unknown_names_are_answered_with_the_known_ones(command, files):
    answer = command("derive", "--issue", "fishing", "--out", files.out)
    assert_refused(answer, files, status=2, naming=["fishing", "east-coast-fishing-rights"])
    answer = command("derive", "--footprint", files.footprint, "--layer", "counties", "--out", files.out)
    assert_refused(answer, files, status=2, naming=["counties", "us-counties"])


def test_text_file_that_is_no_map(command, files):
    files.footprint.write_text("Dear all, please find attached")
    assert_refused(command(*files.request), files, status=2, naming=["plume.geojson"])


def test_weight_column_that_is_not_there(command, files):
    answer = command(*files.request, "--weight-column", "strength")
    assert_refused(answer, files, status=2, naming=["strength"])


def test_neither_issue_nor_footprint(command, files):
    assert_refused(command("derive", "--out", files.out), files, status=2, naming=["--issue", "--footprint"])


def test_both_issue_and_footprint(command, files):
    answer = command(*files.request, "--issue", "hurricane-relief")
    assert_refused(answer, files, status=2, naming=["--issue", "--footprint"])


def test_the_same_layer_twice(command, files):
    answer = command(*files.request, "--layer", files.layer)
    assert_refused(answer, files, status=2, naming=["town", "two or more layers"])


def test_nobody_lives_under_the_footprint(command, files, town):
    town["population"] = [0] * 12
    town.loc[0, "population"] = 100
    write(town, files.layer)
    write(gpd.GeoDataFrame(geometry=[box(-74.7, 40.2, -74.6, 40.3)], crs="EPSG:4326"), files.footprint)
    assert_refused(command(*files.request), files, status=1, naming=["Nobody", "town"])


def test_self_crossing_polygon_is_mended_or_refused_by_name(command, files):
    bowtie = Polygon([(-74.9, 40.05), (-74.75, 40.2), (-74.9, 40.2), (-74.75, 40.05)])
    write(gpd.GeoDataFrame(geometry=[bowtie], crs="EPSG:4326"), files.footprint)
    answer = command(*files.request)
    assert "Traceback" not in answer.err
    if answer.status:
        assert_refused(answer, files, status=2, naming=["cross"])
    else:
        assert (files.out / "certificate.json").exists()


def test_self_crossing_unit_is_mended_or_refused_by_name(command, files, town):
    town.loc[5, "geometry"] = Polygon([(-74.9, 40.1), (-74.8, 40.2), (-74.9, 40.2), (-74.8, 40.1)])
    write(town, files.layer)
    answer = command(*files.request)
    assert "Traceback" not in answer.err
    if answer.status:
        assert_refused(answer, files, status=2, naming=["011"])


def test_folder_of_somebody_else_is_never_overwritten(command, files):
    files.out.mkdir()
    (files.out / "thesis.txt").write_text("two years of work")
    answer = command(*files.request)
    assert (answer.status, "thesis.txt" in answer.err) == (2, True)
    assert [path.name for path in files.out.iterdir()] == ["thesis.txt"]


def test_file_in_the_place_of_the_output_folder(command, files):
    files.out.write_text("notes")
    answer = command(*files.request)
    assert (answer.status, "folder" in answer.err) == (2, True)
    assert files.out.read_text() == "notes"


def test_previous_folder_that_is_no_derivation(command, files, tmp_path):
    answer = command(*files.request, "--previous", tmp_path / "last-year")
    assert_refused(answer, files, status=2, naming=["last-year", "--previous"])


def test_unexpected_errors_are_one_sentence_and_logged(command, files, monkeypatch):
    import services.derivation.derive as derive_module

    def fail(*_arguments, **_options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(derive_module, "derive_polity", fail)
    answer = command(*files.request)
    assert answer.status == 2
    assert "errors.log" in answer.err
    assert "Traceback" not in answer.err
    assert not files.out.exists()


def test_unknown_command_and_option(command):
    assert command("derve").status == 2
    assert command("derive", "--covrage", "0.9").status == 2


def test_setting_that_cannot_be_used(command, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_WORKERS", "many")
    answer = command("layer", "list")
    assert (answer.status, "GEOPOLITY_WORKERS" in answer.err) == (2, True)


@pytest.mark.parametrize("beside", [["--split"], ["--groups", "groups.toml"], ["--uncertainty", "3"]])
def test_what_many_issues_would_leave_out_is_refused(beside, command, files, tmp_path):
    (tmp_path / "issues").mkdir()
    (tmp_path / "groups.toml").write_text("")
    answer = command("derive", "--issues", tmp_path / "issues", "--out", files.out, *beside)
    assert_refused(answer, files, status=2, naming=[beside[0]])


def test_a_split_into_pieces(command, files):
    assert_refused(command(*files.request, "--split", "--pieces", "2"), files, status=2, naming=["--split", "--pieces"])


@pytest.mark.parametrize("limit", [["--at-most-area", "0"], ["--at-most-population", "0"]])
def test_a_limit_of_nothing_is_no_missing_limit(limit, command, files):
    assert_refused(command(*files.request, *limit), files, status=2, naming=["leaves nothing to be inside"])


@pytest.mark.parametrize("asked", ["", ",", " , "])
def test_why_of_nothing(asked, command, derived):
    answer = command("alternatives", derived, "--why", asked)
    assert (answer.status, answer.out) == (2, "")
    assert "--why asks about units" in answer.err


def test_a_very_long_id_does_not_come_back_whole(command, derived):
    answer = command("alternatives", derived, "--why", "x" * 3_000)
    assert answer.status == 2
    assert "There is no unit 'xxx" in answer.err
    assert len(answer.err) < 400
