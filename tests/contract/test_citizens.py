"""People in the store: registered without a name, consenting by the year, moved, counted, and forgotten."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from sqlalchemy import select

from geopolity.assembly.citizenship import ConsentRefused
from geopolity.layers.layer import Layer
from services.assemblies import citizens as use_cases
from services.storage.layers.census import find_layer, keep_layer
from services.storage.layers.crosswalks import link_to_base
from services.storage.people import citizens
from services.storage.people.citizens import HomeError, Newcomer, UnknownCitizenError
from services.storage.people.rolls import roll
from services.storage.polities import steps
from services.storage.publiclog import lines
from services.storage.tables import CitizenRow
from tests.contract.conftest import NOW, town
from tests.contract.test_store import LATER, RIVER


def _registered(session, *units, **said):
    ids = citizens.register(session, find_layer(session), [Newcomer(unit_id=u, **said) for u in units], now=NOW)
    return [citizens.find_citizen(session, citizen_id) for citizen_id in ids]


def _draft(session, layer, *members):
    proposal = replace(RIVER, members=pd.Series(1.0, index=list(members)))
    return steps.draft(session, proposal, layer=layer, proposer="ann")


def test_a_person_is_a_random_id_at_a_home_of_at_least_500_people(store):
    with store.writing() as session:
        ann, bob = _registered(session, "01", "03")
        assert (ann.home, ann.home_is_parent) == ("01", False)
        assert (bob.home, bob.home_is_parent) == ("1", True)  # unit 03 has 20 people: its parent stands for it
        assert len({ann.citizen_id, bob.citizen_id}) == 2
        with pytest.raises(HomeError, match="no unit '9'"):
            _registered(session, "9")
        assert b"citizen" not in b"".join(lines(session))


def test_consent_is_an_act_of_a_year_and_a_withdrawal_ends_it(store):
    with store.writing() as session:
        (ann,) = _registered(session, "01")
        assert citizens.standing(session, ann, NOW).word == "resident"
        citizens.give_consent(session, ann, now=NOW)
        assert citizens.standing(session, ann, "2026-12-31T23:59:59Z").word == "citizen"
        assert citizens.standing(session, ann, LATER).word == "resident"
        citizens.withdraw_consent(session, ann, now="2026-06-01T00:00:00Z")
        assert citizens.standing(session, ann, "2026-06-01T00:00:00Z").word == "resident"
        assert citizens.standing(session, ann, "2026-05-31T23:59:59Z").word == "citizen"
        with pytest.raises(ConsentRefused, match="nothing to withdraw"):
            citizens.withdraw_consent(session, ann, now="2026-06-01T00:00:00Z")


def test_a_minor_is_a_resident(store):
    with store.writing() as session:
        (kid,) = _registered(session, "01", is_of_age=False)
        with pytest.raises(ConsentRefused, match="minimum age"):
            citizens.give_consent(session, kid, now=NOW)
        citizens.give_all_consent(session, [kid.citizen_id], now=NOW)
        assert citizens.standing(session, kid, NOW).word == "resident"


def test_the_roll_has_everybody_at_home_citizens_and_residents_as_of_a_moment(store):
    with store.writing() as session:
        row = _draft(session, town().digest, "01")
        ann, bob, _cy = _registered(session, "01", "01", "02")
        citizens.give_consent(session, ann, now=NOW)
        layer = find_layer(session)
        found = {entry.citizen_id: entry.is_citizen for entry in roll(session, row, layer, NOW)}
        assert found == {ann.citizen_id: True, bob.citizen_id: False}
        assert not any(entry.is_citizen for entry in roll(session, row, layer, LATER))
        assert list(roll(session, row, layer, "2025-01-01T00:00:00Z")) == []


def test_a_small_units_people_are_on_the_roll_where_most_of_their_parent_is(store):
    with store.writing() as session:
        row = _draft(session, town().digest, "02", "03")
        (bob,) = _registered(session, "03")
        assert [entry.citizen_id for entry in roll(session, row, find_layer(session), NOW)] == [bob.citizen_id]


def test_an_erased_person_is_forgotten_and_their_id_is_never_used_again(store):
    with store.writing() as session:
        (ann,) = _registered(session, "01", stratum={"sex": "f"})
        citizens.give_consent(session, ann, now=NOW)
        citizens.erase(session, ann, now="2026-02-01T00:00:00Z")
        assert (ann.home, ann.stratum) == (None, "{}")
        with pytest.raises(UnknownCitizenError, match="was erased"):
            citizens.find_citizen(session, ann.citizen_id)
        assert citizens.standing(session, ann, "2026-02-01T00:00:00Z").word == "resident"


def _new_vintage():
    units = gpd.GeoDataFrame(
        {"name": ["A", "BC"], "population": [1500.0, 1600.0], "parent": ["0", "0"]},
        index=["01", "0X"],
        geometry=[box(0, 0, 1.4, 1), box(1.4, 0, 3, 1)],
        crs="EPSG:4326",
    )
    return Layer(name="town", title="Town", vintage="2030", source="drawn", licence="CC0", units=units)


def test_homes_are_carried_to_a_new_vintage_and_the_unsure_ones_are_listed(store):
    with store.writing() as session:
        ann, bob = _registered(session, "01", "02")
        old = find_layer(session)
        new = keep_layer(session, _new_vintage(), now=LATER, is_base=True)
        assert find_layer(session).digest == new.digest
        moved = citizens.carry_homes(session, old, new)
        assert moved["target_unit"].to_dict() == {"01": "01", "02": "0X"}
        assert moved.loc["02", "share"] == pytest.approx(0.6, abs=1e-3)
        session.expire_all()
        assert [(row.home, row.layer) for row in (ann, bob)] == [("01", new.digest), ("0X", new.digest)]
        assert [row.citizen_id for row in citizens.for_review(session, 0.99)] == [bob.citizen_id]


def test_people_on_one_layer_are_on_the_roll_of_a_polity_of_another(store):
    with store.writing() as session:
        other = keep_layer(session, _halves(), now=NOW)
        link_to_base(session, other)
        row = _draft(session, other.digest, "w")
        ann, _bob = _registered(session, "01", "02")
        assert [entry.citizen_id for entry in roll(session, row, find_layer(session, "town"), NOW)] == [ann.citizen_id]


def _halves():
    units = gpd.GeoDataFrame(
        {"name": ["West", "East"], "population": [1000.0, 2020.0]},
        index=["e", "w"],
        geometry=[box(1.2, 0, 3, 1), box(0, 0, 1.2, 1)],
        crs="EPSG:4326",
    )
    return Layer(name="halves", title="Halves", vintage="2026", source="drawn", licence="CC0", units=units)


def test_a_file_registers_all_it_can_and_says_why_not_the_rest(store, settings, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("unit_id,of_age,consent,sex\n01,yes,yes,f\n9,yes,yes,m\n02,no,yes,f\n02,maybe,yes,m\n01,yes,no,m\n")
    done = use_cases.register_file(file, store, is_synthetic=True)
    assert list(done.ids) == [0, 2, 4]
    assert done.rejects["reason"].tolist() == ["layer town has no unit '9'", "of_age is 'maybe'; write yes or no"]
    with store.reading() as session:
        rows = session.scalars(select(CitizenRow).order_by(CitizenRow.key)).all()
        assert [row.stratum for row in rows] == ['{"sex":"f"}', '{"sex":"f"}', '{"sex":"m"}']
        words = [citizens.standing(session, row, use_cases.now()).word for row in rows]
    assert words == ["citizen", "resident", "resident"]
    shown = use_cases.show_citizen(done.ids[0], store)
    assert (shown.standing, shown.polities, shown.synthetic) == ("citizen", [], True)
