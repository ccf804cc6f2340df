"""Vector tiles of the moment: /tiles/LAYER/Z/X/Y.mvt, and what is in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from maps.tiles.address import TileAddress
from maps.tiles.pyramid import LAST_ZOOM
from services.api.etags import has_it
from services.api.principal import Role, StoreDep, guarded_router, require
from services.records import Json
from services.storage.store import Store
from services.views import tiles

router = guarded_router(prefix="/tiles", tags=["tiles"])
public = require(Role.PUBLIC)

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"


def address(zoom: int, x: int, y: int) -> TileAddress:
    """Read a tile's address from the path."""
    return TileAddress(zoom, x, y)


At = Annotated[TileAddress, Depends(address)]
Day = Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$", description="As of the end of this day, UTC.")]


@router.get("/{layer}.json", dependencies=[public])
def tile_json(layer: str, store: StoreDep, request: Request) -> Json:
    """TileJSON of a layer."""
    base = str(request.base_url).rstrip("/")
    return tiles.described(layer, store) | {
        "tilejson": "3.0.0",
        "tiles": [f"{base}/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": 0,
        "maxzoom": LAST_ZOOM,
    }


@router.get("/{layer}/{zoom}/{x}/{y}.mvt", dependencies=[public], response_class=Response)
def tile(layer: str, at: At, store: StoreDep, request: Request, date: Day = None) -> Response:
    """One Mapbox Vector Tile; 204 where nothing lies, 304 where the caller has it already."""
    return tile_response(layer, at, store, request, date)


def tile_response(layer: str, at: TileAddress, store: Store, request: Request, date: str | None) -> Response:
    """Answer with a tile, its generation as ETag."""
    etag = f'"{tiles.generation_of(layer, store, date=date)}-{at.zoom}-{at.x}-{at.y}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60"}
    if has_it(request, etag):
        return Response(status_code=304, headers=headers)
    content = tiles.tile(layer, at, store, date=date).content
    if not content:
        return Response(status_code=204, headers=headers)
    return Response(content, headers=headers, media_type=MEDIA_TYPE)
