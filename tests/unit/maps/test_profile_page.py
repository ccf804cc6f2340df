"""The page *Who they are*: a group is named once, and a range that lacks an error says so."""

import math

import pytest

from geopolity.polity.profile import Line
from maps.reports.profile import profile_html

LACKING = "narrower than the truth"


def line(group, kind, *, sampling, quality):
    return Line(
        group=group, kind=kind, place="", people=10.0, base=100.0, share=0.1, sampling=sampling, placing=0.01,
        low=0.09, high=0.11, ratio=2.0, ratio_low=1.9, ratio_high=2.1, quality=quality, left_out=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(("sampling", "quality", "is_said"), [(math.nan, "unknown", True), (0.01, "reliable", False)])
def test_a_range_without_sampling_error_says_that_it_is_too_narrow(sampling, quality, is_said):
    lines = [line("women", kind, sampling=sampling, quality=quality) for kind in ("affected", "everywhere")]
    assert (LACKING in profile_html("Dust", lines, [], "everywhere")) is is_said


def test_each_group_is_named_once_above_its_places():
    lines = [
        line(group, kind, sampling=0.01, quality="reliable")
        for group in ("women", "over 65")
        for kind in ("affected", "inside", "everywhere")
    ]
    page = profile_html("Dust", lines, [], "everywhere").partition("<table>")[2]
    assert [page.count(f"<bdi>{group}</bdi>") for group in ("women", "over 65")] == [1, 1]
    assert page.count('scope="row"') == 6
