"""A plain plot as a scene: two axes, linear or by powers of ten, with lines, dots and bars on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from maps.scenes.palette import HAIRLINE, MUTED, PAPER
from maps.scenes.scene import Panel, Scene, Shape, Text

Beside = tuple[float, float, Literal["start", "middle", "end"]]
"""Where words stand from their point: right and down in points, and which end of them is there."""
RIGHT_OF: Beside = (4.0, -3.0, "start")
LEFT_OF: Beside = (-3.0, -3.0, "end")

_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 12.0, 14.0, 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What an axis shows, from ``low`` to ``high``, and the values written beside it with their words."""

    words: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    by_powers: bool = False

    def share(self, value: float) -> float:
        """Where a value stands on it, 0 to 1; what is beyond an end stands at the end."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.by_powers:
            low, high, at = math.log10(low), math.log10(high), math.log10(at)
        return (at - low) / (high - low or 1.0)


@dataclass(slots=True, kw_only=True)
class Plot:
    """Collects what is drawn, in the values of its axes."""

    across: Axis
    up: Axis
    width: float = 360.0
    height: float = 200.0
    left: float = _LEFT
    shapes: list[Shape] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Point on paper of two values."""
        return (
            self.left + self.across.share(x) * (self.width - self.left - _RIGHT),
            self.height - _BOTTOM - self.up.share(y) * (self.height - _TOP - _BOTTOM),
        )

    def line(
        self, points: Sequence[tuple[float, float]], colour: str, *, width: float = 1.3, dash: tuple[float, ...] = ()
    ) -> None:
        """Draw a line through points."""
        ring = np.array([self.at(x, y) for x, y in points])
        self.shapes.append(Shape(rings=[ring], closed=False, stroke=colour, width=width, dash=dash))

    def dots(self, points: Sequence[tuple[float, float]], colour: str, *, radius: float = 1.6) -> None:
        """Draw dots."""
        angles = np.linspace(0, 2 * np.pi, 13)
        for x, y in (self.at(*point) for point in points):
            ring = np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])
            self.shapes.append(Shape(rings=[ring], fill=colour, fill_opacity=0.75, stroke=PAPER, width=0.3))

    def bar(self, start: tuple[float, float], end: tuple[float, float], colour: str, *, thick: float = 7.0) -> None:
        """Draw a horizontal bar between two points of the same height."""
        (x0, y0), (x1, _) = self.at(*start), self.at(*end)
        half = thick / 2
        ring = np.array([(x0, y0 - half), (x1, y0 - half), (x1, y0 + half), (x0, y0 + half), (x0, y0 - half)])
        self.shapes.append(Shape(rings=[ring], fill=colour, stroke=PAPER, width=0.3))

    def name(self, point: tuple[float, float], words: str, colour: str, *, beside: Beside = RIGHT_OF) -> None:
        """Write words beside a point."""
        x, y = self.at(*point)
        dx, dy, anchor = beside
        self.texts.append(
            Text(x=x + dx, y=y + dy, words=words, size=6.0, anchor=anchor, colour=colour, bold=True, halo=True)
        )

    def scene(self, title: str, description: str) -> Scene:
        """The whole picture; ``description`` says in words what it shows."""
        panel = Panel(
            x=0,
            y=0,
            width=self.width,
            height=self.height,
            background=PAPER,
            shapes=(*self._rules(), *self.shapes),
            texts=(*self._labels(), *self.texts),
        )
        return Scene(width=self.width, height=self.height, title=title, description=description, panels=(panel,))

    def _rules(self) -> list[Shape]:
        x0, x1 = self.across.low, self.across.high
        rules = [np.array([self.at(x0, tick), self.at(x1, tick)]) for tick, _ in self.up.ticks]
        return [Shape(rings=[rule], closed=False, stroke=HAIRLINE, width=0.4) for rule in rules]

    def _labels(self) -> list[Text]:
        bottom, words = self.height - _BOTTOM, []
        for tick, label in self.up.ticks:
            y = self.at(self.across.low, tick)[1] + 2
            words.append(Text(x=self.left - 4, y=y, words=label, size=5.5, anchor="end", colour=MUTED))
        for tick, label in self.across.ticks:
            x = self.at(tick, self.up.low)[0]
            words.append(Text(x=x, y=bottom + 8, words=label, size=5.5, anchor="middle", colour=MUTED))
        middle = (self.left + self.width - _RIGHT) / 2
        words.append(Text(x=4, y=8, words=self.up.words, size=5.5, colour=MUTED))
        words.append(
            Text(x=middle, y=self.height - 4, words=self.across.words, size=5.5, anchor="middle", colour=MUTED)
        )
        return words
