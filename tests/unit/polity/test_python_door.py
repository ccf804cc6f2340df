"""What a notebook gets: a layer from a GeoDataFrame, a polity with its map, places looked up, all pandas."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

import geopolity
from geopolity import Area, Everyone, GeopolityError, Issue, Layer, derive_polity, polities_at
from geopolity.layers.layer import LayerError


@pytest.fixture
def frame():
    """Four squares in a row, their ids as numbers, last first."""
    return gpd.GeoDataFrame(
        {"code": [4, 3, 2, 1], "people": [400, 300, 200, 100], "region": list("dcba")},
        geometry=[box(column, 0, column + 1, 1) for column in (3, 2, 1, 0)],
        crs="EPSG:4326",
    )


@pytest.fixture
def layer(frame):
    return Layer.from_geodataframe(frame, name="row", unit_id="code", population="people")


@pytest.fixture
def polity(layer):
    bite = Area(shapes=gpd.GeoSeries([box(0, 0, 2, 1)], crs="EPSG:4326"))
    issue = Issue(name="bite", title="A <bite>", question="Who?", footprint=bite, layer=layer.name, coverage=1)
    return derive_polity(issue, layer)


@pytest.mark.parametrize(
    "written", [1, 1.0, 0.9, "0.9", Decimal("0.9"), np.float64(0.9), np.float32(0.75), np.int64(1)]
)
def test_a_coverage_is_the_decimal_that_a_program_wrote(layer, written):
    issue = Issue(name="all", title="All", question="?", footprint=Everyone(), layer=layer.name, coverage=written)
    assert issue.coverage == Decimal(str(written))


@pytest.mark.parametrize("wrong", ["most", "", None, True, [0.9], 0.5, 1.01, "NaN", float("inf"), -1, "90 %"])
def test_a_coverage_that_is_no_share_of_most_people_is_said(layer, wrong):
    with pytest.raises(GeopolityError, match=r"Coverage .* (0\.9)"):
        Issue(name="all", title="All", question="?", footprint=Everyone(), layer=layer.name, coverage=wrong)


def test_a_frame_becomes_a_layer_in_the_order_of_its_ids(layer):
    assert layer.units.index.to_list() == ["1", "2", "3", "4"]
    assert layer.units["population"].to_list() == [100, 200, 300, 400]
    assert layer.units["region"].to_list() == list("abcd")
    assert layer.units["name"].to_list() == ["1", "2", "3", "4"]


def test_a_column_that_is_not_there_is_named_with_those_that_are(frame):
    with pytest.raises(LayerError, match="no column 'residents'; it has code, people"):
        Layer.from_geodataframe(frame, name="row", population="residents")


def test_a_polity_is_a_geodataframe(polity):
    units = polity.geodataframe
    assert units.crs == "EPSG:4326"
    assert units.loc[units["inside"]].index.to_list() == ["1", "2"]
    assert units.loc["1"].geometry.equals(box(0, 0, 1, 1))


def test_a_notebook_shows_a_map_with_the_figures(polity):
    figure = ET.fromstring(polity._repr_html_())
    (said,) = [one for one in figure if one.tag == "figcaption"]
    assert "A <bite>" in "".join(said.itertext())
    assert "2 units, 300 people" in "".join(said.itertext())
    paths = [one for one in figure.iter() if one.tag.endswith("path")]
    assert len([path for path in paths if path.get("fill") != "none"]) == 3  # two inside, and their neighbour
    assert len([path for path in paths if path.get("fill") == "none"]) == 1


def test_places_are_looked_up_with_their_own_index(polity):
    points = gpd.GeoSeries([Point(0.5, 0.5), Point(3.5, 0.5), Point(50, 50)], index=list("xyz"), crs="EPSG:4326")
    assert polities_at(points, [polity])["bite"].to_dict() == {"x": True, "y": False, "z": False}
    assert polities_at(points.to_crs(3857), [polity])["bite"].to_list() == [True, False, False]


@pytest.mark.parametrize("name", geopolity.__all__)
def test_every_exported_name_is_there_and_explains_itself(name):
    assert getattr(geopolity, name).__doc__
