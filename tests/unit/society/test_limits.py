"""Where limits break, what turns them, and assumptions that are refused."""

import numpy as np
import pytest

from boundaries.society import open_parameters
from geopolity.society import ParametersError, breaking_points, turned
from geopolity.society.burden import gini
from geopolity.society.parameters import parameters_of
from geopolity.society.steady import steady
from tests.unit.society.worlds import parameters, polity, world


def found(society, given):
    return {one.limit: one for one in breaking_points(society, given)}


def test_loads_break_where_small_places_belong_to_too_many():
    # 2,000 eligible people and 150 seats each: every polity adds 0.075.
    given = parameters(consent=0.5, adults=0.8)
    society = world([5_000.0], [polity(number, [0]) for number in range(20)])
    limits = found(society, given)
    assert limits["load warning"].domains == 7
    assert limits["load one"].domains == 14
    assert limits["nobody left"].domains == 14
    assert limits["load one"].where == ("u00",)
    assert not limits["load one"].holds


def test_more_domains_share_the_petitions():
    given = parameters(petitions=20.0)
    society = world([2e6], [polity(number, [0]) for number in range(30)])
    limit = found(society, given)["session days"]
    assert limit.eases
    assert limit.holds
    few, enough = (society.with_polities(society.polities[:count]) for count in (limit.domains - 1, limit.domains))
    assert steady(few, given).session_days > given["session_cap"] >= steady(enough, given).session_days


def test_a_society_without_polities_breaks_nothing():
    assert all(one.domains is None for one in breaking_points(world([10.0], []), parameters()) if not one.eases)


def test_what_turns_a_limit_is_named():
    society = world([5_000.0], [polity(number, [0]) for number in range(5)])
    given = parameters(consent=0.5)
    flips = {one.name: one.flips for one in turned(society, given)}
    assert "load warning" in flips["consent"]
    assert flips["cost_per_day"] == ()


def test_gini_of_equal_and_of_all_on_one():
    assert gini(np.array([2.0, 2.0, 2.0]), np.array([1.0, 5.0, 3.0])) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0]), np.ones(4)) == pytest.approx(0.75)
    assert gini(np.zeros(3), np.ones(3)) == 0.0


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("consent", {"value": 1.5}, "all from 0.001 to 1"),
        ("consent", {"low": 0.9}, "give low ≤ value"),
        ("consent", {"value": "half"}, "three finite numbers"),
        ("consent", {"value": float("nan")}, "three finite numbers"),
        ("consent", {"value": True}, "three finite numbers"),
        ("seats", {"value": 200, "high": 200}, "from 1 to 150"),
    ],
)
def test_assumptions_out_of_range_are_refused_by_name(name, change, said):
    record = open_parameters().record()
    record[name] |= change
    with pytest.raises(ParametersError, match=said) as refused:
        parameters_of(record)
    assert name in str(refused.value)


def test_unknown_missing_and_incomplete_assumptions_are_refused():
    record = open_parameters().record()
    with pytest.raises(ParametersError, match="no parameter"):
        parameters_of(record | {"luck": record["consent"]})
    with pytest.raises(ParametersError, match="consent is missing"):
        parameters_of({name: one for name, one in record.items() if name != "consent"})
    with pytest.raises(ParametersError, match="and nothing else"):
        parameters_of(record | {"consent": {"value": 0.5}})


def test_a_place_that_nobody_is_left_in_has_a_finite_load_and_a_picture():
    from maps.locale.texts import texts
    from maps.scenes.society import growth_scene
    from services.society.tables import growth_table

    society = world([5_000.0], [polity(number, [0]) for number in range(20)])
    given = parameters(consent=0.5, adults=0.8)
    assert steady(society, given).steady_load == 1_000.0
    scene = growth_scene(growth_table(society, given), texts("en"))
    assert all(np.isfinite(ring).all() for shape in scene.panels[0].shapes for ring in shape.rings)
