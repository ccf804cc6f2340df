"""The load of every place: how many seats each of its people is asked to fill, were all chances equal."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geopolity.layers.layer import Layer
from maps.locale.texts import texts
from maps.scenes.display import display_layer
from maps.scenes.legend import Entry
from maps.scenes.palette import LAND, SEQUENTIAL
from maps.scenes.polity import Subject, ground_scene, what_must_show
from maps.scenes.svg import svg

EN = texts("en")

BREAKS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Upper ends of the classes; above the last, equal chances are impossible."""
_WORDS = ("up to 0.05", "0.05 to 0.1", "0.1 to 0.2", "0.2 to 0.5", "0.5 to 1")


def load_map(layer: Layer, load: pd.Series[float], *, width: float = 720.0) -> str:
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
    title, description = load_words(layer, pd.Series(values, index=layer.units.index))
    return svg(
        ground_scene(subject, title=title, description=description, width=width, heights=(0.4, 1.0)), name="load"
    )


def load_fills(values: np.ndarray) -> np.ndarray:
    """Fill of every unit: a colour by class, a hatch above 1, land where nobody is in the lot."""
    known = np.isfinite(values)
    place = np.searchsorted(BREAKS, np.where(known, values, 0.0), side="left")
    fills = np.array([*SEQUENTIAL[len(BREAKS)], "left"])[place]
    return np.where(known, fills, LAND)


def load_legend() -> tuple[Entry, ...]:
    """Classes from light to dark, then what is above 1, and nobody."""
    marks = [Entry(mark="fill", colour=c, words=w) for c, w in zip(SEQUENTIAL[len(BREAKS)], _WORDS, strict=True)]
    over = Entry(mark="left", colour=LAND, words="above 1: equal chances are impossible")
    return (*marks, over, Entry(mark="fill", colour=LAND, words="nobody in the lot"))


def load_words(layer: Layer, load: pd.Series[float]) -> tuple[str, str]:
    """Title as a finding, and the description that stands in for the picture."""
    one, many = (EN.units(layer.name, 1), EN.units(layer.name, 2))
    if not load.notna().any():
        return "Nobody is in the lot", f"No {one} has anybody who could be drawn."
    worst = str(load.idxmax())
    name = str(layer.units.loc[worst, "name"])
    over = int((load > 1).sum())
    title = f"The largest load is {load.max():.2f}, in {name}"
    above = f"in {over} {many if over != 1 else one} equal chances are impossible" if over else "no place is above 1"
    return title, f"{title}; {above}. Half of the {many} are below {load.median():.2f}."
