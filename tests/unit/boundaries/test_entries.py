"""Layers that a TOML entry describes need no column named."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from boundaries import open_layer
from boundaries.entries import entries
from geopolity.errors import RequestError

CELLS = [shapely.box(x, 0, x + 1, 1) for x in range(2)]


def test_the_catalogue_is_readable_and_says_whose_the_data_is() -> None:
    assert len(entries()) == 11
    assert all(entry.title and entry.source and entry.licence and entry.pattern for entry in entries())


def test_tiger_and_acs_are_joined_without_a_word(tmp_path: Path) -> None:
    table = {"GEOID": ["01001", "01003"], "NAMELSAD": ["Autauga County", "Baldwin County"], "STATEFP": ["01", "01"]}
    gpd.GeoDataFrame(table, geometry=CELLS, crs=4269).to_file(tmp_path / "tl_2020_us_county.shp")
    acs = tmp_path / "ACSDT5Y2020.B01003-Data.csv"
    acs.write_text("GEO_ID,NAME,B01003_001E\n0500000US01001,Autauga,55639\n0500000US01003,Baldwin,218289\n")
    layer = open_layer(tmp_path / "tl_2020_us_county.shp", people_file=acs)
    assert layer.units["population"].to_dict() == {"01001": 55639, "01003": 218289}
    assert layer.units["parent"].tolist() == ["01", "01"]
    assert layer.licence == "US public domain"


def test_an_entry_of_ones_own_names_file_and_columns(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"W": ["a", "b"], "R": [1, 2]}, geometry=CELLS, crs=4326).to_file(tmp_path / "wards.gpkg")
    (tmp_path / "wards.toml").write_text('title = "Wards"\nfile = "wards.gpkg"\nid = "W"\npopulation = "R"\n')
    layer = open_layer(tmp_path / "wards.toml")
    assert (layer.title, layer.population, layer.notes) == ("Wards", 3, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('title = "x"', "names no file"),
        ('file = "wards.gpkg"', "no file"),
        ('files = "wards.gpkg"', "unknown key 'files'"),
        ("title = ", "is not TOML"),
    ],
)
def test_a_wrong_entry_gets_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "wards.toml").write_text(text)
    with pytest.raises(RequestError, match=says):
        open_layer(tmp_path / "wards.toml")


def test_another_file_than_the_entrys_is_refused(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"id": ["a", "b"], "pop": [1, 2]}, geometry=CELLS, crs=4326).to_file(tmp_path / "wards.gpkg")
    (tmp_path / "wards.toml").write_text(f'file = "wards.gpkg"\nsha256 = "{"0" * 64}"\n')
    with pytest.raises(RequestError, match="has the SHA-256"):
        open_layer(tmp_path / "wards.toml")
