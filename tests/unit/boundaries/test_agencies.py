"""Footprints as agencies publish them, each from a small file written to the published format."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from scipy.io import netcdf_file

from boundaries import open_footprint, open_layer
from geopolity.affected.footprint import Area, Radius, Raster, Units
from geopolity.affected.mixed import Union
from geopolity.affected.people import affected_people
from geopolity.errors import RequestError

CELLS = [shapely.box(x, 0, x + 1, 1) for x in range(3)]


@pytest.fixture
def layer(tmp_path: Path):
    frame = gpd.GeoDataFrame({"GEOID": ["1", "2", "3"], "POP": [100, 100, 100]}, geometry=CELLS, crs=4326)
    frame.to_parquet(tmp_path / "units.parquet")
    return open_layer(tmp_path / "units.parquet")


SHAKEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<shakemap_grid xmlns="http://earthquake.usgs.gov/eqcenter/shakemap" event_id="us1" shakemap_version="1">
<event event_id="us1" magnitude="6.0" depth="10" lat="0.5" lon="1.5" event_timestamp="2026-01-01T00:00:00UTC"/>
<grid_specification lon_min="0.5" lat_min="0.25" lon_max="2.5" lat_max="0.75" nominal_lon_spacing="1" nominal_lat_spacing="0.5" nlon="3" nlat="2"/>
<grid_field index="1" name="LON" units="dd"/><grid_field index="2" name="LAT" units="dd"/>
<grid_field index="3" name="PGA" units="%g"/><grid_field index="4" name="MMI" units="intensity"/>
<grid_data>
0.5 0.75 1 4
1.5 0.75 2 6
2.5 0.75 3 8
0.5 0.25 1 4
1.5 0.25 2 6
2.5 0.25 3 8
</grid_data></shakemap_grid>"""


def test_a_shakemap_grid_shakes_by_levels(tmp_path: Path, layer) -> None:
    (tmp_path / "grid.xml").write_text(SHAKEMAP)
    with pytest.raises(RequestError, match="from 4 to 8, which are no shares"):
        open_footprint(tmp_path / "grid.xml")
    found = open_footprint(tmp_path / "grid.xml", levels="4=0,6=0.5,8=1")
    assert isinstance(found, Raster)
    assert affected_people(found, layer).table["affected"].tolist() == pytest.approx([0, 50, 100])
    with pytest.raises(RequestError, match="the fields PGA, MMI"):
        open_footprint(tmp_path / "grid.xml", layer_name="PGV", levels="1=0,2=1")
    (tmp_path / "grid.xml").write_text(SHAKEMAP.replace("2.5 0.25 3 8\n", ""))
    with pytest.raises(RequestError, match="no whole ShakeMap grid"):
        open_footprint(tmp_path / "grid.xml", levels="4=0,6=0.5,8=1")


def contours(closed: bool) -> str:
    rings = {4.0: (0, 3), 6.0: (1, 2)}
    features = []
    for value, (west, east) in rings.items():
        ring = [[west, 0], [east, 0], [east, 1], [west, 1], [west, 0]][: None if closed else 4]
        features.append(
            {
                "type": "Feature",
                "properties": {"value": value, "units": "mmi"},
                "geometry": {"type": "MultiLineString", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_shakemap_contours_enclose_what_shook_more(tmp_path: Path, layer) -> None:
    (tmp_path / "cont_mmi.json").write_text(contours(closed=True))
    found = open_footprint(tmp_path / "cont_mmi.json", levels="3=0,4=0.2,6=0.8")
    assert affected_people(found, layer).table["affected"].tolist() == pytest.approx([20, 80, 20])
    (tmp_path / "cont_mmi.json").write_text(contours(closed=False))
    with pytest.raises(RequestError, match="leaves the map without closing"):
        open_footprint(tmp_path / "cont_mmi.json", levels="3=0,4=0.2,6=0.8")


def test_a_geotiff_bites_by_levels(tmp_path: Path, layer) -> None:
    depth = {"width": 3, "height": 1, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(tmp_path / "a.tif", "w", "GTiff", transform=Affine(1, 0, 0, 0, -1, 1), **depth) as image:
        image.write(np.array([[0.0, 1.0, 4.0]], dtype=np.float32), 1)
    found = open_footprint(tmp_path / "a.tif", levels=[[0, 0], [2, 1]])
    assert affected_people(found, layer).table["affected"].tolist() == pytest.approx([0, 50, 100])


def netcdf(path: Path, **fields: np.ndarray) -> Path:
    """A grid as CF writes it: latitude upward, longitude 0 to 360, values scaled."""
    with netcdf_file(path, "w") as file:
        for name, values, units in (("lat", [0.5, 1.5], "degrees_north"), ("lon", [0.5, 1.5, 2.5], "degrees_east")):
            file.createDimension(name, len(values))
            axis = file.createVariable(name, "f8", (name,))
            axis[:] = values
            axis.units, axis.standard_name = units, {"lat": "latitude", "lon": "longitude"}[name]
        for name, cells in fields.items():
            field = file.createVariable(name, "i2", ("lat", "lon"))
            field[:] = cells
            field.scale_factor = 0.5
        file.Conventions = "CF-1.8"
    return path


def test_a_netcdf_bites_by_levels_and_its_variable_is_named(tmp_path: Path, layer) -> None:
    depth = np.array([[0, 2, 8], [0, 0, 0]], dtype=np.int16)  # 0, 1 and 4 metres in the south
    found = open_footprint(netcdf(tmp_path / "a.nc", depth=depth), levels=[[0, 0], [2, 1]])
    assert affected_people(found, layer).table["affected"].tolist() == pytest.approx([0, 50, 100])
    both = netcdf(tmp_path / "b.nc", depth=depth, speed=depth * 0)
    with pytest.raises(RequestError, match="the variables depth, speed"):
        open_footprint(both, levels=[[0, 0], [2, 1]])
    named = open_footprint(both, levels=[[0, 0], [2, 1]], layer_name="depth")
    assert affected_people(named, layer).total == pytest.approx(150)


def test_wind_radii_bite_by_their_speed(tmp_path: Path, layer) -> None:
    """RADII is the wind in knots, as in al092021_2021082806_forecastradii.shp."""
    radii = gpd.GeoDataFrame(
        {"RADII": [34.0, 64.0]}, geometry=[shapely.box(0, 0, 3, 1), shapely.box(1, 0, 2, 1)], crs=4326
    )
    radii.to_file(tmp_path / "al092021_forecastradii.shp")
    found = open_footprint(tmp_path / "al092021_forecastradii.shp", weight_column="RADII", levels="34=0.25,50=0.5,64=1")
    assert affected_people(found, layer).table["affected"].tolist() == pytest.approx([25, 100, 25])


def test_the_cone_of_a_zipped_forecast_is_chosen_by_name(tmp_path: Path, layer) -> None:
    cone = gpd.GeoDataFrame({"STORMNAME": ["Ida"]}, geometry=[CELLS[0]], crs=4326)
    line = gpd.GeoDataFrame({"STORMNAME": ["Ida"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    for name, frame in (("al09_5day_pgn", cone), ("al09_5day_lin", line)):
        frame.to_file(tmp_path / f"{name}.shp")
    with zipfile.ZipFile(tmp_path / "al09_5day.zip", "w") as archive:
        for file in tmp_path.glob("al09_5day_*"):
            archive.write(file, file.name)
    with pytest.raises(RequestError, match=r"al09_5day_lin.shp, al09_5day_pgn.shp"):
        open_footprint(tmp_path / "al09_5day.zip")
    assert affected_people(open_footprint(tmp_path / "al09_5day.zip", layer_name="al09_5day_pgn"), layer).total == 100


def alert(areas: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>x</identifier>'
        f"<sender>s@example.org</sender><status>Actual</status><info><event>Flood</event>{areas}</info></alert>"
    )


def test_alerts_have_polygons_and_circles(tmp_path: Path, layer) -> None:
    (tmp_path / "a.xml").write_text(alert("<area><areaDesc>x</areaDesc><polygon>0,0 0,1 1,1 1,0 0,0</polygon></area>"))
    assert affected_people(open_footprint(tmp_path / "a.xml"), layer).table["affected"].tolist() == pytest.approx(
        [100, 0, 0]
    )
    both = "<area><areaDesc>x</areaDesc><polygon>0,0 0,1 1,1 1,0 0,0</polygon></area><area><areaDesc>y</areaDesc><circle>0.5,2.5 20</circle></area>"
    (tmp_path / "a.xml").write_text(alert(both))
    found = open_footprint(tmp_path / "a.xml")
    assert isinstance(found, Union)
    assert [type(part) for part in found.parts] == [Area, Radius]


CODE = "<area><areaDesc>x</areaDesc><geocode><valueName>{}</valueName><value>{}</value></geocode></area>"


@pytest.mark.parametrize(
    ("name", "value", "units"),
    [("SAME", "048201", {"48201"}), ("UGC", "TXC201", {"48201"}), ("SAME", "010000", {"10001", "10003", "10005"})],
)
def test_alerts_by_code_are_counties(tmp_path: Path, name: str, value: str, units: set[str]) -> None:
    (tmp_path / "a.xml").write_text(alert(CODE.format(name, value)))
    found = open_footprint(tmp_path / "a.xml")
    assert isinstance(found, Units)
    assert set(found.weights) == units


def test_alerts_by_zone_need_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(alert(CODE.format("UGC", "TXZ213")))
    with pytest.raises(RequestError, match=r"TXZ213.*--codes"):
        open_footprint(tmp_path / "a.xml")
    (tmp_path / "zones.csv").write_text("ugc,unit_id\nTXZ213,48201\nTXZ213,48157\n")
    assert set(open_footprint(tmp_path / "a.xml", codes=tmp_path / "zones.csv").weights) == {"48201", "48157"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html/>", "neither a ShakeMap grid nor an alert"),
        ("<alert", "no XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><alert/>', "entities"),
        ('<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>', "without an area"),
        (alert("<area><polygon>0,0 0,1 1,1</polygon></area>"), "does not close"),
        (alert("<area><polygon>0,0 0,999 1,1 0,0</polygon></area>"), "not on Earth"),
        (alert("<area><circle>0,0</circle></area>"), "no latitude,longitude and radius"),
    ],
)
def test_xml_that_is_no_footprint_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.xml").write_text(text)
    with pytest.raises(RequestError, match=said):
        open_footprint(tmp_path / "a.xml")


def test_flood_polygons_in_a_projected_system_are_laid_out(tmp_path: Path, layer) -> None:
    """EFAS and GloFAS layers come as GeoJSON in EPSG:3857 with the old crs member."""
    gpd.GeoDataFrame({"return_period": [20]}, geometry=[CELLS[1]], crs=4326).to_crs(3857).to_file(
        tmp_path / "efas.geojson"
    )
    assert affected_people(open_footprint(tmp_path / "efas.geojson"), layer).total == pytest.approx(100, rel=1e-6)
