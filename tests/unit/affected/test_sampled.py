"""Sampling error beside where-people-live error: one interval, its two parts told apart."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geopolity.affected.footprint import Area, Attribute, Units
from geopolity.affected.mixed import Product, Union
from geopolity.affected.people import affected_people
from geopolity.polity.derivation import derive_polity
from geopolity.polity.issue import Issue
from geopolity.polity.stability import with_stability
from maps.locale.figures import FIXED as THIN
from maps.reports.findings import findings

CONTROLLED = -555_555_555.0


@pytest.fixture
def surveyed(row):
    """Three cells with a sampled count of fishers, one of them nobody, and a population whose count is sampled too."""
    row.units["fishers"] = [60.0, 30.0, 0.0]
    row.units["fishers_M"] = [12.0, 9.0, 5.0]
    row.units["population_M"] = [10.0, CONTROLLED, 20.0]
    return row


def test_an_attribute_has_its_own_published_margins_and_their_total_follows_the_zero_cell_rule(surveyed):
    found = affected_people(Attribute(count="fishers"), surveyed)
    assert found.table["affected_sampling"].tolist() == [12.0, 9.0, 5.0]
    assert found.sampling == pytest.approx(math.sqrt(12**2 + 9**2 + 5**2))
    assert (found.low, found.high) == pytest.approx((90 - found.sampling, 90 + found.sampling))
    assert found.placing == 0
    assert found.table["affected_low"].tolist() == [48.0, 21.0, 0.0]


def test_factors_add_up_as_relative_squares(surveyed):
    surveyed.units["share"] = [0.5, 0.2, 0.1]
    surveyed.units["share_M"] = [0.1, 0.1, 0.1]
    half = Units(weights={"u0": 0.5})
    found = affected_people(Product(parts=(Attribute(count="fishers"), half)), surveyed)
    assert found.table["affected_sampling"].tolist() == pytest.approx([6.0, 0.0, 0.0])
    by_share = affected_people(Attribute(share="share", base="fishers"), surveyed)
    relative = math.hypot(0.1 / 0.5, 12 / 60)
    assert by_share.table["affected_sampling"].iloc[0] == pytest.approx(30 * relative)


def test_people_themselves_are_sampled_and_controlled_counts_are_not(surveyed):
    found = affected_people(Units(weights={"u0": 1.0, "u1": 1.0}), surveyed)
    assert found.table["affected_sampling"].tolist() == [10.0, 0.0, 0.0]


def test_nothing_is_said_of_sampling_where_no_margin_is_known_or_a_union_hides_it(row, surveyed):
    both = Union(parts=(Attribute(count="fishers"), Units(weights={"u0": 1.0})))
    assert affected_people(both, surveyed).sampling is None
    assert affected_people(Attribute(count="population"), row).sampling is not None
    row.units["crabbers"] = [9.0, 9.0, 9.0]
    assert affected_people(Attribute(count="crabbers"), row).sampling is None


def test_both_errors_are_in_the_interval_of_the_total(surveyed):
    part = Area(shapes=gpd.GeoSeries([shapely.box(0.0, 0.0, 0.05, 0.1)], crs=4326))
    found = affected_people(part, surveyed)
    assert found.placing > 0
    assert found.sampling == pytest.approx(5.0, rel=0.01)
    assert found.total - found.low == pytest.approx(math.hypot(found.placing, found.sampling), rel=0.01)


def test_report_and_record_tell_the_parts_apart_and_so_does_the_fringe(surveyed):
    issue = Issue(name="fish", title="Fish", question="", footprint=Attribute(count="fishers"), layer=surveyed.name)
    polity = derive_polity(issue, surveyed)
    assert polity.problem_record["affected_margins"] == {"sampling": 15.8, "placing": 0.0}
    assert polity.units["affected_sampling"].tolist() == [12.0, 9.0, 5.0]
    note = findings(polity).key_figures[0].note.replace(THIN, " ")
    assert "± 15.8 from sampling and ± 0 from where people live" in note
    sure = with_stability(polity, runs=6)
    assert set(sure.problem_record["uncertainty"]["fringe"]) == {"sampling", "placing"}
    assert sure.problem_record["uncertainty"]["fringe"]["placing"] == 0
    assert any("By sampling error alone" in sentence for sentence in findings(sure).limits)
    assert isinstance(sure.units, pd.DataFrame)
    assert np.isfinite(sure.units["stability"]).all()
