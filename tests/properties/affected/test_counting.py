"""What must hold for any footprint on any layer: nobody is lost, nobody counted twice."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geopolity.affected.footprint import Area, Attribute, Everyone, Footprint, Units
from geopolity.affected.mixed import Product, Union
from geopolity.affected.people import affected_people
from geopolity.geometry.interpolation import areal_weights, transfer
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer

checked = settings(max_examples=60, deadline=None)

fractions = st.floats(0.05, 0.95)
counts = st.lists(st.integers(0, 10**6).map(float), min_size=6, max_size=6).filter(lambda people: sum(people) > 0)
places = st.tuples(st.floats(-170, 170), st.floats(-80, 78))
boxes = st.tuples(st.floats(-0.1, 1.8), st.floats(-0.1, 2.8), st.floats(0.2, 2), st.floats(0.2, 2))


def layer_of(shapes: list[shapely.Geometry], people: list[float], **columns: list[float]) -> Layer:
    ids = [f"u{number}" for number in range(len(shapes))]
    units = gpd.GeoDataFrame(
        {"name": ids, "population": people, **columns}, index=ids, geometry=shapes, crs=4326
    ).rename_axis("unit_id")
    return Layer(name=LayerName("drawn"), title="", vintage="", source="", licence="", units=units)


def grid(at: tuple[float, float]) -> list[shapely.Geometry]:
    west, south = at
    return [shapely.box(west + x, south + y, west + x + 1, south + y + 1) for y in range(3) for x in range(2)]


def box(at: tuple[float, float], drawn: tuple[float, float, float, float]) -> shapely.Geometry:
    west, south, wide, high = at[0] + drawn[0], at[1] + drawn[1], drawn[2], drawn[3]
    return shapely.box(west, south, west + wide, south + high)


def area(*shapes: shapely.Geometry) -> Area:
    return Area(shapes=gpd.GeoSeries(list(shapes), crs=4326))


def total(footprint: Footprint, layer: Layer) -> float:
    return affected_people(footprint, layer).total


@checked
@given(places, counts)
def test_a_footprint_over_everything_counts_everybody_once(at, people) -> None:
    layer = layer_of(grid(at), people)
    everything = area(shapely.box(at[0] - 1, at[1] - 1, at[0] + 3, at[1] + 4))
    assert total(everything, layer) == pytest.approx(sum(people), rel=1e-12)
    assert total(Everyone(), layer) == sum(people)


@checked
@given(places, counts, fractions, boxes)
def test_splitting_a_footprint_changes_nothing(at, people, part: float, drawn) -> None:
    assume(min(people) > 0)
    layer, whole = layer_of(grid(at), people), box(at, drawn)
    west, south, east, north = whole.bounds
    cut = west + part * (east - west)
    halves = area(shapely.box(west, south, cut, north), shapely.box(cut, south, east, north))
    assert total(halves, layer) == pytest.approx(total(area(whole), layer), rel=1e-9)


@checked
@given(places, fractions, boxes)
def test_splitting_a_unit_by_its_area_changes_nothing(at, part: float, drawn) -> None:
    west, south = at
    cut = west + part
    units = [shapely.box(west, south, west + 1, south + 1)]
    halves = [shapely.box(west, south, cut, south + 1), shapely.box(cut, south, west + 1, south + 1)]
    shares = [(cut - west) * 1e6, (west + 1 - cut) * 1e6]
    footprint = area(box(at, (0.25, 0.25, drawn[2], drawn[3])))
    expected = total(footprint, layer_of(units, [1e6]))
    assert total(footprint, layer_of(halves, shares)) == pytest.approx(expected, rel=1e-6, abs=1e-3)


@checked
@given(places, st.floats(-360, 360), counts, boxes)
def test_moving_everything_round_the_earth_changes_nothing(at, turn: float, people, drawn) -> None:
    assume(min(people) > 0)
    layer = layer_of(grid(at), people)
    moved = layer_of([shapely.transform(cell, lambda xy: xy + np.array([turn, 0])) for cell in grid(at)], people)
    footprint = box(at, drawn)
    turned = shapely.transform(footprint, lambda xy: xy + np.array([turn, 0]))
    expected = affected_people(area(footprint), layer).table
    found = affected_people(area(turned), moved).table
    assert found["affected"].to_numpy() == pytest.approx(expected["affected"].to_numpy(), rel=1e-6, abs=1e-3)


@checked
@given(places, counts, boxes, boxes)
def test_a_union_is_the_sum_less_what_both_hold(at, people, one, other) -> None:
    assume(min(people) > 0)
    layer, first, second = layer_of(grid(at), people), box(at, one), box(at, other)
    shared = shapely.intersection(first, second)
    assume(shared.is_empty or shared.area > 1e-3)
    both = 0.0 if shared.is_empty else total(area(shared), layer)
    union = total(Union(parts=(area(first), area(second)), how="max"), layer)
    assert union == pytest.approx(total(area(first), layer) + total(area(second), layer) - both, rel=1e-6)
    assert total(area(first, second), layer) == pytest.approx(union, rel=1e-9)


@checked
@given(places, counts, st.lists(fractions, min_size=6, max_size=6), boxes)
def test_a_product_with_an_attribute_scales_every_unit(at, people, shares, drawn) -> None:
    assume(min(people) > 0)
    layer = layer_of(grid(at), people, fishers=[count * share for count, share in zip(people, shares, strict=True)])
    ground = affected_people(area(box(at, drawn)), layer).table["affected"].to_numpy()
    workers = affected_people(Product(parts=(area(box(at, drawn)), Attribute(count="fishers"))), layer).table
    assert workers["affected"].to_numpy() == pytest.approx(ground * np.array(shares), rel=1e-9)
    weights = Units(weights={f"u{place}": share for place, share in enumerate(shares)})
    listed = affected_people(Product(parts=(area(box(at, drawn)), weights)), layer).table
    assert listed["affected"].to_numpy() == pytest.approx(ground * np.array(shares), rel=1e-9)


@checked
@given(places, counts, boxes)
def test_the_interval_holds_its_count_and_stays_within_the_people(at, people, drawn) -> None:
    assume(min(people) > 0)
    layer = layer_of(grid(at), people)
    found = affected_people(area(box(at, drawn)), layer)
    low, middle, high = (found.table[name].to_numpy() for name in ("affected_low", "affected", "affected_high"))
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (low >= 0).all()
    assert (high <= np.array(people) * (1 + 1e-9)).all()
    assert 0 <= found.low <= found.total <= found.high <= sum(people) * (1 + 1e-9)


@checked
@given(places, counts, st.lists(fractions, min_size=2, max_size=4, unique=True))
def test_people_carried_to_other_areas_are_conserved(at, people, cuts) -> None:
    west, south = at
    edges = [0.0, *sorted(2 * cut for cut in cuts), 2.0]
    targets = [shapely.box(west + a, south, west + b, south + 3) for a, b in pairwise(edges)]
    weights = areal_weights(gpd.GeoSeries(grid(at), crs=4326), gpd.GeoSeries(targets, crs=4326))
    carried = transfer(np.array(people), weights, len(targets))
    assert carried.sum() == pytest.approx(sum(people), rel=1e-12)
