"""Run the benchmarks and keep what they say: ``./run bench [NAME …]``.

A benchmark is a module ``bench_NAME.py`` here with a function ``run() -> str`` that returns Markdown.
Its text replaces the section NAME of RESULTS.md; the other sections stay.
"""

from __future__ import annotations

import importlib
import platform
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
TITLE = "# Benchmark results\n\nWritten by `./run bench`; each section says when it was last measured, and on what.\n"


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    known = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No benchmark is called {unknown[0]!r}; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    for name in names or known:
        text = importlib.import_module(f"tests.benchmarks.bench_{name}").run()
        print(text)
        _keep(name, f"Measured on {platform.machine()}, Python {platform.python_version()}.\n\n{text}")
    print(f"\nKept in {RESULTS}")
    return 0


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
