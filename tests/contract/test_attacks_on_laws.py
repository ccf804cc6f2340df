"""What was done to laws and hearings of others, each by the name of the attack; on SQLite and PostGIS."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from geopolity.docket.states import StepRefused
from services.bootstrap import open_store
from services.clock import now
from services.docket import decisions, hearings, matters, petitions
from services.polities.lifecycle import ObjectionPeriodError, propose_polity
from services.storage.docket.matters import UnknownMatterError
from services.storage.layers.census import find_layer
from services.storage.polities import steps
from services.storage.schema import migrate
from services.storage.store import connect
from services.storage.tables import LawRow, MatterRow, SeatRow
from services.views.docket import public_matter
from tests.contract.court import LAW, OLD, REMEDY
from tests.contract.test_store import RIVER

ELSEWHERE = "Weirs are none of our business."


@pytest.fixture
def two(court):
    """The court of the river, and a lake whose assembly is one delegate of the river's, moved over."""
    with court.store.writing() as session:
        lake = replace(RIVER, issue="lake", title="Lake", digest="lake", members=pd.Series(1.0, index=["02"]))
        row = steps.draft(session, lake, layer=find_layer(session).digest, proposer="ann")
        steps.propose(session, row, days=0, now="2026-01-01T00:00:00Z")
        steps.activate(session, row, activator="bob", now="2026-01-01T00:00:00Z")
    return court


def _laws(store):
    with store.reading() as session:
        rows = session.query(LawRow).order_by(LawRow.polity, LawRow.version).all()
        return [(row.polity, row.version, row.text, row.binds_from is not None, row.ends_at) for row in rows]


def _move_seats(store, polity):
    with store.writing() as session:
        session.execute(text("UPDATE seats SET polity = :polity"), {"polity": polity})


def _enacted_elsewhere(two, remedy):
    """Take a law of the same name through the lake's assembly, by a petition from anybody."""
    _move_seats(two.store, "lake")
    matter_id = two.voting(two.file(polity_id="lake", text=ELSEWHERE, title="Something else"))
    two.cast(matter_id, ["yes"] * 9)
    decisions.close_vote(matter_id, two.store)
    decisions.propose_remedy(matter_id, remedy, two.store)
    two.heard(matter_id)
    decisions.open_vote(matter_id, two.store)
    two.cast(matter_id, ["no"] * 9)
    decisions.close_vote(matter_id, two.store)
    decisions.enact(matter_id, two.store)
    return matter_id


@pytest.mark.parametrize("repeals", [True, False])
def test_a_petition_elsewhere_does_not_end_another_polity_s_law(two, repeals):
    ours = two.enacted()
    remedy = replace(REMEDY, law="" if repeals else "Weirs are free.", repeals=repeals)
    theirs = _enacted_elsewhere(two, remedy)
    assert (two.state(ours), two.state(theirs)) == ("in force", "in force")
    river = [law[1:] for law in _laws(two.store) if law[0] == "river"]
    assert river == [(1, OLD, False, None), (2, REMEDY.law, True, None)]
    assert matters.show_matter(ours, two.store).law_text == REMEDY.law


def test_a_petition_gives_a_known_law_no_other_text_and_no_other_title(two):
    two.enacted()
    with pytest.raises(petitions.PetitionError, match="has a law 'weirs' with another text"):
        two.file(text="Weirs poison the water.")
    again = two.file(text=None, title="The poisoners' charter")
    assert matters.show_matter(again, two.store).title == "Weirs"
    assert public_matter(again, two.store).line.title == "Weirs"
    assert [law[1] for law in _laws(two.store)] == [1, 2]


def test_a_petition_that_nobody_admitted_names_no_law_for_those_who_come_after(two):
    squatted = two.file(text="Nonsense.", title="Nonsense")
    petitions.reject(squatted, two.store, reason="it is no law")
    honest = two.file()
    assert matters.show_matter(honest, two.store).law_text == OLD
    petitions.admit(honest, two.store)
    assert matters.show_matter(two.file(text=None), two.store).law_text == OLD


def test_a_law_of_one_polity_is_unknown_in_another(two):
    two.enacted()
    with pytest.raises(UnknownMatterError, match="lake has no law 'weirs'"):
        two.file(polity_id="lake", text=None)


def test_a_matter_that_is_routed_elsewhere_leaves_the_law_where_it_was(two):
    first = two.enacted()
    second = two.file(text=None)
    petitions.admit(second, two.store)
    two.heard(second)
    matters.stay(second, two.store, reason="the polity splits")
    _move_seats(two.store, "lake")
    matters.resume(second, two.store, polity_id="lake")
    assert [law for law in _laws(two.store) if law[0] == "lake"] == [("lake", 1, REMEDY.law, False, None)]
    assert two.file(polity_id="lake", text=None) != second
    assert two.state(first) == "in force"
    third = two.file(text=None)
    assert third not in {first, second}


def test_a_hearing_and_the_time_for_objections_have_a_least_length(two):
    """A clerk who hears for a day, or an analyst who asks for no objections, leaves nobody time to come."""
    matter_id = two.file()
    petitions.admit(matter_id, two.store)
    day = date.fromisoformat(now()[:10])
    for short in (-1, 0, 6):
        with pytest.raises(StepRefused, match="lasts a week at least"):
            hearings.hear(matter_id, two.store, until=day + timedelta(days=short))
    assert hearings.hear(matter_id, two.store, until=day + timedelta(days=7)).hearing.until == day + timedelta(days=7)
    with two.store.writing() as session:
        proposal = replace(RIVER, members=pd.Series(1.0, index=["01"]), digest="narrow")
        draft = steps.draft(session, proposal, layer=find_layer(session).digest, proposer="ann").issue
    for short in (-1, 0, 13):
        with pytest.raises(ObjectionPeriodError, match="for 14 to"):
            propose_polity(draft, two.store, by="ann", days=short)
    assert propose_polity(draft, two.store, by="ann", days=14).status == "proposed"


def test_any_delegate_extends_any_hearing_no_more(two):
    matter_id = two.file()
    petitions.admit(matter_id, two.store)
    day = date.fromisoformat(now()[:10])
    hearings.hear(matter_id, two.store, until=day + timedelta(days=30))
    with two.store.writing() as session:
        session.query(SeatRow).filter(SeatRow.pseudonym == "d9").update({"polity": "lake"})
    later = day + timedelta(days=60)
    for outsider in ("d9", "a1", "nobody"):
        with pytest.raises(StepRefused, match="does not sit for river"):
            hearings.extend(matter_id, two.store, until=later, delegate=outsider)
    assert hearings.extend(matter_id, two.store, until=later, delegate="d1").hearing.until == later
    with pytest.raises(StepRefused, match="at most"):
        hearings.extend(matter_id, two.store, until=date(2099, 1, 1), delegate="d1")
    shorter = day + timedelta(days=9)
    assert hearings.shorten(matter_id, two.store, until=shorter).hearing.until == shorter
    with pytest.raises(StepRefused, match="a week's notice"):
        hearings.shorten(matter_id, two.store, until=day)


def test_laws_of_before_are_moved_to_their_polities_with_their_rows(two):
    """A name was the whole identity: a matter of the lake was about a text that only the river had."""
    ours = two.enacted()
    asked = two.file(text=None)
    petitions.admit(asked, two.store)
    hearings.hear(asked, two.store, until=date.fromisoformat(now()[:10]) + timedelta(days=30))
    engine = connect(two.store.url)
    migrate(engine, "0011")
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text("UPDATE matters SET polity = 'lake', title = 'The poisoners' WHERE matter_id = :id"), {"id": asked}
        )
    migrate(engine, "head")
    store = open_store(two.settings)
    assert [law[:4] for law in _laws(store)] == [
        ("lake", 1, REMEDY.law, False), ("river", 1, OLD, False), ("river", 2, REMEDY.law, True),
    ]  # fmt: skip
    with store.reading() as session:
        row = session.get_one(MatterRow, asked)
        assert (row.title, row.hearing_from) == ("Weirs", row.filed_at[:10])
        assert session.get_one(MatterRow, ours).title == "Weirs"
    assert matters.show_matter(asked, store).law_text == REMEDY.law
    two.file(polity_id="lake", text=REMEDY.law)
    with store.reading() as session:
        assert session.query(LawRow).filter(LawRow.law == LAW, LawRow.polity == "lake").count() == 1
