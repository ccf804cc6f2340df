"""Run the benchmarks and keep what they say: ``./run bench [NAME …]``, or ``NAME:PART`` for a part of one.

A benchmark is a module ``bench_NAME.py`` here with a function ``run() -> str`` that returns Markdown.
Its text replaces the section NAME of RESULTS.md; the other sections stay. One that takes long has ``PARTS``, functions
by name whose text begins with its own heading (``### …``); a part that is run alone replaces what has that heading.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
PACKAGES = ("numpy", "numba", "shapely", "geopandas", "sqlalchemy", "pyarrow")
TITLE = "# Benchmark results\n\nWritten by `./run bench`; each section says when it was last measured, and on what.\n"


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    known = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    for name in names:
        title, _, part = name.partition(":")
        if title not in known:
            print(f"No benchmark is called {title!r}; there are: {', '.join(known)}.", file=sys.stderr)
            return 2
        parts = getattr(_module(title), "PARTS", {})
        if part and part not in parts:
            print(f"{title} has no part {part!r}; there are: {', '.join(parts) or 'none'}.", file=sys.stderr)
            return 2
    for name in names or known:
        title, _, part = name.partition(":")
        text = _module(title).PARTS[part]() if part else _module(title).run()
        print(text)
        if part:
            _keep_part(title, text.strip())
        else:
            _keep(title, f"{_machine()}\n\n{text}")
    print(f"\nKept in {RESULTS}")
    return 0


def _machine() -> str:
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    cores = f"{platform.machine()} with {os.cpu_count()} cores"
    return f"Measured on {cores}, Python {platform.python_version()}, {versions}."


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"tests.benchmarks.bench_{name}")


def _keep_part(title: str, text: str) -> None:
    """Replace the part with the same first words of its heading, or add it at the end."""

    def heading(part: str) -> str:
        return part.split("\n", 1)[0].split(",", maxsplit=1)[0]

    parts = re.split(r"^(?=### )", _sections().get(title, ""), flags=re.MULTILINE)
    kept = [part.strip() for part in parts if part.strip()]
    same = [place for place, part in enumerate(kept) if heading(part) == heading(text)]
    if same:
        kept[same[0]] = text
    else:
        kept.append(text)
    _keep(title, "\n\n".join(kept))


def _keep(name: str, text: str) -> None:
    sections = _sections() | {name: text.strip()}
    body = "\n\n".join(f"## {title}\n\n{content}" for title, content in sorted(sections.items()))
    RESULTS.write_text(f"{TITLE}\n{body}\n", encoding="utf-8")


def _sections() -> dict[str, str]:
    if not RESULTS.exists():
        return {}
    parts = re.split(r"^## (\w+)\n", RESULTS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {title: content.strip() for title, content in zip(parts[::2], parts[1::2], strict=True)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
