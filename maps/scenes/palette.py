"""Colours of every picture: the page's inks, the choropleth ramps, the hues of overlapping polities."""

from __future__ import annotations

from typing import Final

INK: Final = "#1b1f24"
PAPER: Final = "#ffffff"
MUTED: Final = "#57606a"
ACCENT: Final = "#0b5cad"
LAND: Final = "#f3f1ec"
ELSEWHERE: Final = "#e4e1da"
WATER: Final = "#dbe7f0"
FIELD: Final = "#767268"
"""Outlines of what can be filled in, and of the boxes in a legend."""
HAIRLINE: Final = "#c9c5bb"
PARENT_LINE: Final = "#8a867c"
POLITY: Final = "#b01657"
"""Polity outline: far from every YlGnBu class in hue and, with its white casing, in lightness."""

SEQUENTIAL: Final = {
    1: ("#41b6c4",),
    2: ("#a1dab4", "#2c7fb8"),
    3: ("#c7e9b4", "#41b6c4", "#225ea8"),
    4: ("#ffffcc", "#a1dab4", "#41b6c4", "#225ea8"),
    5: ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"),
    6: ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494"),
}
"""ColorBrewer YlGnBu, light to dark, safe for colour-blind readers, by number of classes."""

OKABE_ITO: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's hues for overlapping polities, at most six at once."""

JOINED: Final = "#009e73"
LEFT: Final = "#d55e00"
STAYED: Final = "#b9c7d6"
