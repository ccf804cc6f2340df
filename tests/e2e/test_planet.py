"""Issues that cross borders, derived on the world's places and asked for by people on both sides of a border."""

from __future__ import annotations

import shutil

import pytest
import shapely

from boundaries.planet.layer import built
from geopolity.polity.derivation import Derivation
from maps import polity_map
from maps.reports.polity import report_html
from services.clock import today
from services.derivation.derive import derive
from services.derivation.folder import files_without_pictures
from services.derivation.requests.request import request_of
from services.lookup.answer import lookup
from services.polities.lifecycle import load_proposal, proposal_of
from services.storage.store import Store

pytestmark = pytest.mark.long  # the layer, its index and a polity on it take two minutes
RIVER, STRAIT = "rhine-water", "bering-strait"
BASEL, ROTTERDAM, BERLIN = (7.59, 47.56), (4.48, 51.92), (13.4, 52.52)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store beside the layer, which is built once for all processes of a run."""
    home = tmp_path_factory.mktemp("planet")
    shared = tmp_path_factory.getbasetemp().parent / "world-places"
    built(shared)
    shutil.copytree(shared, home / "cache" / "layers")
    return Store(url=f"sqlite:///{home / 'geopolity.sqlite'}", home=home, vote_days=3)


def derived(name: str, store: Store) -> Derivation:
    return derive(request_of(store.home, issue=name), store.home).derivation


@pytest.fixture(scope="module")
def river(store: Store) -> Derivation:
    made = derived(RIVER, store)
    load_proposal(proposal_of(made), made.layer, store)
    return made


def titles(lon: float, lat: float, store: Store) -> list[str]:
    return [polity["title"] for polity in lookup(lon, lat, today(), store).as_json()["polities"]]


def test_a_citizen_in_basel_and_one_in_rotterdam_are_in_the_same_polity(river: Derivation, store: Store) -> None:
    assert river.certificate.gap <= 0.001
    assert titles(*BASEL, store) == titles(*ROTTERDAM, store) == [river.issue.title]
    assert titles(*BERLIN, store) == []
    inside = river.layer.units["parent"][river.units["inside"]]
    assert set(inside) >= {"CH", "DE", "FR", "NL"}


def test_what_is_published_says_whose_places_they_are(river: Derivation) -> None:
    for page in (report_html(river), polity_map(river).get_root().render()):
        assert "GeoNames (CC BY 4.0)" in page
        assert "no border dispute" in page
    assert b"rhine-water" in files_without_pictures(river)["problem.json"]


def test_a_map_of_a_river_draws_what_is_around_it(river: Derivation) -> None:
    page = polity_map(river).get_root().render()
    assert len(page) < 8_000_000
    assert "Rotterdam" in page
    assert "Vladivostok" not in page


def test_a_polity_goes_across_the_antimeridian(store: Store) -> None:
    made = derived(STRAIT, store)
    load_proposal(proposal_of(made), made.layer, store)
    assert made.certificate.gap <= 0.005
    inside = made.layer.units[made.units["inside"]]
    assert set(inside["parent"]) == {"RU", "US"}
    west, _, east, _ = shapely.bounds(made.boundary)
    assert (west, east) == (-180, 180)
    assert shapely.area(made.boundary) < 0.05 * 360 * 180  # two shores, not the way round the Earth
    for lon, lat in inside[["longitude", "latitude"]].to_numpy():
        assert titles(lon, lat, store) == [made.issue.title]
    assert len(polity_map(made).get_root().render()) < 8_000_000
