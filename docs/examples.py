"""What a page of the guide shows, run: every block of code, and whether it says what the page says it does.

A page is Markdown. ``console`` blocks hold commands after ``$`` with what they print; a ``python`` block may be
followed by a ``text`` block, which is what it prints; a block with a ``:caption:`` is a file of that name. In output,
``…`` stands for anything. ``sh`` blocks are for other machines, and are not run. A page that is ``served`` has the
service beside it; ``gpk_…`` in its code is the key that was made last.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docs.served import SHOWN as SHOWN_ADDRESS
from docs.served import served
from services.cli import _status

PAGES = Path(__file__).parent
FENCE = re.compile(
    r"^```(?:\{code-block\} )?(?P<kind>[a-z]+)\n(?::caption: (?P<file>\S+)\n\n?)?(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RUN, SHOWN, FOREIGN = {"console", "python"}, "text", {"sh", "r", "ini"}
VARYING = re.compile(r"(?<=  time )[ 0-9.]+(?= s$)|(?<=\d\dT)[0-9:]+(?=Z)|(?<= )[0-9a-f]{64}$", re.MULTILINE)
"""How long something took, the moment it was done, a key or roll that was just made: others each time."""
KEY, HIDDEN_KEY = re.compile(r"gpk_[\w-]+"), "gpk_…"
SERVED = re.compile(r"^served: true$", re.MULTILINE)
"""A page that asks the service, which runs beside it."""
CONTINUES = re.compile(r"^continues: (?P<page>\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: its language, the file that it is, what stands in it, and where."""

    kind: str
    file: str | None
    body: str
    start: int
    end: int
    at: int
    """Where the body begins."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A block that says something else than the page says."""

    shown: str
    said: str


@dataclass(slots=True)
class Session:
    """A reader who types what pages say, in a folder of their own."""

    folder: Path
    names: dict[str, Any] = field(default_factory=dict)
    address: str = SHOWN_ADDRESS
    """Where the service is for this reader."""
    key: str = HIDDEN_KEY
    """The key of a program that was made last."""

    def run(self, page: Path, *, write: bool = False) -> list[Difference]:
        """Run a page and say what differs; where it is to ``write``, the page is made to say what is true."""
        text = page.read_text(encoding="utf-8")
        blocks = list(blocks_of(text))
        found, said = [], []
        with contextlib.chdir(self.folder), contextlib.ExitStack() as beside:
            if SERVED.search(text):
                self.address = beside.enter_context(served())
            for block, following in zip(blocks, [*blocks[1:], None], strict=True):
                for place, shown, truth in self._results(block, following, text):
                    if not is_like(shown, truth):
                        found.append(Difference(shown, truth))
                        said.append((place, truth))
        if write and said:
            page.write_text(_replaced(text, said), encoding="utf-8")
        return found

    def _results(self, block: Block, following: Block | None, text: str) -> Iterator[tuple[tuple[int, int], str, str]]:
        if block.file is not None:
            Path(block.file).write_text(block.body, encoding="utf-8")
        elif block.kind == "console":
            for start, command, shown in commands_of(block.body):
                yield (block.at + start, block.at + start + len(shown)), shown, self._command(command)
        elif block.kind == "python":
            said = self._python(block.body)
            if following is not None and following.kind == SHOWN and not text[block.end : following.start].strip():
                yield (following.at, following.at + len(following.body)), following.body, said
            elif said:
                raise AssertionError(f"This block prints something, and no text block shows it:\n{block.body}\n{said}")

    def _command(self, command: str) -> str:
        if not command.startswith("geopolity "):
            path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
            done = subprocess.run(  # noqa: S602 - the page's own command
                command, shell=True, capture_output=True, text=True, check=False, env=os.environ | {"PATH": path}
            )
            return _plain(done.stdout + done.stderr)
        said = _plain(_printed(lambda: _status(shlex.split(command)[1:])))
        self.key = (KEY.findall(said) or [self.key])[-1]
        return KEY.sub(HIDDEN_KEY, said)

    def _python(self, body: str) -> str:
        code = compile(body.replace(SHOWN_ADDRESS, self.address).replace(HIDDEN_KEY, self.key), "guide", "exec")
        said = _plain(_printed(lambda: exec(code, self.names)))  # noqa: S102 - the page's own code
        return said.replace(self.address, SHOWN_ADDRESS)


def blocks_of(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in FENCE.finditer(text):
        yield Block(found["kind"], found["file"], found["body"], found.start(), found.end(), found.start("body"))


def commands_of(body: str) -> Iterator[tuple[int, str, str]]:
    """Where the output of each command begins, the command, and its output; a backslash continues a command."""
    for found in re.finditer(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<shown>(?:(?!\$ ).*\n)*)", body, re.MULTILINE):
        yield found.start("shown"), found["command"].replace("\\\n", " "), found["shown"]


def is_like(shown: str, said: str) -> bool:
    """Whether what was said is what is shown, with ``…`` for anything, and for the blanks that put it in its column."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"(?: {2,})?…", shown.strip()))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None


def chain_of(page: Path) -> list[Path]:
    """The page after those that it continues, first things first."""
    found = CONTINUES.search(page.read_text(encoding="utf-8"))
    return [*(chain_of(PAGES / f"{found['page']}.md") if found else []), page]


def pages() -> list[Path]:
    """All pages that somebody wrote."""
    return sorted(PAGES.rglob("*.md"))


def has_code(page: Path) -> bool:
    """Whether a page holds anything to run."""
    return any(block.kind in RUN for block in blocks_of(page.read_text(encoding="utf-8")))


def is_long(page: Path) -> bool:
    """Whether a page says that it takes long."""
    return page.read_text(encoding="utf-8").partition("\n# ")[0].find("\nlong: true\n") >= 0


def _printed(act: Callable[[], object]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        act()
    return out.getvalue()


def _plain(text: str) -> str:
    """Without the folder that this reader happens to sit in."""
    lines = text.replace(f"{os.getcwd()}/", "").splitlines()  # noqa: PTH109 - as the command wrote it
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _replaced(text: str, said: list[tuple[tuple[int, int], str]]) -> str:
    for (start, end), truth in reversed(said):
        text = text[:start] + VARYING.sub("…", truth) + text[end:]
    return text
