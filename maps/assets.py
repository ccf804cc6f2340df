"""The vendored files: found in the package, embedded into a page so that it asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"


def asset_path(name: str) -> Path:
    """Path of one vendored file."""
    return STATIC / name


@lru_cache(maxsize=256)
def content_hash(name: str) -> str:
    """First twelve digits of the SHA-256 of a vendored file."""
    return hashlib.sha256(asset_path(name).read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """Address of a vendored file on a served page; it changes with the content, so browsers may keep it."""
    return f"/static/{name}?v={content_hash(name)}"


@lru_cache(maxsize=16)
def inline_script(name: str) -> str:
    """JavaScript safe inside ``<script>``; addresses that Leaflet would print as links are left out."""
    text = asset_path(name).read_text(encoding="utf-8")
    text = re.sub(r"//# sourceMappingURL=\S+", "", text)
    text = text.replace('href="https://leafletjs.com"', 'href="#"')
    return text.replace("</", r"<\/")


@lru_cache(maxsize=16)
def inline_style(name: str) -> str:
    """CSS without images, which Leaflet's optional layer switch and markers would ask for."""
    return re.sub(r"url\([^)]*\)", "none", asset_path(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=16)
def data_uri(name: str) -> str:
    """Encode a PNG as a ``data:`` address."""
    return "data:image/png;base64," + base64.b64encode(asset_path(name).read_bytes()).decode("ascii")


def manifest() -> dict[str, Any]:
    """List the vendored files with version, licence and checksum."""
    loaded: dict[str, Any] = json.loads(asset_path("manifest.json").read_text(encoding="utf-8"))
    return loaded
