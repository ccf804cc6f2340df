"""What the model asks, rule by rule: each numbered rule of the model is true in the software."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geopolity.assembly.citizenship import consent, standing
from geopolity.assembly.seats import MOST_SEATS, AssemblyError, constituted
from geopolity.assembly.terms import TERM_YEARS, term_ends
from geopolity.docket.calendar import Calendar, SessionRefused
from geopolity.docket.matter import Petitioner
from geopolity.docket.question import QUESTION, question_hash
from geopolity.docket.remedy import Remedy, RemedyError
from geopolity.docket.states import TABLE, State, Step, StepRefused
from geopolity.docket.summons import ExcuseError, excuse_of
from geopolity.docket.tally import Tally
from geopolity.polity.membership import memberships
from geopolity.region import RegionProblem, derive
from geopolity.sortition.chance import deviations
from geopolity.sortition.lot import shares_of
from services.assemblies import jury_duty
from services.assemblies.vacancies import check_seats
from services.cli import geopolity as command_line
from services.clock import now
from services.docket import decisions, hearings, matters, petitions
from services.docket.due import run_due
from services.storage.docket.votes import VoteRefused
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.polities import steps, versions
from services.storage.polities.steps import TransitionRefused
from services.storage.tables import PolityRow, SeatRow, VoteRow
from services.verifiers import verify_draw
from tests.contract.court import REMEDY
from tests.contract.read_back import logged
from tests.contract.test_store import RIVER
from tests.properties.sortition.worlds import random_world

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
DAY = date(2026, 1, 1)
LINE = [[0, 1], [1, 2], [2, 3], [3, 4]]


def _problem(affected, coverage):
    return RegionProblem(cost=[5, 4, 3, 4, 5], affected=affected, edges=LINE, coverage=coverage)


def test_rule_01_no_elections_no_candidate_and_only_delegates_vote(court):
    words = {name for group in command_line.commands.values() for name in getattr(group, "commands", {})}
    assert not words & {"elect", "candidate", "campaign", "referendum", "nominate"}
    matter_id = court.voting()
    with pytest.raises(VoteRefused, match="not in the electorate"):
        decisions.cast(matter_id, court.citizen("d1"), "yes", court.store)


def test_rule_02_one_assembly_for_each_active_polity(court):
    with Session(court.store.engine.execution_options(writes=True)) as session:
        seat = session.query(SeatRow).first()
        with pytest.raises(IntegrityError):
            session.execute(text("UPDATE seats SET number = :number WHERE pseudonym = 'd2'"), {"number": seat.number})


def test_rule_03_at_most_150_delegates(court):
    called = [(f"p{rank}", "pool", rank, "delegate") for rank in range(1, MOST_SEATS + 2)]
    with pytest.raises(AssemblyError, match="151 seats; an assembly has 1 to 150"):
        constituted("river", called, start=DAY)
    with (
        Session(court.store.engine.execution_options(writes=True)) as session,
        pytest.raises(IntegrityError),
    ):
        session.execute(text("UPDATE seats SET number = 151 WHERE number = 1"))


def test_rule_04_an_assembly_draws_from_its_polity_only(court):
    citizens_moved = court.citizen("d3")
    with court.store.writing() as session:
        citizens.move(session, citizens.find_citizen(session, citizens_moved), find_layer(session), "03")
    (left,) = check_seats(court.store)
    assert (left.pseudonym, left.reason) == ("d3", "moved away")


def test_rule_05_a_polity_holds_most_of_the_affected(settings):
    found = derive(_problem([1, 1, 5, 1, 1], "0.75"))
    assert found.certificate.coverage >= 0.75
    with pytest.raises(Exception, match=r"0\.5"):
        _problem([1, 1, 5, 1, 1], "0.5")


def test_rule_06_one_active_polity_for_each_domain_and_cost_grows_with_coverage(court):
    costs = [derive(_problem([3, 1, 4, 1, 5], coverage)).certificate.cost for coverage in ("0.55", "0.75", "0.9", "1")]
    assert costs == sorted(costs)
    whole = [derive(_problem(affected, "1")).certificate.cost for affected in ([0, 1, 1, 0, 0], [0, 1, 1, 1, 0])]
    assert whole == sorted(whole)
    with Session(court.store.engine.execution_options(writes=True)) as session:
        row = steps.draft(session, RIVER, layer=find_layer(session).digest, proposer="ann")
        row.status, row.valid_from = "active", "2026-02-01T00:00:00Z"
        with pytest.raises(IntegrityError):
            session.flush()


def test_rule_07_boundaries_are_fluid_and_votes_bind_to_a_version(court):
    matter_id = court.voting()
    opened = next(line["facts"] for line in logged(court.store) if line["kind"] == "vote opened")
    assert opened["polity_version"] == 1
    with court.store.reading() as session:
        assert versions.find(session, "river", 1).valid_from == "2026-01-01T00:00:00Z"
        earlier = select(PolityRow).where(versions.valid_at("2025-12-31T00:00:00Z"))
        assert session.scalars(earlier).all() == []
    assert court.state(matter_id) == "vote 1"


def test_rule_08_memberships_overlap(settings):
    rng = np.random.default_rng(8)
    sets = {f"p{k}": rng.choice(50, 20, replace=False) for k in range(6)}
    found = memberships(50, sets)
    for unit in range(50):
        assert found.polities_of(unit) == tuple(sorted(name for name, units in sets.items() if unit in units))


def test_rule_09_rights_belong_to_the_widest_area(court):
    from boundaries import open_issue
    from geopolity.affected.footprint import Everyone

    assert isinstance(open_issue("human-rights").footprint, Everyone)
    with pytest.raises(petitions.PetitionError, match="No active polity holds every unit"):
        court.file(polity_id="root")
    with court.store.writing() as session:
        everywhere = replace(RIVER, issue="rights", members=pd.Series(1.0, index=["01", "02", "03"]))
        row = steps.draft(session, everywhere, layer=find_layer(session).digest, proposer="ann")
        steps.propose(session, row, days=0, now="2026-01-01T00:00:00Z")
        steps.activate(session, row, activator="bob", now="2026-01-01T00:00:00Z")
    assert court.file(polity_id="root") == "rights-1"


def test_rule_10_no_vote_opens_while_the_hearing_does_and_delegates_may_extend(court):
    matter_id = court.file()
    petitions.admit(matter_id, court.store)
    day = date.fromisoformat(now()[:10])
    hearings.hear(matter_id, court.store, until=day + timedelta(days=30))
    hearings.extend(matter_id, court.store, until=day + timedelta(days=60), delegate="d1")
    with pytest.raises(StepRefused, match="cannot take the step 'open vote'"):
        decisions.open_vote(matter_id, court.store)
    with pytest.raises(StepRefused, match=f"open until {day + timedelta(days=60)}"):
        hearings.ready(matter_id, court.store)


def test_rule_11_one_question_in_frozen_words_with_its_hash_in_every_ballot(court):
    receipt = court.cast(court.voting(), ["yes"])[0]
    assert receipt.question_hash == question_hash()
    assert QUESTION["en"] == "Does the law allow for harm?"
    with pytest.raises(TypeError):
        QUESTION["en"] = "Do you like the law?"


def test_rule_12_all_evidence_and_a_plain_brief_can_be_read_before_voting(court):
    shown = matters.show_matter(court.voting(), court.store)
    assert shown.brief == "In plain words."
    assert [heard.text for heard in shown.heard] == ["The nets are empty."]


@pytest.mark.parametrize(("yes", "harm"), [(75, False), (76, True)])
def test_rule_13_a_majority_declares_harm(yes, harm, settings):
    assert Tally(yes=yes, no=150 - yes, abstain=0, electorate=150).declares_harm is harm


def test_rule_14_a_declared_harm_mandates_a_remedy_that_must_be_complete(court):
    with pytest.raises(RemedyError, match="alternatives"):
        Remedy(author="office", effect="x", cost="y", alternatives=(), law="z")
    with pytest.raises(StepRefused, match="cannot take the step 'remedy proposed'"):
        decisions.propose_remedy(court.voting(), REMEDY, court.store)
    court.mandated()
    assert "remedy mandated" in [line["kind"] for line in logged(court.store)]


def test_rule_15_the_remedy_needs_a_second_majority_on_the_same_question(court):
    matter_id = court.voting2()
    court.cast(matter_id, ["yes"] * 4 + ["no"] * 4 + ["abstain"])
    assert decisions.close_vote(matter_id, court.store).outcome == "harm continues"
    assert court.state(matter_id) == "remedy mandated"
    with court.store.reading() as session:
        first, second = session.scalars(select(VoteRow).order_by(VoteRow.vote)).all()
        assert first.question_hash == second.question_hash
        assert first.law_hash != second.law_hash


def test_rule_16_whatever_is_decided_comes_back(court):
    matter_id = court.enacted(review_at=date(2098, 1, 1))
    with (
        Session(court.store.engine.execution_options(writes=True)) as session,
        pytest.raises(IntegrityError),
    ):
        session.execute(text("UPDATE matters SET review_at = NULL"))
    with court.store.writing() as session:
        session.execute(text("UPDATE matters SET review_at = :day"), {"day": now()[:10]})
    assert run_due(court.store).reviews == (matter_id,)
    assert court.state(matter_id) == "review"


def test_rule_17_service_is_a_duty_with_a_closed_list_of_excuses(settings):
    with pytest.raises(ExcuseError, match="closed list"):
        excuse_of("I would rather not")
    assert "decline" not in command_line.commands["docket"].commands


def test_rule_18_one_assembly_at_a_time(court):
    with Session(court.store.engine.execution_options(writes=True)) as session:
        seat = session.query(SeatRow).first()
        columns = {c.name: getattr(seat, c.name) for c in SeatRow.__table__.columns if c.name != "key"}
        session.add(SeatRow(**columns | {"polity": "lake", "pseudonym": "twice"}))
        with pytest.raises(IntegrityError, match=r"one_active_seat|seats.citizen"):
            session.flush()


def test_rule_19_a_term_lasts_six_years_and_its_end_is_fixed_when_it_begins(settings):
    assert TERM_YEARS == 6
    assert term_ends(DAY) == date(2032, 1, 1)


def test_rule_20_terms_are_staggered(settings):
    called = [(f"p{rank}", "pool", rank, "delegate") for rank in range(1, 151)]
    ends = pd.Series([seat.ends.year for seat in constituted("river", called, start=DAY).seats]).value_counts()
    assert sorted(ends.index) == list(range(2027, 2033))
    assert ends.max() <= 150 / 6


def test_rule_21_meetings_are_regular_but_rare(settings):
    calendar = Calendar(longest_gap=183, most_days=2)
    with pytest.raises(SessionRefused, match="2 is the most"):
        calendar.added((date(2026, 1, 1), date(2026, 2, 1)), date(2026, 3, 1))
    assert calendar.due((date(2026, 1, 1),), DAY) == date(2026, 7, 3)


def test_rule_22_citizenship_is_renewed_by_an_explicit_act_each_year(settings):
    act = consent("2026-01-01T00:00:00Z", is_of_age=True)
    assert standing([act], "2026-12-31T23:59:59Z").word == "citizen"
    assert standing([act], "2027-01-01T00:00:00Z").word == "resident"


def test_rule_23_and_24_benefits_and_the_lottery_follow_consent(court):
    citizen_id = court.citizen("d1")
    before = jury_duty.obligations("river", court.store)
    with court.store.writing() as session:
        row = citizens.find_citizen(session, citizen_id)
        assert "social insurance" in citizens.standing(session, row, now()).entitlements
        citizens.withdraw_consent(session, row, now=now())
        assert "social insurance" not in citizens.standing(session, row, now()).entitlements
    after = jury_duty.obligations("river", court.store)
    assert (after.in_lottery, after.taxed) == (before.in_lottery - 1, before.taxed)


def test_rule_25_residents_only_pay_for_the_common_ground(settings):
    resident = standing([], "2026-01-01T00:00:00Z")
    assert (resident.obligations, resident.entitlements) == (("geographic tax",), ("geographic public goods",))


def test_rule_26_cost_is_in_cells_and_never_in_people_times_polities(settings):
    found = memberships(1000, {f"p{k}": np.arange(k, 1000) for k in range(50)})
    assert found.cells_of(np.zeros(10_000, dtype=int)).dtype == np.int32
    assert len(found.signatures) <= 51


def test_rule_27_no_dependence_on_political_borders(settings):
    from boundaries import open_layer
    from geopolity.layers.combined import combined

    joined = combined([open_layer("us-counties"), open_layer("world-countries")], seam_km=50)
    assert {"CAN", "MEX", "53073"} <= set(joined.units.index)


def test_rule_28_delegates_judge_and_the_civil_service_finds_the_means(court):
    matter_id = court.voting()
    with pytest.raises(VoteRefused, match="not in the electorate"):
        decisions.cast(matter_id, "office", "yes", court.store)
    by = {option.name for option in command_line.commands["remedy"].commands["propose"].params}
    assert "delegate" not in by


def test_rule_29_the_draw_is_verifiable_by_a_stranger(settings):
    source = Path(verify_draw.__file__).read_text(encoding="utf-8")
    imported = {
        name.name.split(".")[0] if isinstance(node, ast.Import) else str(node.module).split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported <= set(sys.stdlib_module_names)
    assert len(source.splitlines()) <= 150


def test_rule_30_chances_within_a_polity_are_equal(settings):
    world = random_world(np.random.default_rng(30))
    assert np.abs(deviations(world, shares_of(world, unequal=False).units)).max() <= 1e-8


def test_rule_31_whoever_leaves_is_logged_and_replaced_by_the_rule(court):
    with court.store.writing() as session:
        row = citizens.find_citizen(session, court.citizen("d5"))
        citizens.withdraw_consent(session, row, now=now())
    check_seats(court.store)
    (facts,) = [line["facts"] for line in logged(court.store) if line["kind"] == "seat vacated"]
    assert (facts["holder"], facts["reason"], facts["successor"]) == ("d5", "lapse of consent", "a1")


def test_rule_32_laws_have_versions_and_a_vote_binds_to_a_text(court):
    court.enacted()
    entered = [line["facts"] for line in logged(court.store) if line["kind"] == "law entered"]
    opened = [line["facts"]["law_sha256"] for line in logged(court.store) if line["kind"] == "vote opened"]
    assert [(law["version"], law["sha256"]) for law in entered] == [(1, opened[0]), (2, opened[1])]


def test_rule_33_no_single_person_moves_a_boundary(court):
    with court.store.writing() as session:
        row = steps.draft(session, replace(RIVER, digest="z"), layer=find_layer(session).digest, proposer="ann")
        steps.propose(session, row, days=30, now=now())
        with pytest.raises(TransitionRefused, match="another person must"):
            steps.activate(session, row, activator="ann", now=now())
        with pytest.raises(TransitionRefused, match="open to objections"):
            steps.activate(session, row, activator="bob", now=now())


@pytest.mark.parametrize("petitioner", list(Petitioner))
def test_rule_34_anyone_may_raise_a_harm(court, petitioner):
    matter_id = court.file(petitioner=str(petitioner))
    assert petitions.admit(matter_id, court.store).state is State.ADMITTED


def test_nothing_is_in_force_without_two_votes_and_a_review(settings):
    assert [key for key, row in TABLE.items() if row.to is State.IN_FORCE] == [(State.ENACTED, Step.TAKE_EFFECT)]
    assert [key for key, row in TABLE.items() if row.to is State.ENACTED] == [(State.VOTE2, Step.APPROVE)]
