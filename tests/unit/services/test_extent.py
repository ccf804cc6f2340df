"""How a region lies on the ground, on squares that a reader can draw."""

import numpy as np
import pandas as pd
import pytest

from geopolity.polity.terrain import survey
from services.derivation.extent import extent_of
from tests.unit.polity.test_derivation import square_layer


def measured(inside, affected):
    layer = square_layer()
    ids = layer.units.index
    counted = pd.Series(np.where(ids.isin(affected), 5.0, 0.0), index=ids)
    return extent_of(layer, survey(layer).contiguity, np.asarray(ids.isin(inside)), counted)


def test_two_corners_are_two_pieces_and_have_the_border_of_both():
    alone = measured(["00"], ["00"])
    far = measured(["00", "44"], ["00"])
    assert (alone.pieces, far.pieces) == (1, 2)
    assert far.border_km == pytest.approx(2 * alone.border_km, rel=0.02)


def test_a_shared_side_is_no_border():
    one, two = measured(["00"], []), measured(["00", "01"], [])
    assert two.pieces == 1
    assert two.border_km == pytest.approx(1.5 * one.border_km, rel=0.02)


def test_people_in_units_where_nobody_is_affected_are_bridges():
    ends = measured(["00", "01", "02"], ["00", "02"])
    people = square_layer().units["population"]
    assert (ends.bridge_units, ends.bridge_population) == (1, round(people["01"]))
