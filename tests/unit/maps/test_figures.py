import xml.etree.ElementTree as ET

import pandas as pd

from maps.reports import figures
from maps.reports.gallery import preview, write_gallery
from maps.scenes.curve import Paper

SVG = "{http://www.w3.org/2000/svg}"


def test_the_map_is_a_picture_with_a_text_alternative(polity):
    root = ET.fromstring(figures.polity(polity))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text.startswith("Clean rivers: 11")
    assert "it covers 91.7" in root.find(f"{SVG}desc").text


def test_a_polity_over_the_antimeridian_is_drawn_as_large_as_elsewhere(everyone, over_the_antimeridian):
    for derivation in (everyone, over_the_antimeridian):
        assert ">100 km</text>" in figures.polity(derivation)


def test_missing_counts_are_hatched(everyone):
    assert "url(#polity-map-missing)" in figures.polity(everyone)


def test_footprint_is_hatched_and_everyone_has_none(polity, everyone):
    assert "url(#polity-map-footprint)" in figures.polity(polity)
    assert 'fill="url(#polity-map-footprint)"' not in figures.polity(everyone)


def test_the_curve_names_the_chosen_point():
    table = pd.DataFrame({"coverage_target": [0.6, 0.9, 1.0], "area_km2": [10.0, 25.0, 40.0]})
    drawn = figures.curve(table, chosen=0.9, paper=Paper(title="Clean rivers"))
    assert "90 %: 25 km²" in drawn
    ET.fromstring(drawn)


def test_a_curve_of_one_point_is_drawn():
    ET.fromstring(figures.curve(pd.DataFrame({"coverage_target": [0.9], "area_km2": [10.0]})))


def test_previews_are_small_png_files_named_after_the_issue(polity, tmp_path):
    (file,) = write_gallery([polity], tmp_path / "pictures", pixels=400)
    assert file.name == "rivers.png"
    assert file.read_bytes().startswith(b"\x89PNG")
    assert len(preview(polity)) < 150_000


def test_the_same_derivation_gives_the_same_picture(polity):
    assert figures.polity(polity) == figures.polity(polity)
