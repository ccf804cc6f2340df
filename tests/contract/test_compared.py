"""A version in the store beside drafts: its figures, and how close it is, in the words of what was kept smallest."""

from __future__ import annotations

from services.auth.roles import Role
from services.jobs.working import work_off
from tests.contract.town_service import ASKED


def test_a_version_says_what_none_smaller_is_about(service, opened):
    ann = service.client(Role.ANALYST)
    asked = ASKED | {"smallest": "population"}
    order = ann.post("/studio/publish", json={"asked": asked, "days": 30})
    assert order.status_code == 202, order.text
    work_off(opened)
    made = ann.get(f"/studio/orders/{order.json()['id']}/state").json()["proposed"]
    version = ann.get(f"/studio/versions/{made['id']}/{made['version']}").json()
    draft = ann.post("/studio/derive", json=asked).json()
    assert "less populous" in version["closeness"]
    assert version["closeness"] == draft["closeness"]
