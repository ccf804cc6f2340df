"""The template of all catalogues, taken from the source: ``python -m maps.locale.extraction``.

It writes ``geopolity.pot`` and brings every catalogue up to date with it: new sentences come in untranslated, those
that are gone leave. Babel walks the files; what a sentence is, the two extractors below know:

* Python: the first argument of an error, of ``Message``, ``Counted``, ``t``, ``t.count`` and ``noop``;
* templates: ``t(…)`` and ``t.count(…)``;
* families of words and what scripts say: the tables of ``terms.py`` and ``scripts.py``.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import jinja2
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes

from maps.locale.catalogue import DOMAIN, HERE, LANGUAGES, file_of

ROOT = HERE.parents[1]
PACKAGES = ("geopolity", "boundaries", "maps", "services")
TEMPLATE = HERE / f"{DOMAIN}.pot"
KEYWORDS = {"gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
SAYING = frozenset({"t", "Message", "noop"})
"""Functions whose first argument is a sentence; errors come besides."""
FIRST = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
"""Day in the header: the file changes only when a sentence does."""

MAKER = b'"Generated-By: '
"""Line of the header that would change with the library."""

Found = tuple[int, str, str | tuple[str, ...], list[str]]


def main() -> None:
    """Write the template, and bring the catalogues up to date."""
    template = extracted()
    TEMPLATE.write_bytes(written(template))
    for language in LANGUAGES[1:]:
        with file_of(language).open("rb") as file:
            catalogue = read_po(file, locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        _signed(catalogue)
        catalogue.obsolete.clear()
        file_of(language).write_bytes(written(catalogue))


def extracted() -> Catalog:
    """Every sentence of the source."""
    template = Catalog(project=DOMAIN, version="1", creation_date=FIRST, charset="utf-8", fuzzy=False)
    _signed(template)
    methods: list[tuple[str, Any]] = [("**.py", python), ("**.jinja", jinja)]
    for package in PACKAGES:
        for file, line, message, comments, context in extract_from_dir(
            ROOT / package, method_map=methods, keywords=KEYWORDS
        ):
            place = (f"{package}/{Path(file).as_posix()}", line)
            added = template.add(message, locations=[place], auto_comments=comments, context=context)
            added.flags.discard("python-format")
    return template


def _signed(catalogue: Catalog) -> None:
    """A header that says what a translator needs, and is the same every time."""
    catalogue.header_comment = f"# Sentences of {DOMAIN}; maps/locale/README.md says how to translate them."
    catalogue.revision_date, catalogue.last_translator, catalogue.language_team = FIRST, DOMAIN, DOMAIN
    catalogue.msgid_bugs_address = "CONTRIBUTING.md"


def written(catalogue: Catalog) -> bytes:
    """A catalogue as its file holds it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return b"".join(line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(MAKER))


def python(file: IO[bytes], _keywords: Any, _tags: Any, options: Any) -> Iterator[Found]:  # noqa: ARG001  # Babel names it
    """Sentences of a module."""
    tree = ast.parse(file.read())
    names = {target.id for node in tree.body for target in _targets(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
    for family in names & {"COMMON_TERMS", "SOCIETY_TERMS", "UNITS", "MAP", "STUDIO", "PRIVATE"}:
        yield from _of_table(tree, family)


def jinja(file: IO[bytes], _keywords: Any, _tags: Any, options: Any) -> Iterator[Found]:  # noqa: ARG001  # Babel names it
    """Sentences of a template."""
    tree = jinja2.Environment(autoescape=True).parse(file.read().decode())
    for call in tree.find_all(nodes.Call):
        match call.node:
            case nodes.Name(name="t") if call.args:
                for text in _constants(call.args[0]):
                    yield call.lineno, "gettext", text, []
            case nodes.Getattr(node=nodes.Name(name="t"), attr="count"):
                one, other = (next(_constants(argument)) for argument in call.args[:2])
                yield call.lineno, "ngettext", (one, other), []


@lru_cache(maxsize=1)
def errors() -> frozenset[str]:
    """Names of the classes that derive from ``GeopolityError``."""
    bases: dict[str, set[str]] = {}
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.ClassDef):
                    bases[node.name] = {_name(base) for base in node.bases}
    found = {"GeopolityError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


def _of_call(node: ast.Call) -> Iterator[Found]:
    name = _name(node.func)
    if name == "Counted" or (name == "count" and len(node.args) > 2):
        forms = [next(_strings(argument), "") for argument in node.args[:2]]
        if all(forms):
            yield node.lineno, "ngettext", (forms[0], forms[1]), []
    elif node.args and (name in SAYING or name in errors() or isinstance(node.func, ast.Call)):
        for text in _strings(node.args[0]):
            yield node.lineno, "gettext", text, []


def _of_table(tree: ast.Module, name: str) -> Iterator[Found]:
    table = next(node for node in tree.body if name in {target.id for target in _targets(node)})
    values: dict[str, Any] = ast.literal_eval(table.value)  # type: ignore[attr-defined]
    for key, value in values.items():
        if isinstance(value, dict):
            for word in value.values():
                yield table.lineno, "pgettext", (key, word), []
        elif isinstance(value, tuple):
            yield table.lineno, "npgettext", ("unit", *value), []
        else:
            yield table.lineno, "gettext", value, []


def _targets(node: ast.stmt) -> Iterable[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target for target in targets if isinstance(target, ast.Name)]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _strings(node: ast.expr) -> Iterator[str]:
    """The sentence, or those that a condition chooses from."""
    if isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def _constants(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.CondExpr):
        yield from _constants(node.expr1)
        if node.expr2 is not None:
            yield from _constants(node.expr2)
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value


if __name__ == "__main__":
    main()
