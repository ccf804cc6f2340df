"""Polygons of tiles touch neither themselves nor each other's insides, however rounding and the edge would have it."""

from __future__ import annotations

import gzip

import numpy as np
import shapely

from maps.tiles.mvt import BUFFER, EXTENT
from maps.tiles.pyramid import pyramid
from maps.tiles.sketch import Sketch, boxes
from maps.tiles.valid import broken, cut
from tests.unit.tiles.test_tiles import source
from tests.vector_tile import area, read

CORNER = np.zeros(2, np.int64)


def sketch_of(features):
    """A sketch of features: lists of rings, of which the first is a shell and the others are holes."""
    rings = [np.asarray(ring, np.int64) for feature in features for ring in feature]
    first = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])])
    xy = np.vstack(rings)
    return Sketch(
        xy=xy,
        first=first,
        hole=np.array([place > 0 for feature in features for place in range(len(feature))]),
        box=boxes(xy, first),
        rings=np.concatenate([[0], np.cumsum([len(feature) for feature in features])]),
    )


def flags(sketch):
    features = np.arange(len(sketch.rings) - 1)
    return broken(sketch.xy, sketch.first, sketch.hole, sketch.box, sketch.rings, features, CORNER)


def drawn(sketch):
    """The areas of a sketch."""
    found = []
    for feature in range(len(sketch.rings) - 1):
        shape = shapely.Polygon()
        for ring in range(sketch.rings[feature], sketch.rings[feature + 1]):
            part = shapely.Polygon(sketch.xy[sketch.first[ring] : sketch.first[ring + 1]])
            assert part.is_valid
            shape = shape - part if sketch.hole[ring] else shape | part
        found.append(shape)
    return found


def wound(ring):
    """A ring as a sketch's shells are wound."""
    return ring[::-1] if area(ring.tolist()) > 0 else ring


def test_what_is_not_called_broken_is_valid_and_what_is_cut_anew_is_too():
    rng = np.random.default_rng(3)
    rings = [rng.integers(100, 100 + rng.integers(3, 9), size=(rng.integers(3, 9), 2)) for _ in range(4_000)]
    rings = [wound(ring) for ring in rings if area(ring.tolist())]
    flagged = flags(sketch_of([[ring] for ring in rings]))
    for ring, is_broken in zip(rings, flagged, strict=True):
        if not is_broken and (kept := shapely.Polygon(ring).buffer(0)).area:
            assert kept.geom_type == "Polygon", ring
    mended = drawn(cut(sketch_of([[ring] for ring in rings]), np.flatnonzero(flagged), CORNER))
    assert 500 < flagged.sum() < len(rings)
    assert all(shape.is_valid for shape in mended)


def test_a_hole_that_crosses_its_shell_or_another_hole_is_broken():
    shell = [[100, 100], [100, 200], [200, 200], [200, 100]]
    inside, across = [[120, 120], [140, 120], [140, 140], [120, 140]], [[180, 120], [220, 120], [220, 140], [180, 140]]
    onto = [[130, 130], [150, 130], [150, 150], [130, 150]]
    sketch = sketch_of([[shell, inside], [shell, across], [shell, inside, onto]])
    assert flags(sketch).tolist() == [False, True, True]
    assert [shape.area for shape in drawn(cut(sketch, np.arange(3), CORNER))] == [9600, 9600, 9300]


def test_an_island_in_a_lake_of_the_same_feature_stays():
    lake = [[120, 120], [180, 120], [180, 180], [120, 180]]
    shore = [[100, 100], [100, 200], [200, 200], [200, 100]]
    island = [[140, 140], [140, 160], [160, 160], [160, 140]]
    sketch = sketch_of([[shore, lake, island]])
    sketch.hole[2] = False
    (cut_anew,) = drawn(cut(sketch, np.arange(1), CORNER))
    assert cut_anew.area == 10_000 - 3_600 + 400


def test_what_a_ring_does_far_off_changes_nothing_in_the_tile():
    rng, window = np.random.default_rng(5), shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    seen = 0
    for _ in range(400):
        ring = wound(rng.integers(-4 * EXTENT, 5 * EXTENT, size=(rng.integers(3, 40), 2)))
        (cut_anew,) = drawn(cut(sketch_of([[ring]]), np.arange(1), CORNER))
        whole = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
        there = shapely.intersection(whole, window, grid_size=1.0)
        assert shapely.symmetric_difference(cut_anew, there).area <= 2 * (cut_anew.length + there.length)
        assert abs(cut_anew.area - there.area) <= 1e-4 * window.area
        seen += there.area > 0
    assert seen > 100


def crooked():
    """Cells of a square whose borders are as crooked as coasts."""
    rng, lines = np.random.default_rng(8), []
    along = np.linspace(0, 5, 1_500)
    for k in range(6):
        for turned in (False, True):
            off = k + (0 < k < 5) * (0.25 * np.sin(along * 7 + k) + 0.03 * rng.normal(size=len(along)))
            lines.append(shapely.LineString(np.column_stack([off, along] if turned else [along, off])))
    cells = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
    return [cell for cell in cells if cell.area > 1e-3]


def test_every_polygon_of_every_tile_of_crooked_borders_is_valid():
    seen = 0
    for at, tile in pyramid(source(crooked())).all_tiles(4, 8):
        for layer in read(gzip.decompress(tile)).values():
            for feature in layer:
                if feature.kind == "polygon":
                    shape = as_area(feature)
                    assert shape.is_valid, (at, shapely.is_valid_reason(shape))
                    seen += 1
    assert seen > 500


def as_area(feature):
    """The polygons of a feature as a reader takes them: each shell with the holes that follow it."""
    parts = []
    for ring in feature.parts:
        if area(ring) > 0:
            parts.append((ring, []))
        else:
            parts[-1][1].append(ring)
    return shapely.MultiPolygon(parts)
