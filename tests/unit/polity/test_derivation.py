"""From an issue and a drawable layer to a polity: five by five square units, people written in the cells."""

from dataclasses import replace
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geopolity.affected.footprint import Everyone, Units
from geopolity.layers.holes import enclosed
from geopolity.layers.layer import Layer
from geopolity.polity.baselines import baselines
from geopolity.polity.borders import shortest_border_km
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import Issue
from geopolity.polity.stability import stability
from geopolity.region import Method, verify
from maps.reports.findings import findings


def square_layer(width=5, people=100.0):
    names = [f"{row}{column}" for row in range(width) for column in range(width)]
    boxes = [shapely.box(0.1 * c, 0.1 * r, 0.1 * c + 0.1, 0.1 * r + 0.1) for r in range(width) for c in range(width)]
    parent = ["west" if int(name[1]) < 2 else "east" for name in names]
    units = gpd.GeoDataFrame(
        {"name": names, "population": people, "parent": parent}, index=names, geometry=boxes, crs=4326
    )
    return Layer(name="squares", title="Squares", vintage="2020", source="drawn", licence="none", units=units)


def issue(weights, **changes):
    settings = {
        "name": "test",
        "title": "Test",
        "question": "Who?",
        "footprint": Units(weights=weights),
        "layer": "squares",
        "coverage": Decimal(1),
        "smallest": "units",
    }
    return Issue(**(settings | changes))


RING = {"11": 1.0, "12": 1.0, "13": 1.0, "21": 1.0, "23": 1.0, "31": 1.0, "32": 1.0, "33": 1.0}


def test_a_polity_holds_its_people_and_tells_its_size():
    polity = derive_polity(issue({"22": 1.0, "23": 0.5}), square_layer())
    verify(polity.problem, polity.region)
    assert polity.units.index[polity.units["inside"]].tolist() == ["22", "23"]
    assert (polity.population, polity.affected_inside, polity.affected_total) == (200, 150, 150)
    assert polity.area_km2 == pytest.approx(2 * 11.13 * 11.06, rel=0.01)
    assert polity.boundary.symmetric_difference(shapely.box(0.2, 0.2, 0.4, 0.3)).area < 1e-12


def test_a_hole_stays_a_hole_unless_it_is_asked_to_be_filled():
    layer = square_layer()
    ring = derive_polity(issue(RING), layer)
    full = derive_polity(issue(RING, fill_holes=True), layer)
    assert not ring.units["inside"]["22"]
    assert full.units["inside"]["22"]
    assert full.certificate.cost == ring.certificate.cost + 1
    assert full.certificate.lower_bound == ring.certificate.lower_bound
    assert "1 enclosed units taken in for a cost of 1" in str(full.certificate.proof)


def test_enclosed_units_are_those_inside_the_outer_boundary():
    layer = square_layer()
    inside = np.array([name in RING for name in layer.units.index])
    assert layer.units.index[enclosed(layer, inside)].tolist() == ["22"]
    assert not enclosed(layer, inside & (layer.units.index != "12")).any()


def test_everyone_is_the_whole_layer_without_a_search():
    polity = derive_polity(issue({"00": 1.0}, footprint=Everyone()), square_layer())
    assert polity.units["inside"].all()
    assert polity.certificate.method is Method.EVERYONE
    assert polity.certificate.optimal
    assert stability(polity).eq(1).all()


def test_whole_parents_are_larger_than_the_polity():
    polity = derive_polity(issue({"12": 1.0, "22": 1.0}, coverage=Decimal("0.9")), square_layer())
    alternatives = baselines(polity)
    assert alternatives.loc["whole states", "units"] == 15
    assert alternatives.loc["all intersecting", "units"] == 2


def test_smallest_by_population_avoids_bystanders():
    people = np.full(25, 100.0)
    people[12] = 1.0  # the direct way from 11 to 13 leads through 12; 22 beside it is empty
    people[7] = 5000.0
    layer = square_layer(people=people)
    polity = derive_polity(issue({"11": 1.0, "13": 1.0}, smallest="population"), layer)
    assert not polity.units["inside"]["12"]


def test_a_weight_on_the_border_makes_the_polity_rounder():
    people = np.full(25, 1.0)
    people[[2, 7, 12, 17, 22]] = 1000.0  # the middle column
    people[[1, 3]] = 30.0
    layer = square_layer(people=people)
    plain = derive_polity(issue(dict.fromkeys(layer.units.index, 1.0)), layer)
    rounded = derive_polity(issue(dict.fromkeys(layer.units.index, 1.0), compactness=2000.0), layer)
    assert plain.border is None
    claim = rounded.certificate
    assert claim.border == rounded.border.of(rounded.problem, rounded.region.members)
    assert rounded.border.of(rounded.problem, plain.region.members) >= claim.border
    assert 0 < claim.border_bound <= claim.border
    assert claim.cost == claim.border + rounded.units.loc[rounded.units["inside"], "cost"].sum()
    assert claim.lower_bound <= claim.cost
    assert "km of border" in " ".join(findings(rounded).method)


def test_no_border_is_shorter_than_its_bound():
    layer = square_layer()
    polity = derive_polity(issue(RING, compactness=1.0), layer)
    rng = np.random.default_rng(0)
    areas = polity.weighing.areas_km2
    for _ in range(200):
        members = rng.random(25) < rng.random()
        shortest = polity.weighing.per_km * shortest_border_km(float(areas[members].sum()))
        assert polity.border.of(polity.problem, members) >= shortest


def test_units_in_doubt_are_fringe_and_the_same_seed_says_the_same():
    # Three equal units in a row: 60 % need the middle and whichever end is drawn heavier.
    polity = derive_polity(issue({"20": 1.0, "21": 1.0, "22": 1.0}, coverage=Decimal("0.6")), square_layer())
    doubt = polity.units["affected"] * 0.5
    unsure = replace(
        polity,
        units=polity.units.assign(
            affected_low=polity.units["affected"] - doubt, affected_high=polity.units["affected"] + doubt
        ),
    )
    first, second = stability(unsure, runs=12, seed=3), stability(unsure, runs=12, seed=3)
    assert first.equals(second)
    assert first["21"] == 1.0, "whoever is drawn, the middle is needed to join or to hold"
    assert 0 < first["20"] < 1, "either end may be the heavier one"
    assert 0 < first["22"] < 1
    assert first["44"] == 0.0
