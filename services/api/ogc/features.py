"""OGC API Features and Tiles under /ogc: parse, ask the collections, link."""

from __future__ import annotations

import json

import numpy as np
from fastapi import Request, Response

from maps.tiles.address import TileAddress, TileError
from services.api.etags import has_it
from services.api.ogc.answers import base, given_of, json_answer, only, page_links
from services.api.principal import Role, StoreDep, guarded_router, require
from services.api.tiles import tile_response
from services.clock import now
from services.ogc import documents
from services.ogc.collections import Collection, Described, UnknownCollectionError, collection, described
from services.ogc.query import features, items, parse
from services.storage.store import Store

router = guarded_router(prefix="/ogc", tags=["ogc"], include_in_schema=False)
PUBLIC = [require(Role.PUBLIC)]


@router.get("", dependencies=PUBLIC)
@router.get("/", dependencies=PUBLIC)
def landing(request: Request) -> Response:
    """Show where everything is."""
    return json_answer(request, documents.landing(base(request)))


@router.get("/api", dependencies=PUBLIC)
def api(request: Request, store: StoreDep) -> Response:
    """Describe the interface."""
    return json_answer(request, documents.openapi(base(request), described(store)), kind=documents.OPENAPI)


@router.get("/conformance", dependencies=PUBLIC)
def conformance(request: Request) -> Response:
    """List which classes of the standards hold."""
    return json_answer(request, {"conformsTo": list(documents.CONFORMANCE)})


@router.get("/collections", dependencies=PUBLIC)
def collections(request: Request, store: StoreDep) -> Response:
    """List the collections."""
    found = [collection(one.id, store) for one in described(store)]
    return json_answer(request, documents.collection_list(base(request), found))


@router.get("/collections/{name}", dependencies=PUBLIC)
def one_collection(request: Request, store: StoreDep, name: str) -> Response:
    """Describe a collection."""
    return json_answer(request, documents.collection_document(base(request), collection(name, store)))


@router.get("/collections/{name}/{place}", dependencies=PUBLIC)
def in_collection(request: Request, store: StoreDep, name: str, place: str) -> Response:
    """Answer for what lies under a collection: items, queryables, schema, tiles."""
    at = base(request)
    match place:
        case "items":
            return _items(request, collection(name, store))
        case "queryables" | "schema":
            said = documents.schema(at, collection(name, store), place)
            return json_answer(request, said, kind=documents.SCHEMA)
        case "tiles":
            return json_answer(request, documents.tile_sets(at, _tiled(name, store)))
    raise UnknownCollectionError(
        "A collection has items, queryables, schema and tiles, but no {place:quoted}.",
        place=place[:40],
    )


@router.get("/collections/{name}/items/{feature}", dependencies=PUBLIC)
def item(request: Request, store: StoreDep, name: str, feature: str) -> Response:
    """Hand out one feature."""
    found = collection(name, store)
    query = parse([(key, value) for key, value in given_of(request) if key in {"crs", "f"}], {})
    only(request, {"crs", "f"})
    if feature not in found.table.index:
        raise UnknownCollectionError(
            "{name} has no feature {feature:quoted}.",
            name=name,
            feature=feature[:60],
        )
    (text,) = features(found, np.flatnonzero(found.table.index == feature), query.crs)
    at = f"{base(request)}/collections/{name}"
    links = [
        documents.link(f"{at}/items/{feature}", "self", documents.GEOJSON),
        documents.link(at, "collection", documents.JSON),
    ]
    body = f'{text[:-1]},"links":{json.dumps(links)}}}'
    return _geojson(request, body, found, query.crs)


@router.get("/collections/{name}/tiles/{tiling}", dependencies=PUBLIC)
def tile_set(request: Request, store: StoreDep, name: str, tiling: str) -> Response:
    """Describe a tile set."""
    _check(tiling)
    return json_answer(request, documents.tile_set(base(request), _tiled(name, store)))


@router.get("/collections/{name}/tiles/{tiling}/{zoom}/{row}/{column}", dependencies=PUBLIC)
def tile(request: Request, store: StoreDep, name: str, tiling: str, zoom: str, row: str, column: str) -> Response:  # noqa: PLR0913, PLR0917
    """Hand out a tile: all layers of the collection's census layer."""
    _check(tiling)
    only(request, {"f"})
    layer = _tiled(name, store).layer
    if not all(part.isascii() and part.isdecimal() for part in (zoom, row, column)):
        raise UnknownCollectionError(
            "There is no tile {zoom}/{row}/{column}; give three whole numbers.",
            zoom=zoom,
            row=row,
            column=column,
        )
    try:
        at = TileAddress(int(zoom), int(column), int(row))
    except TileError as error:
        raise UnknownCollectionError(error.message, **error.facts) from error
    return tile_response(layer, at, store, request, None)


@router.get("/tileMatrixSets", dependencies=PUBLIC)
def tilings(request: Request) -> Response:
    """List the tilings."""
    return json_answer(request, documents.tiling_list(base(request)))


@router.get("/tileMatrixSets/{tiling}", dependencies=PUBLIC)
def one_tiling(request: Request, tiling: str) -> Response:
    """Describe a tiling."""
    _check(tiling)
    return json_answer(request, documents.tiling())


def _items(request: Request, found: Collection) -> Response:
    given = given_of(request)
    query = parse(given, found.fields, features=len(found.table))
    page = items(found, query)
    head = {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "timeStamp": now(),
        "links": [
            documents.link(f"{base(request)}/collections/{found.said.id}", "collection", documents.JSON),
            *page_links(request, documents.GEOJSON, limit=query.limit, offset=query.offset, has_more=page.has_more),
        ],
    }
    body = f'{json.dumps(head, ensure_ascii=False)[:-1]},"features":[{",".join(page.features)}]}}'
    return _geojson(request, body, found, query.crs)


def _geojson(request: Request, body: str, found: Collection, crs: str) -> Response:
    etag = f'"{found.generation}"'
    headers = {"ETag": etag, "Content-Crs": f"<{crs}>", "Cache-Control": "no-cache"}
    if has_it(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=documents.GEOJSON, headers=headers)


def _tiled(name: str, store: Store) -> Described:
    found = next((one for one in described(store) if one.id == name), None)
    if found is None or not found.layer:
        raise UnknownCollectionError(
            "There is no collection {name:quoted} with tiles.",
            name=name[:60],
        )
    return found


def _check(tiling: str) -> None:
    if tiling != documents.WEB_MERCATOR:
        raise UnknownCollectionError(
            "There is no tiling {tiling:quoted}; there is {known}.",
            tiling=tiling[:60],
            known=documents.WEB_MERCATOR,
        )
