"""Layers that a TOML entry describes need no column named."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import open_layer
from boundaries.catalogue.entries import entries
from geopolity.errors import RequestError
from geopolity.layers.ground import unit_areas_m2

CELLS = [shapely.box(x, 0, x + 1, 1) for x in range(2)]


def test_the_catalogue_is_readable_and_says_whose_the_data_is() -> None:
    assert len(entries()) == 22
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


def test_admin_express_communes_carry_their_people(tmp_path: Path) -> None:
    table = {
        "ID": ["COMMUNE_1", "COMMUNE_2"],
        "NOM": ["Abergement", "Ambérieu"],
        "NOM_M": ["ABERGEMENT", "AMBERIEU"],
        "INSEE_COM": ["01001", "01004"],
        "STATUT": ["Commune simple", "Commune simple"],
        "POPULATION": [771, 14035],
        "INSEE_DEP": ["01", "01"],
        "INSEE_REG": ["84", "84"],
    }
    metres = [shapely.box(8.5e5 + x, 6.5e6, 8.5e5 + x + 1e3, 6.501e6) for x in (0, 1e3)]
    gpd.GeoDataFrame(table, geometry=metres, crs=2154).to_file(tmp_path / "COMMUNE.shp", encoding="utf-8")
    layer = open_layer(tmp_path / "COMMUNE.shp")
    assert layer.units["population"].to_dict() == {"01001": 771, "01004": 14035}
    assert layer.units["name"].tolist() == ["Abergement", "Ambérieu"]
    assert layer.units["parent"].tolist() == ["01", "01"]
    assert layer.units["INSEE_REG"].tolist() == ["84", "84"]


def test_municipalities_of_ibge_are_joined_with_a_census_table(tmp_path: Path) -> None:
    table = {"CD_MUN": ["1100015", "1100023"], "NM_MUN": ["Alta Floresta", "Ariquemes"], "SIGLA_UF": ["RO", "RO"]}
    table["AREA_KM2"] = [7067.1, 4426.6]
    gpd.GeoDataFrame(table, geometry=CELLS, crs=4674).to_file(tmp_path / "BR_Municipios_2022.shp")
    (tmp_path / "census.csv").write_bytes(
        "CD_MUN;NM_MUN;população;pop\n1100015;x;;21.495\n1100023;y;;96.833\n".encode("cp1252")
    )
    layer = open_layer(tmp_path / "BR_Municipios_2022.shp", people_file=tmp_path / "census.csv")
    assert layer.units["population"].to_dict() == {"1100015": 21495, "1100023": 96833}
    assert layer.units["name"].tolist() == ["Alta Floresta", "Ariquemes"]
    assert any("'21.495' is 21,495 people" in str(note) for note in layer.notes)


def test_local_units_of_gisco_carry_the_population_of_their_year(tmp_path: Path) -> None:
    table = {
        "GISCO_ID": ["FR_01001", "DE_01001000"],
        "CNTR_CODE": ["FR", "DE"],
        "LAU_ID": ["01001", "01001000"],
        "LAU_NAME": ["Abergement", "Flensburg"],
        "POP_2021": [771, 91113],
        "POP_DENS_2": [49.1, 1607.0],
        "AREA_KM2": [15.7, 56.7],
        "YEAR": [2021, 2021],
    }
    metres = [shapely.box(4e6 + x, 3e6, 4e6 + x + 1e3, 3.001e6) for x in (0, 1e3)]
    gpd.GeoDataFrame(table, geometry=metres, crs=3035).to_file(tmp_path / "LAU_RG_01M_2021_3035.gpkg")
    layer = open_layer(tmp_path / "LAU_RG_01M_2021_3035.gpkg")
    assert layer.units["population"].to_dict() == {"DE_01001000": 91113, "FR_01001": 771}
    assert layer.units["parent"].tolist() == ["DE", "FR"]


def test_nuts_regions_of_gisco_are_joined_with_a_table_of_people(tmp_path: Path) -> None:
    table = {
        "NUTS_ID": ["FRK21", "FRK22"],
        "LEVL_CODE": [3, 3],
        "CNTR_CODE": ["FR", "FR"],
        "NAME_LATN": ["Ain", "Ardèche"],
    }
    gpd.GeoDataFrame(table, geometry=CELLS, crs=4326).to_file(tmp_path / "NUTS_RG_01M_2021_4326_LEVL_3.geojson")
    (tmp_path / "people.csv").write_text("NUTS_ID,population\nFRK21,657856\nFRK22,329325\n")
    layer = open_layer(tmp_path / "NUTS_RG_01M_2021_4326_LEVL_3.geojson", people_file=tmp_path / "people.csv")
    assert layer.units["population"].to_dict() == {"FRK21": 657856, "FRK22": 329325}
    assert layer.units["name"].tolist() == ["Ain", "Ardèche"]


def raster(path: Path) -> Path:
    """Cells of 30 arc seconds as WorldPop ships them: -99999 where there is no data."""
    import rasterio
    from affine import Affine

    shape = {"driver": "GTiff", "width": 2, "height": 1, "count": 1, "dtype": "float32", "nodata": -99999}
    with rasterio.open(path, "w", crs="EPSG:4326", transform=Affine(1 / 120, 0, 0, 0, -1 / 120, 1), **shape) as image:
        image.write(np.array([[[12.5, -99999]]], dtype="float32"))
    return path


def test_cells_of_worldpop_become_units(tmp_path: Path) -> None:
    layer = open_layer(raster(tmp_path / "bra_ppp_2020_1km_Aggregated.tif"))
    assert layer.units["population"].tolist() == [12.5]
    assert layer.source.startswith("WorldPop")
    assert layer.licence == "CC BY 4.0"


def test_an_entry_may_describe_a_raster(tmp_path: Path) -> None:
    raster(tmp_path / "cells.tif")
    (tmp_path / "town.toml").write_text('title = "Town"\nfile = "cells.tif"\n')
    layer = open_layer(tmp_path / "town.toml")
    assert (layer.title, layer.units["population"].tolist()) == ("Town", [12.5])


def test_an_entry_may_describe_a_table_of_points(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text("K,longitude,latitude,R\n01,0,0,5\n02,1,0,6\n03,0,1,7\n")
    (tmp_path / "town.toml").write_text('title = "Town"\nfile = "sites.csv"\nid = "K"\npopulation = "R"\n')
    layer = open_layer(tmp_path / "town.toml")
    assert (layer.title, layer.population, layer.units.index.tolist()) == ("Town", 18, ["01", "02", "03"])


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


SQUARE = ["CRS3035RES1000mN2689000E4337000", "CRS3035RES1000mN2689000E4338000"]


@pytest.mark.parametrize(
    ("name", "text", "people", "missing"),
    [
        ("ESTAT_Census_2021_V2.csv", f"GRD_ID,T,T_CI\n{SQUARE[0]},120,0\n{SQUARE[1]},-9999,1\n", 120, 1),
        (
            "carreaux_200m_met.csv",
            "idcar_200m,ind\nCRS3035RES200mN2029800E4252400,12.5\nCRS3035RES200mN2029800E4252600,3\n",
            15.5,
            0,
        ),
        (
            "carreaux_200m_reu.csv",
            "idcar_200m,lcog_geo,ind,men\nCRS2975RES200mN7644200E347600,97401,7,6\nCRS2975RES200mN7644200E347800,97401,3,2\n",
            10,
            0,
        ),
    ],
)
def test_grids_whose_ids_are_places_are_read_as_published(
    tmp_path: Path, name: str, text: str, people: float, missing: int
) -> None:
    (tmp_path / name).write_text(text)
    layer = open_layer(tmp_path / name)
    assert (layer.reading.people, layer.reading.missing) == (people, missing)
    side = 1000 if "RES1000" in text else 200
    assert unit_areas_m2(layer) == pytest.approx([side**2] * 2, rel=0.01)


def test_dissemination_blocks_of_canada_need_no_column(tmp_path: Path) -> None:
    blocks = gpd.GeoDataFrame({"DBUID": ["10010165001", "10010165002"]}, geometry=CELLS, crs=3347)
    blocks.set_geometry(blocks.translate(7e6, 2e6)).to_parquet(tmp_path / "ldb_000a21a_e.parquet")
    (tmp_path / "2021_92-151_X.csv").write_text(
        "DBUID_IDIDU,DBPOP2021_IDPOP2021,DAUID_ADIDU\n10010165001,42,10010165\n10010165002,7,10010165\n"
    )
    layer = open_layer(tmp_path / "ldb_000a21a_e.parquet", people_file=tmp_path / "2021_92-151_X.csv")
    assert layer.population == 49


def test_mesh_blocks_without_a_shape_are_set_aside(tmp_path: Path) -> None:
    frame = {"MB_CODE21": ["10000010000", "19999949999"], "SA1_CODE21": ["101", "199"]}
    gpd.GeoDataFrame(frame, geometry=[CELLS[0], None], crs=7844).to_parquet(tmp_path / "MB_2021_AUST_GDA2020.parquet")
    (tmp_path / "Mesh Block Counts, 2021.csv").write_text("MB_CODE_2021,Person\n10000010000,61\n19999949999,8\n")
    layer = open_layer(tmp_path / "MB_2021_AUST_GDA2020.parquet", people_file=tmp_path / "Mesh Block Counts, 2021.csv")
    assert (layer.population, layer.reading.rows_set_aside, layer.reading.people_set_aside) == (61, 2, 8)


def test_census_tracts_of_brazil_keep_suppressed_counts_missing(tmp_path: Path) -> None:
    frame = {"CD_SETOR": ["110001505000001", "110001505000002"], "NM_MUN": ["Alta Floresta", "Alta Floresta"]}
    frame |= {"CD_MUN": ["1100015", "1100015"], "v0001": ["812", "X"]}
    gpd.GeoDataFrame(frame, geometry=CELLS, crs=4674).to_parquet(tmp_path / "RO_setores_CD2022.parquet")
    layer = open_layer(tmp_path / "RO_setores_CD2022.parquet")
    assert (layer.population, layer.reading.suppressed, layer.reading.missing) == (812, 1, 1)


def test_a_survey_table_has_two_headers_and_codes(tmp_path: Path) -> None:
    units = gpd.GeoDataFrame({"GEOID": ["01001", "01003"]}, geometry=CELLS, crs=4269)
    units.to_parquet(tmp_path / "tl_2022_us_county.parquet")
    (tmp_path / "ACSDT5Y2022.B01003-Data.csv").write_text(
        "GEO_ID,NAME,B01003_001E,B01003_001M,\nGeography,Geographic Area Name,Estimate!!Total,Margin of Error!!Total,\n"
        '0500000US01001,"Autauga County, Alabama",58761,*****,\n'
        '0500000US01003,"Baldwin County, Alabama",-666666666,*****,\n'
    )
    layer = open_layer(tmp_path / "tl_2022_us_county.parquet", people_file=tmp_path / "ACSDT5Y2022.B01003-Data.csv")
    assert (layer.population, layer.reading.suppressed) == (58761, 1)


def test_regions_of_connecticut_against_its_counties_name_the_vintage(tmp_path: Path) -> None:
    units = gpd.GeoDataFrame({"GEOID": ["09001", "09003", "01001"][:2]}, geometry=CELLS, crs=4269)
    units.to_parquet(tmp_path / "counties.parquet")
    (tmp_path / "people.csv").write_text("GEOID,population\n09110,5\n09120,6\n09001,7\n")
    layer = open_layer(tmp_path / "counties.parquet", people_file=tmp_path / "people.csv")
    assert any("2022" in str(note) and "Connecticut" in str(note) for note in layer.notes)
    (tmp_path / "people.csv").write_text("GEOID,population\n09110,5\n09120,6\n")
    with pytest.raises(RequestError, match=r"Connecticut.*2022"):
        open_layer(tmp_path / "counties.parquet", people_file=tmp_path / "people.csv")


def test_land_and_sea_versions_of_a_division_are_told_apart(tmp_path: Path) -> None:
    frame = {"division_id": ["a", "a", "b"], "is_land": [True, False, True], "population": [5, 5, 7]}
    shapes = [*CELLS, shapely.box(3, 0, 4, 1)]
    gpd.GeoDataFrame(frame, geometry=shapes, crs=4326).to_parquet(tmp_path / "division_area.parquet")
    with pytest.raises(RequestError, match="--repeated join"):
        open_layer(tmp_path / "division_area.parquet")
    assert open_layer(tmp_path / "division_area.parquet", where=(("is_land", "True"),)).population == 12
    assert open_layer(tmp_path / "division_area.parquet", repeated="join").population == 12


@pytest.mark.parametrize(
    ("cell", "corner"),
    [("1kmN2684E4334", (4334e3, 2684e3)), ("100mN26840E43340", (4334e3, 2684e3)), ("1kmE4334N2684", (4334e3, 2684e3))],
)
def test_short_ids_of_grid_cells_leave_their_zeros_out(cell: str, corner: tuple[float, float]) -> None:
    from boundaries.cells.squares import squares

    west, south, _, _ = squares(pd.Series([cell]), Path("t.csv")).total_bounds
    assert (west, south) == corner


def test_cells_of_s2_tile_their_parent() -> None:
    from boundaries.cells.s2 import cell_number, corners

    assert corners(cell_number("89c25a3")).mean(axis=0) == pytest.approx([40.71, -74.0], abs=0.05)
    for token, lat, lon in (("1", 0, 0), ("3", 0, 90), ("9", 0, -90)):  # the middles of three faces
        assert corners(cell_number(token)).mean(axis=0) == pytest.approx([lat, lon], abs=1e-9)
    parent = shapely.Polygon(corners(cell_number("89c25a3")))
    children = [shapely.Polygon(corners(cell_number(f"89c25a{tail}"))) for tail in ("24", "2c", "34", "3c")]
    assert sum(child.area for child in children) == pytest.approx(parent.area, rel=1e-6)
    assert [cell_number(text) for text in ("x", "", "f", "89c25a0000000000000")] == [None] * 4


def test_a_table_of_s2_tokens_is_a_layer(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("s2,population\n89c25a24,5\n89c25a2c,6\n")
    assert open_layer(tmp_path / "t.csv", id_column="s2").population == 11
