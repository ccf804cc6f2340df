"""Pictures of a simulated society: who is left out and taken in, where limits break, and what turns the answer."""

from __future__ import annotations

import math

import pandas as pd

from maps.locale.texts import Texts
from maps.scenes.palette import ACCENT, LEFT, MUTED, OKABE_ITO, POLITY
from maps.scenes.plot import LEFT_OF, RIGHT_OF, Axis, Plot
from maps.scenes.scene import Scene

SHOWN = ("polity", "state", "states", "touched")
HUES = {"polity": POLITY, "state": LEFT, "states": "#8a6d00", "touched": ACCENT}
MOST_BARS = 10
TOLD_ELSEWHERE = "load warning"
"""A limit whose figure is that of another one."""
LEAST_SHOWN = 1e-4
_LINE = 8.0
"""Points from one line of words to the next."""


def frontier_scene(frontier: pd.DataFrame, t: Texts) -> Scene:
    """Exclusion against over-inclusion: every polity and its best state as dots, medians by coverage as lines."""
    plot = Plot(across=_shares(t("members who are not affected"), t), up=_shares(t("affected people without a say"), t))
    at = frontier[frontier["coverage"] == 0.9]
    for name in ("state", "polity"):
        rows = at[at["constituency"] == name]
        plot.dots(list(zip(rows["over_inclusion"], rows["exclusion"], strict=True)), HUES[name])
    middle = frontier.groupby(["constituency", "coverage"])[["over_inclusion", "exclusion"]].median()
    said = []
    for name in SHOWN:
        if name not in middle.index:
            continue
        points = list(middle.loc[name].itertuples(index=False, name=None))
        plot.line(points, HUES[name], width=1.8)
        plot.dots(points[:1], HUES[name], radius=2.6)
        plot.name(
            points[0], t.term("constituency", name), HUES[name], beside=LEFT_OF if points[0][0] > 0.4 else RIGHT_OF
        )
        own = middle.loc[name].iloc[(middle.loc[name].index.to_series() - 0.9).abs().argmin()]
        said.append(
            t(
                "{name}: {excluded} of the affected have no say, {others} of the members are not affected",
                name=t.term("constituency", name),
                excluded=t.percent(own["exclusion"], 0),
                others=t.percent(own["over_inclusion"], 0),
            )
        )
    return plot.scene(t("Who has a say: the polity beside states"), "; ".join(said))


def growth_scene(growth: pd.DataFrame, t: Texts) -> Scene:
    """Each limit as a multiple of what is allowed, by the number of issue domains; above 1 it is broken."""
    growth = growth[(growth["used"] > 0) & (growth["limit"] != TOLD_ELSEWHERE)]
    names = growth.groupby("limit")["used"].last().sort_values(ascending=False).index
    used = growth["used"]
    low = 10 ** math.floor(math.log10(max(float(used.min()), LEAST_SHOWN)))
    high = 10 ** math.ceil(math.log10(max(float(used.max()), 10)))
    powers = range(round(math.log10(low)), round(math.log10(high)) + 1)
    counts = sorted(growth["domains"].unique().tolist())
    plot = Plot(
        across=Axis(
            words=t("issue domains"),
            low=1.0,
            high=float(max(counts[-1], 2)),
            ticks=tuple((float(count), t.whole(count)) for count in counts if count in (1, 10, 100, 1000, counts[-1])),
            by_powers=True,
        ),
        up=Axis(
            words=t("part of the limit that is used; above 1 it is broken"),
            low=low,
            high=high,
            ticks=tuple((10.0**power, t.as_given(f"{10.0**power:g}")) for power in powers),
            by_powers=True,
        ),
    )
    plot.line([(1.0, 1.0), (plot.across.high, 1.0)], MUTED, width=0.9, dash=(3, 2))
    said, above = [], -_LINE
    for place, name in enumerate(names):
        rows = growth[growth["limit"] == name]
        hue = OKABE_ITO[place % len(OKABE_ITO)]
        points = list(zip(rows["domains"].astype(float), rows["used"], strict=True))
        plot.line(points, hue)
        y = plot.at(*points[-1])[1]
        above = max(y - 3.0, above + _LINE)
        plot.name(points[-1], t.term("limit", name), hue, beside=(-3.0, above - y, "end"))
        said.append(f"{t.term('limit', name)}: {t.as_given(f'{points[-1][1]:.3g}')}")
    return plot.scene(t("How much of each limit is used, by the number of issue domains"), "; ".join(said))


def tornado_scene(sensitivity: pd.DataFrame, figure: str, t: Texts) -> Scene:
    """A figure at both ends of each parameter's range, widest first."""
    wide = sensitivity.pivot_table(index="parameter", columns="end", values=figure, sort=False)
    order = (wide["high"] - wide["low"]).abs().sort_values(ascending=False).index[:MOST_BARS]
    wide = wide.loc[order]
    top = float(wide.to_numpy().max()) or 1.0
    levels = [top * part / 4 for part in range(5)]
    count = len(wide)
    plot = Plot(
        across=Axis(
            words=t.term("figure", figure),
            low=0.0,
            high=top,
            ticks=tuple((level, t.rounded(level)) for level in levels),
        ),
        up=Axis(words="", low=-0.5, high=count - 0.5, ticks=()),
        left=86.0,
        height=40.0 + 13.0 * count,
    )
    said = []
    for place, (name, row) in enumerate(wide.iterrows()):
        y = float(count - 1 - place)
        plot.bar((float(row["low"]), y), (float(row["high"]), y), ACCENT if row["high"] >= row["low"] else LEFT)
        plot.name((0.0, y), t.term("parameter", str(name)), MUTED, beside=(-6.0, 2.0, "end"))
        said.append(f"{t.term('parameter', str(name))}: {t.rounded(row['low'])} – {t.rounded(row['high'])}")
    return plot.scene(t("What the answer hangs on"), "; ".join(said))


def _shares(words: str, t: Texts) -> Axis:
    return Axis(words=words, low=0.0, high=1.0, ticks=tuple((part / 4, t.percent(part / 4, 0)) for part in range(5)))
