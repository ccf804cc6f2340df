"""What this program finds on its machine: packages, libraries of the system, its store, compiled kernels."""

from __future__ import annotations

import shutil
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from geopolity.errors import GeopolityError
from maps.locale.texts import noop
from services.bootstrap import Service
from services.extras import EXTRAS

NEEDED = ("numpy", "numba", "shapely", "geopandas", "pyproj", "pyogrio", "pyarrow", "scipy", "rtree")
"""Without these nothing works; pip installs them with geopolity."""
NOT_EVERYWHERE = ("exactextract", "uvloop")
ROOM_MB = 500
"""Free space that caches and a small store take, MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of the installation.

    Attributes
    ----------
    use
        What it is for; a template to be said in the reader's language.
    remedy
        The one command that brings it; empty where it is there.
    is_needed
        Whether geopolity does not work without it.
    """

    part: str
    is_there: bool
    use: str
    remedy: str
    is_needed: bool = False


def examine(service: Service) -> list[Finding]:
    """Look at everything; nothing is changed, but that an empty store gets its tables."""
    return [
        *(_package(name, name, noop("everything"), is_needed=True) for name in NEEDED),
        _extra("maps", noop("files of every kind, maps and reports")),
        _extra("service", noop("the store, assemblies and the service")),
        _extra("scale", noop("look-ups of many places on several machines")),
        _library("pango-1.0", "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0", noop("reports as PDF")),
        _package("exactextract", "exactextract", noop("people from a population raster")),
        _package("sphinx", "'geopolity[guide]'", noop("building the guide")),
        _home(service.settings.home),
        *([_store(service)] if find_spec("sqlalchemy") is not None else []),
        _kernels(service.settings.kernel_cache),
    ]


def _found(part: str, is_there: bool, use: str, remedy: str, *, is_needed: bool = False) -> Finding:
    return Finding(part=part, is_there=is_there, use=use, remedy="" if is_there else remedy, is_needed=is_needed)


def _package(name: str, wanted: str, use: str, *, is_needed: bool = False) -> Finding:
    return _found(name, find_spec(name) is not None, use, f"pip install {wanted}", is_needed=is_needed)


def _extra(name: str, use: str) -> Finding:
    """Whether all packages of an extra are there; one that no wheel is made for on this machine counts for itself."""
    there = all(find_spec(module) is not None for module in EXTRAS[name] if module not in NOT_EVERYWHERE)
    return _found(f"geopolity[{name}]", there, use, f"pip install 'geopolity[{name}]'")


def _library(name: str, packages: str, use: str) -> Finding:
    return _found(name, find_library(name) is not None, use, f"apt-get install {packages}")


def _home(folder: Path) -> Finding:
    """Whether the folder of all state, or the nearest one above that exists, can hold what is made."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    is_roomy = there.is_dir() and shutil.disk_usage(there).free >= ROOM_MB * 1_000_000
    return _found(str(folder), is_roomy, noop("all state"), "export GEOPOLITY_HOME=…", is_needed=True)


def _store(service: Service) -> Finding:
    try:
        with service.store.reading():
            is_there = True
    except (GeopolityError, OSError):
        is_there = False
    return _found("store", is_there, noop("polities, people, laws"), "geopolity db upgrade", is_needed=True)


def _kernels(folder: Path) -> Finding:
    is_there = any(folder.rglob("*.nbi"))
    command = "geopolity derive --issue hurricane-relief --effort interactive"
    return _found("kernels", is_there, noop("a quick first derivation"), command)
