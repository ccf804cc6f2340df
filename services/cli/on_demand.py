"""Commands by name, each imported when it is asked for: one command does not wait for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module

import click


class OnDemand(MutableMapping[str, click.Command]):
    """The commands of a group; ``homes`` says in which module of this room each stands."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = dict(homes)
        self._added: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        """The command of a name."""
        if name not in self._added:
            self._added[name] = getattr(import_module(f"services.cli.{self._homes[name]}"), name)
        return self._added[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        """Add a command that is there already."""
        self._added[name] = command
        self._homes.setdefault(name, command.callback.__module__ if command.callback else "")

    def __delitem__(self, name: str) -> None:
        """Take a command away."""
        del self._homes[name]
        self._added.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """Names of all commands."""
        return iter(self._homes)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._homes)
