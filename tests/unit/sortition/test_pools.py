import numpy as np
import pytest

from geopolity.sortition.pools import People, StrataError, check_levels, pooled, stratum_path


def test_people_with_the_same_cell_and_stratum_share_a_pool():
    cell = np.array([0] * 50 + [1] * 30)
    stratum = np.array([0] * 25 + [1] * 25 + [0] * 25 + [1] * 5)
    result = pooled(
        People(cell, stratum, ["f", "m"]), [("a", ["x", "y"]), ("b", ["y", "z"])], seats={"x": 3, "y": 2}, levels=1
    )
    world = result.electorate
    assert list(zip(world.pool_cell.tolist(), world.pool_strata, world.pool_people.tolist(), strict=True)) == [
        (0, "f", 25),
        (0, "m", 25),
        (1, "", 30),
    ]
    assert world.polities == ["x", "y"]
    assert world.eligible.tolist() == [50, 80]
    assert np.bincount(result.person_pool).tolist() == world.pool_people.tolist()


def test_a_path_names_levels_in_order_and_escapes_what_tables_cannot_hold():
    answers = {"sex": "f", "age": "30-44", "region": "a/b, c"}
    assert stratum_path(answers, ("region", "age", "sex")) == "a%2Fb%2C c/30-44/f"
    assert stratum_path({}, ("age", "sex")) == "unknown/unknown"
    assert stratum_path(answers, ()) == ""


@pytest.mark.parametrize("levels", [("age", "age"), ("",)])
def test_levels_are_named_once(levels):
    with pytest.raises(StrataError):
        check_levels(levels)


def test_nobody_makes_no_pool():
    nobody = np.array([], int)
    assert pooled(People(nobody, nobody, [""]), [("a", ["x"])], seats={"x": 1}, levels=0).electorate.people == 0
