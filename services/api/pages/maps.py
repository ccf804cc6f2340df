"""What live maps are fed with: the ground of a layer, kept for ever by its digest, and polities on it."""

from __future__ import annotations

import contextlib
import gzip
import json
from functools import lru_cache
from typing import Annotated

from fastapi import Path, Query, Request, Response

from services.api.kept_pages import KEPT
from services.api.pages.frame import PUBLIC
from services.api.principal import StoreDep, guarded_router
from services.api.static import FOR_EVER
from services.records import as_json
from services.storage.store import Store
from services.views.live_maps import ground_json, national_json, polity_json
from services.whole import write_whole

router = guarded_router(tags=["pages"], include_in_schema=False)
FORMAT = "1"
"""Changes when the JSON means something else, so that an older cache is not read."""
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


@router.get("/ground/{digest}/{part}.json", dependencies=PUBLIC)
def ground(
    request: Request, store: StoreDep, digest: Digest, part: Annotated[str, Path(pattern="^(units|base)$")]
) -> Response:
    """Hand out the units of a layer as they are drawn, or the land around them."""
    packed = _packed(store, digest, part)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(packed), media_type="application/json", headers=headers)


@router.get("/polities/{polity_id}/map.json", dependencies=[*PUBLIC, KEPT])
def one(store: StoreDep, polity_id: str, version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None) -> Response:
    """Describe how a version is drawn on its layer."""
    return Response(json.dumps(as_json(polity_json(polity_id, store, version))), media_type="application/json")


@router.get("/polities.json", dependencies=[*PUBLIC, KEPT])
def everything(store: StoreDep) -> Response:
    """Describe how all polities in force are drawn on their layer."""
    return Response(json.dumps(as_json(national_json(store))), media_type="application/json")


@lru_cache(maxsize=8)
def _packed(store: Store, digest: str, part: str) -> bytes:
    """Compressed JSON, kept on disk: of a large layer it takes many seconds to make."""
    file = store.home / "cache" / "live" / f"{digest[:24]}-{part}-{FORMAT}.json.gz"
    with contextlib.suppress(OSError):
        return file.read_bytes()
    packed = gzip.compress(ground_json(digest, part, store).encode(), 6, mtime=0)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the answer
        write_whole(file, packed)
    return packed
