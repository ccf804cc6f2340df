"""The coverage–size curve as a static picture: what each further per cent of the affected costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.locale.texts import texts
from maps.scenes.palette import ACCENT, HAIRLINE, MUTED, PAPER, POLITY
from maps.scenes.scene import Panel, Scene, Shape, Text

EN = texts("en")

_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 10.0, 12.0, 22.0
_TICKS = 4
_LABEL_ROOM = 0.08
"""Part of the axis that one label takes."""


def curve_scene(
    curve: pd.DataFrame, *, unit: str, chosen: float, title: str = "", size_points: tuple[float, float] = (360.0, 110.0)
) -> Scene:
    """Scene of size against coverage.

    Parameters
    ----------
    curve
        Columns ``coverage`` (0..1), ``size`` in ``unit`` and ``knee`` (bool), ascending in coverage.
    chosen
        The coverage that was asked for; its point is marked and named.
    """
    width, height = size_points
    coverage, size = curve["coverage"].to_numpy(dtype=float), curve["size"].to_numpy(dtype=float)
    top = _round_up(float(size.max()))
    left, right = float(coverage.min()), float(coverage.max())

    def at(share: float, value: float) -> tuple[float, float]:
        across = (share - left) / (right - left or 1.0)
        return (
            _LEFT + across * (width - _LEFT - _RIGHT),
            height - _BOTTOM - value / top * (height - _TOP - _BOTTOM),
        )

    line = np.array([at(share, value) for share, value in zip(coverage, size, strict=True)])
    place = int(np.argmin(np.abs(coverage - chosen)))
    x, y = line[place]
    shapes = [
        *(_rule(at(left, level), at(right, level)) for level in _levels(top)),
        Shape(rings=[np.array([at(coverage[place], 0), (x, y)])], closed=False, stroke=POLITY, width=0.7, dash=(2, 2)),
        Shape(rings=[line], closed=False, stroke=ACCENT, width=1.4),
        *(_dot(px, py, 1.3, ACCENT) for px, py in line),
        *(_ring(px, py, 3.4, ACCENT) for px, py in line[curve["knee"].to_numpy(dtype=bool)]),
        _dot(x, y, 2.6, POLITY),
    ]
    texts = [
        *(
            Text(
                x=_LEFT - 4,
                y=at(left, level)[1] + 2,
                words=EN.rounded(level),
                size=5.5,
                anchor="end",
                colour=MUTED,
            )
            for level in _levels(top)
        ),
        *(
            Text(
                x=at(share, 0)[0],
                y=height - _BOTTOM + 8,
                words=f"{100 * share:.3g} %",
                size=5.5,
                anchor="middle",
                colour=MUTED,
            )
            for share in _shares(coverage)
        ),
        *(
            Text(x=px, y=min(py + 10, height - _BOTTOM - 2), words="knee", size=5.5, anchor="middle", colour=ACCENT)
            for px, py in line[curve["knee"].to_numpy(dtype=bool)]
        ),
        Text(x=_LEFT - 4, y=6, words=unit, size=5.5, anchor="end", colour=MUTED),
        Text(
            x=(width + _LEFT) / 2,
            y=height - 3,
            words="share of the affected inside",
            size=5.5,
            anchor="middle",
            colour=MUTED,
        ),
        Text(
            x=x - 4,
            y=max(y - 4, 8),
            words=f"{100 * coverage[place]:.3g} %: {EN.rounded(size[place])} {unit}",
            size=6.5,
            anchor="end",
            colour=POLITY,
            bold=True,
            halo=True,
        ),
    ]
    said = "; ".join(
        f"{100 * share:.3g} %: {EN.rounded(value)} {unit}{' (knee: more costs twice as much)' if knee else ''}"
        for share, value, knee in zip(coverage, size, curve["knee"], strict=True)
    )
    panel = Panel(x=0, y=0, width=width, height=height, background=PAPER, shapes=tuple(shapes), texts=tuple(texts))
    return Scene(
        width=width,
        height=height,
        title=f"{title}: size of the polity by coverage".removeprefix(": "),
        description=said,
        panels=(panel,),
    )


def _rule(start: tuple[float, float], end: tuple[float, float]) -> Shape:
    return Shape(rings=[np.array([start, end])], closed=False, stroke=HAIRLINE, width=0.4)


def _dot(x: float, y: float, radius: float, colour: str) -> Shape:
    angles = np.linspace(0, 2 * np.pi, 17)
    ring = np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])
    return Shape(rings=[ring], fill=colour, stroke=PAPER, width=0.4)


def _ring(x: float, y: float, radius: float, colour: str) -> Shape:
    angles = np.linspace(0, 2 * np.pi, 17)
    return Shape(
        rings=[np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])], stroke=colour, width=0.9
    )


def _levels(top: float) -> list[float]:
    return [top * index / _TICKS for index in range(_TICKS + 1)]


def _round_up(value: float) -> float:
    magnitude = 10.0 ** np.floor(np.log10(value)) if value > 0 else 1.0
    return float(next(step for step in (1, 2, 4, 6, 8, 10) if step * magnitude >= value * 0.999) * magnitude)


def _shares(coverage: NDArray[np.float64]) -> list[float]:
    """Coverages to be written under the axis: the last one, and going left every one with room for its words."""
    room = (coverage.max() - coverage.min()) * _LABEL_ROOM
    kept: list[float] = []
    for share in coverage[::-1].tolist():
        if not kept or kept[-1] - share >= room:
            kept.append(share)
    return kept[::-1]
