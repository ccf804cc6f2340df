"""The program as one digest: what it made can stand only as long as it is the same."""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution, requires
from itertools import chain
from pathlib import Path

OWN = "geopolity"
ROOT = Path(__file__).parents[1]
PACKAGES = ("boundaries", "geopolity", "maps", "services")
SOURCES = (".py", ".jinja", ".css", ".js", ".mjs", ".toml", ".svg", ".mo", ".po")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LINE = re.compile(r"^(Version|Requires-Dist): *(.*)$", re.MULTILINE)


@lru_cache(maxsize=1)
def program_stamp() -> str:
    """Digest of this program and of all that it is made with: another one makes everything again."""
    sha = hashlib.sha256("\n".join([sys.version, *made_with()]).encode())
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*")):
            if file.suffix in SOURCES:
                sha.update(f"{file.relative_to(ROOT).as_posix()}\n".encode() + file.read_bytes())
    return sha.hexdigest()


def made_with() -> list[str]:
    """Every installed package that this one requires with all its extras, or one of those does, with its version."""
    found, waiting = {}, _names(_own_requirements())
    while waiting:
        name = waiting.pop()
        about = _about(name)
        if name not in found and about is not None:
            found[name] = about["Version"][0]
            waiting += _names(line for line in about["Requires-Dist"] if "extra ==" not in line)
    return sorted(f"{name} {version}" for name, version in found.items())


def _own_requirements() -> Iterable[str]:
    """What this program requires: as its checkout says, or as it was installed."""
    project = ROOT / "pyproject.toml"
    if not project.is_file():
        return requires(OWN) or []
    own = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    return [*own["dependencies"], *chain.from_iterable(own["optional-dependencies"].values())]


def _about(name: str) -> Mapping[str, list[str]] | None:
    """Head of what an installed package says of itself; the rest is its README."""
    try:
        text = distribution(name).read_text("METADATA") or ""
    except PackageNotFoundError:
        return None
    told = defaultdict(list, {"Version": [""]})
    for key, value in _LINE.findall(text.partition("\n\n")[0]):
        told[key] = [value] if key == "Version" else [*told[key], value]
    return told


def _names(lines: Iterable[str]) -> list[str]:
    """Names of what is required, each written in one way."""
    names = [re.sub(r"[-_.]+", "-", found[0]).lower() for line in lines if (found := _NAME.match(line))]
    return [name for name in names if name != OWN]
