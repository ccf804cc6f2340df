"""The docket in the store: calls, sessions, reviews, laws, evidence, and a log that retells it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from geopolity.docket.question import question_hash
from geopolity.docket.states import StepRefused
from services.assemblies import jury_duty
from services.bootstrap import open_store
from services.clock import now
from services.docket import decisions, hearings, matters, petitions
from services.docket.due import reviews_due, run_due
from services.publiclog.export import export_log, verify_export
from services.settings import Settings
from services.storage.docket.matters import UnknownMatterError
from services.storage.offices.summonses import UnknownSummonsError
from tests.contract.court import OLD, REMEDY
from tests.contract.read_back import logged


def test_a_summons_is_answered_by_the_list_and_silence_calls_the_alternate(court):
    assert jury_duty.send_summonses("river", court.store, at="2026-01-01T00:00:00Z") == 9
    assert jury_duty.send_summonses("river", court.store) == 0
    jury_duty.accept_summons("river", "d1", court.store)
    assert jury_duty.excuse("river", "d2", "lives abroad", court.store, is_granted=False).answer == "excuse refused"
    assert jury_duty.excuse("river", "d2", "lives abroad", court.store, is_granted=True).answer == "excused"
    assert court.sitting()[2] == "a1"
    jury_duty.defer("river", "d3", "illness", court.store, until=date.fromisoformat(now()[:10]) + timedelta(days=30))
    assert court.sitting()[3] == "a2"
    assert len(jury_duty.mark_silent("river", court.store)) == 6
    told = [line["facts"]["reason"] for line in logged(court.store) if line["kind"] == "seat vacated"]
    assert told == ["excused", "deferral", *["no response"] * 6]
    with pytest.raises(UnknownSummonsError, match="was not called"):
        jury_duty.accept_summons("river", "nobody", court.store)


def test_sessions_keep_to_the_cap_and_the_load_is_reported(court):
    day = date.fromisoformat(now()[:10]) + timedelta(days=2)
    jury_duty.schedule("river", day, court.store)
    jury_duty.schedule("river", day, court.store)
    (report,) = jury_duty.load_report(court.store, at=f"{day}T12:00:00Z")
    assert (report.days_in_year, report.most) == (1, 12)
    assert report.next_by == str(day + timedelta(days=183))


def test_reviews_come_back_by_themselves_and_a_law_ends_on_its_last_day(court):
    matter_id = court.enacted(review_at=date(2098, 1, 1), sunset_at=date(2097, 1, 1))
    assert reviews_due(court.store, by=date(2097, 12, 31)) == []
    assert [record.matter_id for record in reviews_due(court.store, by=date(2098, 1, 1))] == [matter_id]
    done = run_due(court.store, at="2097-01-01T00:00:00Z")
    assert (done.sunsets, court.state(matter_id)) == ((matter_id,), "sunset")


def test_a_repeal_needs_two_votes_and_ends_the_law_everywhere(court):
    first = court.enacted()
    second = court.voting(court.file(text=None))
    court.cast(second, ["yes"] * 9)
    decisions.close_vote(second, court.store)
    decisions.propose_remedy(second, replace(REMEDY, law="", repeals=True), court.store)
    court.heard(second)
    decisions.open_vote(second, court.store)
    court.cast(second, ["no"] * 9)
    decisions.close_vote(second, court.store)
    decisions.enact(second, court.store)
    assert court.state(first) == "repealed"


def test_the_exported_log_retells_who_sat_what_was_asked_how_it_was_decided_and_when_it_comes_back(court, tmp_path):
    matter_id = court.enacted()
    export_log(tmp_path / "log", court.store)
    assert "verified" in verify_export(tmp_path / "log")
    told = [json.loads(line) for line in (tmp_path / "log" / "entries.jsonl").read_bytes().splitlines()]
    steps = [line["kind"] for line in told if line["facts"].get("matter") == matter_id]
    assert steps.count("demonstration: period cut short") == 2  # the court's hearings, as the log says
    assert [kind for kind in steps if not kind.startswith("demonstration")] == [
        "matter filed", "matter admitted", "hearing opened", "testimony heard", "brief written", "vote ready",
        "vote opened", "vote closed: harm declared", "remedy mandated", "remedy proposed", "hearing opened",
        "testimony heard", "brief written", "vote ready", "vote opened", "vote closed: remedy approved", "law in force",
    ]  # fmt: skip
    facts = {line["kind"]: line["facts"] for line in told}
    assert facts["vote ready"]["electorate"] == court.delegates
    assert facts["vote opened"]["question_sha256"] == question_hash()
    assert facts["law in force"]["review_at"] > now()[:10]


def test_a_law_binds_at_its_place_and_the_look_up_names_who_decided_it(court):
    from services.lookup.answer import lookup

    assert lookup(0.5, 0.5, now()[:10], court.store).as_json()["laws"] == []
    matter_id = court.enacted()
    (law,) = lookup(0.5, 0.5, now()[:10], court.store).as_json()["laws"]
    assert (law["law"], law["polity"], law["matter"], law["version"]) == ("weirs", "river", matter_id, 2)


def test_evidence_is_kept_with_its_checksum_and_a_large_file_is_refused(court, tmp_path):
    matter_id = court.file()
    petitions.admit(matter_id, court.store)
    with pytest.raises(StepRefused, match="No hearing of river-1 is open"):
        hearings.add_testimony(matter_id, court.store, by="x", text="y")
    hearings.hear(matter_id, court.store, until=date.fromisoformat(now()[:10]) + timedelta(days=30))
    (tmp_path / "catch.csv").write_text("year,tonnes\n")
    digest = hearings.add_evidence(
        matter_id,
        hearings.Evidence(author="x", summary="Catches.", file=tmp_path / "catch.csv"),
        court.store,
    )
    (heard,) = matters.show_matter(matter_id, court.store).heard
    assert (heard.sha256, heard.file) == (digest, "catch.csv")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(hearings.MOST_EVIDENCE + 1)
    for file, word in ((tmp_path / "huge", "20 is the most"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(hearings.EvidenceError, match=word):
            hearings.add_evidence(matter_id, hearings.Evidence(author="x", summary="y", file=file), court.store)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"polity_id": "lake"}, "'lake' is no active polity"),
        ({"petitioner": "party"}, "'party' files no petitions"),
        ({"law": "The Law"}, "names no law"),
        ({"law": "dams", "text": None}, "no law 'dams'"),
    ],
)
def test_a_petition_that_cannot_be_filed_is_said(court, said, word):
    with pytest.raises((petitions.PetitionError, UnknownMatterError), match=word):
        court.file(**said)


def test_everything_may_be_read_before_voting_and_the_petition_text_stays_off_the_log(court):
    matter_id = court.voting()
    shown = matters.show_matter(matter_id, court.store, language="de")
    assert (shown.question, shown.law_text, shown.brief) == (
        "Lässt das Gesetz Schaden zu?", OLD, "In plain words.",
    )  # fmt: skip


def test_a_store_restored_elsewhere_verifies_the_same(court, tmp_path, request):
    from services.storage.upkeep import backup, restore

    court.mandated()
    url = None
    if court.settings.database_url is not None:
        url = request.getfixturevalue("cluster").url(template="template0")
    other = open_store(Settings(home=tmp_path / "other", workers=1, database_url=url))
    backup(tmp_path / "copy", court.store)
    restore(tmp_path / "copy", other)
    assert decisions.vote_result("river-1", other) == decisions.vote_result("river-1", court.store)
    other.close()
