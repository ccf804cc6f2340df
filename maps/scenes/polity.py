"""The static map of a polity: affected people, footprint and outline in an equal-area projection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geopolity.polity.bridges import is_bridge
from maps.scenes.classes import Classes, quantiles
from maps.scenes.display import DisplayLayer, united
from maps.scenes.insets import Box, Frame, frames
from maps.scenes.longitudes import Geometries
from maps.scenes.palette import ELSEWHERE, INK, LAND, PAPER, PARENT_LINE, POLITY, WATER
from maps.scenes.scene import Panel, Rings, Scene, Shape, Text, rings_of
from maps.scenes.view import drawn_closely, in_view

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

_FINEST = 0.45
"""Detail kept, points on paper."""
_INSET_SHARE = 0.24
_LARGER_PARTS = 0.1
"""Far specks of a unit below this share of its area do not widen the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A region drawn above the units, in degrees; ``words`` are written into it."""

    kind: Literal["footprint", "polity", "overlap", "fringe", "bridge"]
    geometry: shapely.Geometry
    colour: str = POLITY
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is drawn on the ground: units filled by class, regions outlined above them; all in degrees."""

    drawn: DisplayLayer
    fills: NDArray[np.str_]
    outlines: tuple[Outline, ...]
    shown: Geometries
    weight: NDArray[np.float64]


def polity_scene(
    derivation: Derivation,
    *,
    title: str,
    description: str,
    width: float = 360.0,
    heights: tuple[float, float] = (0.45, 1.25),
) -> Scene:
    """Scene of one derivation, ``width`` points wide; ``heights`` bounds its height as a multiple of that.

    Title and description are read to who does not see it.
    """
    derivation = in_view(derivation)
    drawn = drawn_closely(derivation)
    units = derivation.units
    fills = polity_fills(derivation)
    inside = units["inside"].to_numpy(dtype=bool)
    polity = united(drawn.units[inside])
    extent = footprint_extent(derivation)
    footprint = None if extent is None else drawn.window(shapely.simplify(extent, drawn.detail_of(extent)))
    bite = () if footprint is None else (Outline(kind="footprint", geometry=footprint),)
    fringe = fringe_outline(derivation, drawn)
    unsure = () if fringe is None else (Outline(kind="fringe", geometry=fringe),)
    bridges = bridge_outline(derivation, drawn)
    between = () if bridges is None else (Outline(kind="bridge", geometry=bridges),)
    outlines = (*bite, Outline(kind="polity", geometry=polity), *between, *unsure)
    shown, weight = what_must_show(
        drawn.units[inside], units["population"].to_numpy(dtype=np.float64)[inside], footprint
    )
    subject = Subject(drawn=drawn, fills=fills, outlines=outlines, shown=shown, weight=weight)
    return ground_scene(subject, title=title, description=description, width=width, heights=heights)


def polity_classes(derivation: Derivation) -> Classes:
    """Classes of affected people; units without a count of residents have none."""
    units = derivation.units
    return quantiles(units["affected"].where(units["population"].notna()).to_numpy(dtype=np.float64))


def polity_fills(derivation: Derivation) -> NDArray[np.str_]:
    """Fill of every unit by its class: a colour, or the name of a hatch."""
    classes = polity_classes(derivation)
    return np.array([*classes.colours, "missing", LAND])[classes.members]


def ground_scene(
    subject: Subject, *, title: str, description: str, width: float, heights: tuple[float, float]
) -> Scene:
    """Lay out the frames of a subject: the main one above, what lies far off in a band below it."""
    main, *others = frames(subject.shown, subject.weight)
    band = width * _INSET_SHARE if others else 0.0
    lowest, highest = width * heights[0] - band, width * heights[1] - band
    height = float(np.clip(width * _aspect(main.box), lowest, highest))
    panels = [_panel(subject, main, (0.0, 0.0, width, height), framed=False)]
    gap = 4.0
    share = (width - gap * (len(others) - 1)) / max(len(others), 1)
    for index, inset in enumerate(others):
        place = (index * (share + gap), height + gap, share, band - gap)
        panels.append(_panel(subject, inset, place, framed=True))
    return Scene(width=width, height=height + band, title=title, description=description, panels=tuple(panels))


def _aspect(box: Box) -> float:
    return (box[3] - box[1]) / (box[2] - box[0])


def fringe_outline(derivation: Derivation, drawn: DisplayLayer) -> shapely.Geometry | None:
    """Outline of the units that are inside in some re-derivations and not in others, where that is known."""
    units = derivation.units
    if "certainty" not in units.columns:
        return None
    fringe = (units["certainty"] == "fringe").to_numpy()
    return united(drawn.units[fringe]) if fringe.any() else None


def bridge_outline(derivation: Derivation, drawn: DisplayLayer) -> shapely.Geometry | None:
    """Outline of the units that are inside only to connect, where there are any."""
    units = derivation.units
    if derivation.issue.affects_everyone:
        return None
    bridges = (units["inside"] & is_bridge(units["affected"], units["population"])).to_numpy(dtype=np.bool_)
    return united(drawn.units[bridges]) if bridges.any() else None


def footprint_extent(derivation: Derivation) -> shapely.Geometry | None:
    """Where the footprint lies, in degrees, as one geometry; ``None`` where it has no place of its own."""
    extent = derivation.issue.footprint.extent()
    if extent is None or extent.empty:
        return None
    return shapely.union_all(extent.geometry.to_numpy())


def what_must_show(
    units: Geometries, people: NDArray[np.float64], footprint: shapely.Geometry | None
) -> tuple[Geometries, NDArray[np.float64]]:
    """Collect what must be visible: larger parts of the polity's units, weighted by people, and the footprint."""
    parts, unit = shapely.get_parts(units, return_index=True)
    share = shapely.area(parts) / shapely.area(units)[unit]
    weight = (np.nan_to_num(people) + 1)[unit] * share
    large = share >= _LARGER_PARTS
    bite = shapely.get_parts(footprint) if footprint is not None else np.array([], dtype=object)
    return np.concatenate([parts[large], bite]), np.concatenate([weight[large], np.ones(len(bite))])


def _panel(subject: Subject, frame: Frame, place: Box, *, framed: bool) -> Panel:
    x, y, width, height = place
    view = _View(frame, place)
    drawn = subject.drawn
    seen = view.sees(drawn.units)
    ground = view.simplified(drawn.units[seen])
    shapes = [
        Shape(rings=view.rings(drawn.around[view.sees(drawn.around)]), fill=ELSEWHERE, stroke=PAPER, width=0.4),
        *_fills(ground, subject.fills[seen]),
        Shape(rings=view.rings(np.array([drawn.parents])), closed=False, stroke=PARENT_LINE, width=0.45),
    ]
    for outline in subject.outlines:
        shapes += _outlined(outline, view.rings(np.array([outline.geometry])))
    texts = [*_labels(subject, view, place), *_names(subject, view), *_scale_words(view, place)]
    shapes += _scale_bar(view, place)
    return Panel(
        x=x, y=y, width=width, height=height, background=WATER, shapes=tuple(shapes), texts=tuple(texts), framed=framed
    )


class _View:
    """From degrees to points on paper within one panel."""

    def __init__(self, frame: Frame, place: Box) -> None:
        west, south, east, north = frame.box
        x, y, width, height = place
        self.frame = frame
        self.scale = min(width / (east - west), height / (north - south))
        self.origin = (
            x + width / 2 - (west + east) / 2 * self.scale,
            y + height / 2 + (south + north) / 2 * self.scale,
        )
        self.box = shapely.box(x - 2, y - 2, x + width + 2, y + height + 2)

    def paper(self, geometries: Geometries) -> Geometries:
        projected = self.frame.project(geometries)
        points = shapely.get_coordinates(projected) * np.array([self.scale, -self.scale]) + np.array(self.origin)
        points = np.nan_to_num(points, nan=-1e6, posinf=1e6, neginf=-1e6)
        return np.asarray(shapely.set_coordinates(projected, points), dtype=object)

    def sees(self, geometries: Geometries) -> NDArray[np.bool_]:
        """Whether any corner of the bounding box, or its middle, may fall into the panel."""
        bounds = shapely.bounds(geometries)
        steps = np.linspace(0, 1, 5)
        lon = bounds[:, [0]] + (bounds[:, [2]] - bounds[:, [0]]) * np.repeat(steps, 5)
        lat = bounds[:, [1]] + (bounds[:, [3]] - bounds[:, [1]]) * np.tile(steps, 5)
        x, y = self.frame.projection.transform(lon.ravel(), lat.ravel())
        x = np.reshape(x, lon.shape) * self.scale + self.origin[0]
        y = self.origin[1] - np.reshape(y, lon.shape) * self.scale
        left, top, right, bottom = self.box.bounds
        return np.asarray(
            (x.max(axis=1) >= left) & (x.min(axis=1) <= right) & (y.max(axis=1) >= top) & (y.min(axis=1) <= bottom)
        )

    def simplified(self, units: Geometries) -> Geometries:
        """Units on paper with shared borders kept, no finer than the eye sees."""
        return np.asarray(shapely.coverage_simplify(self.paper(units), _FINEST), dtype=object)

    def rings(self, geometries: Geometries) -> Rings:
        located = self.paper(geometries)
        box = self.box.bounds
        return rings_of(shapely.clip_by_rect(shapely.simplify(located, _FINEST / 2, preserve_topology=False), *box))


def _fills(ground: Geometries, fills: NDArray[np.str_]) -> list[Shape]:
    shapes = []
    for fill in sorted(set(fills.tolist()), key=lambda colour: (colour != LAND, colour)):
        rings = rings_of(ground[fills == fill])
        hatch = fill in {"missing", "left"}
        colour = PAPER if hatch else fill
        shapes.append(Shape(rings=rings, fill=colour, stroke="#b7b3a8", width=0.18))
        if hatch:
            shapes.append(Shape(rings=rings, hatch=fill))
    return shapes


def _outlined(outline: Outline, rings: Rings) -> list[Shape]:
    if outline.kind == "footprint":
        return [Shape(rings=rings, hatch="footprint", stroke=INK, width=0.5)]
    if outline.kind == "bridge":
        return [Shape(rings=rings, hatch="bridge", stroke=outline.colour, width=0.5)]
    if outline.kind == "fringe":
        return [Shape(rings=rings, fill=PAPER, fill_opacity=0.45, stroke=outline.colour, width=0.8, dash=(0.8, 1.6))]
    tint = 0.12 if outline.kind == "polity" else 0.0
    return [
        Shape(rings=rings, stroke=PAPER, width=2.5),
        Shape(rings=rings, fill=outline.colour, fill_opacity=tint, stroke=outline.colour, width=1.2),
    ]


def _names(subject: Subject, view: _View) -> list[Text]:
    """Words of the outlines, each at a point inside the largest part of its region."""
    texts = []
    for outline in subject.outlines:
        if not outline.words:
            continue
        parts = shapely.get_parts(outline.geometry)
        inside = shapely.point_on_surface(parts[int(np.argmax(shapely.area(parts)))])
        ((x, y),) = shapely.get_coordinates(view.paper(np.array([inside], dtype=object))).tolist()
        texts.append(
            Text(x=x, y=y, words=outline.words, size=7, anchor="middle", colour=outline.colour, bold=True, halo=True)
        )
    return texts


def _labels(subject: Subject, view: _View, place: Box) -> list[Text]:
    """Names of the enclosing units that have room on paper."""
    if not subject.drawn.labels:
        return []
    labels = subject.drawn.labels
    points = shapely.get_coordinates(view.paper(shapely.points([[label.lon, label.lat] for label in labels])))
    degree = view.scale * 111_000
    x0, y0, width, height = place
    texts = []
    for label, (x, y) in zip(labels, points.tolist(), strict=True):
        half = len(label.text) * 1.5
        inside = x0 + half < x < x0 + width - half and y0 + 8 < y < y0 + height - 16
        if inside and label.size * degree > len(label.text) * 3.6:
            texts.append(Text(x=x, y=y, words=label.text, size=5.2, anchor="middle", colour="#3d434a", halo=True))
    return texts


def _bar_km(view: _View, width: float) -> tuple[float, float]:
    """Choose a round length of about a fifth of the picture: km, and points on paper."""
    wanted = width / 5 / view.scale / 1000
    magnitude = 10.0 ** np.floor(np.log10(wanted))
    length = float(max(step for step in (1, 2, 5) if step * magnitude <= wanted) * magnitude)
    return length, length * 1000 * view.scale


def _scale_bar(view: _View, place: Box) -> list[Shape]:
    x, y, width, height = place
    _, points = _bar_km(view, width)
    right, bottom = x + width - 6, y + height - 6
    line = np.array([[right - points, bottom - 3], [right - points, bottom], [right, bottom], [right, bottom - 3]])
    return [
        Shape(rings=[line], closed=False, stroke=PAPER, width=2.2),
        Shape(rings=[line], closed=False, stroke=INK, width=0.7),
    ]


def _scale_words(view: _View, place: Box) -> list[Text]:
    x, y, width, height = place
    length, points = _bar_km(view, width)
    return [
        Text(
            x=x + width - 6 - points / 2, y=y + height - 8, words=f"{length:g} km", size=5.5, anchor="middle", halo=True
        )
    ]
