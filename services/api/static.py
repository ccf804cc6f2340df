"""Files that are served as they are: browser assets, kept for ever where their hash is named, and the built guide."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from maps.assets import STATIC, content_hash
from services.api.problems import NotFound
from services.api.security import CSP

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
AN_HOUR = "public, max-age=3600"
GUIDE_CSP = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""The theme's icons write their own style; its scripts are files like all others."""


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


class Guide(StaticFiles):
    """The guide, if it was built: ``GEOPOLITY_HOME/guide``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False, html=True)
        self._folder = folder

    async def check_config(self) -> None:
        """Refuse what is not there, until it is.

        Raises
        ------
        NotFound
            If the guide was not built.
        """
        if not self._folder.is_dir():
            raise NotFound("The guide is not built here; in a checkout, `./run guide` builds it.")
        await super().check_config()

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file; a proxy may keep it for an hour."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = AN_HOUR
        response.headers["Content-Security-Policy"] = GUIDE_CSP
        return response
