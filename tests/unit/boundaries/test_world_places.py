"""The embedded places of GeoNames: their totals, their names, their licence."""

from __future__ import annotations

import pandas as pd
import pytest

from boundaries.embedded import data_folder

FOLDER = data_folder() / "world-places"


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return pd.read_parquet(FOLDER / "places.parquet").set_index("id")


@pytest.fixture(scope="module")
def alternates() -> pd.DataFrame:
    return pd.read_parquet(FOLDER / "alternates.parquet")


def test_totals_are_as_published(places, alternates):
    assert len(places) == 234_908
    assert (places["people"] > 0).sum() == 204_228
    assert places["people"].sum() == 4_457_020_924
    assert len(alternates) == 810_099
    assert places.index.is_monotonic_increasing
    assert places.index.is_unique


def test_every_place_lies_on_earth_in_a_listed_country(places):
    assert places["latitude"].between(-90, 90).all()
    assert places["longitude"].between(-180, 180).all()
    listed = pd.read_parquet(FOLDER / "countries.parquet")
    assert (len(listed), int(listed["people"].sum())) == (250, 7_613_081_733)
    assert set(places["country"]) <= set(listed["country"])
    assert places["name"].str.strip().ne("").all()


def test_coordinates_are_good_to_a_metre(places):
    tokyo = places.loc[1850147]
    assert (tokyo["name"], tokyo["country"], tokyo["time_zone"]) == ("Tokyo", "JP", "Asia/Tokyo")
    assert (tokyo["latitude"], tokyo["longitude"]) == pytest.approx((35.6895, 139.69171), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("東京", "Tokyo"),
        ("تهران", "Tehran"),
        ("กรุงเทพมหานคร", "Bangkok"),
        ("दिल्ली", "Delhi"),
        ("ירושלים", "Jerusalem"),
        ("서울", "Seoul"),
        ("Αθήνα", "Athens"),
        ("Москва", "Moscow"),
        ("Constantinople", "Istanbul"),
        ("NYC", "New York City"),
    ],
)
def test_other_names_are_there_in_every_script(places, alternates, name, place):
    assert place in set(places.loc[alternates.loc[alternates["name"] == name, "id"], "name"])


def test_no_name_says_only_again_what_the_place_is_called(places, alternates):
    main = alternates["id"].map(places["name"])
    assert main.notna().all()
    assert alternates["name"].str.casefold().ne(main.str.casefold()).all()
    assert alternates["name"].eq(alternates["name"].str.strip()).all()


def test_tables_stay_small_and_their_licence_travels_beside_them():
    assert all(path.stat().st_size <= 8_000_000 for path in FOLDER.glob("*.parquet"))
    licence = (FOLDER / "LICENCE.txt").read_text(encoding="utf-8")
    assert "GeoNames" in licence
    assert "Creative Commons Attribution 4.0 International Public License" in licence
