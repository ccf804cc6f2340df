"""Draw a scene as SVG: small, readable without scripts, with a text alternative."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from maps.scenes.scene import Panel, Rings, Scene, Shape, Text

_GRID = 4
"""Steps per point: the drawing's own unit, so that coordinates are whole numbers, and a step is not seen."""
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"

_HATCHES = {
    "footprint": (45, 4.0, 0.6, 'stroke="#1b1f24" stroke-opacity=".7"'),
    "missing": (-45, 2.8, 0.8, 'stroke="#8a867c"'),
    "bridge": (90, 3.2, 0.8, 'stroke="#b01657"'),
    "left": (-45, 3.0, 1.5, 'stroke="#d55e00"'),
}
"""Direction in degrees, distance and width of the lines in points, and how they are drawn."""


def svg(scene: Scene, *, name: str) -> str:
    """SVG text of a scene; ``name`` keeps its ids apart from those of other pictures on the same page."""
    panels = "".join(_panel(panel, f"{name}-{index}", name) for index, panel in enumerate(scene.panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_steps(scene.width)} {_steps(scene.height)}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" font-family="{_FONT}">'
        f'<title id="{name}-title">{escape(scene.title)}</title>'
        f'<desc id="{name}-desc">{escape(scene.description)}</desc>'
        f"<defs>{''.join(_hatch(name, kind) for kind in _HATCHES)}</defs>{panels}</svg>"
    )


def _hatch(name: str, kind: str) -> str:
    turn, apart, width, stroke = _HATCHES[kind]
    side, middle = _steps(apart), _steps(apart / 2)
    return (
        f'<pattern id="{name}-{kind}" width="{side}" height="{side}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})"><path d="M{middle} 0V{side}" {stroke} stroke-width="{_steps(width)}" '
        'fill="none"/></pattern>'
    )


def _steps(points: float) -> str:
    return f"{points * _GRID:g}"


def _panel(panel: Panel, clip: str, name: str) -> str:
    box = f'x="{_steps(panel.x)}" y="{_steps(panel.y)}" width="{_steps(panel.width)}" height="{_steps(panel.height)}"'
    frame = f'<rect {box} fill="none" stroke="#57606a" stroke-width="{_steps(0.5)}"/>' if panel.framed else ""
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
    """Path of all rings, by whole steps; moves of no length are left out, and rings with too few others.

    What goes on in the same direction is one move: neighbours that share a border still draw the same line.
    """
    if not rings:
        return ""
    steps = np.rint(np.concatenate(rings) * _GRID).astype(np.int64)
    ends = np.cumsum([len(ring) for ring in rings])
    moves = np.diff(steps, axis=0, append=steps[-1:])
    kept: NDArray[np.bool_] = np.any(moves, axis=1)
    kept[ends - 1] = False
    ring = np.repeat(np.arange(len(rings)), [len(one) for one in rings])[kept]
    moves, ring = _straightened(moves[kept], ring)
    words = [f"{dx} {dy}" for dx, dy in moves.tolist()]
    last = np.searchsorted(ring, np.arange(len(rings)), side="right").tolist()
    starts = steps[ends - [len(ring) for ring in rings]].tolist()
    path, first = [], 0
    for (x, y), end in zip(starts, last, strict=True):
        if end - first >= (3 if closed else 1):
            path.append(f"M{x} {y}l{' '.join(words[first : end - closed])}{'z' if closed else ''}")
        first = end
    return "".join(path)


def _straightened(moves: NDArray[np.int64], ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join moves of a ring that follow each other in one direction."""
    if not len(moves):
        return moves, ring
    (dx, dy), (then_x, then_y) = moves[:-1].T, moves[1:].T
    goes_on = (dx * then_y == dy * then_x) & (dx * then_x + dy * then_y > 0) & (ring[:-1] == ring[1:])
    first = np.flatnonzero(np.concatenate([[True], ~goes_on]))
    return np.add.reduceat(moves, first), ring[first]


def _text(text: Text) -> str:
    place = f'x="{text.x * _GRID:.0f}" y="{text.y * _GRID:.0f}"'
    place += f' font-size="{_steps(text.size)}" text-anchor="{text.anchor}"'
    weight = ' font-weight="600"' if text.bold else ""
    words = escape(text.words)
    halo = (
        f'<text {place}{weight} fill="none" stroke="#fff" stroke-opacity=".8" stroke-width="{_steps(2)}" '
        f'stroke-linejoin="round" aria-hidden="true">{words}</text>'
    )
    return f"{halo if text.halo else ''}<text {place}{weight} fill={quoteattr(text.colour)}>{words}</text>"
