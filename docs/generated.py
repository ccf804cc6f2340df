"""The reference, written from the code itself while the guide is built: it cannot say what is no longer so."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import click
from fastapi import FastAPI
from numpydoc.docscrape import ClassDoc

import boundaries
import geopolity
import maps
import services
from geopolity.errors import GeopolityError
from services.api.app import ROUTERS, is_route
from services.api.description import description
from services.api.principal import guard_of
from services.cli import geopolity as command_line
from services.settings import Settings

PACKAGES = (geopolity, boundaries, maps, services)
EXIT = {0: "0", 1: "1, the answer is no", 2: "2, the request is wrong"}


def write_reference(folder: Path) -> None:
    """Write all generated pages into a folder."""
    for name, text in pages().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Generated pages by their place in ``docs/reference``."""
    return {
        **{f"commands/{name}.md": _command_page(name, command) for name, command in command_line.commands.items()},
        "commands/index.md": _commands_index(),
        "settings.md": _settings(),
        "errors.md": _errors(),
        "http.md": _http(),
        "python.rst": _python(),
    }


def leaves(group: click.Group = command_line, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def error_types() -> set[type[GeopolityError]]:
    """Every kind of deliberate error, of all packages."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: set[type[GeopolityError]] = set()
    waiting: list[type[GeopolityError]] = [GeopolityError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        found.add(kind)
    names = {package.__name__ for package in PACKAGES}
    return {kind for kind in found if kind.__module__.split(".")[0] in names}


def _commands_index() -> str:
    rows = [
        (f"[`{name}`](commands/{name.split(maxsplit=1)[0]}.md)".replace("commands/", ""), _sentence(command.help))
        for name, command in leaves()
    ]
    tree = "\n".join(sorted(command_line.commands))
    head = (
        "# Commands\n\nData goes to stdout, progress to stderr. Exit status: 0 done, 1 the answer is no, 2 the "
        "request is wrong.\n\n"
    )
    return f"{head}{_table(('command', 'does'), rows)}\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n"


def _command_page(name: str, command: click.Command) -> str:
    return f"# {name}\n\n{_body(name, command, depth=2)}"


def _body(name: str, command: click.Command, *, depth: int) -> str:
    context = click.Context(command, info_name=f"geopolity {name}")
    text = f"{_prose(command.help)}\n\n"
    if not isinstance(command, click.Group) or command.invoke_without_command:
        text += f"```sh\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```\n\n"
        text += _table(("option", "meaning", "default"), [*_options(command, context)])
    if isinstance(command, click.Group):
        for inner, leaf in command.commands.items():
            text += f"\n{'#' * depth} {name} {inner}\n\n{_body(f'{name} {inner}', leaf, depth=depth + 1)}"
    return text


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str, str]]:
    for option in command.params:
        if isinstance(option, click.Option):
            kind = "" if option.is_flag else f" {option.make_metavar(context)}"
            names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
            repeated = (
                " Repeat it for several." if option.multiple and "repeat" not in (option.help or "").lower() else ""
            )
            yield f"{names}{_code(kind)}", f"{_prose(option.help)}{repeated}", _default(option)


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    plain = (
        option.default is not None and not callable(option.default) and "Sentinel" not in type(option.default).__name__
    )
    return f"`{option.default}`" if plain and not option.is_flag and option.default != () else ""


def _settings() -> str:
    defaults = {field.name: field.default for field in dataclasses.fields(Settings)}
    rows = []
    for attribute in ClassDoc(Settings)["Attributes"]:
        said = _prose(" ".join(line.strip() for line in attribute.desc))
        names = [name.strip() for name in attribute.name.split(",")]
        rows.append((", ".join(f"`GEOPOLITY_{name.upper()}`" for name in names), said, _shown(defaults[names[0]])))
    return "# Settings\n\nEverything the environment may say. It is read once, when a command starts.\n\n" + _table(
        ("variable", "meaning", "default"), rows
    )


def _shown(default: object) -> str:
    return "none" if default is None else "" if default is dataclasses.MISSING else f"`{default}`"


def _errors() -> str:
    kinds = sorted(error_types(), key=lambda kind: (kind.code, kind.__module__))
    rows = [
        (f"`{kind.code}`", EXIT[kind.exit_status], _sentence(kind.__doc__), f"`{kind.__module__.rpartition('.')[0]}`")
        for kind in kinds
    ]
    return (
        "# Errors\n\nEvery deliberate error is a sentence with the offending value and the way out, and has a code "
        "that never changes: `type` of a problem document over HTTP ends with it.\n\n"
        + _table(("code", "exit", "when", "raised in"), rows)
    )


def _http() -> str:
    api = FastAPI(title="geopolity", version="1")
    for router in ROUTERS:
        api.include_router(router)
    roles = {
        (method, route.path): guard_of(route).roles
        for router in ROUTERS
        for route in router.routes
        if is_route(route)
        for method in route.methods or ()
    }
    text = (
        "# HTTP\n\n`/api/v1/openapi.json` says all of this to programs. A key goes into `Authorization: Bearer gpk_…`; "
        "`geopolity key make` makes one. A refusal is a problem document (RFC 9457) whose code is in "
        "[errors](errors.md).\n\n"
    )
    by_tag: dict[str, list[tuple[str, str, str]]] = {}
    for path, operations in description(api)["paths"].items():
        for method, operation in operations.items():
            who = ", ".join(sorted(role.value for role in roles.get((method.upper(), path), ())))
            words = _sentence(operation.get("description") or operation.get("summary"))
            by_tag.setdefault((operation.get("tags") or ["more"])[0], []).append(
                (f"`{method.upper()} {path}`", words, who)
            )
    for tag, rows in sorted(by_tag.items()):
        text += f"## {tag.capitalize()}\n\n{_table(('request', 'does', 'for'), rows)}\n"
    return text


def _python() -> str:
    title = "Python"
    text = f"{title}\n{'=' * len(title)}\n\nThese names are stable. GeoDataFrames go in and come out.\n\n"
    for package in (geopolity, boundaries, maps):
        text += _package(package)
    return text


def _package(package: ModuleType) -> str:
    title = package.__name__
    text = f"{title}\n{'-' * len(title)}\n\n{(package.__doc__ or '').strip().splitlines()[0]}\n\n"
    for name in package.__all__:
        kind = "autoclass" if isinstance(getattr(package, name), type) else "autofunction"
        text += f".. {kind}:: {title}.{name}\n"
        text += "   :members:\n\n" if kind == "autoclass" else "\n"
    return text


def _sentence(text: str | None) -> str:
    return _prose((text or "").strip().split("\n\n")[0])


def _prose(text: str | None) -> str:
    """Words of a docstring or a help text as Markdown on one line."""
    plain = " ".join((text or "").replace("\b", "").split())
    return re.sub(r"``(.+?)``", r"`\1`", plain)


def _code(text: str) -> str:
    return f" `{text.strip()}`" if text.strip() else ""


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
