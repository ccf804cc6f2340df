"""Ground and people of places, on small worlds that a reader can draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries.planet.ground import ground_of_places, places_apart
from boundaries.planet.people import counted_once
from geopolity.geometry.crs import cylindrical, split_antimeridian
from geopolity.geometry.sphere import great_circle_km, unit_vectors, voronoi_cells

RNG = np.random.default_rng(7)
TETRAHEDRON = np.array([[0.0, 0.0], [120.0, -25.0], [-120.0, -20.0], [0.0, 80.0]])
FAR = [[-100.0, 40.0], [-60.0, -60.0], [140.0, -30.0], [-170.0, 70.0]]
"""Places elsewhere, so that the cells of the others do not go round the Earth."""


def places(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """Places as (country, people, part of); ids count from 1."""
    table = pd.DataFrame(rows, columns=["country", "people", "part_of"])
    return table.assign(id=range(1, len(rows) + 1))


def world(count: int) -> np.ndarray:
    """So many places, evenly strewn over the sphere."""
    return np.column_stack([RNG.uniform(-180, 180, count), np.degrees(np.arcsin(RNG.uniform(-1, 1, count)))])


@pytest.mark.parametrize("sites", [TETRAHEDRON, world(40), world(3000)])
def test_cells_cover_the_sphere_once(sites: np.ndarray) -> None:
    cells = split_antimeridian(voronoi_cells(sites))
    assert shapely.is_valid(cells).all()
    assert shapely.area(cells).sum() == pytest.approx(360 * 180, abs=1e-6)
    earth = 510_065_621.724  # km², WGS 84
    assert shapely.area(cylindrical(cells)).sum() / 1e6 == pytest.approx(earth, rel=1e-9)


def test_a_point_lies_in_the_cell_of_its_nearest_place_at_the_poles_and_the_antimeridian_too() -> None:
    sites, spots = world(400), np.vstack([world(4000), [[179.999, 3], [-179.999, -60], [12.0, 89.9], [-70.0, -89.9]]])
    nearest = np.argmax(unit_vectors(spots) @ unit_vectors(sites).T, axis=1)
    tree = shapely.STRtree(split_antimeridian(voronoi_cells(sites)))
    spot, cell = tree.query(shapely.points(spots), predicate="intersects")
    assert len(spot) == len(spots)
    wrong = cell != nearest[spot]
    off = great_circle_km(spots[spot], sites[cell]) - great_circle_km(spots[spot], sites[nearest[spot]])
    assert wrong.mean() < 0.01  # edges are straight for a quarter of a degree, and the Earth is round
    assert off.max() < 1.0


def test_places_on_one_spot_each_get_ground() -> None:
    apart = places_apart(np.array([[5.0, 5.0], [6.0, 6.0], [5.0, 5.0], [5.0, 5.0]]))
    assert apart.tolist() == [[5.0, 5.0], [6.0, 6.0], [5.001, 5.0], [5.002, 5.0]]
    ground = ground_of_places(np.vstack([apart, FAR]), np.array([shapely.box(-180, -90, 180, 90)], dtype=object))
    assert (shapely.area(ground) > 0).all()


def test_a_cell_across_a_strait_is_left_to_the_places_of_that_shore() -> None:
    west, east = shapely.box(0, 0, 1, 4), shapely.box(1.1, 0, 2, 4)
    sites = np.array([[0.5, 1.0], [0.9, 3.0], [1.9, 1.0], [1.9, 3.4], *FAR])
    ground = ground_of_places(sites, np.array([west, east], dtype=object))
    assert shapely.area(shapely.intersection(ground[:2], east)).sum() == 0
    assert shapely.area(ground[:4]).sum() == pytest.approx(4.0 + 3.6, abs=1e-4)
    assert shapely.get_num_geometries(ground[:4]).tolist() == [1, 1, 1, 1]


def test_an_island_without_a_place_belongs_whole_to_the_nearest_and_one_that_no_map_shows_is_made() -> None:
    mainland, island = shapely.box(0, 0, 1, 4), shapely.box(1.2, 1.5, 1.4, 2.5)
    sites = np.array([[0.5, 1.9], [0.5, 2.2], [3.0, 3.0], *FAR])
    ground = ground_of_places(sites, np.array([mainland, island], dtype=object))
    owns = shapely.area(shapely.intersection(ground[:3], island))
    assert np.sort(owns)[:2].tolist() == [0.0, 0.0]
    assert shapely.contains(ground[2], shapely.Point(3, 3))
    assert shapely.area(cylindrical(ground[2:3]))[0] / 1e6 == pytest.approx(np.pi * 1.5**2, rel=0.05)


def test_ground_crosses_the_antimeridian_in_two_halves() -> None:
    land = np.array([shapely.box(178, -2, 180, 2), shapely.box(-180, -2, -178, 2)], dtype=object)
    sites = np.array([[179.9, 0.0], [10.0, 50.0], [-100.0, 40.0], [60.0, -60.0], [20.0, 10.0]])
    ground = ground_of_places(sites, land)
    west, _, east, _ = shapely.bounds(ground[0])
    assert (west, east) == (-180, 180)
    assert shapely.area(ground[0]) == pytest.approx(16.0, abs=1e-6)


def test_parts_are_taken_out_of_their_city_and_everybody_is_counted_once() -> None:
    # a city of 100 whose two boroughs are listed beside it with 60 and 30, and a town of 20, in a country of 200
    counted = counted_once(
        places(("A", 100, 0), ("A", 60, 1), ("A", 30, 1), ("A", 20, 0)), np.full(4, 10.0), pd.Series({"A": 200})
    )
    people, country = counted.people, counted.countries.loc["A"]
    assert people["listed"].sum() == pytest.approx(120)
    assert people["listed"].tolist() == pytest.approx([10 / 3, 60 + 10 / 3, 30 + 10 / 3, 20])
    assert people["around"].tolist() == pytest.approx([20, 20, 20, 20])
    assert (country["parts"], country["scaled"], country["around"]) == (90, 1, 80)


def test_an_excess_is_scaled_down_and_a_shortfall_never_scales_towns_up() -> None:
    counted = counted_once(
        places(("A", 300, 0), ("A", 100, 0), ("B", 50, 0), ("B", 0, 0)),
        np.array([1.0, 1.0, 10.0, 90.0]),
        pd.Series({"A": 200, "B": 500}),
    )
    assert counted.people["population"].tolist()[:2] == [150, 50]
    assert counted.countries["scaled"].to_dict() == {"A": 0.5, "B": 1.0}
    assert counted.people["listed"].tolist()[2:] == [50, 0]
    assert counted.people["around"].iloc[3] > counted.people["around"].iloc[2]
    assert counted.people["around"].sum() == pytest.approx(450)


def test_far_ground_counts_less_than_near_ground() -> None:
    counted = counted_once(places(("A", 0, 0), ("A", 0, 0)), np.array([100.0, 10_000.0]), pd.Series({"A": 1000}))
    near, far = counted.people["around"]
    assert near < far < 100 * near
