"""Pages that a strict content security policy lets through: no script and no style stands in them, only beside them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

SCRIPT = re.compile(r"<script(?P<said>(?:(?!\bsrc=)[^>])*)>(?P<code>.*?)</script>", re.DOTALL)
STYLE = re.compile(r' style="(?P<said>[^"]*)"')
STYLES = "inline.css"
SCROLLED = 'class="pst-scrollable-table-container"'
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?:https?:)?//[^"']+\.(?:js|css|woff2?)""")


def close_pages(folder: Path) -> None:
    """Move what is inline into files of ``_static``.

    Raises
    ------
    ValueError
        If a page would ask another machine for a script, style or font.
    """
    rules: dict[str, str] = {}
    for page in sorted(folder.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        if found := ELSEWHERE.search(text):
            raise ValueError(f"{page.name} asks another machine for {found[0]}.")
        root = "../" * (len(page.relative_to(folder).parts) - 1)
        text = SCRIPT.sub(lambda found, root=root: _script(found, folder, root), text)
        text = STYLE.sub(lambda found: _class(found["said"], rules), text)
        text = text.replace(SCROLLED, f'{SCROLLED} tabindex="0"')  # keys scroll it
        link = f'<link rel="stylesheet" href="{root}_static/{STYLES}"/></head>'
        page.write_text(text.replace("</head>", link, 1), encoding="utf-8")
    css = "".join(f'[data-look="{name}"] {{ {said} }}\n' for said, name in rules.items())
    (folder / "_static" / STYLES).write_text(css, encoding="utf-8")


def _script(found: re.Match[str], folder: Path, root: str) -> str:
    code = found["code"].strip()
    if not code or "json" in found["said"]:
        return found[0]
    name = f"inline-{hashlib.sha256(code.encode()).hexdigest()[:12]}.js"
    (folder / "_static" / name).write_text(code, encoding="utf-8")
    return f'<script{found["said"]} src="{root}_static/{name}"></script>'


def _class(said: str, rules: dict[str, str]) -> str:
    return f' data-look="{rules.setdefault(said, f"l{len(rules)}")}"'
