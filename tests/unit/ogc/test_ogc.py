"""OGC API Features (Parts 1, 2) and Tiles: the abstract tests written out, GDAL's driver and schemathesis as judges."""

from __future__ import annotations

import json
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import schemathesis
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from pyproj import Transformer
from schemathesis.specs.openapi.checks import positive_data_acceptance
from shapely.geometry import box, shape

from geopolity.layers.layer import Layer
from services.bootstrap import open_store
from services.ogc.crs import CRS84, KNOWN
from services.settings import Settings
from services.storage.layers.census import keep_layer
from tests.contract.conftest import NOW
from tests.served import served
from tests.site_store import town_store
from tests.vector_tile import read

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def islands():
    """Squares of one degree on both sides of the antimeridian, twelve by four."""
    cells = [(west, south) for west in [*range(174, 180), *range(-180, -174)] for south in range(4)]
    units = gpd.GeoDataFrame(
        {
            "name": [f"Island {west} {south}" for west, south in cells],
            "population": [float(100 * south + 1) for _, south in cells],
            "parent": ["east" if west > 0 else "west" for west, _ in cells],
        },
        index=pd.Index([f"{number:03}" for number in range(len(cells))], name="unit_id"),
        geometry=[box(west, south, west + 1, south + 1) for west, south in cells],
        crs=4326,
    )
    return Layer(name="islands", title="Islands", vintage="2026", source="drawn", licence="CC0", units=units)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    settings: Settings = town_store(tmp_path_factory.mktemp("home"))
    with open_store(settings).writing() as session:
        keep_layer(session, islands(), now=NOW)
    with served(settings) as running:
        yield running


@pytest.fixture(scope="module")
def client(service):
    return service.client()


def ids(answer):
    return [feature["id"] for feature in answer.json()["features"]]


def every_page(client, path, **parameters):
    """All features, following the links as a client must."""
    found, address = [], client.get(path, params=parameters).url
    while address:
        page = client.get(str(address)).json()
        assert page["numberReturned"] == len(page["features"])
        found += [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert page["numberMatched"] == len(found)
    return found


def test_every_link_of_the_documents_leads_to_what_it_promises(client):
    seen, waiting = set(), ["/ogc/"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "geo+json" in answer.headers["content-type"]:
            continue
        document = answer.json()
        links = [*document.get("links", [])]
        for part in ("collections", "tilesets", "tileMatrixSets"):
            links += [link for one in document.get(part, []) for link in one["links"]]
        for link in links:
            if not link.get("templated"):
                waiting.append(link["href"])
                kind = client.get(link["href"]).headers["content-type"]
                assert kind.split(";")[0] == link["type"].split(";")[0], link
    assert len(seen) > 20


def test_landing_page_and_conformance_say_what_part_one_asks(client):
    assert {"self", "service-desc", "conformance", "data"} <= {
        link["rel"] for link in client.get("/ogc/").json()["links"]
    }
    classes = client.get("/ogc/conformance").json()["conformsTo"]
    assert {
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
    } <= {*classes}
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes


def test_everything_in_the_catalogue_leads_somewhere_and_says_what_dcat_ap_asks(client):
    answer = client.get("/ogc/catalogue")
    assert answer.headers["content-type"] == "application/ld+json"
    said = answer.json()
    assert {"dct:title", "dct:description", "dct:publisher"} <= said.keys()
    assert [one["dct:title"]["@value"] for one in said["dcat:dataset"]] == ["Islands", "Town", "Coast", "River"]
    for one in said["dcat:dataset"]:
        assert {"dct:title", "dct:description", "dct:identifier"} <= one.keys()
        for part in one["dcat:distribution"]:
            at, kind = part["dcat:accessURL"]["@id"], part["dcat:mediaType"]["@id"]
            answer = client.get(at)
            told = answer.headers["content-type"].split(";")[0]
            assert (answer.status_code, told) == (200, kind.partition("media-types/")[2]), at


def test_layers_polities_and_cells_are_collections_with_extents(client):
    names = [one["id"] for one in client.get("/ogc/collections").json()["collections"]]
    assert names == ["polities", "islands", "islands-cells", "town", "town-cells"]
    town = client.get("/ogc/collections/town").json()
    assert town["extent"]["spatial"] == {"bbox": [[0, 0, 3, 1]], "crs": CRS84}
    assert town["itemType"] == "feature"
    assert set(town["crs"]) == set(KNOWN)
    assert client.get("/ogc/collections/polities").json()["extent"]["temporal"] == {"interval": [[NOW, None]]}


@pytest.mark.parametrize("limit", [1, 7, 48, 100])
def test_pages_together_are_the_collection_each_feature_once(client, limit):
    assert every_page(client, "/ogc/collections/islands/items", limit=limit) == [f"{number:03}" for number in range(48)]


def test_a_limit_above_the_most_is_taken_as_the_most(client):
    answer = client.get("/ogc/collections/islands/items", params={"limit": 1_000_000})
    assert (answer.status_code, answer.json()["numberReturned"]) == (200, 48)


@pytest.mark.parametrize(
    "bounds",
    [(174.2, 0.2, 175.5, 1.5), (-179.5, 1.1, -177.1, 2.9), (0, -10, 10, 10), (175, 1, 176, 2), (-180, -90, 180, 90)],
)
def test_a_box_finds_what_intersects_it_and_nothing_else(client, bounds):
    units = islands().units
    expected = units.index[shapely.intersects(units.geometry.to_numpy(), box(*bounds))].tolist()
    found = every_page(client, "/ogc/collections/islands/items", bbox=",".join(map(str, bounds)), limit=5)
    assert found == expected


def test_a_box_over_the_antimeridian_finds_both_sides(client):
    units = islands().units
    both = [box(178.5, 0.5, 180, 2.5), box(-180, 0.5, -178.5, 2.5)]
    expected = units.index[np.any([shapely.intersects(units.geometry.to_numpy(), half) for half in both], axis=0)]
    found = every_page(client, "/ogc/collections/islands/items", bbox="178.5,0.5,-178.5,2.5", limit=4)
    assert found == expected.tolist()
    assert len(found) == 12


@pytest.mark.parametrize("turned", [False, True])
def test_a_projected_box_over_the_antimeridian_finds_both_sides(client, turned):
    """177° E to 177° W in Web Mercator: beyond the map's edge, or written with its west behind its east."""
    degree, world = 20_037_508.342789244 / 180, 2 * 20_037_508.342789244
    west, east = 177.5 * degree, 182.5 * degree
    bounds = [west, 0.5 * degree, east - world if turned else east, 0.6 * degree]
    asked = {"bbox": ",".join(map(str, bounds)), "bbox-crs": f"{EPSG}3857", "limit": 100}
    found = client.get("/ogc/collections/islands/items", params=asked).json()
    assert found["numberMatched"] == 6


@pytest.mark.parametrize("code", [4326, 3857, 6933])
def test_a_box_in_another_system_finds_the_same(client, code):
    plain = every_page(client, "/ogc/collections/town/items", bbox="0.2,0.2,0.8,0.8")
    corners = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform([0.2, 0.8], [0.2, 0.8])
    bounds = f"{corners[0][0]},{corners[1][0]},{corners[0][1]},{corners[1][1]}"
    asked = {"bbox": bounds, "bbox-crs": f"{EPSG}{code}"}
    assert every_page(client, "/ogc/collections/town/items", **asked) == plain == ["01"]


@pytest.mark.parametrize("code", [4326, 3857, 6933])
def test_coordinates_come_in_the_system_that_is_asked_for(client, code):
    answer = client.get("/ogc/collections/town/items/02", params={"crs": f"{EPSG}{code}"})
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
    x, y = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform([1, 2, 2, 1], [0, 0, 1, 1])
    expected = shapely.Polygon(np.column_stack([x, y]))
    assert shapely.normalize(shape(answer.json()["geometry"])).equals_exact(shapely.normalize(expected), 1e-6)


def test_plain_coordinates_are_longitude_then_latitude(client):
    answer = client.get("/ogc/collections/town/items/03")
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert shape(answer.json()["geometry"]).bounds == (2, 0, 3, 1)
    assert {link["rel"] for link in answer.json()["links"]} == {"self", "collection"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-01-01", True),
        ("2025-12-31", False),
        ("../2025-12-31", False),
        ("2025-06-01/2026-06-01", True),
        ("2026-06-01T12:00:00Z/..", True),
        ("2026-01-01T00:00:00+00:00", True),
    ],
)
def test_time_selects_the_versions_that_were_valid(client, asked, found):
    matched = client.get("/ogc/collections/polities/items", params={"datetime": asked}).json()["numberMatched"]
    assert matched == (2 if found else 0)
    assert client.get("/ogc/collections/town/items", params={"datetime": asked}).json()["numberMatched"] == 3


def test_properties_filter_and_are_described_by_the_queryables(client):
    assert ids(client.get("/ogc/collections/polities/items", params={"polity_id": "river"})) == ["river.1"]
    assert ids(client.get("/ogc/collections/islands/items", params={"parent": "east", "population": "301"})) == [
        f"{number:03}" for number in range(3, 24, 4)
    ]
    said = client.get("/ogc/collections/islands/queryables").json()["properties"]
    assert said.pop("geometry")["$ref"].startswith("https://geojson.org/")
    assert {name: one["type"] for name, one in said.items()} == {
        "unit_id": "string",
        "name": "string",
        "population": "number",
        "parent": "string",
    }


JSON_TYPES = {"string": str, "number": int | float, "integer": int, "boolean": bool}


@pytest.mark.parametrize("name", ["polities", "town", "town-cells", "islands"])
def test_features_have_the_properties_that_the_queryables_say_and_of_their_kind(client, name):
    said = client.get(f"/ogc/collections/{name}/queryables").json()["properties"]
    assert said.pop("geometry")
    features = client.get(f"/ogc/collections/{name}/items").json()["features"]
    assert features
    for one in features:
        assert list(one["properties"]) == list(said)
        told = {key: value for key, value in one["properties"].items() if value is not None}
        assert {key for key, value in told.items() if not isinstance(value, JSON_TYPES[said[key]["type"]])} == set()


def test_an_empty_collection_has_the_same_properties_and_answers_the_same_questions(client, tmp_path):
    with served(Settings(home=tmp_path, workers=1), worker=False) as empty:
        bare = empty.client()
        at = "/ogc/collections/polities"
        assert bare.get(f"{at}/queryables").json()["properties"] == client.get(f"{at}/queryables").json()["properties"]
        for text, matched in [("population > 5", 2), ("valid_from = TIMESTAMP('2026-01-01T01:00:00+01:00')", 2)]:
            found = [one.get(f"{at}/items", params={"filter": text}).json()["numberMatched"] for one in (client, bare)]
            assert found == [matched, 0]
        wrong = [one.get(f"{at}/items", params={"filter": "population > 'x'"}).json() for one in (client, bare)]
        assert wrong[0]["detail"] == wrong[1]["detail"]


def test_cells_are_the_units_with_the_same_polities(client):
    cells = client.get("/ogc/collections/town-cells/items").json()["features"]
    assert {cell["properties"]["polity_ids"]: cell["properties"]["units"] for cell in cells} == {"river": 1, "coast": 2}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=ten",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=0,50,10,40",
        "bbox=500,0,600,1",
        "datetime=yesterday",
        "datetime=2026-02-30",
        "datetime=2026-05-01/2026-04-01",
        "crs=EPSG:9",
        "bbox-crs=nowhere",
        "colour=red",
        "f=xml",
        "limit=1&limit=2",
        "offset=-1",
        "population=many",
    ],
)
def test_wrong_parameters_are_400_with_a_sentence(client, query):
    answer = client.get(f"/ogc/collections/town/items?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert len(answer.json()["detail"]) > 20


@pytest.mark.parametrize(
    "path",
    [
        "collections/nowhere",
        "collections/nowhere/items",
        "collections/town/items/99",
        "collections/town/roads",
        "collections/polities/tiles",
        "collections/town/tiles/Other",
        "tileMatrixSets/Other",
        "collections/town/tiles/WebMercatorQuad/2/9/0",
        "collections/town/tiles/WebMercatorQuad/two/0/0",
    ],
)
def test_what_is_not_there_is_404(client, path):
    answer = client.get(f"/ogc/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_features_are_known_by_their_etag(client):
    first = client.get("/ogc/collections/town/items")
    again = client.get("/ogc/collections/town/items", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_whatever_there_is_is_known_by_a_star(client):
    for path in ("/ogc/collections/town/items", "/ogc/collections/town/items/000"):
        if client.get(path).status_code == 200:
            assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304
    weak = "W/" + client.get("/ogc/collections/town/items").headers["etag"]
    assert client.get("/ogc/collections/town/items", headers={"If-None-Match": f'"x", {weak}'}).status_code == 304


@pytest.mark.parametrize("path", ["/ogc", "/health", "/ogc/collections/town/items", "/", "/tiles/town/4/4/6.mvt"])
def test_head_is_answered_as_get_without_the_body(client, path):
    got, headed = client.get(path), client.head(path)
    assert (headed.status_code, headed.content) == (got.status_code, b"")
    assert headed.headers.get("content-type") == got.headers.get("content-type")


def test_a_tile_is_addressed_by_row_then_column(client):
    sets = client.get("/ogc/collections/town/tiles").json()["tilesets"]
    template = next(link["href"] for link in sets[0]["links"] if link["rel"] == "item")
    address = template.format(tileMatrix=6, tileRow=31, tileCol=32)
    assert len(read(client.get(address).content)["units"]) == 3
    tiling = client.get("/ogc/tileMatrixSets/WebMercatorQuad").json()
    assert [matrix["matrixWidth"] for matrix in tiling["tileMatrices"][:3]] == [1, 2, 4]


GDAL = """
import json, sys
import pyogrio, shapely

source = sys.argv[1]
whole = pyogrio.read_dataframe(source, layer="islands", PAGE_SIZE="10")
some = pyogrio.read_dataframe(source, layer="islands", bbox=(174.2, 0.2, 175.5, 1.5))
polities = pyogrio.read_dataframe(source, layer="polities")
print(json.dumps({
    "layers": sorted(pyogrio.list_layers(source)[:, 0]),
    "whole": sorted(whole["unit_id"]),
    "area": shapely.area(whole.geometry.to_numpy()).sum(),
    "crs": whole.crs.to_authority(),
    "some": sorted(some["unit_id"]),
    "polities": sorted(polities["polity_id"]),
    "population": polities["population"].dtype.kind,
}))
"""
"""In a process of its own: GDAL asks while it holds the interpreter, which the served application needs."""


def test_gdal_reads_every_collection_pages_and_filters(service):
    command = [sys.executable, "-c", GDAL, f"OAPIF:{service.url}/ogc"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    said = json.loads(done.stdout)
    assert said["layers"] == ["islands", "islands-cells", "polities", "town", "town-cells"]
    assert said["whole"] == [f"{number:03}" for number in range(48)]
    assert said["area"] == pytest.approx(48)
    assert said["crs"] in (["OGC", "CRS84"], ["EPSG", "4326"])
    assert said["some"] == ["000", "001", "004", "005"]
    assert said["polities"] == ["coast", "river"]
    assert said["population"] in "if"


MEANING = [positive_data_acceptance]
"""A box upside down or 30 February has the form that is asked for, and is still refused, as the standard says."""


def test_schemathesis_finds_no_failure(service, client):
    schema = schemathesis.openapi.from_dict(client.get("/ogc/api").json())
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 14
    for operation in operations:

        @given(case=operation.as_strategy())
        @effort(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def holds(case):
            case.call_and_validate(base_url=f"{service.url}/ogc", excluded_checks=MEANING)

        holds()
