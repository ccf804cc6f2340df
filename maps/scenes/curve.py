"""The coverage–size curve as a static picture: what each further per cent of the affected costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.locale.texts import Texts, texts
from maps.scenes.palette import ACCENT, HAIRLINE, MUTED, PAPER, POLITY
from maps.scenes.scene import Panel, Scene, Shape, Text

EN = texts("en")

_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 10.0, 12.0, 22.0
_TICKS = 4
_LABEL_ROOM = 0.08
"""Part of the axis that one label takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a curve is drawn on: its size in points, what it is about, and the language of its words."""

    width: float = 360.0
    height: float = 110.0
    title: str = ""
    t: Texts = EN


PLAIN = Paper()


def curve_scene(curve: pd.DataFrame, *, unit: str, chosen: float, paper: Paper) -> Scene:
    """Scene of size against coverage.

    Parameters
    ----------
    curve
        Columns ``coverage`` (0..1), ``size`` in ``unit`` and ``knee`` (bool), ascending in coverage.
    chosen
        The coverage that was asked for; its point is marked and named.
    """
    axes, t = _Axes.of(curve, (paper.width, paper.height)), paper.t
    chosen_place = int(np.argmin(np.abs(axes.coverage - chosen)))
    knees = axes.line[curve["knee"].to_numpy(dtype=bool)]
    panel = Panel(
        x=0,
        y=0,
        width=paper.width,
        height=paper.height,
        background=PAPER,
        shapes=tuple(_shapes(axes, chosen_place, knees)),
        texts=(
            *_axis_texts(axes, t),
            *_knee_texts(axes, knees, t),
            *_titles(axes, unit, t),
            _name(axes, chosen_place, unit, t),
        ),
    )
    return Scene(
        width=paper.width,
        height=paper.height,
        title=t("{title}: size of the polity by coverage", title=paper.title)
        if paper.title
        else t("size of the polity by coverage"),
        description=_description(axes, curve["knee"].to_list(), unit, t),
        panels=(panel,),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Axes:
    """Where coverage and size stand on paper."""

    coverage: NDArray[np.float64]
    size: NDArray[np.float64]
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, curve: pd.DataFrame, size_points: tuple[float, float]) -> _Axes:
        coverage, size = curve["coverage"].to_numpy(dtype=float), curve["size"].to_numpy(dtype=float)
        width, height = size_points
        return cls(coverage=coverage, size=size, top=_round_up(float(size.max())), width=width, height=height)

    def at(self, share: float, value: float) -> tuple[float, float]:
        left, right = self.ends
        across = (share - left) / (right - left or 1.0)
        return (
            _LEFT + across * (self.width - _LEFT - _RIGHT),
            self.height - _BOTTOM - value / self.top * (self.height - _TOP - _BOTTOM),
        )

    @property
    def line(self) -> NDArray[np.float64]:
        return np.array([self.at(share, value) for share, value in zip(self.coverage, self.size, strict=True)])

    @property
    def ends(self) -> tuple[float, float]:
        return float(self.coverage.min()), float(self.coverage.max())


def _shapes(axes: _Axes, chosen: int, knees: NDArray[np.float64]) -> Iterator[Shape]:
    left, right = axes.ends
    line = axes.line
    x, y = line[chosen]
    yield from (_rule(axes.at(left, level), axes.at(right, level)) for level in _levels(axes.top))
    foot = axes.at(axes.coverage[chosen], 0)
    yield Shape(rings=[np.array([foot, (x, y)])], closed=False, stroke=POLITY, width=0.7, dash=(2, 2))
    yield Shape(rings=[line], closed=False, stroke=ACCENT, width=1.4)
    yield from (_dot(px, py, 1.3, ACCENT) for px, py in line)
    yield from (_ring(px, py, 3.4, ACCENT) for px, py in knees)
    yield _dot(x, y, 2.6, POLITY)


def _axis_texts(axes: _Axes, t: Texts) -> Iterator[Text]:
    left, _ = axes.ends
    for level in _levels(axes.top):
        y = axes.at(left, level)[1] + 2
        yield Text(x=_LEFT - 4, y=y, words=t.rounded(level), size=5.5, anchor="end", colour=MUTED)
    for share in _shares(axes.coverage):
        x, y = axes.at(share, 0)[0], axes.height - _BOTTOM + 8
        yield Text(x=x, y=y, words=_per_cent(share, t), size=5.5, anchor="middle", colour=MUTED)


def _knee_texts(axes: _Axes, knees: NDArray[np.float64], t: Texts) -> Iterator[Text]:
    for px, py in knees:
        y = min(py + 10, axes.height - _BOTTOM - 2)
        yield Text(x=px, y=y, words=t("knee"), size=5.5, anchor="middle", colour=ACCENT)


def _titles(axes: _Axes, unit: str, t: Texts) -> tuple[Text, Text]:
    middle, words = (axes.width + _LEFT) / 2, t("share of the affected inside")
    return (
        Text(x=_LEFT - 4, y=6, words=unit, size=5.5, anchor="end", colour=MUTED),
        Text(x=middle, y=axes.height - 3, words=words, size=5.5, anchor="middle", colour=MUTED),
    )


def _name(axes: _Axes, chosen: int, unit: str, t: Texts) -> Text:
    """The size at the coverage that was asked for, beside its point."""
    x, y = axes.line[chosen]
    return Text(
        x=x - 4,
        y=max(y - 4, 8),
        words=f"{_per_cent(axes.coverage[chosen], t)}: {t.before_noun(t.rounded(axes.size[chosen]))} {unit}",
        size=6.5,
        anchor="end",
        colour=POLITY,
        bold=True,
        halo=True,
    )


def _description(axes: _Axes, knees: list[bool], unit: str, t: Texts) -> str:
    costs = t(" (knee: more costs twice as much)")
    return "; ".join(
        f"{_per_cent(share, t)}: {t.before_noun(t.rounded(value))} {unit}{costs if knee else ''}"
        for share, value, knee in zip(axes.coverage, axes.size, knees, strict=True)
    )


def _per_cent(share: float, t: Texts) -> str:
    return f"{t.as_given(f'{100 * share:.3g}')} %"


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
