"""Who is affected, in numbers a reader can check: three units of a hundred people each."""

import math

import numpy as np
import pandas as pd
import pytest

from boundaries.profiles import read_profile
from geopolity.errors import RequestError
from geopolity.polity.profile import Amounts, Brackets, Group, ProfileError, median, places_of, profile

UNITS = pd.DataFrame(
    {
        "population": [100.0, 100.0, 100.0],
        "affected": [100.0, 50.0, 0.0],
        "affected_low": [100.0, 40.0, 0.0],
        "affected_high": [100.0, 60.0, 0.0],
        "inside": [True, True, False],
    },
    index=["a", "b", "c"],
)
PARENTS = pd.Series(["west", "west", "east"], index=UNITS.index)
PEOPLE = Amounts(amounts=np.array([100.0, 100.0, 100.0]), margins=np.zeros(3))


def lines(values, margins=(0, 0, 0), reference="everywhere"):
    group = Group(
        name="old", count=Amounts(amounts=np.array(values, float), margins=np.array(margins, float)), base=PEOPLE
    )
    found = profile([group], places_of(UNITS, PARENTS), UNITS["population"].to_numpy(), reference)
    return {(line.kind, line.place): line for line in found}


def test_shares_are_weighted_by_the_affected_and_compared_with_everywhere():
    found = lines([20, 40, 0])
    assert found["affected", "affected"].people == 40
    assert found["affected", "affected"].share == pytest.approx(40 / 150)
    assert found["inside", "inside"].share == pytest.approx(0.3)
    assert found["state", "west"].share == pytest.approx(0.3)
    assert found["everywhere", "everywhere"].share == pytest.approx(0.2)
    assert found["inside", "inside"].ratio == pytest.approx(1.5)
    assert math.isnan(found["everywhere", "everywhere"].ratio)


def test_the_two_errors_are_told_apart():
    line = lines([20, 40, 0], margins=[6, 8, 0])["affected", "affected"]
    assert line.sampling == pytest.approx(math.hypot(6, 4) / 150)
    assert line.placing == pytest.approx(0.1 * (40 - 40 / 150 * 100) / 150)
    assert line.high - line.low == pytest.approx(2 * math.hypot(line.sampling, line.placing))
    assert lines([20, 40, 0], margins=[6, 8, 0])["inside", "inside"].placing == 0


def test_a_disparity_whose_range_covers_everything_is_not_shown():
    assert math.isnan(lines([2, 1, 9], margins=[4, 4, 4])["inside", "inside"].ratio)


def test_units_where_nothing_is_known_are_left_out_and_counted():
    line = lines([20, math.nan, 10])["affected", "affected"]
    assert (line.share, line.left_out) == (pytest.approx(0.2), 50)


def test_replicates_replace_the_formula():
    values = np.array([20.0, 40.0, 0.0])
    count = Amounts(amounts=values, margins=np.zeros(3), replicates=np.tile(values, (80, 1)) * 1.1)
    base = Amounts(amounts=PEOPLE.amounts, margins=PEOPLE.margins, replicates=np.tile(PEOPLE.amounts, (80, 1)))
    group = Group(name="old", count=count, base=base)
    line = profile([group], places_of(UNITS, None), UNITS["population"].to_numpy(), "everywhere")[1]
    assert line.sampling == pytest.approx(1.645 * 2 * 0.03)


def test_a_median_lies_in_its_bracket_and_never_in_an_open_one():
    def counted(*values):
        return Amounts(amounts=np.array(values, float), margins=np.ones(3))

    everywhere = places_of(UNITS, None)[-1]
    found = median(
        Brackets(
            name="income",
            edges=(0, 10, 20, math.inf),
            counts=(counted(10, 10, 0), counted(20, 20, 0), counted(0, 0, 20)),
        ),
        everywhere,
    )
    assert found.value == pytest.approx(10 + 10 * (40 - 20) / 40)
    assert found.low < found.value < found.high
    open_ = Brackets(name="income", edges=(0, 10, math.inf), counts=(counted(1, 1, 1), counted(9, 9, 9)))
    assert math.isnan(median(open_, everywhere).value)


TOML = """
table = "acs.csv"
id_column = "GEOID"
[[group]]
name = "Old"
count = ["m65", "f65"]
margin = ["m65_M", "f65_M"]
base = "all"
base_margin = "all_M"
[[group]]
name = "By bus"
share = "bus"
[[median]]
name = "Income"
edges = [0, 10, inf]
counts = ["low", "high"]
"""
CSV = """GEOID,m65,f65,m65_M,f65_M,all,all_M,bus,low,high
a,"1,000",0,30,40,2000,*****,10,5,5
b,10,10,3,4,200,-555555555,20,5,5
c,-666666666,10,**,4,200,7,30,9,1
"""


def test_a_file_names_columns_of_a_table(tmp_path):
    (tmp_path / "acs.csv").write_text(CSV)
    (tmp_path / "groups.toml").write_text(TOML)
    asked = read_profile(tmp_path / "groups.toml", UNITS)
    old, bus = asked.groups
    assert old.count.amounts[:2].tolist() == [1000, 20]
    assert np.isnan(old.count.amounts[2])
    assert old.count.margins[:2].tolist() == [50, 5]
    assert old.base.margins[:2].tolist() == [0, 0]
    assert bus.count.amounts.tolist() == [10, 20, 30]
    assert asked.medians[0].edges == (0, 10, math.inf)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('share = "bus"', "", "needs either count or share"),
        ('"m65_M", "f65_M"', '"m65_M"', "give a margin for each"),
        ("edges = [0, 10, inf]", "edges = [0, 10]", "give one more, ascending"),
        ('name = "Old"', 'name = "Old"\ncolor = "red"', "unknown key 'color'"),
        ('base = "all"', 'base = "none"', "none"),
        ('id_column = "GEOID"', 'id_column = "bus"', "is a unit's"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path, old, new, sentence):
    (tmp_path / "acs.csv").write_text(CSV)
    (tmp_path / "groups.toml").write_text(TOML.replace(old, new))
    with pytest.raises(RequestError, match=sentence):
        read_profile(tmp_path / "groups.toml", UNITS)


def test_an_unknown_reference_is_named():
    with pytest.raises(ProfileError, match="none of affected, everywhere, inside, state"):
        lines([1, 1, 1], reference="mars")
