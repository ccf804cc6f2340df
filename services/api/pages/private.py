"""The private look-up: a page, the index that it downloads, and the worker that keeps both on the reader's device."""

from __future__ import annotations

from fastapi import Request, Response

from maps.assets import asset_url
from maps.pages.citizen.private import private_page
from maps.pages.layout import PageFrame
from maps.site.worker import worker_script
from services.api.pages.frame import PUBLIC, Frame, page
from services.api.principal import StoreDep, guarded_router
from services.clock import today
from services.lookup.private_index import PrivateIndex, todays_index
from services.storage.store import Store

router = guarded_router(tags=["pages"], include_in_schema=False)
PAGE = "/lookup/private"
FOR_EVER = "public, max-age=31536000, immutable"


@router.get(PAGE, dependencies=PUBLIC)
def show(request: Request, frame: Frame, store: StoreDep) -> Response:
    """Show the page; it is the same for everybody, so it names nobody who signed in."""
    index = _index(store)
    nobody = PageFrame(language=frame.language, path=PAGE, is_demo=frame.is_demo)
    return page(request, private_page(nobody, index=_address(index), index_bytes=len(index.content)))


@router.get("/lookup/private-index/{name}.bin", dependencies=PUBLIC)
def download(store: StoreDep, name: str) -> Response:
    """Hand out the index; its address names its content."""
    index = _index(store)
    kept = FOR_EVER if name == index.name else "no-cache"
    return Response(index.content, media_type="application/octet-stream", headers={"Cache-Control": kept})


@router.get("/lookup/private-worker.js", dependencies=PUBLIC)
def worker(store: StoreDep) -> Response:
    """Hand out the service worker."""
    index = _index(store)
    assets = [asset_url(name) for name in ("site.css", "icon.svg", "private-page.mjs", "private-index.mjs")]
    script = worker_script([PAGE, _address(index), *assets, "/static/private-index.mjs"], state=index.name)
    return Response(script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _index(store: Store) -> PrivateIndex:
    return todays_index(today(), store)


def _address(index: PrivateIndex) -> str:
    return f"/lookup/private-index/{index.name}.bin"
