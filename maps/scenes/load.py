"""The load of every place: how many seats each of its people is asked to fill, were all chances equal."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from geopolity.layers.layer import Layer
from maps.locale.texts import Texts, texts
from maps.scenes.display import display_layer
from maps.scenes.legend import Entry
from maps.scenes.palette import LAND, SEQUENTIAL
from maps.scenes.polity import Subject, ground_scene, what_must_show
from maps.scenes.svg import svg

EN = texts("en")

BREAKS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Upper ends of the classes; above the last, equal chances are impossible."""


def load_map(layer: Layer, load: pd.Series[float], t: Texts = EN, *, width: float = 720.0) -> str:
    """SVG of a layer by load.

    Parameters
    ----------
    load
        Load of each unit, by unit id; missing or NaN where nobody is in the lot.
    """
    values = load.reindex(layer.units.index).to_numpy(float)
    drawn = display_layer(layer)
    people = layer.units["population"].to_numpy(np.float64)
    shown, weight = what_must_show(drawn.units, people, None)
    subject = Subject(drawn=drawn, fills=load_fills(values), outlines=(), shown=shown, weight=weight)
    title, description = load_words(layer, pd.Series(values, index=layer.units.index), t)
    return svg(
        ground_scene(subject, title=title, description=description, width=width, heights=(0.4, 1.0)), name="load"
    )


def load_fills(values: np.ndarray) -> np.ndarray:
    """Fill of every unit: a colour by class, a hatch above 1, land where nobody is in the lot."""
    known = np.isfinite(values)
    place = np.searchsorted(BREAKS, np.where(known, values, 0.0), side="left")
    fills = np.array([*SEQUENTIAL[len(BREAKS)], "left"])[place]
    return np.where(known, fills, LAND)


def load_legend(t: Texts = EN) -> tuple[Entry, ...]:
    """Classes from light to dark, then what is above 1, and nobody."""
    ends = [t.as_given(f"{end:g}") for end in BREAKS]
    between = (t("{low} to {high}", low=low, high=high) for low, high in pairwise(ends))
    words = [t("up to {most}", most=ends[0]), *between]
    marks = [Entry(mark="fill", colour=c, words=w) for c, w in zip(SEQUENTIAL[len(BREAKS)], words, strict=True)]
    over = Entry(mark="left", colour=LAND, words=t("above 1: equal chances are impossible"))
    return (*marks, over, Entry(mark="fill", colour=LAND, words=t("nobody in the lot")))


def load_words(layer: Layer, load: pd.Series[float], t: Texts) -> tuple[str, str]:
    """Title as a finding, and the description that stands in for the picture."""
    one, many = t.units(layer.name, 1), t.units(layer.name, 2)
    if not load.notna().any():
        return t("Nobody is in the lot"), t("No {unit} has anybody who could be drawn.", unit=one)
    worst = str(load.idxmax())
    name = str(layer.units.loc[worst, "name"])
    over = int((load > 1).sum())
    title = t("The largest load is {load}, in {place}", load=t.fixed(float(load.max()), 2), place=name)
    above = (
        t("in {number} {units} equal chances are impossible", number=over, units=t.units(layer.name, over))
        if over
        else t("no place is above 1")
    )
    half = t("Half of the {units} are below {load}.", units=many, load=t.fixed(float(load.median()), 2))
    return title, f"{title}; {above}. {half}"
