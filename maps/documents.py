"""Templates of pages, reports and maps: where they are, and how they are filled."""

from __future__ import annotations

from typing import Any

import jinja2

from maps.assets import TEMPLATES


def environment(*, trims: bool = True, **names: Any) -> jinja2.Environment:
    """Templates that escape whatever they are given and refuse names that nobody gave; ``names`` all of them know."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(default=True, default_for_string=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=trims,
        lstrip_blocks=trims,
    )
    made.globals.update(names)
    return made
