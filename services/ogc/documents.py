"""The documents that lead to the features: landing page, conformance, collections, queryables, tile sets, OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from maps.tiles.address import DEEPEST_ZOOM
from services.ogc.collections import Collection, Described
from services.ogc.cql2 import MOST_LETTERS
from services.ogc.crs import CRS84, KNOWN
from services.ogc.fields import SCHEMAS
from services.ogc.query import CQL2, DEFAULT_LIMIT, OWN
from services.records import Json

GEOJSON, JSON, JSON_LD = "application/geo+json", "application/json", "application/ld+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
TILE = "application/vnd.mapbox-vector-tile"
WEB_MERCATOR = "WebMercatorQuad"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/ogc-process-description",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/job-list",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/dismiss",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)
_TILE_SET = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_EARTH_M = 20_037_508.342789244
_TOP_SCALE = 559_082_264.0287178

Link = Json


def link(href: str, rel: str, kind: str, title: str = "") -> Link:
    """One link."""
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def landing(base: str) -> Json:
    """Landing page: where everything is."""
    return {
        "title": "geopolity",
        "description": "Census layers, polities in all their versions, and membership cells.",
        "links": [
            link(f"{base}/", "self", JSON, "This document"),
            link(f"{base}/api", "service-desc", OPENAPI, "The interface"),
            link(f"{base}/api", "service-doc", OPENAPI, "The interface"),
            link(f"{base}/conformance", "conformance", JSON, "What this service conforms to"),
            link(f"{base}/collections", "data", JSON, "Collections"),
            link(f"{base}/processes", "http://www.opengis.net/def/rel/ogc/1.0/processes", JSON, "Processes"),
            link(f"{base}/catalogue", "describedby", JSON_LD, "Everything here as DCAT-AP"),
            link(f"{base}/tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", JSON, "Tilings"),
        ],
    }


def collection_list(base: str, found: Sequence[Collection]) -> Json:
    """All collections, each said as in its own document."""
    return {
        "links": [link(f"{base}/collections", "self", JSON)],
        "crs": list(KNOWN),
        "collections": [collection_document(base, one) for one in found],
    }


def collection_document(base: str, found: Collection) -> Json:
    """One collection with its extent."""
    said = found.said
    at = f"{base}/collections/{said.id}"
    links = [
        link(at, "self", JSON),
        link(f"{at}/items", "items", GEOJSON, said.title),
        link(f"{at}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA),
        link(f"{at}/schema", "describedby", SCHEMA),
    ]
    if said.layer:
        links.append(link(f"{at}/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", JSON))
    return {
        "id": said.id,
        "title": said.title,
        "description": said.description,
        "attribution": said.licence,
        "itemType": "feature",
        "crs": list(KNOWN),
        "storageCrs": CRS84,
        "links": links,
        "extent": _extent(found),
    }


def _extent(found: Collection) -> Json:
    extent: Json = {"spatial": {"bbox": [list(found.bounds)], "crs": CRS84}}
    if found.said.timed:
        extent["temporal"] = {"interval": [list(found.interval)]}
    return extent


def schema(base: str, found: Collection, place: str) -> Json:
    """Properties and their types, as JSON Schema."""
    properties = {name: {"title": name} | SCHEMAS[kind] for name, kind in found.fields.items()}
    geometry = {"geometry": {"$ref": "https://geojson.org/schema/Geometry.json"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{found.said.id}/{place}",
        "type": "object",
        "title": found.said.title,
        "properties": geometry | properties,
        "additionalProperties": False,
    }


def tile_sets(base: str, said: Described) -> Json:
    """List the tile sets of a collection: one."""
    return {"tilesets": [tile_set(base, said)], "links": [link(f"{base}/collections/{said.id}/tiles", "self", JSON)]}


def tile_set(base: str, said: Described) -> Json:
    """Describe a collection's tile set in Web Mercator."""
    at = f"{base}/collections/{said.id}/tiles/{WEB_MERCATOR}"
    return {
        "title": said.title,
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": _TILE_SET,
        "links": [
            link(at, "self", JSON),
            link(f"{base}/tileMatrixSets/{WEB_MERCATOR}", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", JSON),
            link(f"{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", TILE) | {"templated": True},
        ],
    }


def tiling_list(base: str) -> Json:
    """List the tilings: one."""
    at = f"{base}/tileMatrixSets/{WEB_MERCATOR}"
    return {"tileMatrixSets": [{"id": WEB_MERCATOR, "uri": _TILE_SET, "links": [link(at, "self", JSON)]}]}


def tiling() -> Json:
    """Web Mercator's tiles, zoom by zoom."""
    return {
        "id": WEB_MERCATOR,
        "uri": _TILE_SET,
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "orderedAxes": ["X", "Y"],
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": _TOP_SCALE / 2**zoom,
                "cellSize": 2 * _EARTH_M / 256 / 2**zoom,
                "pointOfOrigin": [-_EARTH_M, _EARTH_M],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(DEEPEST_ZOOM + 1)
        ],
    }


def openapi(base: str, described: Sequence[Described]) -> Json:
    """Describe the interface in OpenAPI 3.0."""
    names, tiled = [one.id for one in described], [one.id for one in described if one.layer]
    collection = _in_path("collectionId", {"type": "string", "enum": names})
    paths = {
        "/": _get("getLandingPage", "First document"),
        "/api": _get("getApi", "This description", kind=OPENAPI),
        "/conformance": _get("getConformance", "What this service conforms to"),
        "/collections": _get("getCollections", "All collections"),
        "/collections/{collectionId}": _get("describeCollection", "One collection", collection),
        "/collections/{collectionId}/queryables": _get("getQueryables", "What can be asked", collection, kind=SCHEMA),
        "/collections/{collectionId}/schema": _get("getSchema", "Properties", collection, kind=SCHEMA),
        "/collections/{collectionId}/items": _get("getFeatures", "Features", collection, *_ITEMS, kind=GEOJSON),
        "/collections/{collectionId}/items/{featureId}": _get(
            "getFeature", "One feature", collection, _in_path("featureId", {"type": "string"}), _CRS, _F, kind=GEOJSON
        ),
        "/tileMatrixSets": _get("getTileMatrixSetsList", "Tilings"),
        "/tileMatrixSets/{tileMatrixSetId}": _get("getTileMatrixSet", "One tiling", _TILING),
    }
    if tiled:
        with_tiles = _in_path("collectionId", {"type": "string", "enum": tiled})
        row, column = (_in_path(name, {"type": "integer", "minimum": 0}) for name in ("tileRow", "tileCol"))
        matrix = _in_path("tileMatrix", {"type": "string", "enum": [str(zoom) for zoom in range(DEEPEST_ZOOM + 1)]})
        at = "/collections/{collectionId}/tiles"
        paths |= {
            at: _get("getTileSetsList", "Tile sets", with_tiles),
            f"{at}/{{tileMatrixSetId}}": _get("getTileSet", "One tile set", with_tiles, _TILING),
            f"{at}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(
                "getTile", "One tile", with_tiles, _TILING, matrix, row, column, kind=TILE
            ),
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "geopolity: OGC API", "version": "1.0.0"},
        "servers": [{"url": base}],
        "paths": paths,
    }


def _get(name: str, summary_: str, *parameters: Json, kind: str = JSON) -> Json:
    is_tile = kind == TILE
    body = {"type": "string", "format": "binary"} if is_tile else {"type": "object"}
    responses: Json = {
        "200": {"description": summary_, "content": {kind: {"schema": body}}},
        **({"204": {"description": "An empty tile"}} if is_tile else {}),
    }
    for status, words in (("400", "The request is wrong"), ("404", "There is nothing there")):
        responses[status] = {
            "description": words,
            "content": {"application/problem+json": {"schema": {"type": "object"}}},
        }
    return {"get": {"operationId": name, "summary": summary_, "parameters": list(parameters), "responses": responses}}


def _in_path(name: str, schema_: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema_}


def _in_query(name: str, schema_: Json, **more: Any) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema_} | more


_TILING = _in_path("tileMatrixSetId", {"type": "string", "enum": [WEB_MERCATOR]})
_CRS = _in_query("crs", {"type": "string", "format": "uri", "enum": list(KNOWN), "default": CRS84})
_F = _in_query("f", {"type": "string", "enum": ["json"], "default": "json"})
_NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
_ITEMS = (
    _in_query("limit", {"type": "integer", "minimum": 1, "default": DEFAULT_LIMIT}),
    _in_query("offset", {"type": "integer", "minimum": 0, "default": 0}),
    _in_query("bbox", _NUMBERS, style="form", explode=False),
    _in_query("bbox-crs", {"type": "string", "format": "uri", "enum": list(KNOWN), "default": CRS84}),
    _CRS,
    _in_query("datetime", {"type": "string"}),
    _in_query("filter", {"type": "string", "maxLength": MOST_LETTERS}),
    _in_query("filter-lang", {"type": "string", "enum": [CQL2], "default": CQL2}),
    _in_query("filter-crs", {"type": "string", "format": "uri", "enum": [CRS84], "default": CRS84}),
    _F,
)
assert {one["name"] for one in _ITEMS} == OWN
