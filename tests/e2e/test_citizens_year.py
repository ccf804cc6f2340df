"""A citizen's year in a real browser, from an address to a seat that was served: both stores, widths, three languages."""

from __future__ import annotations

import pytest

from tests.e2e.site import SMALL, Site, copied, opened, shared_home
from tests.e2e.year import Visit, citizens_year
from tests.postgis import new_cluster, remove


@pytest.fixture(params=["sqlite", "postgis"])
def site(request, browser, tmp_path_factory, tmp_path):
    cluster = new_cluster() if request.param == "postgis" else None
    home = shared_home(tmp_path_factory, request.config)
    settings = copied(home, tmp_path / "home", database_url=cluster.url() if cluster else None)
    with opened(settings) as address:
        yield Site(settings=settings, address=address, browser=browser, shots=request.config.cache.mkdir("screenshots"))
    if cluster is not None:
        remove(cluster)


@pytest.mark.long
@pytest.mark.parametrize(
    "visit",
    [Visit(), Visit("es", SMALL, by_keyboard=True), Visit("fr", SMALL, by_keyboard=True)],
    ids=lambda visit: f"{visit.language}-{visit.width}{'-keyboard' if visit.by_keyboard else ''}",
)
def test_a_citizens_year(site, visit):
    citizens_year(site, visit)
    site.no_troubles()
