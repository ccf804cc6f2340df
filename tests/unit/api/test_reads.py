"""Requests of pages that send much and change nothing are not counted as writes: a slider asks often."""

from services.auth.roles import Role
from services.settings import Settings
from tests.served import served


def test_looking_up_and_trying_a_place_are_no_writes(tmp_path):
    settings = Settings(home=tmp_path, workers=1, rate_limit="2/minute")
    with served(settings, worker=False) as running:
        analyst = running.client(Role.ANALYST)
        found = [analyst.post("/studio/place", json={"name": "05680"}).status_code for _ in range(4)]
        asked = [running.client().post("/lookup", data={"q": ""}).status_code for _ in range(4)]
        raised = [running.client().post("/matters/new", data={}).status_code for _ in range(4)]
    assert found == [200] * 4
    assert asked == [422] * 4
    assert raised[-1] == 429
