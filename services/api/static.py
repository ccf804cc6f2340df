"""Vendored browser assets: an address that carries the content's hash may be kept for ever."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from maps.assets import STATIC, content_hash

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class Assets(StaticFiles):
    """Files of ``maps/static``."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file; `?v=` with its present hash makes it immutable."""
        response = await super().get_response(path, scope)
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[0]
        is_present = response.status_code == 200 and asked and asked == content_hash(path)
        response.headers["Cache-Control"] = FOR_EVER if is_present else ASK_AGAIN
        return response
