"""What people type when they are asked where they live."""

import pytest

from services.views.belonging import _coordinates


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("38.6, -90.2", (-90.2, 38.6)),
        ("38.6 -90.2", (-90.2, 38.6)),
        ("-80.2, 38.6", (38.6, -80.2)),
        ("-90.2, 38.6", (-90.2, 38.6)),
        ("-120.5, 38.6", (-120.5, 38.6)),
        ("38.6 N, 90.2 W", (-90.2, 38.6)),
        ("33.9° S 151.2° E", (151.2, -33.9)),
        ("05680", None),
        ("Portland, ME", None),
        ("12 Elm Street, 18015", None),
    ],
)
def test_latitude_comes_first_unless_it_cannot_be_one(typed, point):
    assert _coordinates(typed) == point
