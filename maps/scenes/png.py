"""Draw a scene as PNG, for a README or a slide."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from maps.scenes.scene import Panel, Scene, Shape, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

_HATCHES = {"footprint": "/////", "missing": "\\\\\\\\\\", "left": "\\\\\\\\\\", "bridge": "-----"}
_HATCH_INK = {"footprint": "#1b1f24", "bridge": "#b01657"}
_COLOURS = 128


def png(scene: Scene, *, pixels: int = 900) -> bytes:
    """PNG of a scene, so many pixels wide, reduced to a palette to stay small."""
    import matplotlib as mpl  # noqa: PLC0415 - half a second to import
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    with mpl.rc_context({"hatch.linewidth": 0.6, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(scene.width / 72, scene.height / 72), dpi=pixels / scene.width * 72)
        for panel in scene.panels:
            _panel(figure, scene, panel)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    written = io.BytesIO()
    image.quantize(colors=_COLOURS, dither=Image.Dither.NONE).save(written, format="PNG", optimize=True)
    return written.getvalue()


def _panel(figure: Any, scene: Scene, panel: Panel) -> None:
    bottom = 1 - (panel.y + panel.height) / scene.height
    place = (panel.x / scene.width, bottom, panel.width / scene.width, panel.height / scene.height)
    axes: Axes = figure.add_axes(place)
    axes.set_xlim(panel.x, panel.x + panel.width)
    axes.set_ylim(panel.y + panel.height, panel.y)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor(panel.background)
    for spine in axes.spines.values():
        spine.set_visible(panel.framed)
        spine.set_linewidth(0.5)
    for order, shape in enumerate(panel.shapes):
        _shape(axes, shape, order)
    for text in panel.texts:
        _text(axes, text, len(panel.shapes))


def _shape(axes: Axes, shape: Shape, order: int) -> None:
    from matplotlib.colors import to_rgba  # noqa: PLC0415
    from matplotlib.patches import PathPatch  # noqa: PLC0415

    if not shape.rings:
        return
    fill = "none" if shape.hatch or shape.fill == "none" else to_rgba(shape.fill, shape.fill_opacity)
    path = _path(shape)
    style: dict[str, Any] = {"zorder": order, "joinstyle": "round"}
    if shape.hatch:
        hatch_colour = to_rgba(_HATCH_INK.get(shape.hatch, "#8a867c"), 0.6)
        axes.add_patch(
            PathPatch(path, facecolor="none", edgecolor=hatch_colour, hatch=_HATCHES[shape.hatch], linewidth=0, **style)
        )
    dash = (0, tuple(part / shape.width for part in shape.dash)) if shape.dash else "solid"
    edge = shape.stroke if shape.width else "none"
    axes.add_patch(PathPatch(path, facecolor=fill, edgecolor=edge, linewidth=shape.width, linestyle=dash, **style))


def _path(shape: Shape) -> Path:
    """All rings as one compound path; holes come out by the orientation shapely gives them."""
    from matplotlib.path import Path as MplPath  # noqa: PLC0415

    codes = []
    for ring in shape.rings:
        code = np.full(len(ring), MplPath.LINETO, dtype=np.uint8)
        code[0] = MplPath.MOVETO
        if shape.closed:
            code[-1] = MplPath.CLOSEPOLY
        codes.append(code)
    return MplPath(np.concatenate(shape.rings), np.concatenate(codes))


def _text(axes: Axes, text: Text, order: int) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    align = {"start": "left", "middle": "center", "end": "right"}[text.anchor]
    drawn = axes.text(
        text.x,
        text.y,
        text.words,
        fontsize=text.size,
        ha=align,
        va="baseline",
        color=text.colour,
        zorder=order,
        fontweight="bold" if text.bold else "normal",
    )
    if text.halo:
        drawn.set_path_effects([withStroke(linewidth=1.6, foreground="#ffffffcc")])
