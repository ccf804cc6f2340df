"""Sentences of errors as they stand in the source, and which of them people can meet on a page."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import boundaries
import geopolity
import maps
import services
from geopolity.errors import GeopolityError

ROOT = Path(__file__).parents[1]
PACKAGES = (geopolity, boundaries, maps, services)

_NOT_ON_PAGES = """
    geopolity request negative-answer
    setting public-address address output-folder previous-folder unknown-folder verification-failed issue-choice issue-name
    people raster spread raster-tool interpolation-unmatched region-problem register-file bulk-file backup story
    site-folder tile-folder log-folder proof-refused log-refused tree-range salt
    electorate draw-infeasible load-above-one shares-unsettled cannot-be-seated load-cap randomness randomness-refused roll
    bundle-folder strata receipt nobody-in-the-lot seats no-epoch epoch-open roll-changed seat-taken
    unknown-key idempotency-key under-way layer-name ogc unknown-collection tile
"""
NOT_ON_PAGES = frozenset(_NOT_ON_PAGES.split())
"""Codes met at the command line and by programs only: the lot, keys, the store's files, OGC, rasters."""
NOT_FOR_PAGES = (
    "services/cli/",
    "services/bulk/",
    "services/derivation/audit.py",
    "services/site/",
    "services/ogc/",
    "services/assemblies/draws.py",
    "services/assemblies/planning.py",
    "boundaries/entries.py",
    "boundaries/issues.py",
)
"""Modules that no page calls, although their errors share codes with those of pages."""


@dataclass(frozen=True)
class Site:
    """A place that raises an error: its sentence, with ``\0`` for every value in it."""

    where: str
    code: str
    sentence: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the sentence can be; sentences handed on to others begin with a name."""
        return re.compile(r"(?:.* )?" + ".*".join(map(re.escape, self.sentence.split("\0"))), re.DOTALL)

    @property
    def is_own(self) -> bool:
        """Whether it says anything itself, and does not only hand a sentence on."""
        return len(self.sentence.replace("\0", "").strip()) > 3


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[GeopolityError]]:
    """Every deliberate error by the name of its class."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found, waiting = {}, [GeopolityError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.split(".")[0] in {package.__name__ for package in PACKAGES}:
            found[kind.__name__] = kind
    return found


def sites() -> Iterator[Site]:
    """Every place in the source that makes a deliberate error."""
    for package in PACKAGES:
        for file in sorted(Path(package.__path__[0]).rglob("*.py")):
            where = file.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name in kinds():
                        yield Site(f"{where}:{node.lineno}", kinds()[name].code, _sentence(node.args[0]))


def _sentence(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _sentence(left) + _sentence(right)
        case ast.Call(func=ast.Attribute(value=ast.JoinedStr() as inner)):
            return _sentence(inner)
    return "\0"
