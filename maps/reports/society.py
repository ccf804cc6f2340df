"""The report of a simulated society: one page whose first sentence is the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geopolity.society import Breaking
from maps.assets import inline_style
from maps.documents import environment
from maps.locale.texts import Texts, texts
from maps.scenes.society import frontier_scene, growth_scene, tornado_scene
from maps.scenes.svg import svg

EN = texts("en")
MOST_LOSING = 12

_environment = environment(inline_style=inline_style)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SocietyPage:
    """What the report is made of: the tables of a simulation, see docs/reference/files.md.

    Attributes
    ----------
    load_picture
        SVG of the load of every place, empty where no layer can be drawn.
    losing
        Polities that are a worse line than a state.
    failed
        Issues that no connected polity can cover, and why.
    """

    seed: int
    families: tuple[int, ...]
    years: pd.DataFrame
    limits: Sequence[Breaking]
    growth: pd.DataFrame
    sensitivity: pd.DataFrame
    frontier: pd.DataFrame
    parameters: pd.DataFrame
    losing: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    load_picture: str = ""


def society_report(page: SocietyPage, t: Texts = EN) -> str:
    """Write the page."""
    return _environment.get_template("reports/society.jinja").render(
        t=t,
        page=page,
        headline=headline(page, t),
        says=says(page, t),
        lines=[_line(one, t) for one in page.limits],
        yearly=_yearly(page),
        frontier=svg(frontier_scene(page.frontier, t), name="frontier"),
        growth=svg(growth_scene(page.growth, t), name="growth"),
        tornado=svg(tornado_scene(page.sensitivity, "person_days", t), name="tornado"),
        flips=_flips(page, t),
        losing=list(page.losing[:MOST_LOSING]),
        most_losing=MOST_LOSING,
    )


def headline(page: SocietyPage, t: Texts = EN) -> str:
    """The answer in one sentence: whether the society can be staffed, and the first limit that is not kept."""
    most = max(page.families)
    broken = [limit for limit in page.limits if not limit.holds]
    if not broken:
        return t("With {count} issue domains the society can be staffed: every limit holds.", count=t.whole(most))
    limits = t.listed([t.term("limit", name) for name in (one.limit for one in broken)])
    return t(
        "With {count} issue domains the society can be staffed but for one thing: {limits}."
        if len(broken) == 1
        else "With {count} issue domains the society cannot be staffed as assumed; these limits break: {limits}.",
        count=t.whole(most),
        limits=limits,
    )


def says(page: SocietyPage, t: Texts = EN) -> list[str]:
    """What was found, a sentence each."""
    family = max(page.families)
    whole = page.years[(page.years["polity"] == "") & (page.years["family"] == family)]
    mean = whole.groupby("figure")["value"].mean()
    at = page.frontier[page.frontier["coverage"] == 0.9].groupby("constituency")
    out, over = (at[column].median().to_dict() for column in ("exclusion", "over_inclusion"))
    found = [
        t(
            "{serving} of adults sit in an assembly at a time, and {called} are called a year; US juries call some "
            "{jury}.",
            serving=t.percent(mean["serving"], 4),
            called=t.percent(mean["called"], 3),
            jury=t.percent(0.15, 0),
        ),
        t(
            "Nobody is expected to fill more than {load} seats at a time; equal chances exist up to 1.",
            load=t.as_given(f"{mean['load']:.2g}"),
        ),
        t(
            "Delegates and those called give {days} days a year, which costs {cost} euros under the stated "
            "assumptions.",
            days=t.rounded(mean["person_days"]),
            cost=t.rounded(mean["cost"]),
        ),
    ]
    if {"polity", "state"} <= set(out):
        found.append(
            t(
                "In the middle issue, {state} of those affected have no say where their best single state decides, and "
                "{polity} where the polity does (at most 10 % by construction); {others} of the state's members are "
                "not affected, and {own} of the polity's.",
                state=t.percent(out["state"], 0),
                polity=t.percent(out["polity"], 0),
                others=t.percent(over["state"], 0),
                own=t.percent(over["polity"], 0),
            )
        )
    return found


def _flips(page: SocietyPage, t: Texts) -> list[dict[str, str]]:
    """Parameters of which one end keeps a limit that the other breaks."""
    turned = page.sensitivity[(page.sensitivity["flips"] != "") & (page.sensitivity["end"] == "low")]
    return [
        {"parameter": str(name), "limits": t.listed([t.term("limit", limit) for limit in str(flips).split(" · ")])}
        for name, flips in zip(turned["parameter"], turned["flips"], strict=True)
    ]


def _line(limit: Breaking, t: Texts) -> tuple[str, str, str]:
    """A limit, whether and where it holds, and the figure that counts beside what is allowed."""
    count = None if limit.domains is None else t.whole(limit.domains)
    if limit.eases:
        words = (
            t("broken with every number tried") if count is None else t("holds from {count} domains on", count=count)
        )
    else:
        words = t("holds with all of them") if count is None else t("breaks at {count} domains", count=count)
    figure, most = (
        t.as_given(np.format_float_positional(number, precision=3, fractional=False, trim="-"))
        for number in (limit.figure, limit.most)
    )
    return t.term("limit", limit.limit), words, f"{figure} / {most}"


def _yearly(page: SocietyPage) -> list[tuple[int, int, dict[str, float]]]:
    """Figures of the first, a middle and the last year of every family."""
    rows: list[tuple[int, int, dict[str, float]]] = []
    whole = page.years[page.years["polity"] == ""]
    for family, table in whole.groupby("family"):
        wide = table.pivot_table(index="year", columns="figure", values="value")
        years = sorted({wide.index[0], wide.index[len(wide) // 2], wide.index[-1]})
        rows += [(int(str(family)), int(year), wide.loc[year].to_dict()) for year in years]
    return rows
