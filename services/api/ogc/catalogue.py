"""The catalogue of everything that is published, in JSON-LD."""

from __future__ import annotations

import json

from fastapi import Request, Response

from services.api.ogc.answers import only
from services.api.principal import Role, StoreDep, guarded_router, require
from services.ogc.catalogue import catalogue
from services.ogc.documents import JSON_LD

router = guarded_router(prefix="/ogc", tags=["ogc"], include_in_schema=False)


@router.get("/catalogue", dependencies=[require(Role.PUBLIC)])
def whole(request: Request, store: StoreDep) -> Response:
    """Everything here as a DCAT-AP catalogue."""
    only(request, {"f"})
    said = catalogue(str(request.base_url).rstrip("/"), store)
    return Response(json.dumps(said, ensure_ascii=False), media_type=JSON_LD)
