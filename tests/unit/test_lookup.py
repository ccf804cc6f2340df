"""Two squares side by side, and points inside, on the border, at sea and nowhere."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import box

from geopolity.lookup import PointError, locate, snapped

UNITS = gpd.GeoSeries([box(0, 0, 1, 1), box(1, 0, 2, 1)], index=["01", "02"], crs=4326)


@pytest.mark.parametrize(("lon", "unit_id"), [(0.5, "01"), (1.5, "02"), (1.0, "01"), (1.00000001, "01"), (2.0, "02")])
def test_a_point_has_the_lowest_unit_that_covers_it(lon, unit_id):
    assert locate(snapped(lon, 0.5), UNITS).unit_id == unit_id


def test_a_point_at_sea_has_the_nearest_unit_and_its_distance():
    place = locate(snapped(3, 0.5), UNITS)
    assert (place.unit_id, place.nearest) == (None, "02")
    assert place.distance_m == pytest.approx(111_315, rel=1e-3)


@pytest.mark.parametrize(
    ("lon", "lat", "word"), [(float("nan"), 1, "no place"), (40, -100, "swapped"), (181, 0, "range"), (0, 200, "range")]
)
def test_coordinates_that_are_no_place_are_refused(lon, lat, word):
    with pytest.raises(PointError, match=word):
        snapped(lon, lat)
