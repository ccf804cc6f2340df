"""Run Python code with some extras of geopolity alone: ``python -m tests.only "maps" CODE``; other packages are not there.

What is there is what the packages of ``pyproject.toml`` need, as they say themselves.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"geopolity", "boundaries", "maps", "services", "tests"}


def required(extras: list[str]) -> set[str]:
    """Names of all distributions that an installation with these extras has."""
    wanted = [*PROJECT["dependencies"], *(one for extra in extras for one in PROJECT["optional-dependencies"][extra])]
    found: set[str] = set()
    waiting = [Requirement(one) for one in wanted]
    while waiting:
        one = waiting.pop()
        name = _plain(one.name)
        if name == "geopolity":
            waiting += [Requirement(it) for extra in one.extras for it in PROJECT["optional-dependencies"][extra]]
        elif name not in found:
            found.add(name)
            waiting += [it for it in _needs(name) if it.marker is None or _applies(it, one.extras)]
    return found


def modules(extras: list[str]) -> set[str]:
    """Top-level modules that an installation with these extras has."""
    names = required(extras)
    return {module for module, owners in packages_distributions().items() if names & {_plain(one) for one in owners}}


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    return any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras})


def _needs(name: str) -> list[Requirement]:
    try:
        return [Requirement(one) for one in requires(name) or ()]
    except PackageNotFoundError:
        return []


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class _Absent:
    """Finds nothing of what is not installed."""

    def __init__(self, there: set[str]) -> None:
        self._there = there

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        root = name.partition(".")[0]
        if root not in self._there and not root.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main(extras: str, code: str) -> None:
    there = modules(extras.split()) | OWN | set(sys.stdlib_module_names)
    for name in [name for name in sys.modules if name.partition(".")[0] not in there]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Absent(there))
    exec(compile(code, "<code>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main(*sys.argv[1:])
