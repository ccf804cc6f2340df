"""The three days once more, with the store in PostGIS."""

import pytest

from tests.e2e.days import analyst_day, assembly_day, citizen_day
from tests.e2e.site import LARGE, Site, copied, opened, shared_home
from tests.postgis import new_cluster, remove


@pytest.fixture
def site(browser, tmp_path_factory, tmp_path, request):
    cluster = new_cluster()
    home = shared_home(tmp_path_factory, request.config)
    settings = copied(home, tmp_path / "home", database_url=cluster.url())
    with opened(settings) as address:
        yield Site(settings=settings, address=address, browser=browser, shots=tmp_path)
    remove(cluster)


@pytest.mark.long
def test_the_three_days(site):
    citizen_day(site, width=LARGE, has_script=True)
    analyst_day(site, name="Smoke over the valley")
    assembly_day(site)
    site.no_troubles("status of 409")  # an objection must be answered before the proposal can be activated
