"""`geopolity verify FOLDER --layer L --footprint F`: a folder that holds together is compared with what it was made of."""

from dataclasses import replace
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geopolity.affected.footprint import Area, Units
from geopolity.polity.derivation import derive_polity
from geopolity.polity.terrain import survey
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import audit
from services.derivation.audit.sources import Sources, compared
from services.derivation.folder import Pictures, write_folder
from tests.unit.polity.test_derivation import issue, square_layer
from tests.unit.region.proof_folder import rewritten
from tests.unit.services.test_verify_folder import BOUND, WEIGHTS, outline, sealed

PEOPLE = np.arange(100.0, 125.0)
SHARED = {"coverage": Decimal("0.8"), "smallest": "area"}


def written(folder, asked, layer, **how):
    write_folder(folder, derive_polity(asked, layer, **how), Pictures())
    return folder


def sources(asked=None, layer=None):
    layer = layer or square_layer(people=PEOPLE)
    return Sources(layer=layer, terrain=survey(layer), issue=asked)


def accepted(folder, given):
    return " ".join(map(str, [*audit(folder, with_sources=True), *compared(folder, given)]))


def refused(folder, given):
    """The difference that the sources show in a folder that holds together without them."""
    list(audit(folder))
    with pytest.raises(VerificationFailed, match="From the sources") as found:
        list(compared(folder, given))
    return str(found.value)


DRAWN = Area(shapes=gpd.GeoSeries([shapely.box(0.05, 0.05, 0.33, 0.27)], crs=4326), intensity=0.7)
HONEST = {
    "units": issue(WEIGHTS, **SHARED),
    "an area": issue(WEIGHTS, **SHARED | {"footprint": DRAWN}),
    "by population": issue(WEIGHTS, coverage=Decimal("0.7"), smallest="population"),
    "by units, filled": issue(WEIGHTS, fill_holes=True),
    "with connectors": issue(WEIGHTS, **SHARED, connector_km=30.0),
    "with borders": issue(WEIGHTS, **SHARED, compactness=3.0),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_folder_is_that_of_its_sources(name, tmp_path):
    layer = square_layer(people=PEOPLE)
    if name == "with connectors":
        layer = replace(layer, units=layer.units.drop(index=["03", "13", "23", "33", "43"]))
        asked = replace(HONEST[name], footprint=Units(weights={"00": 1.0, "04": 1.0, "24": 1.0}))
    else:
        asked = HONEST[name]
    said = accepted(written(tmp_path / "f", asked, layer), sources(asked, layer))
    assert "the outline is that of" in said
    assert "are those counted again" in said
    assert "not re-derived" not in said
    assert ("footprint.geojson is its drawing" in said) == (name == "an area")
    if name == "with connectors":
        assert "with 0 connectors" not in said


def test_with_a_layer_alone_the_people_are_said_to_be_unchecked(tmp_path):
    said = accepted(written(tmp_path / "f", HONEST["units"], square_layer(people=PEOPLE)), sources())
    assert "not re-derived: affected people" in said


def fewer_people():
    people = PEOPLE.copy()
    people[3] += 500
    return square_layer(people=people)


def smaller_unit():
    layer = square_layer(people=PEOPLE)
    units = layer.units.copy()
    units.loc["44", "geometry"] = shapely.box(0.4, 0.4, 0.5, 0.45)
    return replace(layer, units=units)


def edge_less():
    layer = square_layer(people=PEOPLE)
    units = layer.units.copy()
    units.loc["44", "geometry"] = shapely.box(0.41, 0.41, 0.51, 0.51)
    return replace(layer, units=units)


FORGED_LAYERS = {
    "people moved": (fewer_people, "population of 03"),
    "a unit smaller": (smaller_unit, "cost of 44"),
    "a unit apart": (edge_less, "44"),
    "a unit dropped": (lambda: replace(square_layer(people=PEOPLE), units=square_layer(people=PEOPLE).units.drop(index="44")), "44"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED_LAYERS)
def test_a_derivation_on_a_forged_layer_is_refused(name, tmp_path):
    forged, difference = FORGED_LAYERS[name]
    folder = written(tmp_path / "f", HONEST["units"], forged())
    assert difference in refused(folder, sources(HONEST["units"]))


def test_a_derivation_of_another_footprint_is_refused(tmp_path):
    folder = written(tmp_path / "f", issue(WEIGHTS | {"00": 0.6}, **SHARED), square_layer(people=PEOPLE))
    assert "affected of 00 is 50.0; units.csv states 60.0" in refused(folder, sources(HONEST["units"]))


@pytest.mark.parametrize("name", [name for name in BOUND if name not in {"footprint's digest", "engine", "title"}])
def test_what_a_re_made_certificate_would_hide_is_shown_by_the_sources(name, tmp_path):
    folder = written(tmp_path / "f", HONEST["units"], square_layer(people=PEOPLE))
    BOUND[name](folder)
    sealed(folder)
    refused(folder, sources(HONEST["units"]))


def test_an_outline_moved_by_a_metre_is_refused(tmp_path):
    folder = written(tmp_path / "f", HONEST["units"], square_layer(people=PEOPLE))
    outline(
        shapely.transform(derive_polity(HONEST["units"], square_layer(people=PEOPLE)).boundary, lambda xy: xy + 1e-5)
    )(folder)
    sealed(folder)
    assert "outline" in refused(folder, sources(HONEST["units"]))


def test_the_problem_carries_what_is_needed_to_count_again(tmp_path):
    asked = issue(WEIGHTS, **SHARED | {"footprint": DRAWN}, connector_km=12.5, fill_holes=True)
    record = derive_polity(asked, square_layer(people=PEOPLE)).problem_record
    assert (record["connector_km"], record["fill_holes"], record["objective"]) == (12.5, True, "area")
    assert record["footprint"]["terms"] == {"kind": "area", "intensity": 0.7}


def test_connectors_of_a_folder_that_does_not_say_their_length_are_said_to_be_unchecked(tmp_path):
    layer = square_layer(people=PEOPLE)
    layer = replace(layer, units=layer.units.drop(index=["03", "13", "23", "33", "43"]))
    asked = issue({"00": 1.0, "04": 1.0, "24": 1.0}, **SHARED, connector_km=30.0)
    folder = written(tmp_path / "f", asked, layer)
    rewritten(folder / "problem.json", lambda it: {key: value for key, value in it.items() if key != "connector_km"})
    sealed(folder)
    assert "connectors are not re-derived" in accepted(folder, sources(asked, layer))


def test_a_drawing_that_is_none_is_refused_with_a_sentence(tmp_path):
    asked = HONEST["an area"]
    folder = written(tmp_path / "f", asked, square_layer(people=PEOPLE))
    (folder / "footprint.geojson").write_text("{}")
    sealed(folder)
    with pytest.raises(VerificationFailed, match="cannot be read as a derivation"):
        list(compared(folder, sources(asked)))
