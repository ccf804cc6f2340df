"""What is imported when it is first asked for: a room is entered without paying for all of it, or for its libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package (PEP 562) whose names live in the modules given."""

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return get


def later(name: str, *, extra: str = "") -> Any:
    """A module that is imported when something of it is first asked for: a large library that few callers need.

    Where it is not installed, the ``extra`` is named that brings it.
    """
    return _Later(name, extra)


class _Later:
    def __init__(self, name: str, extra: str) -> None:
        self._name, self._extra = name, extra

    def __getattr__(self, name: str) -> Any:
        try:
            module = import_module(self._name)
        except ModuleNotFoundError as error:
            if not self._extra or error.name != self._name:
                raise
            said = f"No module named {self._name!r}; pip install 'geopolity[{self._extra}]' brings it"
            raise ModuleNotFoundError(said, name=self._name) from error
        return getattr(module, name)
