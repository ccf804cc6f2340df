"""OGC API Processes over both stores, as the standard's abstract tests ask."""

from __future__ import annotations

import pytest

from services.auth.roles import Role
from services.jobs.working import work_off
from tests.contract.town_service import ASKED

EXECUTION = "/ogc/processes/derive/execution"
EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"


def test_a_derivation_is_ordered_followed_and_fetched(service, opened):
    ann = service.client(Role.ANALYST)
    ordered = ann.post(EXECUTION, json={"inputs": ASKED})
    assert (ordered.status_code, ordered.json()["status"]) == (201, "accepted")
    where = ordered.headers["location"]
    early = ann.get(f"{where}/results")
    assert (early.status_code, early.json()["type"]) == (404, f"{EXCEPTIONS}/result-not-ready")
    work_off(opened)
    state = ann.get(where).json()
    assert (state["status"], state["progress"], state["processID"]) == ("successful", 100, "derive")
    (there,) = [link["href"] for link in state["links"] if link["rel"].endswith("/results")]
    found = ann.get(there).json()
    (feature,) = ann.get(found["polity"]["href"]).json()["features"]
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert found["figures"]["units"] > 0
    assert {job["jobID"] for job in ann.get("/ogc/jobs").json()["jobs"]} == {state["jobID"]}
    assert ann.get(f"/api/v1/derivations/{state['jobID']}").json()["status"] == "done"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("order", "named"),
    [
        ({"outputs": {"zz": {}}}, "zz"),
        ({"outputs": {"polity": {"transmissionMode": "value"}}}, "value"),
        ({"outputs": {"figures": {"transmissionMode": "reference"}}}, "reference"),
        ({"outputs": {"units": {"format": {"mediaType": "application/json"}}}}, "application/json"),
        ({"outputs": {"units": {"schema": "x"}}}, "schema"),
        ({"outputs": {"polity": "all"}}, "all"),
        ({"outputs": {"polity": {}, "paint": {}}}, "paint"),
        ({"response": "raw"}, "raw"),
        ({"response": "paper"}, "paper"),
        ({"mode": "sync"}, "sync"),
        ({"mode": ["async"]}, "mode"),
        ({"subscriber": {"successUri": "http://localhost/done"}}, "subscriber"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_an_order_asks_for_and_is_not_done_is_refused_by_name(service, order, named):
    ann = service.client(Role.ANALYST)
    answer = ann.post(EXECUTION, json={"inputs": ASKED} | order)
    assert answer.status_code == 400
    assert named in answer.json()["detail"]
    assert ann.get("/ogc/jobs").json()["jobs"] == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_order_asks_in_its_address_for_nothing(service):
    ann = service.client(Role.ANALYST)
    assert ann.post(f"{EXECUTION}?response=raw", json={"inputs": ASKED}).status_code == 400


def test_results_name_the_outputs_that_were_wanted(service, opened):
    ann = service.client(Role.ANALYST)
    as_served = {"transmissionMode": "reference", "format": {"mediaType": "text/csv"}}
    wanted = [{}, {"units": as_served}, {"figures": {"transmissionMode": "value"}, "polity": {}}]
    orders = [{"inputs": ASKED, "outputs": outputs, "response": "document", "mode": "async"} for outputs in wanted]
    places = [ann.post(EXECUTION, json=order).headers["location"] for order in orders]
    work_off(opened)
    found = [set(ann.get(f"{place}/results").json()) for place in places]
    assert found == [{"polity", "units", "certificate", "figures"}, {"units"}, {"figures", "polity"}]


def followed(client, address):
    """All jobs of a list, part by part."""
    while address:
        part = client.get(address).json()
        yield [job["jobID"] for job in part["jobs"]]
        address = next((link["href"] for link in part["links"] if link["rel"] == "next"), None)


def test_jobs_are_listed_in_parts_and_by_what_they_are(service, opened):
    ann = service.client(Role.ANALYST)
    places = [ann.post(EXECUTION, json={"inputs": ASKED}).headers["location"] for _ in range(5)]
    ids = [place.rpartition("/")[2] for place in places]
    assert [[*followed(ann, f"/ogc/jobs?limit={most}")] for most in (2, 5, 100_000)] == [
        [ids[:2], ids[2:4], ids[4:]],
        [ids],
        [ids],
    ]
    ann.delete(places[1])
    work_off(opened)
    for asked, found in [
        ("status=dismissed", ids[1:2]),
        ("status=successful,dismissed&offset=1&limit=2", ids[1:3]),
        ("status=running", []),
        ("processID=derive&type=process&maxDuration=600", ids),
        ("processID=paint", []),
        ("minDuration=600", []),
        ("datetime=2000-01-01/..", ids),
        ("datetime=../2000-01-01", []),
    ]:
        assert [job["jobID"] for job in ann.get(f"/ogc/jobs?{asked}").json()["jobs"]] == found, asked


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "asked",
    ["limit=0", "limit=x", "limit=1&limit=2", "offset=-1", "status=ready", "type=service", "datetime=soon", "minDuration=x", "maxDuration=-1", "colour=red"],
)  # fmt: skip
def test_a_list_of_jobs_that_cannot_be_is_400(service, asked):
    answer = service.client(Role.ANALYST).get(f"/ogc/jobs?{asked}")
    assert (answer.status_code, len(answer.json()["detail"]) > 20) == (400, True)


def test_what_fails_says_why_and_what_is_dismissed_has_no_result(service, opened):
    ann = service.client(Role.ANALYST)
    far = {"kind": "radius", "points": [[50, 50]], "distance_km": 1}
    where = ann.post(EXECUTION, json={"inputs": ASKED | {"footprint": far}}).headers["location"]
    work_off(opened)
    state = ann.get(where).json()
    assert state["status"] == "failed"
    assert state["message"] in ann.get(f"{where}/results").json()["detail"]
    other = ann.post(EXECUTION, json={"inputs": ASKED}).headers["location"]
    assert ann.delete(other).json()["status"] == "dismissed"
    assert ann.get(f"{other}/results").status_code == 409


def test_a_job_is_its_analysts_own_and_strangers_order_none(service):
    where = service.client(Role.ANALYST).post(EXECUTION, json={"inputs": ASKED}).headers["location"]
    bob = service.client(Role.ANALYST, name="bob")
    assert bob.get(where).json()["type"] == bob.delete(where).json()["type"] == f"{EXCEPTIONS}/no-such-job"
    assert service.client(Role.PUBLIC).post(EXECUTION, json={"inputs": ASKED}).status_code in {401, 403}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_process_is_described_and_wrong_orders_are_refused(service):
    ann, anybody = service.client(Role.ANALYST), service.client(Role.PUBLIC)
    (listed,) = anybody.get("/ogc/processes").json()["processes"]
    assert (listed["id"], listed["jobControlOptions"]) == ("derive", ["async-execute", "dismiss"])
    said = anybody.get("/ogc/processes/derive").json()
    assert said["inputs"]["footprint"]["minOccurs"] == 1
    assert said["inputs"]["coverage"]["minOccurs"] == 0
    assert set(said["outputs"]) == {"polity", "units", "certificate", "figures"}
    assert anybody.get("/ogc/processes/paint").json()["type"] == f"{EXCEPTIONS}/no-such-process"
    assert ann.post("/ogc/processes/paint/execution", json={"inputs": ASKED}).status_code == 404
    assert ann.post(EXECUTION, json={"inputs": {"title": "x"}}).status_code == 422
    landing = anybody.get("/ogc").json()["links"]
    assert "http://www.opengis.net/def/rel/ogc/1.0/processes" in {link["rel"] for link in landing}
    classes = anybody.get("/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core" in classes
