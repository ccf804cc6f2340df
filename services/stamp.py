"""The program as one digest: what it made can stand only as long as it is the same."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("boundaries", "geopolity", "maps", "services")
SOURCES = (".py", ".jinja", ".css", ".js", ".mjs", ".toml", ".svg", ".mo", ".po")
MADE_WITH = ("numpy", "numba", "scipy", "shapely", "pyproj", "pyogrio", "pyarrow", "weasyprint", "jinja2")


@lru_cache(maxsize=1)
def program_stamp() -> str:
    """Digest of this program and of the packages that decide bytes: another one makes everything again."""
    sha = hashlib.sha256(":".join(f"{name} {version(name)}" for name in MADE_WITH).encode())
    root = Path(__file__).parents[1]
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*")):
            if file.suffix in SOURCES:
                sha.update(f"{file.relative_to(root).as_posix()}\n".encode() + file.read_bytes())
    return sha.hexdigest()
