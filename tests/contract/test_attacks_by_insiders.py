"""An insider's half hour, in both stores: being somebody else by a name, several hands of one, choosing who decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geopolity.ballots.ceremony import ThresholdError
from services.assemblies import citizens, draws, jury_duty
from services.assemblies.planning import LotRequest
from services.auth.keys import make_key
from services.auth.personal_links import office_link
from services.auth.roles import Principal, Role, RoleError
from services.auth.second_person import TwoPersonsError
from services.auth.sessions import new_session
from services.docket import matters, office_acts, petitions, registrations
from services.docket.due import run_due
from services.docket.sealed.ceremonies import prepare_key
from services.polities.shown import list_polities
from services.publiclog.export import export_log, verify_export
from services.storage.layers.census import find_layer, keep_layer
from services.storage.people import citizens as stored
from services.storage.people.citizens import HomeError, Newcomer
from services.storage.tables import CitizenRow, KnownAsRow
from tests.contract.conftest import NOW, town
from tests.contract.read_back import logged, rows_of
from tests.contract.sealed_court import keyed_court
from tests.contract.test_attacks_on_laws import _move_seats, two  # noqa: F401 - a fixture
from tests.served import served

ADA, CARL, CORA = (Principal(name=name, roles=frozenset({Role.ADMINISTRATOR})) for name in ("ada", "carl", "cora"))


def _kinds(store, *words):
    return [it["kind"] for it in logged(store) if any(word in it["kind"] for word in words)]


def _bearer(service, secret):
    return service.client(headers={"Authorization": f"Bearer {secret}"})


def test_an_office_or_a_program_with_a_citizen_s_name_is_not_the_citizen(service):
    """Once: an administrator alone made a clerk's link, or a key, in a citizen's name, and was the citizen."""
    store = service.store
    citizen = citizens.register_citizen(Newcomer(unit_id="01"), store)
    key = make_key("office", "clerk", store)[1]
    with store.writing() as session:
        session.execute(_renamed(citizen))
    program, office = _bearer(service, key), service.client(Role.CLERK, name=citizen)
    for guise in (program, office):
        assert guise.get("/api/v1/me").json()["name"] == citizen
        refused = guise.post(f"/api/v1/citizens/{citizen}/consent")
        assert (refused.status_code, "for somebody else" in refused.json()["detail"]) == (403, True)
    assert program.delete(f"/api/v1/citizens/{citizen}").status_code == 409  # two persons, and no program
    assert office.delete(f"/api/v1/citizens/{citizen}").status_code == 202  # another confirms
    assert office.post(f"/api/v1/citizens/{citizen}/home", json={"unit_id": "02"}).status_code == 202
    shown = citizens.show_citizen(citizen, store)
    assert (shown.standing, shown.home.id) == ("resident", "01")
    assert service.client(Role.CITIZEN, name=citizen).post(f"/api/v1/citizens/{citizen}/consent").status_code == 200


def _renamed(name):
    from sqlalchemy import update

    from services.storage.tables import ApiKeyRow

    return update(ApiKeyRow).values(name=name)


def test_no_office_and_no_program_is_named_as_somebody_whom_the_store_knows(store):
    citizen = citizens.register_citizen(Newcomer(unit_id="01"), store)
    with store.writing() as session:
        session.add(KnownAsRow(name="subject-7", label="Cora <cora@town.example>"))
    for name in (citizen, "subject-7"):
        with pytest.raises(RoleError, match="is somebody else's here"):
            make_key(name, "clerk", store)
        with pytest.raises(RoleError, match="is somebody else's here"):
            office_link(Principal(name=name, roles=frozenset({Role.CLERK}), guest_of="ada"), ADA, store)
    assert make_key("a name of its own", "clerk", store)


def test_a_program_and_a_guest_of_a_clerk_s_name_stand_in_the_log_as_others(service):
    """Once: a key, or a guest, named as a colleague wrote lines under the colleague's own pseudonym."""
    store, guest = service.store, Principal(name="cora", roles=frozenset({Role.CLERK}), guest_of="ada")
    key = make_key("cora", "clerk", store)[1]
    as_guest = service.client()
    as_guest.cookies.set("geopolity_session", new_session(guest, store), domain="localhost.local")
    as_guest.headers["Sec-Fetch-Site"] = "same-origin"
    for one in (service.client(Role.CLERK, name="cora"), _bearer(service, key), as_guest):
        assert one.post("/api/v1/citizens", json={"unit_id": "01"}).status_code == 201
    said = [it["facts"]["office"] for it in logged(store) if it["kind"] == "people registered"]
    assert len(set(said)) == 3


def test_several_keys_or_guests_of_one_hand_register_a_hundred_a_day_together(service, monkeypatch):
    """Once: each key counted on its own, so that who held five registered five hundred without a second person."""
    monkeypatch.setattr(registrations, "ALONE", 3)
    keys = [_bearer(service, make_key(f"key {number}", "clerk", service.store)[1]) for number in range(3)]
    answers = [one.post("/api/v1/citizens", json={"unit_id": "01"}).status_code for one in keys for _ in range(2)]
    assert answers == [201, 201, 201, 409, 409, 409]
    own = service.client(Role.CLERK, name="cora")
    assert own.post("/api/v1/citizens", json={"unit_id": "01"}).status_code == 201  # a person is another hand


def test_an_act_at_the_machine_and_its_line_of_the_log_are_one(store):
    """Once: they were two transactions, and a kill between them left an act about a person without its line."""
    citizen = citizens.register_citizen(Newcomer(unit_id="01"), store)

    def moved(*, fails):
        with office_acts.at_machine(office_acts.MOVE, office_acts.citizen(citizen), store) as here:
            citizens.move_citizen(citizen, "02", here)
            if fails:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        moved(fails=True)
    assert citizens.show_citizen(citizen, store).home.id == "01"
    assert _kinds(store, "machine") == []
    moved(fails=False)
    assert citizens.show_citizen(citizen, store).home.id == "02"
    assert _kinds(store, "machine") == ["change of home at the operator's machine"]


def test_a_surge_of_registrations_in_a_region_is_told_once_a_week(opened, clock):
    """Once: the roll's root alone was told, and a surge showed in a draw's pools and not before."""
    units = town().units.assign(population=[20_000.0, 9_990.0, 20.0], parent=["0", "0", "0"])
    with opened.writing() as session:
        keep_layer(session, replace(town(), units=units), now=NOW, is_base=True)

    def register(unit, people):
        with opened.writing() as session:
            rows = [Newcomer(unit_id=unit) for _ in range(people)]
            stored.register(session, find_layer(session), rows, now=NOW)

    def told():
        return [it["facts"] for it in logged(opened) if it["kind"] == "people counted"]

    register("01", 30)
    register("02", 9)
    register("03", 5)  # a home in the place around it, with too few people to be one by itself
    for _ in range(2):
        run_due(opened)
    assert [(it["week"], it["counts"]) for it in told()] == [("2026-W01", {"01": 30, "around 0": 14})]
    register("01", 4)
    register("02", 400)
    clock.shift(7 * 86400)
    run_due(opened)
    assert [(it["week"], it["counts"]) for it in told()[1:]] == [("2026-W02", {"around 0": 414})]


def test_nobody_registers_more_people_than_the_census_counts(store, tmp_path):
    """An office that invents people runs into the census of the place, whoever agrees with it."""
    file = tmp_path / "people.csv"
    file.write_text("unit_id\n" + "01\n" * 1001)
    with pytest.raises(HomeError, match="counts 1,000 people at 01, and 1,001 would be registered"):
        citizens.register_file(file, store)
    file.write_text("unit_id\n" + "01\n" * 1000)
    assert len(citizens.register_file(file, store).ids) == 1000
    for more in (lambda: citizens.register_citizen(Newcomer(unit_id="01"), store), lambda: _moved(store)):
        with pytest.raises(HomeError, match="open a newer vintage"):
            more()


def _moved(store):
    citizens.move_citizen(citizens.register_citizen(Newcomer(unit_id="02"), store), "01", store)


def test_who_the_operator_registers_at_the_machine_is_counted_in_the_log(store, tmp_path):
    from services.acting import acting

    file = tmp_path / "people.csv"
    file.write_text("unit_id,consent\n01,yes\n02,yes\n")
    with acting("operator"):
        citizens.register_file(file, store)
        citizens.register_citizen(Newcomer(unit_id="01"), store)
    said = [it["facts"] for it in logged(store) if it["kind"] == "people registered"]
    assert [(it["office"], it["people"]) for it in said] == [("operator", 2), ("operator", 1)]
    told = _told(store, tmp_path)
    assert "3 people were registered by one hand, at most 3 in a day (by operator on" in told
    assert "2 entries were written at the operator's machine" in told


def test_a_file_registered_again_after_a_kill_registers_nobody_twice(store, tmp_path):
    """Once: a repeat after a commit that nobody saw registered everybody twice."""
    file = tmp_path / "people.csv"
    file.write_text("unit_id,consent,sex\n" + "01,yes,f\n" * 5 + "9,yes,m\n")
    first = citizens.register_file(file, store)
    again = citizens.register_file(file, store)
    assert (again.ids, again.known, first.known) == (first.ids, 5, 0)
    assert (len(rows_of(store, CitizenRow)), len(set(first.ids.values()))) == (5, 5)
    assert [it["facts"]["people"] for it in logged(store) if it["kind"] == "people registered"] == [5]
    others = citizens.register_file(file, store, batch="the next house")
    assert (others.known, set(others.ids.values()) & set(first.ids.values())) == (0, set())
    copy = tmp_path / "copy.csv"
    copy.write_bytes(file.read_bytes())
    assert registrations.register_many(copy, CARL, store).ids == first.ids


def test_a_clerk_alone_routes_no_matter_to_another_assembly(two, settings):  # noqa: F811 - the fixture
    """Once: one clerk took a stayed matter up in whichever polity's assembly would decide it well."""
    store, matter = two.store, two.file()
    petitions.admit(matter, store)
    two.heard(matter)
    matters.stay(matter, store, reason="the polity splits")
    _move_seats(store, "lake")
    with served(settings, worker=False) as service:
        asked = service.client(Role.CLERK, name="carl").post(
            f"/api/v1/matters/{matter}/resume", json={"polity": "lake"}
        )
        assert (asked.status_code, two.state(matter)) == (202, "stayed")
        number = asked.json()["number"]
        again = service.client(Role.CLERK, name="carl").post(f"/api/v1/sign-in-links/{number}/confirm")
        assert (again.status_code, two.state(matter)) == (409, "stayed")
        assert service.client(Role.CLERK, name="cora").post(f"/api/v1/sign-in-links/{number}/confirm").is_success
    assert matters.show_matter(matter, store).polity == "lake"
    assert _kinds(store, "routing") == ["routing of a matter asked for", "routing of a matter confirmed"]


def test_a_clerk_alone_neither_replaces_delegates_nor_ends_a_polity(court, settings):
    """Once: who handed letters to some alone had the others replaced as silent, and who disliked an assembly ended it."""
    jury_duty.send_summonses("river", court.store, at="2026-01-01T00:00:00Z")

    def standing():
        return court.sitting(), [it.status for it in list_polities(court.store)]

    with served(settings, worker=False) as service:
        carl, cora = (service.client(Role.CLERK, name=name) for name in ("carl", "cora"))
        for path in ("/api/v1/assemblies/river/summonses/silent", "/api/v1/polities/river/retire"):
            before, asked = standing(), carl.post(path)
            confirm = f"/api/v1/sign-in-links/{asked.json()['number']}/confirm"
            assert (asked.status_code, carl.post(confirm).status_code, standing()) == (202, 409, before)
            assert (cora.post(confirm).status_code, standing() == before) == (200, False)
        assert carl.post("/api/v1/assemblies/river/summonses/silent").json() == {"number": None}
    assert {"replacement of the silent confirmed", "end of a polity confirmed"} <= set(_kinds(court.store, "confirmed"))


def test_one_administrator_appoints_no_trustees_of_their_own(court, settings, tmp_path):
    """Once: one administrator made five trustees, by keys of their own, and could read every ballot."""
    from services.docket.sealed.trustee import new_trustee

    key = new_trustee(tmp_path / "eve", "eve")
    with served(settings, worker=False) as service:
        ada = service.client(Role.ADMINISTRATOR, name="ada")
        asked = ada.post("/api/v1/trustees", json={"name": "eve", "key": key})
        assert (asked.status_code, _kinds(court.store, "trustee appointed")) == (202, [])
        number = asked.json()["number"]
        assert ada.post(f"/api/v1/sign-in-links/{number}/confirm").status_code == 409
    with pytest.raises(TwoPersonsError):
        office_acts.confirm(number, Principal(name="guest", roles=frozenset({Role.CLERK}), guest_of="ada"), court.store)
    office_acts.confirm(number, CORA, court.store)
    assert _kinds(court.store, "trustee") == [
        "appointment of a trustee asked for",
        "appointment of a trustee confirmed",
        "vote trustee appointed",
    ]


def test_no_minority_of_the_trustees_opens_a_vote(court, tmp_path):
    """Once: a clerk let two of five open a vote, so that two who agree read every ballot."""
    keyed_court(court, tmp_path)
    matter = court.file()
    petitions.admit(matter, court.store)
    court.heard(matter)
    with pytest.raises(ThresholdError, match="let 3 or more"):
        prepare_key(matter, court.store, threshold=2)
    assert prepare_key(matter, court.store, threshold=3).threshold == 3


def test_a_draw_that_is_given_up_once_its_round_was_missed_says_so_in_the_log(people, monkeypatch, tmp_path):
    """An operator who shuts the doors for a week can look and begin anew; every reader of the log sees it."""
    from geopolity.sortition.drand import QUICKNET

    opened = draws.open_epoch(LotRequest(), people)
    monkeypatch.setattr(draws, "_unix", lambda moment: QUICKNET.time_of(opened.round) + 8 * 86400)
    draws.lapse_epoch(people)
    (facts,) = [it["facts"] for it in logged(people) if it["kind"] == "draw given up"]
    assert (facts["missed"], facts["round"], facts["epoch"]) == (True, opened.round, opened.epoch)
    assert "1 draws were given up once their round was known" in _told(people, tmp_path)


def _told(store, folder):
    """What the verifier counts for whoever reads the log."""
    export_log(folder / "told", store)
    return verify_export(folder / "told")
