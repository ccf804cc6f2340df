"""A failure as a page: what happened, in one sentence, and where to go on."""

from __future__ import annotations

import jinja2

from maps.assets import PAGES, asset_url

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(PAGES),
    autoescape=jinja2.select_autoescape(default=True, enabled_extensions=("jinja",)),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(asset_url=asset_url)


def problem_page(*, status: int, title: str, sentence: str) -> str:
    """Write the page."""
    return _environment.get_template("problem.jinja").render(status=status, title=title, sentence=sentence)
