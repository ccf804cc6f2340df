"""Draw a scene as SVG: small, readable without scripts, with a text alternative."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from maps.scene import Panel, Rings, Scene, Shape, Text

_GRID = 10
"""Steps per point: the drawing's own unit, so that coordinates are whole numbers."""
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"

_HATCHES = (
    '<pattern id="{name}-footprint" width="40" height="40" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M20 0V40" stroke="#1b1f24" stroke-width="6" stroke-opacity=".7" fill="none"/></pattern>'
    '<pattern id="{name}-missing" width="28" height="28" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<path d="M14 0V28" stroke="#8a867c" stroke-width="8" fill="none"/></pattern>'
    '<pattern id="{name}-left" width="30" height="30" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<path d="M15 0V30" stroke="#d55e00" stroke-width="15" fill="none"/></pattern>'
)


def svg(scene: Scene, *, name: str) -> str:
    """SVG text of a scene; ``name`` keeps its ids apart from those of other pictures on the same page."""
    panels = "".join(_panel(panel, f"{name}-{index}", name) for index, panel in enumerate(scene.panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_steps(scene.width)} {_steps(scene.height)}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" font-family="{_FONT}">'
        f'<title id="{name}-title">{escape(scene.title)}</title>'
        f'<desc id="{name}-desc">{escape(scene.description)}</desc>'
        f"<defs>{_HATCHES.format(name=name)}</defs>{panels}</svg>"
    )


def _steps(points: float) -> str:
    return f"{points * _GRID:g}"


def _panel(panel: Panel, clip: str, name: str) -> str:
    box = f'x="{_steps(panel.x)}" y="{_steps(panel.y)}" width="{_steps(panel.width)}" height="{_steps(panel.height)}"'
    frame = f'<rect {box} fill="none" stroke="#57606a" stroke-width="5"/>' if panel.framed else ""
    shapes = "".join(_shape(shape, name) for shape in panel.shapes)
    texts = "".join(_text(text) for text in panel.texts)
    return (
        f'<clipPath id="{clip}"><rect {box}/></clipPath><g clip-path="url(#{clip})">'
        f'<rect {box} fill="{panel.background}"/>{shapes}{texts}</g>{frame}'
    )


def _shape(shape: Shape, name: str) -> str:
    path = _path(shape.rings, closed=shape.closed)
    if not path:
        return ""
    style = f'fill="url(#{name}-{shape.hatch})"' if shape.hatch else f'fill="{shape.fill}"'
    if shape.fill_opacity < 1:
        style += f' fill-opacity="{shape.fill_opacity:g}"'
    if shape.hatch or shape.fill != "none":
        style += ' fill-rule="evenodd"'
    if shape.width:
        style += f' stroke="{shape.stroke}" stroke-width="{_steps(shape.width)}" stroke-linejoin="round"'
    if shape.dash:
        style += f' stroke-dasharray="{" ".join(_steps(part) for part in shape.dash)}"'
    return f'<path d="{path}" {style}/>'


def _path(rings: Rings, *, closed: bool) -> str:
    """Path of all rings, by whole steps; moves of no length are left out, and rings with too few others."""
    if not rings:
        return ""
    steps = np.rint(np.concatenate(rings) * _GRID).astype(np.int64)
    ends = np.cumsum([len(ring) for ring in rings])
    moves = np.diff(steps, axis=0, append=steps[-1:])
    kept: NDArray[np.bool_] = np.any(moves, axis=1)
    kept[ends - 1] = False
    words = [f"{dx} {dy}" for dx, dy in moves[kept].tolist()]
    last = np.cumsum(kept)[ends - 1].tolist()
    starts = steps[ends - [len(ring) for ring in rings]].tolist()
    path, first = [], 0
    for (x, y), end in zip(starts, last, strict=True):
        if end - first >= (3 if closed else 1):
            path.append(f"M{x} {y}l{' '.join(words[first : end - closed])}{'z' if closed else ''}")
        first = end
    return "".join(path)


def _text(text: Text) -> str:
    place = f'x="{text.x * _GRID:.0f}" y="{text.y * _GRID:.0f}"'
    place += f' font-size="{_steps(text.size)}" text-anchor="{text.anchor}"'
    weight = ' font-weight="600"' if text.bold else ""
    words = escape(text.words)
    halo = (
        f'<text {place}{weight} fill="none" stroke="#fff" stroke-opacity=".8" stroke-width="20" '
        f'stroke-linejoin="round" aria-hidden="true">{words}</text>'
    )
    return f"{halo if text.halo else ''}<text {place}{weight} fill={quoteattr(text.colour)}>{words}</text>"
