"""Areas from edges alone agree with the areas of shapes that are cut out."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geopolity.geometry.overlap import edges_of, shared_areas

RINGED = shapely.Point(0, 0).buffer(3).difference(shapely.Point(0.5, 0).buffer(1))


def shared(units, zones) -> np.ndarray:
    """Area of every unit with every zone, (zones, units)."""
    units, zones = np.array(units, dtype=object), np.array(zones, dtype=object)
    mine, theirs = edges_of(units), edges_of(zones)
    unit = np.tile(np.arange(len(units)), len(zones))
    first = np.arange(len(zones) + 1) * len(units)
    found = shared_areas(mine.ends, mine.first, shapely.bounds(units), unit, theirs.ends, theirs.first, first)
    return found.reshape(len(zones), len(units))


def star(random: np.random.Generator, vertices: int) -> shapely.Geometry:
    angle = np.sort(random.uniform(0, 2 * np.pi, vertices))
    size = random.uniform(0.2, 1, vertices) * random.uniform(0.5, 5)
    at = random.uniform(-3, 3, 2)
    return shapely.Polygon(np.column_stack([at[0] + size * np.cos(angle), at[1] + size * np.sin(angle)])).buffer(0)


@pytest.mark.parametrize("vertices", [3, 8, 30, 400, 5000])
def test_random_shapes_share_what_their_intersection_covers(vertices: int) -> None:
    random = np.random.default_rng(vertices)
    units = [*(star(random, int(random.integers(3, 60))) for _ in range(20)), RINGED]
    zones = [*(star(random, vertices) for _ in range(5)), RINGED, shapely.union_all([star(random, 9), RINGED])]
    expected = [[shapely.intersection(unit, zone).area for unit in units] for zone in zones]
    assert shared(units, zones) == pytest.approx(np.array(expected), abs=1e-10)


def test_shapes_that_touch_share_nothing_and_equal_ones_everything() -> None:
    cells = [shapely.box(x, y, x + 1, y + 1) for x in range(3) for y in range(3)]
    many = [shapely.segmentize(cell, 0.01) for cell in cells]
    assert shared(cells, many) == pytest.approx(np.eye(9), abs=1e-12)
    assert shared(many, cells) == pytest.approx(np.eye(9), abs=1e-12)
    assert shared(cells, [shapely.union_all(many)]) == pytest.approx(np.ones((1, 9)), abs=1e-12)


def test_a_unit_inside_a_large_patch_shares_its_whole_area_and_one_in_its_hole_nothing() -> None:
    zone = shapely.Point(0, 0).buffer(10, quad_segs=500).difference(shapely.Point(5, 0).buffer(2, quad_segs=500))
    units = [shapely.box(-1, -1, 1, 1), shapely.box(4.5, -0.5, 5.5, 0.5), shapely.box(20, 20, 21, 21)]
    assert shared(units, [zone])[0].tolist() == [4.0, 0.0, 0.0]


def test_edges_on_the_lines_of_the_grid_count_once() -> None:
    stairs = [(x, y) for step in range(16) for x, y in ((step, step), (step + 1, step))]
    zone = shapely.Polygon([*stairs, (16, 16), (0, 16)])
    units = [shapely.box(0, 0, 16, 16), *(shapely.box(k, 0, k + 1, 16) for k in range(16))]
    expected = [shapely.intersection(unit, zone).area for unit in units]
    assert shared(units, [zone])[0] == pytest.approx(expected, abs=1e-12)
